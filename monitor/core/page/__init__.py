"""From decoded text to blocks and dates: the main content of a page, without its boilerplate."""
