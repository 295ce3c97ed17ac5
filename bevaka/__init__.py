"""The Bevaka program: command line, daemon, web page, exports, and the assembly that connects them."""

__version__ = "0.2.0"
