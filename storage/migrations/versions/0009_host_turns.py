"""Turns of hosts, held by one program at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the lease of a host's turn, and who waits for the next one."""
    op.add_column("hosts", sa.Column("turn_token", sa.Integer(), nullable=False, server_default="0"))
    for name in ("turn_until", "wanted_until"):
        op.add_column("hosts", sa.Column(name, UtcDateTime()))
    op.add_column("hosts", sa.Column("wanted_by", sa.String()))
