"""Sign-ups that are not confirmed yet, and who asked how often."""

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
    """Implements monitor.ports.storage.SignUpRepository on the `sign_ups` table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, subscriber: Subscriber | None, wish: str | None, requester: str, now: datetime) -> int:
        row = {
            "subscriber_id": subscriber.id if subscriber else None,
            "requested_at": now,
            "requester": requester,
            "wish": wish,
        }
        return insert_row(self._connection, sign_ups, row)

    def get(self, sign_up_id: int) -> KeptSignUp | None:
        query = (
            select(columns.id.label("sign_up_id"), columns.wish, columns.confirmed_at, *subscriber_columns)
            .join(subscribers, subscribers.c.id == columns.subscriber_id)
            .where(columns.id == sign_up_id, columns.wish.is_not(None))
        )
        row = self._connection.execute(query).first()
        return row and KeptSignUp(row.sign_up_id, subscriber_of(row), row.wish, row.confirmed_at)

    def confirmed(self, sign_up_id: int, now: datetime) -> None:
        self._connection.execute(update(sign_ups).where(columns.id == sign_up_id).values(confirmed_at=now))

    def by_requester(self, requester: str, since: datetime) -> Sequence[datetime]:
        return self._connection.scalars(
            select(columns.requested_at).where(columns.requested_at >= since, columns.requester == requester)
        ).all()

    def for_subscriber(self, subscriber: Subscriber, since: datetime) -> Sequence[datetime]:
        return self._connection.scalars(
            select(columns.requested_at).where(columns.subscriber_id == subscriber.id, columns.requested_at >= since)
        ).all()

    def forget_requesters(self, before: datetime) -> None:
        old = columns.requested_at < before
        self._connection.execute(delete(sign_ups).where(old, columns.subscriber_id.is_(None)))
        self._connection.execute(update(sign_ups).where(old, columns.requester.is_not(None)).values(requester=None))

    def purge(self, before: datetime) -> list[Subscriber]:
        self._connection.execute(delete(sign_ups).where(columns.requested_at < before, columns.confirmed_at.is_(None)))
        asked = exists().where(columns.subscriber_id == subscribers.c.id)
        never = subscribers.c.state.in_(("pending", "suspended")) & subscribers.c.consent_at.is_(None)
        waiting = select(*subscriber_columns).where(never, ~asked)
        return [subscriber_of(row) for row in self._connection.execute(waiting)]
