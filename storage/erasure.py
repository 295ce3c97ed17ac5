"""Erasure of a subscriber: the address, and every text that may hold it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.sql_rows import insert_row
from storage.tables import attempts, bounces, deliveries, erasures, sign_ups, subscribers

ERASED = "erased"


def erase(connection: Connection, subscriber_id: int, now: datetime) -> int:
    """Null the address everywhere; servers' replies usually repeat it, so they are erased too, except for their codes.

    The bytes of before are still in the database's files afterwards: see `storage.overwriting`. Return the id of the
    row that says so.
    """
    owed = insert_row(connection, erasures, {"since": now})
    own_deliveries = select(deliveries.c.id).where(deliveries.c.subscriber_id == subscriber_id)
    connection.execute(update(attempts).where(attempts.c.delivery_id.in_(own_deliveries)).values(reply=ERASED))
    connection.execute(
        update(deliveries).where(deliveries.c.subscriber_id == subscriber_id).values(last_reply=ERASED, facts=None)
    )
    connection.execute(update(bounces).where(bounces.c.subscriber_id == subscriber_id).values(status=None))
    connection.execute(delete(sign_ups).where(sign_ups.c.subscriber_id == subscriber_id))
    connection.execute(
        update(subscribers)
        .where(subscribers.c.id == subscriber_id)
        .values(address=None, state_reason=None, preferences=None)
    )
    return owed
