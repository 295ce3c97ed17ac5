"""The outbox: what is owed, which worker is sending it, and the outcome.

    pending ──claim──► sending ──► sent
       ▲                 │  └────► dead
       └──deferred───────┤
       └──lease ran out──┘         pending, sending ──► cancelled

A claim raises the delivery's token; what is reported under an older one is refused. What was really sent is recorded in
any case: a delivery that was cancelled while it was being sent becomes sent if the server accepted it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from monitor.core.model import Attempt, Delivery, DeliveryItem, DeliveryState, NewDelivery, Subscriber
from monitor.errors import LeaseLost
from storage.cancellation import cancel_all
from storage.erasure import ERASED
from storage.history import events_by_id
from storage.marks import mark, put_mark
from storage.serialization import to_json
from storage.sql_rows import AnyRow, insert_row
from storage.subscribers import subscriber_columns, subscriber_of, subscription_columns, subscription_of
from storage.tables import attempts, deliveries, delivery_items, events, subscribers, subscriptions, tags, watches

IDS_AT_A_TIME = 500
"""How many ids one query names: the number of its parameters is limited."""

# Literals, not parameters: the indexes of what is owed hold only these states, and serve a query that names one.
_PENDING: ColumnElement[str] = literal_column("'pending'")
_SENDING: ColumnElement[str] = literal_column("'sending'")

columns = deliveries.c
_older = deliveries.alias("older")
_waits_for_older = (columns.kind == "mail") & exists().where(
    _older.c.subscriber_id == columns.subscriber_id,
    _older.c.state.in_(["pending", "sending"]),
    _older.c.kind == "mail",
    _older.c.thread_id == columns.thread_id,
    _older.c.id < columns.id,
)
"""True of a mail where an older one about the page is still to be sent: what arrives last must be the newest."""
_erased = (
    select(subscribers.c.id)
    .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
    .where(deliveries.c.id == bindparam("delivery"), subscribers.c.address.is_(None))
)
_pending_due = (
    select(columns.next_attempt_at, columns.id)
    .where(columns.state == _PENDING, columns.next_attempt_at <= bindparam("now"), ~_waits_for_older)
    .order_by(columns.next_attempt_at)
    .limit(bindparam("most"))
)
_first_untried = (
    select(columns.next_attempt_at)
    .where(
        columns.state == _PENDING,
        columns.next_attempt_at <= bindparam("now"),
        columns.attempts == 0,
        columns.storm_id.is_(None),
        columns.kind.in_(["mail", "digest"]),
    )
    .order_by(columns.next_attempt_at)
    .limit(1)
)
_abandoned = (
    select(columns.lease_until, columns.id)
    .where(columns.state == _SENDING, columns.lease_until <= bindparam("now"))
    .order_by(columns.lease_until)
    .limit(bindparam("most"))
)
_claim = (
    update(deliveries)
    .where(
        columns.id == bindparam("delivery"),
        or_(
            (columns.state == "pending") & (columns.next_attempt_at <= bindparam("now")),
            (columns.state == "sending") & (columns.lease_until <= bindparam("now")),
        ),
    )
    .values(
        state="sending",
        lease_token=columns.lease_token + 1,
        lease_until=bindparam("until"),
        lease_worker=bindparam("worker"),
    )
)
end_sending = (
    update(deliveries)
    .where(
        columns.state == _SENDING,
        columns.lease_worker == bindparam("worker"),
        columns.lease_until > bindparam("now"),
    )
    .values(lease_until=bindparam("now"))
)
"""Ends at `now` the claims of deliveries that a worker holds."""
_all = select(
    *(columns.id.label("delivery_id"), columns.kind, columns.state.label("delivery_state"), columns.message_id),
    *(columns.thread_id, columns.created_at, columns.next_attempt_at, columns.attempts, columns.last_reply),
    *(columns.lease_token, columns.facts, *subscriber_columns),
).join(subscribers, subscribers.c.id == columns.subscriber_id)
_items = (
    select(
        *(delivery_items.c.delivery_id, delivery_items.c.event_id, watches.c.key, *subscriber_columns),
        *subscription_columns,
    )
    .join(subscriptions, subscriptions.c.id == delivery_items.c.subscription_id)
    .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
    .outerjoin(tags, tags.c.id == subscriptions.c.tag_id)
    .join(events, events.c.id == delivery_items.c.event_id)
    .join(watches, watches.c.id == events.c.watch_id)
    .order_by(delivery_items.c.id)
)


class SqlOutbox:
    """Implements monitor.ports.storage.OutboxRepository on the `deliveries`, `delivery_items` and `attempts` tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deliveries: Iterable[NewDelivery], now: datetime) -> list[int]:
        return [owed for new in deliveries if (owed := self._owe(new, now)) is not None]

    def due(self, now: datetime, limit: int) -> list[int]:
        parameters = {"now": now, "most": limit}
        found = [
            tuple(row) for query in (_pending_due, _abandoned) for row in self._connection.execute(query, parameters)
        ]
        return [delivery_id for _, delivery_id in sorted(found)[:limit]]

    def waiting_since(self, now: datetime) -> datetime | None:
        return self._connection.scalar(_first_untried, {"now": now})

    def claim(self, delivery_id: int, now: datetime, lease: timedelta, worker: str | None = None) -> Delivery | None:
        values = {"delivery": delivery_id, "now": now, "until": now + lease, "worker": worker}
        return self.get(delivery_id) if self._connection.execute(_claim, values).rowcount else None

    def sent(self, delivery: Delivery, attempt: Attempt) -> None:
        is_ours = self._report(delivery, attempt, ("sending", "cancelled"), state="sent")
        if not is_ours:
            raise LeaseLost(f"delivery {delivery.id}")

    def deferred(self, delivery: Delivery, attempt: Attempt, next_attempt_at: datetime) -> None:
        is_ours = self._report(delivery, attempt, ("sending",), state="pending", next_attempt_at=next_attempt_at)
        if not is_ours and not self._report(delivery, attempt, ("cancelled",), state="cancelled"):
            raise LeaseLost(f"delivery {delivery.id}")

    def dead(self, delivery: Delivery, attempt: Attempt) -> None:
        is_ours = self._report(delivery, attempt, ("sending",), state="dead")
        if not is_ours and not self._report(delivery, attempt, ("cancelled",), state="cancelled"):
            raise LeaseLost(f"delivery {delivery.id}")

    def cancel(self, delivery: Delivery, why: str) -> None:
        if not self._move(delivery, ("sending", "cancelled"), state="cancelled", last_reply=why):
            raise LeaseLost(f"delivery {delivery.id}")

    def release(self, delivery: Delivery) -> None:
        self._move(delivery, ("sending",), state="pending")

    def take_back(self, worker: str, now: datetime) -> None:
        self._connection.execute(end_sending, {"worker": worker, "now": now})

    def postpone(self, delivery: Delivery, until: datetime) -> None:
        self._move(delivery, ("sending",), state="pending", next_attempt_at=until)

    def mails_before(self, delivery: Delivery, since: datetime) -> int:
        query = select(func.count()).where(
            columns.subscriber_id == delivery.subscriber.id,
            columns.id != delivery.id,
            columns.state.in_(["sent", "sending"]),
            columns.kind == "mail",
            columns.created_at >= since,
        )
        return self._connection.scalar(query) or 0

    def gather(self, delivery: Delivery, digest: NewDelivery, now: datetime) -> None:
        self.cancel(delivery, "gathered in a digest")
        self._connection.execute(delete(delivery_items).where(delivery_items.c.delivery_id == delivery.id))
        self._owe(digest, now)

    def retry(self, delivery_id: int, now: datetime) -> bool:
        confirmed = select(subscribers.c.id).where(
            subscribers.c.id == columns.subscriber_id, subscribers.c.state == "confirmed"
        )
        owed_again = (
            update(deliveries)
            .where(
                columns.id == delivery_id,
                or_(columns.state == "dead", (columns.state == "pending") & (columns.attempts > 0)),
                confirmed.exists(),
            )
            .values(state="pending", next_attempt_at=now)
        )
        return bool(self._connection.execute(owed_again).rowcount)

    def pull_in(self, delivery_id: int, now: datetime) -> None:
        self._connection.execute(
            update(deliveries).where(columns.id == delivery_id, columns.state == "pending").values(next_attempt_at=now)
        )

    def get(self, delivery_id: int) -> Delivery | None:
        found = self._with_items(self._connection.execute(_all.where(columns.id == delivery_id)).all())
        return found[0] if found else None

    def deliveries(self, *, states: Sequence[DeliveryState] = (), limit: int | None = None) -> list[Delivery]:
        query = _all.order_by(columns.id.desc()).limit(limit)
        if states:
            query = query.where(columns.state.in_(states))
        return self._with_items(self._connection.execute(query).all())

    def counts(self) -> dict[DeliveryState, int]:
        query = select(columns.state, func.count().label("number")).group_by(columns.state)
        return {row.state: row.number for row in self._connection.execute(query)}

    def attempts(self, delivery_id: int) -> list[Attempt]:
        query = select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
        return [Attempt(row.at, row.outcome, row.code, row.reply) for row in self._connection.execute(query)]

    def pause(self, worker: str, until: datetime) -> None:
        put_mark(self._connection, "channel_paused", worker, until)

    def paused(self, now: datetime) -> str | None:
        paused = mark(self._connection, "channel_paused")
        return paused.value if paused is not None and now < paused.at else None

    def suspend(self, subscriber: Subscriber, now: datetime, *, why: str) -> None:
        self._connection.execute(
            update(subscribers)
            .where(subscribers.c.id == subscriber.id, subscribers.c.state != "removed")
            .values(state="suspended", state_reason=f"{now.isoformat()} {why}")
        )
        cancel_all(self._connection, subscriber.id, why=why)

    def _owe(self, new: NewDelivery, now: datetime) -> int | None:
        key, message_id, sequence = new.dedup_key, new.message_id, 1
        known = self._known(key)
        while known is not None and known.state != "pending":
            sequence += 1
            key = f"{new.dedup_key}#{sequence}"
            message_id = f".{sequence}@".join(new.message_id.rsplit("@", 1))
            following = self._known(key)
            if following is None:
                break
            known = following
        items = self._not_owed(new.items)
        owed: int | None = None
        if known is not None and known.state == "pending":
            owed = known.id
        elif items or not new.items:
            owed = self._insert(new, key, message_id, now)
        if owed is not None and items:
            rows = [{"delivery_id": owed, "subscription_id": through, "event_id": event} for through, event in items]
            self._connection.execute(insert(delivery_items), rows)
        return owed

    def _known(self, dedup_key: str) -> AnyRow | None:
        return self._connection.execute(select(columns.id, columns.state).where(columns.dedup_key == dedup_key)).first()

    def _not_owed(self, items: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        item = tuple_(delivery_items.c.subscription_id, delivery_items.c.event_id)
        query = select(delivery_items.c.subscription_id, delivery_items.c.event_id).where(item.in_(items))
        owed = {tuple(row) for row in self._connection.execute(query)}
        return [item for item in dict.fromkeys(items) if item not in owed]

    def _insert(self, new: NewDelivery, dedup_key: str, message_id: str, now: datetime) -> int:
        row = {
            "subscriber_id": new.subscriber_id,
            "kind": new.kind,
            "state": "pending",
            "dedup_key": dedup_key,
            "message_id": message_id,
            "thread_id": new.thread_id,
            "created_at": now,
            "next_attempt_at": new.not_before,
            "attempts": 0,
            "lease_token": 0,
            "facts": to_json(new.facts) if new.facts else None,
        }
        return insert_row(self._connection, deliveries, row)

    def _report(self, delivery: Delivery, attempt: Attempt, states: Sequence[str], **values: object) -> bool:
        """Move a delivery on and record the attempt; False if the lease was taken over or the state is another.

        The reply to a mail that was under way while its subscriber was erased is not kept: it may name them.
        """
        is_erased = self._connection.scalar(_erased, {"delivery": delivery.id}) is not None
        reply = ERASED if is_erased else attempt.reply
        moved = self._move(delivery, states, attempts=columns.attempts + 1, last_reply=reply, **values)
        if moved:
            row = {
                "delivery_id": delivery.id,
                "at": attempt.at,
                "outcome": attempt.outcome,
                "code": attempt.code,
                "reply": reply,
            }
            self._connection.execute(insert(attempts), row)
        return moved

    def _move(self, delivery: Delivery, states: Sequence[str], **values: object) -> bool:
        conditions = (columns.id == delivery.id, columns.lease_token == delivery.token, columns.state.in_(states))
        moved = update(deliveries).where(*conditions).values(lease_until=None, **values)
        return bool(self._connection.execute(moved).rowcount)

    def _with_items(self, rows: Sequence[AnyRow]) -> list[Delivery]:
        """Return deliveries from their rows; two more queries fetch the items and events of each batch."""
        return [
            delivery
            for start in range(0, len(rows), IDS_AT_A_TIME)
            for delivery in self._batch(rows[start : start + IDS_AT_A_TIME])
        ]

    def _batch(self, rows: Sequence[AnyRow]) -> list[Delivery]:
        item_rows = self._connection.execute(
            _items.where(delivery_items.c.delivery_id.in_([row.delivery_id for row in rows]))
        ).all()
        known = events_by_id(self._connection, events.c.id.in_({row.event_id for row in item_rows}))
        items: dict[int, list[DeliveryItem]] = {}
        for row in item_rows:
            item = DeliveryItem(subscription_of(row), known[row.event_id], row.key)
            items.setdefault(row.delivery_id, []).append(item)
        return [
            Delivery(
                id=row.delivery_id,
                subscriber=subscriber_of(row),
                kind=row.kind,
                state=row.delivery_state,
                message_id=row.message_id,
                thread_id=row.thread_id,
                created_at=row.created_at,
                next_attempt_at=row.next_attempt_at,
                attempts=row.attempts,
                last_reply=row.last_reply,
                items=tuple(items.get(row.delivery_id, ())),
                token=row.lease_token,
                facts=json.loads(row.facts) if row.facts else {},
            )
            for row in rows
        ]
