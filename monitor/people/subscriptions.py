"""What people follow, in one transaction: both for what they do themselves and for what an operator does for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.core.model import Subscriber
from monitor.core.people.link_views import FollowedWatch
from monitor.core.people.part_filter import part_name
from monitor.core.people.sign_up import Wish
from monitor.errors import UnknownWatch
from monitor.ports.storage import Work
from monitor.ports.values import WatchRow


def follow(work: Work, subscriber: Subscriber, watch_id: int | None, wish: Wish, now: datetime) -> None:
    """Let her follow a watch (None: every one) like this from now on."""
    only = tuple(dict.fromkeys(map(part_name, wish.only)))  # a reader writes 2§
    work.subscribers.subscribe(subscriber, watch_id, wish.frequency, now, only=only, material_only=wish.material_only)


def following_of(work: Work, subscriber: Subscriber, names: Mapping[int | None, str]) -> tuple[FollowedWatch, ...]:
    """What she follows; `names` are those of `watch_names`."""
    return tuple(
        FollowedWatch(
            key,
            names.get(each.watch_id),
            Wish(each.frequency, each.only, each.material_only),
            each.created_at,
        )
        for each, key in work.subscribers.subscriptions(subscriber)
    )


def watch_names(work: Work) -> dict[int | None, str]:
    """What every watch is called, archived ones too."""
    return {row.id: row.watch.name for row in work.watches.all(archived=True)}


def watch_id_of(work: Work, key: str | None) -> int | None:
    """The id of a watch, None for every one. Raises UnknownWatch."""
    return None if key is None else known({row.watch.key: row for row in work.watches.all()}, key).id


def known(rows: Mapping[str, WatchRow], key: str) -> WatchRow:
    """The watch with this key. Raises UnknownWatch."""
    if key not in rows:
        raise UnknownWatch(key, tuple(rows))
    return rows[key]
