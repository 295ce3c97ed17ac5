"""The items of a section as its page lists them, the newest first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.ports.values import SectionItem

MOST_LISTED = 50
"""Items that the page of a section lists of those that are there, and of those that are gone."""
SHOWN_AT_ONCE = 10
"""Items that are shown without unfolding the others."""


@dataclass(frozen=True, slots=True)
class ListedItems:
    """The items that a section lists now, and those that it lists no longer: each the newest first.

    `more` and `more_gone` count those that are left out.
    """

    listed: tuple[SectionItem, ...]
    more: int
    gone: tuple[SectionItem, ...]
    more_gone: int

    @property
    def count(self) -> int:
        """How many items the section lists now."""
        return len(self.listed) + self.more


def listed_items(items: Sequence[SectionItem], now: datetime, patience: timedelta) -> ListedItems:
    """Return what the page of a section lists; `items` are in the order of the section.

    An item without a date is as new as the day on which it was first seen. What has been gone for longer than
    `patience` is left out, as are the watches of such items.
    """
    listed = sorted((item for item in items if item.gone_at is None), key=_newness, reverse=True)
    gone_at = [(item.gone_at, item) for item in items if item.gone_at is not None and now - item.gone_at <= patience]
    gone = [item for _, item in sorted(gone_at, key=lambda pair: pair[0], reverse=True)]
    return ListedItems(
        tuple(listed[:MOST_LISTED]),
        max(0, len(listed) - MOST_LISTED),
        tuple(gone[:MOST_LISTED]),
        max(0, len(gone) - MOST_LISTED),
    )


def _newness(item: SectionItem) -> tuple[str, datetime]:
    return item.date or item.first_seen.date().isoformat(), item.first_seen
