"""Deliveries that welcome whoever has confirmed a subscription."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Allow their kind."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint(op.f("ck_deliveries_kind"), type_="check")
        deliveries.create_check_constraint(
            op.f("ck_deliveries_kind"), "kind IN ('mail', 'digest', 'confirm', 'welcome', 'link', 'goodbye')"
        )
