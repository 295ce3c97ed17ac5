"""Use cases: what an operator does for subscribers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.model import Frequency, Language, Subscriber
from monitor.core.people.link_views import FollowedWatch
from monitor.core.people.sign_up import Wish
from monitor.people.subscriptions import (
    follow,
    followed_key,
    following_of,
    target_of,
    target_of_key,
    unfollow,
    watch_names,
)
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock

BY_OPERATOR = "operator"
"""How a subscriber agreed whom an operator confirmed, and why a subscription ended that an operator ended."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A subscriber and what they follow."""

    subscriber: Subscriber
    following: tuple[FollowedWatch, ...]


class OperatorSubscriptions:
    """What an operator does for subscribers, from the command line or the web page. Raises StorageError.

    A key is that of a watch, `tag:NAME`, or None for every watch. No letter is sent: the operator answers the
    subscriber who asked.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def all_subscribers(self) -> list[Subscriber]:
        """Return all subscribers who were not removed, by address."""
        with self._unit_of_work.read() as work:
            return work.subscribers.all()

    def followers(self, subscribers: Iterable[Subscriber]) -> list[Follower]:
        """Return each subscriber with what they follow."""
        with self._unit_of_work.read() as work:
            names = watch_names(work)
            return [Follower(subscriber, following_of(work, subscriber, names)) for subscriber in subscribers]

    def find(self, address: str) -> Follower | None:
        """Return a subscriber by address, with what they follow; None for one who is unknown or was removed."""
        with self._unit_of_work.read() as work:
            subscriber = work.subscribers.find(address)
            return Follower(subscriber, following_of(work, subscriber, watch_names(work))) if subscriber else None

    def add(self, address: str, language: Language) -> Subscriber:
        """Add a subscriber, confirmed by the operator; a known one is confirmed (again) and gets the language."""
        with self._unit_of_work.write() as work:
            return work.subscribers.add(address, language, self._clock.now(), how=BY_OPERATOR)

    def confirm(self, address: str, *, suspended_only: bool = False) -> Subscriber | None:
        """Confirm a subscriber; return them as they were before. None, and nothing done, for an unknown address.

        `suspended_only`: nothing is done either for a subscriber who is not suspended, e.g. who has yet to confirm.
        """
        with self._unit_of_work.write() as work:
            subscriber = work.subscribers.find(address)
            if subscriber is None or (suspended_only and subscriber.state != "suspended"):
                return None
            work.subscribers.add(subscriber.address, subscriber.language, self._clock.now(), how=BY_OPERATOR)
            return subscriber

    def follow(self, address: str, key: str | None, wish: Wish) -> Subscriber | None:
        """Let a subscriber follow something as `wish` says; None for an unknown address.

        Raises UnknownWatch, UnknownTag.
        """
        with self._unit_of_work.write() as work:
            target, subscriber = target_of_key(work, key), work.subscribers.find(address)
            if subscriber is not None:
                follow(work, subscriber, target, wish, self._clock.now())
            return subscriber

    def tell(self, address: str, key: str | None, frequency: Frequency) -> bool:
        """Change the frequency of a subscription, and nothing else; False where there is no such subscription."""
        with self._unit_of_work.write() as work:
            subscriber = work.subscribers.find(address)
            for subscription, watch_key in work.subscribers.subscriptions(subscriber) if subscriber else ():
                if followed_key(subscription, watch_key) == key:
                    wish = Wish(frequency, subscription.only, subscription.material_only, subscription.only_if)
                    follow(work, subscription.subscriber, target_of(subscription), wish, self._clock.now())
                    return True
            return False

    def end(self, address: str, key: str | None) -> bool:
        """End a subscription and cancel what is owed through it; False where there is none.

        Raises UnknownWatch, UnknownTag.
        """
        with self._unit_of_work.write() as work:
            target = target_of_key(work, key, archived=True)
            subscriber = work.subscribers.find(address)
            return subscriber is not None and unfollow(work, subscriber, target, self._clock.now(), reason=BY_OPERATOR)
