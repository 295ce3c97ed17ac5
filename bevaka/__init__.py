"""The program: what people start and see."""
