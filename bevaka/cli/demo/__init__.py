"""The `demo` command: a site and a mail server on loopback, and the real program between them."""
