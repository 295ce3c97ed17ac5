"""The whole story in a minute: a loopback site, a mail server and the real pipeline between them."""
