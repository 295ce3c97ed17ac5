"""Fan-out: from an event and its subscriptions to deliveries.

A subscription with the frequency "immediately" is owed a mail of its own; a digest gathers events until it is due. A
digest is never due on the day of an event: nothing that is still being recorded can miss it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from monitor.core.model import Event, EventKind, NewDelivery, Subscriber, Subscription
from monitor.core.people.quiet_hours_and_digests import next_digest

NARROWED = frozenset({EventKind.CHANGED, EventKind.IN_FORCE})
"""Events that a subscription limited to parts gets for those parts alone; other events concern the whole page."""


def fan_out(
    event: Event,
    following: Sequence[Subscription],
    now: datetime,
    *,
    watch_key: str,
    sender_domain: str,
    timezone: str,
    owed: bool,
    concerns: Callable[[tuple[str, ...]], bool] = lambda _: True,
    touches: Callable[[tuple[str, ...]], bool] = lambda _: True,
) -> list[NewDelivery]:
    """Return one delivery per subscriber, however many subscriptions cover the watch, in the order of `following`.

    The subscription to the watch itself sets the frequency; the delivery cites all that cover the watch, so that ending
    one of them does not cancel what another still owes. `owed`: whether a change is to be notified; other kinds of
    event always are. `concerns`: whether the event falls under the parts that a subscription is limited to, `touches`:
    whether a change touches one of its words. What takes effect on one day is one mail. Equal arguments give equal ids,
    whenever and wherever they are made.
    """
    if event.kind is EventKind.CHANGED and not owed:
        return []
    deliveries = []
    for covering in _by_subscriber(following):
        if event.kind in NARROWED and covering[0].only and not concerns(covering[0].only):
            continue
        if event.kind is EventKind.CHANGED and covering[0].only_if and not touches(covering[0].only_if):
            continue
        if covering[0].material_only and event.change is not None and not event.change.material:
            continue
        subscriber, frequency = covering[0].subscriber, covering[0].frequency
        items = tuple((subscription.id, event.id) for subscription in covering)
        kind: Literal["mail", "digest"] = "mail" if frequency == "immediately" else "digest"
        if kind == "mail":
            cause = event.due_on.isoformat() if event.due_on else f"{_stamp(event.at)}:{event.id}"
            key = f"mail:{watch_key}:{event.kind.value}:{cause}:{subscriber.id}"
            ids = message_id(key, sender_domain), message_id(f"thread:{watch_key}:{subscriber.id}", sender_domain)
            deliveries.append(NewDelivery(subscriber.id, kind, key, *ids, now, items))
        else:
            due = next_digest(now, subscriber.preferences, timezone, weekly=frequency == "weekly")
            deliveries.append(digest(subscriber, due, items, sender_domain))
    return deliveries


def digest(
    subscriber: Subscriber, due: datetime, items: tuple[tuple[int, int], ...], sender_domain: str
) -> NewDelivery:
    """Return a subscriber's digest due at `due`; its key is equal for equal times, so that later events join it."""
    key = f"digest:{_stamp(due)}:{subscriber.id}"
    ids = message_id(key, sender_domain), message_id(f"thread:digest:{subscriber.id}", sender_domain)
    return NewDelivery(subscriber.id, "digest", key, *ids, due, items)


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID (RFC 5322, 3.6.4) for a key, always the same for the same key."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _by_subscriber(following: Iterable[Subscription]) -> list[list[Subscription]]:
    """Group subscriptions by subscriber, the one to the watch itself first."""
    by_id: dict[int, list[Subscription]] = {}
    for subscription in following:
        by_id.setdefault(subscription.subscriber.id, []).append(subscription)
    return [sorted(covering, key=lambda subscription: subscription.watch_id is None) for covering in by_id.values()]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
