"""A change and who follows the page -> what is owed.

Who wants to know at once is owed a mail of her own; a digest gathers what happened until it is due. A digest is
never due on the day of an event: nothing that is still being recorded can miss it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from monitor.core.model import Event, EventKind, NewDelivery, Subscriber, Subscription
from monitor.core.people.quiet_hours_and_digests import next_digest

NARROWED = frozenset({EventKind.CHANGED, EventKind.IN_FORCE})
"""What somebody who follows a part of a page is told of that part alone; whether it can be seen concerns all of it."""


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
) -> list[NewDelivery]:
    """One delivery for each person, however many of her subscriptions cover the watch, in the order of `following`.

    Her subscription to this very watch says how often; the delivery cites all that cover it, so that ending one of
    them does not take away what the other still owes. `owed`: whether a change is worth telling; other kinds of
    event always are. `concerns`: whether it falls under the parts that a subscription is narrowed to. What takes effect
    on one day is one mail. The ids are the same for equal arguments, whenever and wherever they are made.
    """
    if event.kind is EventKind.CHANGED and not owed:
        return []
    deliveries = []
    for covering in _by_person(following):
        if event.kind in NARROWED and covering[0].only and not concerns(covering[0].only):
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
    """A person's digest that is due then: equal for equal moments, so that whatever falls into it joins it."""
    key = f"digest:{_stamp(due)}:{subscriber.id}"
    ids = message_id(key, sender_domain), message_id(f"thread:digest:{subscriber.id}", sender_domain)
    return NewDelivery(subscriber.id, "digest", key, *ids, due, items)


def message_id(key: str, domain: str) -> str:
    """A Message-ID (RFC 5322, 3.6.4) that is the same for the same key for ever."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _by_person(following: Iterable[Subscription]) -> list[list[Subscription]]:
    """Each person's subscriptions, the one to the watch itself first."""
    people: dict[int, list[Subscription]] = {}
    for subscription in following:
        people.setdefault(subscription.subscriber.id, []).append(subscription)
    return [sorted(covering, key=lambda subscription: subscription.watch_id is None) for covering in people.values()]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
