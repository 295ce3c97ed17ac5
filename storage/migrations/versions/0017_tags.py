"""Tags: names that watches share, and subscriptions to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0017"
down_revision = "0016"

_RUNNING = sa.text("ended_at IS NULL")
_ADD_TAG = {
    "sqlite": (
        "ALTER TABLE subscriptions ADD COLUMN tag_id INTEGER CONSTRAINT fk_subscriptions_tag_id REFERENCES tags (id)"
    ),
    "postgresql": (
        "ALTER TABLE subscriptions ADD COLUMN tag_id BIGINT CONSTRAINT fk_subscriptions_tag_id REFERENCES tags (id)"
    ),
}
"""Written out: Alembic adds no foreign key to a table of SQLite, which itself can, together with the column."""


def upgrade() -> None:
    """Add the tags, the watches that have them, and the tag of a subscription."""
    op.create_table(
        "tags",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("key", name=op.f("uq_tags_key")),
    )
    op.create_table(
        "watch_tags",
        sa.Column("watch_id", Id, nullable=False),
        sa.Column("tag_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_watch_tags_watch_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_watch_tags_tag_id")),
        sa.PrimaryKeyConstraint("watch_id", "tag_id", name=op.f("pk_watch_tags")),
    )
    op.create_index("ix_watch_tags_tag", "watch_tags", ["tag_id"])
    op.execute(_ADD_TAG[op.get_bind().dialect.name])
    op.drop_index("uq_subscriptions_running", table_name="subscriptions")
    op.create_index(
        "uq_subscriptions_running",
        "subscriptions",
        ["subscriber_id", sa.text("coalesce(watch_id, 0)"), sa.text("coalesce(tag_id, 0)")],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_index(
        "ix_subscriptions_tag", "subscriptions", ["tag_id"], sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )
