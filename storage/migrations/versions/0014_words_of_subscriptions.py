"""Words of a subscription: what a change must touch to be told to a subscriber."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the words."""
    op.add_column("subscriptions", sa.Column("only_if", sa.Text()))
