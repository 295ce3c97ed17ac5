"""Values that a signed link shows to its subscriber."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import Alert, Frequency, Language, Subscriber
from monitor.core.people.followed_keys import tag_of
from monitor.core.people.sign_up import Wish


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """What a link would confirm. `watches` are names, None for every watch; `done`: it was confirmed before.

    `only_if` are patterns of words, of which a change must touch one to be told.
    """

    done: bool
    language: Language
    address: str
    watches: tuple[str, ...] | None
    frequency: Frequency
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmedView:
    """What was confirmed; `again`: it had been confirmed before. `manage` is a token; the rest as in `ConfirmView`."""

    again: bool
    language: Language
    manage: str
    watches: tuple[str, ...] | None
    frequency: Frequency
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowedWatch:
    """One thing that a subscriber follows: a watch, a tag (`tag:NAME`), or every watch (`key` and `name` are None)."""

    key: str | None
    name: str | None
    wish: Wish
    since: datetime

    @property
    def is_tag(self) -> bool:
        """True if a tag is followed."""
        return tag_of(self.key) is not None


@dataclass(frozen=True, slots=True)
class FollowableWatch:
    """A watch, or a tag (`tag:NAME`), that can be followed; `alert` is what it tells of at all."""

    key: str
    name: str
    alert: Alert

    @property
    def is_tag(self) -> bool:
        """True of a tag."""
        return tag_of(self.key) is not None


def alert_of(alerts: Iterable[Alert]) -> Alert:
    """Return what several watches together tell of: any change if one of them does."""
    return "any" if "any" in alerts else "material"


@dataclass(frozen=True, slots=True)
class ManageView:
    """A subscriber, what they follow, and everything that can be followed."""

    subscriber: Subscriber
    following: tuple[FollowedWatch, ...]
    watches: tuple[FollowableWatch, ...]
    tags: tuple[FollowableWatch, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftView:
    """What a link leaves, or has left: names ("" for every watch), empty if left before.

    It holds no other link: whoever has a link to leave, for years, may leave and nothing else.
    """

    names: tuple[str, ...]
    remaining: int
    language: Language
