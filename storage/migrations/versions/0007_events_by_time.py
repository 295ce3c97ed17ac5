"""The latest events of all watches, found by their time."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Index them by their time."""
    op.create_index("ix_events_at", "events", ["at"])
