"""Steps shared by the use cases of subscribers and of the operator, within a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.core.model import Subscriber
from monitor.core.people.link_views import FollowedWatch
from monitor.core.people.part_filter import part_name
from monitor.core.people.sign_up import Wish
from monitor.errors import UnknownWatch
from monitor.ports.storage import Work
from monitor.ports.values import WatchRow


def follow(work: Work, subscriber: Subscriber, watch_id: int | None, wish: Wish, now: datetime) -> None:
    """Let a subscriber follow a watch (None: every watch) as `wish` says from now on."""
    only = tuple(dict.fromkeys(map(part_name, wish.only)))  # subscribers write 2§
    work.subscribers.subscribe(
        subscriber,
        watch_id,
        wish.frequency,
        now,
        only=only,
        material_only=wish.material_only,
        only_if=tuple(dict.fromkeys(wish.only_if)),
    )


def following_of(work: Work, subscriber: Subscriber, names: Mapping[int | None, str]) -> tuple[FollowedWatch, ...]:
    """Return what a subscriber follows; `names` are those of `watch_names`."""
    return tuple(
        FollowedWatch(
            key,
            names.get(subscription.watch_id),
            Wish(subscription.frequency, subscription.only, subscription.material_only, subscription.only_if),
            subscription.created_at,
        )
        for subscription, key in work.subscribers.subscriptions(subscriber)
    )


def watch_names(work: Work) -> dict[int | None, str]:
    """Return the name of every watch by its id, archived ones included."""
    return {row.id: row.watch.name for row in work.watches.all(archived=True)}


def watch_id_of(work: Work, key: str | None) -> int | None:
    """Return the id of a watch, None for every watch. Raises UnknownWatch."""
    return None if key is None else watch_ids_of(work, [key])[key]


def watch_ids_of(work: Work, keys: Iterable[str | None]) -> dict[str | None, int | None]:
    """Return the ids of several watches by key, reading the watches once. Raises UnknownWatch."""
    rows = {row.watch.key: row for row in work.watches.all()}
    return {key: None if key is None else known(rows, key).id for key in keys}


def known(rows: Mapping[str, WatchRow], key: str) -> WatchRow:
    """Return the watch with this key. Raises UnknownWatch."""
    if key not in rows:
        raise UnknownWatch(key, tuple(rows))
    return rows[key]
