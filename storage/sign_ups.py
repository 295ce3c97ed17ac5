"""What people asked for and have not agreed to yet, and who asked how often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select, update

from monitor.core.model import Subscriber
from monitor.ports.values import KeptSignUp
from storage.sql_rows import insert_row
from storage.subscribers import subscriber_columns, subscriber_of
from storage.tables import sign_ups, subscribers

columns = sign_ups.c


class SqlSignUps:
    """The `sign_ups` table within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, subscriber: Subscriber | None, wish: str | None, requester: str, now: datetime) -> int:
        """Keep what was asked: to follow something (`wish`), or a link alone; of nobody where it came to nothing."""
        row = {
            "subscriber_id": subscriber.id if subscriber else None,
            "requested_at": now,
            "requester": requester,
            "wish": wish,
        }
        return insert_row(self._connection, sign_ups, row)

    def get(self, sign_up_id: int) -> KeptSignUp | None:
        """What a person asked to follow; None when there is no such thing (any more)."""
        query = (
            select(columns.id.label("sign_up_id"), columns.wish, columns.confirmed_at, *subscriber_columns)
            .join(subscribers, subscribers.c.id == columns.subscriber_id)
            .where(columns.id == sign_up_id, columns.wish.is_not(None))
        )
        row = self._connection.execute(query).first()
        return row and KeptSignUp(row.sign_up_id, subscriber_of(row), row.wish, row.confirmed_at)

    def confirmed(self, sign_up_id: int, now: datetime) -> None:
        """She agreed to it."""
        self._connection.execute(update(sign_ups).where(columns.id == sign_up_id).values(confirmed_at=now))

    def by_requester(self, requester: str, since: datetime) -> Sequence[datetime]:
        """When this requester asked, since then."""
        return self._connection.scalars(
            select(columns.requested_at).where(columns.requested_at >= since, columns.requester == requester)
        ).all()

    def for_person(self, subscriber: Subscriber, since: datetime) -> Sequence[datetime]:
        """When something was asked that was mailed to her, since then."""
        return self._connection.scalars(
            select(columns.requested_at).where(columns.subscriber_id == subscriber.id, columns.requested_at >= since)
        ).all()

    def forget_requesters(self, before: datetime) -> None:
        """Forget who asked, where it was so long ago that it no longer matters; and what came to nothing."""
        old = columns.requested_at < before
        self._connection.execute(delete(sign_ups).where(old, columns.subscriber_id.is_(None)))
        self._connection.execute(update(sign_ups).where(old, columns.requester.is_not(None)).values(requester=None))

    def purge(self, before: datetime) -> list[Subscriber]:
        """Drop what was asked before then and never agreed to; gives the people who are to be erased.

        They never agreed to anything, nor asked since: an address that nobody confirmed is nobody's.
        """
        self._connection.execute(delete(sign_ups).where(columns.requested_at < before, columns.confirmed_at.is_(None)))
        asked = exists().where(columns.subscriber_id == subscribers.c.id)
        never = subscribers.c.state.in_(("pending", "suspended")) & subscribers.c.consent_at.is_(None)
        waiting = select(*subscriber_columns).where(never, ~asked)
        return [subscriber_of(row) for row in self._connection.execute(waiting)]
