"""Use cases: what an operator does for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.model import Frequency, Language, Subscriber
from monitor.core.people.link_views import FollowedWatch
from monitor.core.people.sign_up import Wish
from monitor.people.subscriptions import follow, following_of, watch_id_of, watch_names
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock

BY_OPERATOR = "operator"
"""How somebody agreed whom an operator vouched for, and why a subscription ended that an operator ended."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A person and what she follows."""

    subscriber: Subscriber
    following: tuple[FollowedWatch, ...]


class OperatorSubscriptions:
    """What an operator does for people, from the command line or the web page. Raises StorageError.

    The key None is every watch. No letter is written: whoever asked the operator hears it from her.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def everybody(self) -> list[Subscriber]:
        """Everybody who was not removed, by address."""
        with self._unit_of_work.read() as work:
            return work.subscribers.all()

    def followers(self, people: Iterable[Subscriber]) -> list[Follower]:
        """Each with what she follows."""
        with self._unit_of_work.read() as work:
            names = watch_names(work)
            return [Follower(subscriber, following_of(work, subscriber, names)) for subscriber in people]

    def find(self, address: str) -> Follower | None:
        """A person by address, with what she follows; not one who was removed."""
        with self._unit_of_work.read() as work:
            subscriber = work.subscribers.find(address)
            return Follower(subscriber, following_of(work, subscriber, watch_names(work))) if subscriber else None

    def add(self, address: str, language: Language) -> Subscriber:
        """Add a person, confirmed by the operator; one who is there is confirmed (again) and gets the language."""
        with self._unit_of_work.write() as work:
            return work.subscribers.add(address, language, self._clock.now(), how=BY_OPERATOR)

    def confirm(self, address: str, *, suspended_only: bool = False) -> Subscriber | None:
        """Confirm somebody who is there. She as she was until now; None, and nothing done, where there is nobody.

        `suspended_only`: so also where she is not suspended, e.g. waits for her own confirmation.
        """
        with self._unit_of_work.write() as work:
            subscriber = work.subscribers.find(address)
            if subscriber is None or (suspended_only and subscriber.state != "suspended"):
                return None
            work.subscribers.add(subscriber.address, subscriber.language, self._clock.now(), how=BY_OPERATOR)
            return subscriber

    def follow(self, address: str, key: str | None, wish: Wish) -> Subscriber | None:
        """Let her follow a watch, from now on like this; None where there is nobody. Raises UnknownWatch."""
        with self._unit_of_work.write() as work:
            watch_id, subscriber = watch_id_of(work, key), work.subscribers.find(address)
            if subscriber is not None:
                follow(work, subscriber, watch_id, wish, self._clock.now())
            return subscriber

    def tell(self, address: str, key: str | None, frequency: Frequency) -> bool:
        """Tell her this often of what she follows, parts as they are; False where she does not follow it."""
        with self._unit_of_work.write() as work:
            subscriber = work.subscribers.find(address)
            for each, followed in work.subscribers.subscriptions(subscriber) if subscriber else ():
                if followed == key:
                    wish = Wish(frequency, each.only, each.material_only)
                    follow(work, each.subscriber, each.watch_id, wish, self._clock.now())
                    return True
            return False

    def end(self, address: str, key: str | None) -> bool:
        """End a subscription and cancel what is owed through it; False where there is none. Raises UnknownWatch."""
        with self._unit_of_work.write() as work:
            watch_id = None if key is None else work.watches.get(key).id
            subscriber = work.subscribers.find(address)
            return subscriber is not None and work.subscribers.unsubscribe(
                subscriber, watch_id, self._clock.now(), reason=BY_OPERATOR
            )
