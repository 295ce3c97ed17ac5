"""The layout of a mail and its words; a package so that they are installed with it."""
