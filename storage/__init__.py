"""What is remembered: SQLAlchemy Core behind repositories that return domain values."""
