"""What of a page moves by itself: counters and rotating lists, and what may be learnt to be one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; nothing has been learnt yet."""
    op.add_column("watches", sa.Column("moving", sa.Text(), nullable=True))
