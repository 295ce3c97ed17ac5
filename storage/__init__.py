"""Storage: SQLAlchemy Core behind repositories that return domain values."""
