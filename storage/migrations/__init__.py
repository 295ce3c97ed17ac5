"""Migrations, run by Alembic. A released one is never edited."""
