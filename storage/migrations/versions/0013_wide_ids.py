"""Ids of 64 bits on PostgreSQL, as SQLite has them: a million pages make two thousand million rows in a few years."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"

_NARROW = text(
    "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
    " USING (table_schema, table_name) WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
    " AND c.data_type = 'integer' AND (c.column_name = 'id' OR c.column_name LIKE '%\\_id') ORDER BY 1, 2"
)
_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, 'id')")


def upgrade() -> None:
    """Widen every id, what refers to one, and the sequences that give them."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table, column in connection.execute(_NARROW).all():
        op.execute(text(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE bigint'))
        sequence = connection.scalar(_SEQUENCE, {"table": table}) if column == "id" else None
        if sequence:
            op.execute(text(f"ALTER SEQUENCE {sequence} AS bigint"))
