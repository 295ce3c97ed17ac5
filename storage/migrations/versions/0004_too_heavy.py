"""The body of a page that was too heavy to read, which is not read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nothing has been too heavy yet."""
    op.add_column("watches", sa.Column("too_heavy", sa.Text(), nullable=True))
