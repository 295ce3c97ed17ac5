"""Fan-out: from an event and its subscriptions to deliveries.

A subscription with the frequency "immediately" is owed a mail of its own; a digest gathers events until it is due. A
digest is never due on the day of an event: nothing that is still being recorded can miss it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from monitor.core.model import Event, EventKind, Frequency, NewDelivery, Subscriber, Subscription
from monitor.core.people.quiet_hours_and_digests import next_digest

NARROWED = frozenset({EventKind.CHANGED, EventKind.IN_FORCE})
"""Events that a subscription limited to parts gets for those parts alone; other events concern the whole page."""
MOST_EAGER_FIRST: tuple[Frequency, ...] = ("immediately", "daily", "weekly")


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

    The subscriptions to the watch itself and to its tags set the frequency: the most eager of those that want the
    event. One to every watch counts where there is no other. The delivery cites all of them, so that ending one does
    not cancel what another still owes. `owed`: whether a change is to be notified; other kinds of event always are.
    `concerns`: whether the event falls under the parts that a subscription is limited to, `touches`: whether a change
    touches one of its words. What takes effect on one day is one mail, and so are the documents of a page that one
    check could not see, or saw again. Equal arguments give equal ids, whenever and wherever they are made.
    """
    if event.kind is EventKind.CHANGED and not owed:
        return []
    deliveries = []
    for covering in _by_subscriber(following):
        named = [subscription for subscription in covering if not subscription.is_to_every_watch] or covering
        wanting = [subscription for subscription in named if _wants(subscription, event, concerns, touches)]
        if not wanting:
            continue
        subscriber = wanting[0].subscriber
        frequency = min((subscription.frequency for subscription in wanting), key=MOST_EAGER_FIRST.index)
        cited = [*wanting, *(subscription for subscription in covering if subscription not in named)]
        items = tuple((subscription.id, event.id) for subscription in cited)
        kind: Literal["mail", "digest"] = "mail" if frequency == "immediately" else "digest"
        if kind == "mail":
            cause = _cause(event)
            key = f"mail:{watch_key}:{event.kind.value}:{cause}:{subscriber.id}"
            ids = message_id(key, sender_domain), message_id(f"thread:{watch_key}:{subscriber.id}", sender_domain)
            deliveries.append(NewDelivery(subscriber.id, kind, key, *ids, now, items))
        else:
            due = next_digest(now, subscriber.preferences, timezone, weekly=frequency == "weekly")
            deliveries.append(digest(subscriber, due, items, sender_domain))
    return deliveries


def _cause(event: Event) -> str:
    """Return what tells the mail about an event from others of its watch and kind; events that share it are one."""
    if event.due_on:
        return event.due_on.isoformat()
    return f"{_stamp(event.at)}:{'documents' if event.is_about_document else event.id}"


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


def _wants(
    subscription: Subscription,
    event: Event,
    concerns: Callable[[tuple[str, ...]], bool],
    touches: Callable[[tuple[str, ...]], bool],
) -> bool:
    """True if the event passes all by which the subscription is narrowed."""
    if event.kind in NARROWED and subscription.only and not concerns(subscription.only):
        return False
    if event.kind is EventKind.CHANGED and subscription.only_if and not touches(subscription.only_if):
        return False
    return not (subscription.material_only and event.change is not None and not event.change.material)


def _by_subscriber(following: Iterable[Subscription]) -> list[list[Subscription]]:
    """Group subscriptions by subscriber: the one to the watch itself first, then to tags, then to every watch."""
    by_id: dict[int, list[Subscription]] = {}
    for subscription in following:
        by_id.setdefault(subscription.subscriber.id, []).append(subscription)
    return [sorted(covering, key=_order) for covering in by_id.values()]


def _order(subscription: Subscription) -> tuple[bool, bool]:
    return subscription.is_to_every_watch, subscription.watch_id is None


def as_one(covering: Sequence[Subscription]) -> Subscription:
    """Return what the subscriptions through which one event is owed come to: as eager and as wide as they are together.

    One to every watch adds nothing to others. `tag` is there where the event is owed through tags alone.
    """
    named = [subscription for subscription in covering if not subscription.is_to_every_watch] or covering
    if len(named) == 1:
        return named[0]
    only, words = ([getattr(each, narrowed) for each in named] for narrowed in ("only", "only_if"))
    return replace(
        named[0],
        frequency=min((subscription.frequency for subscription in named), key=MOST_EAGER_FIRST.index),
        only=_together(only) if not any(words) else (),
        only_if=_together(words) if not any(only) else (),
        tag=named[0].tag if all(subscription.tag for subscription in named) else None,
    )


def _together(narrowed: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return all parts, or all words, each once; none, which is everything, if one of them names none."""
    return tuple(dict.fromkeys(each for some in narrowed for each in some)) if all(narrowed) else ()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
