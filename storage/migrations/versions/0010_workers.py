"""Workers: the processes that check and send, by whose signs of life a dead one is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the workers, and who holds a host's turn and a delivery's lease."""
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
    )
    op.add_column("hosts", sa.Column("turn_worker", sa.String()))
    op.add_column("deliveries", sa.Column("lease_worker", sa.String()))
