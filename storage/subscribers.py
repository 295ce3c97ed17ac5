"""Subscribers and their subscriptions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, union_all, update

from monitor.core.model import Frequency, KnownTag, Language, Preferences, Subscriber, Subscription
from storage.cancellation import cancel_all, cancel_through, owe_again
from storage.erasure import erase
from storage.overwriting import is_owed
from storage.serialization import preferences_from_json, preferences_to_json, to_json
from storage.sql_rows import AnyRow, insert_row
from storage.tables import subscribers, subscriptions, tags, watch_tags, watches

subscriber_columns = (
    *(subscribers.c.id, subscribers.c.address, subscribers.c.state, subscribers.c.state_reason),
    *(subscribers.c.language, subscribers.c.consent_at, subscribers.c.consent_how, subscribers.c.consent_text),
    *(subscribers.c.generation, subscribers.c.preferences),
)
subscription_columns = (
    *(subscriptions.c.id.label("subscription_id"), subscriptions.c.watch_id, subscriptions.c.frequency),
    *(subscriptions.c.created_at, subscriptions.c.only_parts, subscriptions.c.material_only),
    *(subscriptions.c.only_if, subscriptions.c.tag_id, tags.c.key.label("tag_key"), tags.c.name.label("tag_name")),
)
running_subscriptions = (
    select(*subscriber_columns, *subscription_columns)
    .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
    .outerjoin(tags, tags.c.id == subscriptions.c.tag_id)
    .where(subscriptions.c.ended_at.is_(None))
)
_confirmed = running_subscriptions.where(subscribers.c.state == "confirmed")
_tags_of_watch = select(watch_tags.c.tag_id).where(watch_tags.c.watch_id == bindparam("watch"))
# Three queries with an index each; OR would read the whole table.
_following = union_all(
    _confirmed.where(subscriptions.c.watch_id == bindparam("watch")),
    _confirmed.where(subscriptions.c.tag_id.in_(_tags_of_watch)),
    _confirmed.where(subscriptions.c.watch_id.is_(None), subscriptions.c.tag_id.is_(None)),
).order_by("subscription_id")


class SqlSubscribers:
    """Implements monitor.ports.storage.SubscriberRepository on the `subscribers` and `subscriptions` tables."""

    def __init__(self, connection: Connection, erased: dict[int, str]) -> None:
        self._connection = connection
        self._erased = erased

    def add(self, address: str, language: Language, now: datetime, *, how: str) -> Subscriber:
        address = address.strip().lower()
        row = self._by_address(address)
        if row is None:
            row = self._insert(address, "confirmed", language, now)
            self._record_consent(row.id, now, how=how, text=None)
        else:
            self._update(row.id, language=language)
            if row.state != "confirmed":
                self._record_consent(row.id, now, how=how, text=None)
                self._owe_again(row, now)
        return self.get(row.id)

    def ask(self, address: str, language: Language, now: datetime) -> Subscriber:
        address = address.strip().lower()
        return subscriber_of(self._by_address(address) or self._insert(address, "pending", language, now))

    def confirm(self, subscriber: Subscriber, now: datetime, *, how: str, text: str) -> Subscriber:
        row = self._by_address(subscriber.address)
        self._record_consent(subscriber.id, now, how=how, text=text)
        if row is not None:
            self._owe_again(row, now)
        return self.get(subscriber.id)

    def prefer(self, subscriber: Subscriber, language: Language, preferences: Preferences) -> Subscriber:
        self._update(subscriber.id, language=language, preferences=preferences_to_json(preferences))
        return self.get(subscriber.id)

    def get(self, subscriber_id: int) -> Subscriber:
        row = self._connection.execute(select(*subscriber_columns).where(subscribers.c.id == subscriber_id)).first()
        if row is None:
            raise LookupError(f"subscriber {subscriber_id}")
        return subscriber_of(row)

    def find(self, address: str) -> Subscriber | None:
        row = self._by_address(address.strip().lower())
        return None if row is None or row.state == "removed" else subscriber_of(row)

    def with_address(self, address: str) -> Subscriber | None:
        row = self._by_address(address.strip().lower())
        return None if row is None else subscriber_of(row)

    def all(self) -> list[Subscriber]:
        query = select(*subscriber_columns).where(subscribers.c.state != "removed").order_by(subscribers.c.address)
        return [subscriber_of(row) for row in self._connection.execute(query)]

    def remove(self, address: str, now: datetime) -> bool:
        subscriber = self.find(address)
        if subscriber is None:
            return False
        self._end(subscriber, now, why="removed")
        return True

    def forget(self, subscriber: Subscriber, now: datetime) -> None:
        self._end(subscriber, now, why="erased")
        self._erased[erase(self._connection, subscriber.id, now)] = subscriber.address

    def overwriting_owed(self) -> bool:
        return is_owed(self._connection)

    def _end(self, subscriber: Subscriber, now: datetime, *, why: str) -> None:
        self._update(
            subscriber.id,
            state="removed",
            state_reason=None,
            consent_at=None,
            consent_how=None,
            consent_text=None,
            generation=subscribers.c.generation + 1,
        )
        self._connection.execute(
            update(subscriptions)
            .where(subscriptions.c.subscriber_id == subscriber.id, subscriptions.c.ended_at.is_(None))
            .values(ended_at=now, ended_reason=why)
        )
        cancel_all(self._connection, subscriber.id, why=why)

    def subscribe(
        self,
        subscriber: Subscriber,
        watch_id: int | None,
        frequency: Frequency,
        now: datetime,
        *,
        only: Sequence[str] = (),
        material_only: bool = False,
        only_if: Sequence[str] = (),
        tag_id: int | None = None,
    ) -> Subscription:
        wish = {
            "frequency": frequency,
            "only_parts": to_json(list(only)),
            "material_only": material_only,
            "only_if": to_json(list(only_if)) if only_if else None,
        }
        row = self._running(subscriber, watch_id, tag_id)
        if row is not None:
            self._connection.execute(
                update(subscriptions).where(subscriptions.c.id == row.subscription_id).values(wish)
            )
        else:
            values = {"subscriber_id": subscriber.id, "watch_id": watch_id, "tag_id": tag_id, "created_at": now}
            insert_row(self._connection, subscriptions, values | wish)
        row = self._running(subscriber, watch_id, tag_id)
        if row is None:
            raise LookupError("the subscription that was written")
        return subscription_of(row)

    def unsubscribe(
        self, subscriber: Subscriber, watch_id: int | None, now: datetime, *, reason: str, tag_id: int | None = None
    ) -> bool:
        row = self._running(subscriber, watch_id, tag_id)
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
        query = (
            running_subscriptions.add_columns(watches.c.key)
            .outerjoin(watches, watches.c.id == subscriptions.c.watch_id)
            .where(subscribers.c.id == subscriber.id)
            # To every watch first, then tags, then watches; PostgreSQL would sort NULL last.
            .order_by(watches.c.key.nulls_first(), tags.c.position.nulls_first(), tags.c.key)
        )
        return [(subscription_of(row), row.key) for row in self._connection.execute(query)]

    def following(self, watch_id: int) -> list[Subscription]:
        return [subscription_of(row) for row in self._connection.execute(_following, {"watch": watch_id})]

    def _by_address(self, address: str) -> AnyRow | None:
        return self._connection.execute(select(*subscriber_columns).where(subscribers.c.address == address)).first()

    def _insert(self, address: str, state: str, language: Language, now: datetime) -> AnyRow:
        values = {"address": address, "state": state, "language": language, "created_at": now, "generation": 0}
        new = insert_row(self._connection, subscribers, values)
        return self._connection.execute(select(*subscriber_columns).where(subscribers.c.id == new)).one()

    def _record_consent(self, subscriber_id: int, now: datetime, *, how: str, text: str | None) -> None:
        consent = {"consent_at": now, "consent_how": how, "consent_text": text}
        self._update(subscriber_id, state="confirmed", state_reason=None, **consent)

    def _owe_again(self, row: AnyRow, now: datetime) -> None:
        """Owe what was cancelled when the subscriber of this row, from before, was suspended."""
        if row.state == "suspended" and row.state_reason:
            suspended_at, _, why = row.state_reason.partition(" ")
            owe_again(self._connection, row.id, now, since=datetime.fromisoformat(suspended_at), why=why)

    def _update(self, subscriber_id: int, **values: object) -> None:
        self._connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(values))

    def _running(self, subscriber: Subscriber, watch_id: int | None, tag_id: int | None) -> AnyRow | None:
        query = running_subscriptions.where(
            subscribers.c.id == subscriber.id,
            subscriptions.c.watch_id.is_not_distinct_from(watch_id),
            subscriptions.c.tag_id.is_not_distinct_from(tag_id),
        )
        return self._connection.execute(query).first()


def subscriber_of(row: AnyRow) -> Subscriber:
    """Return a subscriber from a row with their columns."""
    return Subscriber(
        id=row.id,
        address=row.address or "",
        state=row.state,
        language=row.language,
        consent_at=row.consent_at,
        consent_how=row.consent_how,
        consent_text=row.consent_text,
        state_reason=row.state_reason,
        generation=row.generation,
        preferences=preferences_from_json(row.preferences),
    )


def subscription_of(row: AnyRow) -> Subscription:
    """Return a subscription from a row with its columns and the subscriber's."""
    return Subscription(
        id=row.subscription_id,
        subscriber=subscriber_of(row),
        watch_id=row.watch_id,
        frequency=row.frequency,
        created_at=row.created_at,
        only=tuple(json.loads(row.only_parts)),
        material_only=row.material_only,
        only_if=tuple(json.loads(row.only_if)) if row.only_if else (),
        tag=KnownTag(row.tag_id, row.tag_key, row.tag_name) if row.tag_id is not None else None,
    )
