"""Cancellation of what is owed to a subscriber who leaves or is refused for good.

A delivery that is being sent at this moment is cancelled too: its sender may still report that it was accepted, but a
failure does not make it pending again (storage.outbox).
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, select, update

from storage.tables import deliveries, delivery_items

_OPEN = ("pending", "sending")


def cancel_all(connection: Connection, subscriber_id: int, *, why: str) -> None:
    """Cancel everything that is owed to this subscriber."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.subscriber_id == subscriber_id, deliveries.c.state.in_(_OPEN))
        .values(state="cancelled", lease_until=None, last_reply=why)
    )


def cancel_through(connection: Connection, subscription_id: int, *, why: str) -> None:
    """Cancel what is owed through this subscription; a delivery with other items loses only its own."""
    own = (
        select(delivery_items.c.delivery_id)
        .join(deliveries, deliveries.c.id == delivery_items.c.delivery_id)
        .where(delivery_items.c.subscription_id == subscription_id, deliveries.c.state.in_(_OPEN))
    )
    other = delivery_items.alias("other")
    has_others = exists().where(other.c.delivery_id == deliveries.c.id, other.c.subscription_id != subscription_id)
    affected = connection.scalars(own.distinct()).all()
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(affected), ~has_others)
        .values(state="cancelled", lease_until=None, last_reply=why)
    )
    still_owed = select(deliveries.c.id).where(deliveries.c.id.in_(affected), deliveries.c.state.in_(_OPEN))
    connection.execute(
        delete(delivery_items).where(
            delivery_items.c.subscription_id == subscription_id, delivery_items.c.delivery_id.in_(still_owed)
        )
    )
