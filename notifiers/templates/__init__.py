"""Layout templates of mails; a package, so that they are installed with the program."""
