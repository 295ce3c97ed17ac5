"""A change and who follows the page -> what is owed.

Who wants to know at once is owed a mail of her own; a digest gathers what happened until it is due. A digest is
never due on the day of an event: nothing that is still being recorded can miss it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.core.model import Event, EventKind, NewDelivery, Subscription

DIGEST_TIME = time(8, 0)
MONDAY = 7


def fan_out(
    event: Event,
    following: Sequence[Subscription],
    now: datetime,
    *,
    watch_key: str,
    sender_domain: str,
    timezone: str,
    owed: bool,
) -> list[NewDelivery]:
    """One delivery for each person, however many of her subscriptions cover the watch, in the order of `following`.

    Her subscription to this very watch says how often; the delivery cites all that cover it, so that ending one of
    them does not take away what the other still owes. `owed`: whether a change is worth telling; other kinds of
    event always are. The ids are the same for equal arguments, whenever and wherever they are made.
    """
    if event.kind is EventKind.CHANGED and not owed:
        return []
    deliveries = []
    for covering in _by_person(following):
        person, frequency = covering[0].subscriber.id, covering[0].frequency
        items = tuple((subscription.id, event.id) for subscription in covering)
        kind: Literal["mail", "digest"] = "mail" if frequency == "immediately" else "digest"
        if kind == "mail":
            key = f"mail:{watch_key}:{event.kind.value}:{_stamp(event.at)}:{event.id}:{person}"
            thread, not_before = f"thread:{watch_key}:{person}", now
        else:
            not_before = _digest_due(now, timezone, weekly=frequency == "weekly")
            key, thread = f"digest:{_stamp(not_before)}:{person}", f"thread:digest:{person}"
        ids = message_id(key, sender_domain), message_id(thread, sender_domain)
        deliveries.append(NewDelivery(person, kind, key, *ids, not_before, items))
    return deliveries


def message_id(key: str, domain: str) -> str:
    """A Message-ID (RFC 5322, 3.6.4) that is the same for the same key for ever."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _by_person(following: Iterable[Subscription]) -> list[list[Subscription]]:
    """Each person's subscriptions, the one to the watch itself first."""
    people: dict[int, list[Subscription]] = {}
    for subscription in following:
        people.setdefault(subscription.subscriber.id, []).append(subscription)
    return [sorted(covering, key=lambda subscription: subscription.watch_id is None) for covering in people.values()]


def _digest_due(now: datetime, timezone: str, *, weekly: bool) -> datetime:
    """Tomorrow, or next Monday, at eight by the wall clock there."""
    zone = ZoneInfo(timezone)
    today: date = now.astimezone(zone).date()
    days = MONDAY - today.weekday() if weekly else 1
    return datetime.combine(today + timedelta(days=days), DIGEST_TIME, zone).astimezone(UTC)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
