"""What is known of the servers' validators: the last full answer, conditional requests since, distrust."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; of known watches it is not known when the last full answer came."""
    op.add_column("watches", sa.Column("last_full_at", UtcDateTime(), nullable=True))
    op.add_column(
        "watches", sa.Column("conditional_requests", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("watches", sa.Column("distrusted_at", UtcDateTime(), nullable=True))
