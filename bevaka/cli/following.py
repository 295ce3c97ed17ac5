"""Subscriptions in words, and the use case by which the operator changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bevaka.assembly import Assembly
    from monitor.core.model import Language, Subscriber
    from monitor.core.people.link_views import FollowedWatch
    from monitor.people.by_operator import OperatorSubscriptions

EVERY_WATCH_LABEL = "every watch"


def parts_suffix(only: tuple[str, ...]) -> str:
    """Return what to append to a watch of which only these parts are followed; empty for the whole page."""
    return f" ({', '.join(only)} only)" if only else ""


def words_suffix(only_if: tuple[str, ...]) -> str:
    """Return what to append where only changes of some words are told; empty for any change."""
    return f" (where it says {' or '.join(only_if)})" if only_if else ""


def in_words(following: Iterable[FollowedWatch]) -> str:
    """Return subscriptions as a list in words; "nothing" for none."""
    return ", ".join(map(_subscription, following)) or "nothing"


def _subscription(followed: FollowedWatch) -> str:
    wish = followed.wish
    how_often = "" if wish.frequency == "immediately" else f" ({wish.frequency})"
    return f"{followed.key or EVERY_WATCH_LABEL}{parts_suffix(wish.only)}{words_suffix(wish.only_if)}{how_often}"


def operator_subscriptions(assembly: Assembly) -> OperatorSubscriptions:
    """Return the use case by which the operator changes subscriptions."""
    from monitor.people.by_operator import OperatorSubscriptions

    return OperatorSubscriptions(assembly.unit_of_work, assembly.clock)


def add_subscriber(assembly: Assembly, address: str, language: str | None) -> Subscriber:
    """Add a subscriber, or confirm a known one; without a language theirs stays, or is the schedule's."""
    subscriptions = operator_subscriptions(assembly)
    known = subscriptions.find(address)
    chosen = cast("Language", language or (known.subscriber.language if known else assembly.schedule.language))
    return subscriptions.add(address, chosen)
