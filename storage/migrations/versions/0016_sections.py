"""Sections: the items that each has or had, and the watches that belong to one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the items, and which section a watch belongs to."""
    op.add_column("watches", sa.Column("section_id", Id))
    op.create_index(
        "ix_watches_section_id",
        "watches",
        ["section_id"],
        sqlite_where=sa.text("section_id IS NOT NULL"),
        postgresql_where=sa.text("section_id IS NOT NULL"),
    )
    op.create_table(
        "section_items",
        sa.Column("id", Id, primary_key=True),
        sa.Column("watch_id", Id, sa.ForeignKey("watches.id"), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("date", sa.String()),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("first_revision", sa.Integer()),
        sa.Column("gone_at", UtcDateTime()),
        sa.Column("child_id", Id),
        sa.UniqueConstraint("watch_id", "identity"),
    )
