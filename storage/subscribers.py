"""People and what they follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, union_all, update

from monitor.core.model import Frequency, Language, Subscriber, Subscription
from storage.owed import cancel_all, cancel_through
from storage.rows import AnyRow, insert_row
from storage.tables import subscribers, subscriptions, watches

_columns = (
    *(subscribers.c.id, subscribers.c.address, subscribers.c.state),
    *(subscribers.c.language, subscribers.c.consent_at, subscribers.c.consent_how),
)
_subscription_columns = (
    *(subscriptions.c.id.label("subscription_id"), subscriptions.c.watch_id),
    *(subscriptions.c.frequency, subscriptions.c.created_at),
)
running_subscriptions = (
    select(*_columns, *_subscription_columns)
    .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
    .where(subscriptions.c.ended_at.is_(None))
)
_confirmed = running_subscriptions.where(subscribers.c.state == "confirmed")
# Two questions with an index each; OR would read the whole table.
_following = union_all(
    _confirmed.where(subscriptions.c.watch_id == bindparam("watch")),
    _confirmed.where(subscriptions.c.watch_id.is_(None)),
).order_by("subscription_id")


class Subscribers:
    """The `subscribers` and `subscriptions` tables within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, address: str, language: Language, now: datetime, *, how: str) -> Subscriber:
        """Add a person, confirmed by `how` (e.g. "operator"); one who is there is confirmed (again) and returned.

        Who is confirmed already keeps the consent that she gave, and gets the language.
        """
        address = address.strip().lower()
        row = self._by_address(address)
        if row is None:
            values = {
                "address": address,
                "state": "confirmed",
                "language": language,
                "created_at": now,
                "consent_at": now,
                "consent_how": how,
            }
            self._connection.execute(insert(subscribers), values)
        else:
            values = {"language": language}
            if row.state != "confirmed":
                values |= {"state": "confirmed", "state_reason": None, "consent_at": now, "consent_how": how}
            self._connection.execute(update(subscribers).where(subscribers.c.id == row.id).values(values))
        return subscriber_of(self._connection.execute(select(*_columns).where(subscribers.c.address == address)).one())

    def find(self, address: str) -> Subscriber | None:
        """A person by address; not one who was removed."""
        row = self._by_address(address.strip().lower())
        return None if row is None or row.state == "removed" else subscriber_of(row)

    def all(self) -> list[Subscriber]:
        """Everybody who was not removed, by address."""
        query = select(*_columns).where(subscribers.c.state != "removed").order_by(subscribers.c.address)
        return [subscriber_of(row) for row in self._connection.execute(query)]

    def remove(self, address: str, now: datetime) -> bool:
        """End all her subscriptions and cancel what is owed; False when there is no such person."""
        person = self.find(address)
        if person is None:
            return False
        self._connection.execute(
            update(subscribers)
            .where(subscribers.c.id == person.id)
            .values(state="removed", state_reason=None, consent_at=None, consent_how=None)
        )
        self._connection.execute(
            update(subscriptions)
            .where(subscriptions.c.subscriber_id == person.id, subscriptions.c.ended_at.is_(None))
            .values(ended_at=now, ended_reason="removed")
        )
        cancel_all(self._connection, person.id, why="removed")
        return True

    def subscribe(
        self, subscriber: Subscriber, watch_id: int | None, frequency: Frequency, now: datetime
    ) -> Subscription:
        """Follow a watch (None: all); a subscription that is there gets this frequency."""
        row = self._running(subscriber, watch_id)
        if row is not None:
            self._connection.execute(
                update(subscriptions).where(subscriptions.c.id == row.subscription_id).values(frequency=frequency)
            )
            return Subscription(row.subscription_id, subscriber, watch_id, frequency, row.created_at)
        values = {
            "subscriber_id": subscriber.id,
            "watch_id": watch_id,
            "frequency": frequency,
            "created_at": now,
        }
        new = insert_row(self._connection, subscriptions, values)
        return Subscription(new, subscriber, watch_id, frequency, now)

    def unsubscribe(self, subscriber: Subscriber, watch_id: int | None, now: datetime, *, reason: str) -> bool:
        """End a subscription and cancel what is owed through it; False when there is none."""
        row = self._running(subscriber, watch_id)
        if row is None:
            return False
        self._connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == row.subscription_id)
            .values(ended_at=now, ended_reason=reason)
        )
        cancel_through(self._connection, row.subscription_id, why=reason)
        return True

    def subscriptions(self, subscriber: Subscriber) -> list[tuple[Subscription, str | None]]:
        """What a person follows, each with the watch's key (None: all)."""
        query = (
            running_subscriptions.add_columns(watches.c.key)
            .outerjoin(watches, watches.c.id == subscriptions.c.watch_id)
            .where(subscribers.c.id == subscriber.id)
            .order_by(watches.c.key)
        )
        return [(subscription_of(row), row.key) for row in self._connection.execute(query)]

    def following(self, watch_id: int) -> list[Subscription]:
        """The running subscriptions of confirmed people to this watch, or to all."""
        return [subscription_of(row) for row in self._connection.execute(_following, {"watch": watch_id})]

    def _by_address(self, address: str) -> AnyRow | None:
        return self._connection.execute(select(*_columns).where(subscribers.c.address == address)).first()

    def _running(self, subscriber: Subscriber, watch_id: int | None) -> AnyRow | None:
        query = running_subscriptions.where(
            subscribers.c.id == subscriber.id,
            subscriptions.c.watch_id == watch_id if watch_id is not None else subscriptions.c.watch_id.is_(None),
        )
        return self._connection.execute(query).first()


def subscriber_of(row: AnyRow) -> Subscriber:
    """A person from a row that has her columns."""
    return Subscriber(row.id, row.address, row.state, row.language, row.consent_at, row.consent_how)


def subscription_of(row: AnyRow) -> Subscription:
    """A subscription from a row that has its columns and the person's."""
    return Subscription(row.subscription_id, subscriber_of(row), row.watch_id, row.frequency, row.created_at)
