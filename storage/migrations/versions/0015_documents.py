"""Documents of pages: what is known of each, and their bytes as parts of revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Sha256

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns and the table; no page has documents yet."""
    op.add_column("watches", sa.Column("documents", sa.Text(), nullable=True))
    op.add_column("extractions", sa.Column("documents", sa.Text(), nullable=True))
    op.create_table(
        "parts",
        sa.Column("id", Id, nullable=False),
        sa.Column("watch_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", Sha256(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("chain", Sha256(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_parts_watch_id")),
        sa.ForeignKeyConstraint(["sha256"], ["bodies.sha256"], name=op.f("fk_parts_sha256")),
        sa.ForeignKeyConstraint(
            ["watch_id", "number"], ["snapshots.watch_id", "snapshots.number"], name=op.f("fk_parts_watch_id_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
    )
    op.create_index("ix_parts_watch", "parts", ["watch_id", "number"], unique=False)
    op.create_index("ix_parts_body", "parts", ["sha256"], unique=False)
