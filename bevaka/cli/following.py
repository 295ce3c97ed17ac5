"""What subscribers follow: in words, and changed by the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bevaka.assembly import Assembly
    from monitor.core.model import Language, Subscriber
    from monitor.core.people.link_views import FollowedWatch
    from monitor.people.by_operator import OperatorSubscriptions

EVERY_WATCH_LABEL = "every watch"


def narrowed(only: tuple[str, ...]) -> str:
    """Return the parts of a page that alone are followed, in words; empty for the whole page."""
    return f" ({', '.join(only)} only)" if only else ""


def follows(following: Iterable[FollowedWatch]) -> str:
    """Return subscriptions in words."""
    words = [
        (each.key or EVERY_WATCH_LABEL)
        + narrowed(wish.only)
        + ("" if wish.frequency == "immediately" else f" ({wish.frequency})")
        for each in following
        for wish in [each.wish]
    ]
    return ", ".join(words) or "nothing"


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
