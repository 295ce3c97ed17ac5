"""The program: what people start and see."""

__version__ = "0.1.0"
