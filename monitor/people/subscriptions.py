"""Steps shared by the use cases of subscribers and of the operator, within a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from monitor.core.model import KnownTag, Language, Subscriber, Subscription
from monitor.core.people.followed_keys import tag_key, tag_of
from monitor.core.people.link_views import FollowedWatch
from monitor.core.people.part_filter import part_name
from monitor.core.people.sign_up import Wish
from monitor.errors import UnknownTag, UnknownWatch
from monitor.ports.storage import Work
from monitor.ports.values import WatchRow
from monitor.wording.catalogue import words_for


class Target(NamedTuple):
    """What is followed: a watch, the watches that have a tag, or every watch where both are None."""

    watch_id: int | None = None
    tag_id: int | None = None


def target_of(subscription: Subscription) -> Target:
    """Return what a subscription is to."""
    return Target(subscription.watch_id, subscription.tag.id if subscription.tag else None)


def follow(work: Work, subscriber: Subscriber, target: Target, wish: Wish, now: datetime) -> None:
    """Let a subscriber follow something as `wish` says from now on. A tag is followed whole: it has no parts."""
    only = tuple(dict.fromkeys(map(part_name, wish.only)))  # subscribers write 2§
    work.subscribers.subscribe(
        subscriber,
        target.watch_id,
        wish.frequency,
        now,
        only=only if target.tag_id is None else (),
        material_only=wish.material_only,
        only_if=tuple(dict.fromkeys(wish.only_if)),
        tag_id=target.tag_id,
    )


def unfollow(work: Work, subscriber: Subscriber, target: Target, now: datetime, *, reason: str) -> bool:
    """End a subscription and cancel what is owed through it; False if there is none."""
    return work.subscribers.unsubscribe(subscriber, target.watch_id, now, reason=reason, tag_id=target.tag_id)


def followed_key(subscription: Subscription, watch_key: str | None) -> str | None:
    """Return the key of what a subscription is to; `watch_key` is that of its watch."""
    return tag_key(subscription.tag.key) if subscription.tag else watch_key


def following_of(work: Work, subscriber: Subscriber, names: Mapping[int | None, str]) -> tuple[FollowedWatch, ...]:
    """Return what a subscriber follows; `names` are those of `watch_names`."""
    return tuple(
        FollowedWatch(
            followed_key(subscription, key),
            subscription.tag.name if subscription.tag else names.get(subscription.watch_id),
            Wish(subscription.frequency, subscription.only, subscription.material_only, subscription.only_if),
            subscription.created_at,
        )
        for subscription, key in work.subscribers.subscriptions(subscriber)
    )


def watch_names(work: Work) -> dict[int | None, str]:
    """Return the name of every watch by its id, archived ones included."""
    return {row.id: row.watch.name for row in work.watches.all(archived=True)}


def name_in_words(subscription: Subscription, names: Mapping[int | None, str], language: Language) -> str:
    """Return what a subscription is to, for a letter or a page: "" for every watch."""
    return tag_in_words(subscription.tag, language) if subscription.tag else names.get(subscription.watch_id, "")


def tag_in_words(tag: KnownTag, language: Language) -> str:
    """Return a tag as it is named among pages."""
    return words_for(language).say("tag_named", name=tag.name)


def target_of_key(work: Work, key: str | None, *, archived: bool = False) -> Target:
    """Return what a key names; `archived`: also what is no longer in the schedule. Raises UnknownWatch, UnknownTag."""
    if key is not None and archived and tag_of(key) is None:
        return Target(work.watches.get(key).id)
    return targets_of(work, [key], archived=archived)[key]


def targets_of(work: Work, keys: Iterable[str | None], *, archived: bool = False) -> dict[str | None, Target]:
    """Return what each of several keys names, reading watches and tags once. Raises UnknownWatch, UnknownTag."""
    keys = list(keys)
    rows = {row.watch.key: row for row in work.watches.all()} if any(map(_is_of_watch, keys)) else {}
    tags = {tag.key: tag for tag in work.tags.all(archived=archived)} if any(map(tag_of, keys)) else {}
    return {key: _target(key, rows, tags) for key in keys}


def _is_of_watch(key: str | None) -> bool:
    return key is not None and tag_of(key) is None


def _target(key: str | None, rows: Mapping[str, WatchRow], tags: Mapping[str, KnownTag]) -> Target:
    tag = tag_of(key)
    if tag is not None:
        return Target(tag_id=known_tag(tags, tag).id)
    return Target(None if key is None else known(rows, key).id)


def known(rows: Mapping[str, WatchRow], key: str) -> WatchRow:
    """Return the watch with this key. Raises UnknownWatch."""
    if key not in rows:
        raise UnknownWatch(key, tuple(rows))
    return rows[key]


def known_tag(tags: Mapping[str, KnownTag], key: str) -> KnownTag:
    """Return the tag with this key. Raises UnknownTag."""
    if key not in tags:
        raise UnknownTag(key, tuple(tags))
    return tags[key]
