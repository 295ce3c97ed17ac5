"""Ids of 64 bits on PostgreSQL, as SQLite has them: a million pages make two thousand million rows in a few years."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"

_WIDEN = text("""
DO $$
DECLARE
  narrow record;
  sequence text;
BEGIN
  FOR narrow IN
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type = 'integer'
      AND (c.column_name = 'id' OR right(c.column_name, 3) = '_id')
    ORDER BY 1, 2
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE bigint', narrow.table_name, narrow.column_name);
    IF narrow.column_name = 'id' THEN
      sequence := pg_get_serial_sequence(quote_ident(narrow.table_name), 'id');
      IF sequence IS NOT NULL THEN
        EXECUTE format('ALTER SEQUENCE %s AS bigint', sequence);
      END IF;
    END IF;
  END LOOP;
END $$
""")


def upgrade() -> None:
    """Widen every id, what refers to one, and the sequences that give them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_WIDEN)
