"""The items of a section as its page lists them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bevaka.web.listed_items import MOST_LISTED, listed_items
from monitor.ports.values import SectionItem

NOW, DAY = datetime(2026, 3, 10, 12, tzinfo=UTC), timedelta(days=1)


def item(name: str, date: str | None = None, seen: int = 0, gone: int | None = None) -> SectionItem:
    """Return an item that was first seen, and gone, so many days ago."""
    gone_at = None if gone is None else NOW - gone * DAY
    return SectionItem(name, f"https://x.example/{name}", date, NOW - seen * DAY, gone_at=gone_at)


def names(items: tuple[SectionItem, ...]) -> str:
    return "".join(each.title for each in items)


def test_the_newest_comes_first_by_its_date_else_by_the_day_on_which_it_was_first_seen() -> None:
    items = [item("a", "2026-03-01"), item("b", seen=4), item("c", "2026-03-08"), item("d", "2026-03-01")]
    assert names(listed_items(items, NOW, DAY).listed) == "cbad"


def test_items_without_dates_stay_in_the_order_of_the_section_where_they_came_together() -> None:
    items = [item("a", seen=1), item("b", seen=3), item("c", seen=3)]
    assert names(listed_items(items, NOW, DAY).listed) == "abc"


def test_what_is_gone_is_listed_within_patience_the_last_to_go_first() -> None:
    found = listed_items([item("a"), item("b", gone=2), item("c", gone=1), item("d", gone=3)], NOW, 2 * DAY)
    assert (names(found.listed), names(found.gone)) == ("a", "cb")


def test_of_many_items_the_newest_are_listed_and_the_others_counted() -> None:
    many = [item("n", seen=number) for number in range(MOST_LISTED + 7)]
    gone = [item("g", gone=1)] * (MOST_LISTED + 2)
    found = listed_items([*many, *gone], NOW, DAY)
    assert (len(found.listed), found.more, found.count) == (MOST_LISTED, 7, MOST_LISTED + 7)
    assert (len(found.gone), found.more_gone) == (MOST_LISTED, 2)
    assert max(each.first_seen for each in found.listed) == NOW
