"""Generations of the schedule: which file was put in force when, and by which machine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the generations."""
    op.create_table(
        "schedules",
        sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
    )
