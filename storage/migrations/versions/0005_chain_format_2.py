"""Format 2 of the chain, in which definitions and texts are sealed as well; and erasures that are not finished.

No link that is there is rewritten.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Sha256, UtcDateTime

revision = "0005"
down_revision = "0004"

_NO_STATISTICS = (
    "ALTER TABLE subscribers ALTER COLUMN address SET STATISTICS 0",
    "ALTER TABLE subscribers ALTER COLUMN state_reason SET STATISTICS 0",
    "ALTER TABLE deliveries ALTER COLUMN last_reply SET STATISTICS 0",
    "ALTER TABLE deliveries ALTER COLUMN facts SET STATISTICS 0",
    "ALTER TABLE attempts ALTER COLUMN reply SET STATISTICS 0",
)


def upgrade() -> None:
    """Make the tables, and mark the watches whose revisions are to be attested (monitor.attestation)."""
    op.create_table(
        "definitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("recipe_hash", sa.String(length=16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("attested", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("chain", Sha256(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_definitions_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definitions")),
    )
    op.create_index("ix_definitions_watch", "definitions", ["watch_id", "link"], unique=False)
    op.create_table(
        "texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("recipe_hash", sa.String(length=16), nullable=False),
        sa.Column("sha256", Sha256(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("attested", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("chain", Sha256(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_texts_watch_id")),
        sa.ForeignKeyConstraint(["recipe_hash"], ["recipes.hash"], name=op.f("fk_texts_recipe_hash")),
        sa.ForeignKeyConstraint(["sha256"], ["bodies.sha256"], name=op.f("fk_texts_sha256")),
        sa.ForeignKeyConstraint(
            ["watch_id", "number"],
            ["snapshots.watch_id", "snapshots.number"],
            name=op.f("fk_texts_watch_id_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    op.create_index("ix_texts_watch", "texts", ["watch_id", "number"], unique=False)
    op.create_index("ix_texts_body", "texts", ["sha256"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.execute(
        "INSERT INTO erasures (since) SELECT NULL WHERE EXISTS (SELECT 1 FROM subscribers WHERE address IS NULL)"
    )
    if op.get_bind().dialect.name == "postgresql":  # no address in the planner's statistics
        for statement in _NO_STATISTICS:
            op.execute(statement)
    op.add_column("watches", sa.Column("attestation_owed", sa.Boolean(), nullable=True))
    op.create_index(
        "ix_watches_attestation_owed",
        "watches",
        ["id"],
        unique=False,
        sqlite_where=sa.text("attestation_owed IS NOT NULL"),
        postgresql_where=sa.text("attestation_owed IS NOT NULL"),
    )
    op.execute("UPDATE watches SET attestation_owed = true WHERE chain_length > 0")
