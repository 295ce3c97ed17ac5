"""Cancellation of what is owed to a subscriber who leaves or is refused for good, and owing it again.

A delivery that is being sent at this moment is cancelled too: its sender may still report that it was accepted, but a
failure does not make it pending again (storage.outbox).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select, update

from storage.tables import attempts, deliveries, delivery_items

_OPEN = ("pending", "sending")
_ABOUT_EVENTS = ("mail", "digest")


def cancel_all(connection: Connection, subscriber_id: int, *, why: str) -> None:
    """Cancel everything that is owed to this subscriber."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.subscriber_id == subscriber_id, deliveries.c.state.in_(_OPEN))
        .values(state="cancelled", lease_until=None, last_reply=why)
    )


def owe_again(connection: Connection, subscriber_id: int, now: datetime, *, since: datetime, why: str) -> None:
    """Owe a subscriber again what was refused, and what was cancelled with it, when they were suspended at `since`."""
    refused = exists().where(attempts.c.delivery_id == deliveries.c.id, attempts.c.at >= since)
    cancelled = (deliveries.c.state == "cancelled") & (deliveries.c.last_reply == why)
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.kind.in_(_ABOUT_EVENTS),
            or_(cancelled, (deliveries.c.state == "dead") & refused),
        )
        .values(state="pending", next_attempt_at=now)
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
