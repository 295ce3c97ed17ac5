"""A feed that is read as a page: what fell off its end, what was taken out, and the addresses of its entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.core.judging.compare import compare
from monitor.core.model import Change, Changed, Extraction, Fetched, Recipe
from monitor.extractors.plain import Plain
from monitor.wording.summary import summarise

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def feed(numbers: Sequence[int], *, moved: int | None = None, element: str = "item") -> Extraction:
    """Return a feed of these entries; the address of the `moved` one is another."""
    entries = "".join(
        f"<{element}><title>Nyhet {n} om stöd</title><link>https://x.example/{n}{'-2' if n == moved else ''}</link>"
        f"<description>&lt;p&gt;Länsstyrelsen beslutar i ärende {n}.&lt;/p&gt;</description></{element}>"
        for n in numbers
    )
    body = f"<rss><channel><title>Nyheter</title>{entries}</channel></rss>".encode()
    headers = (("Content-Type", "application/rss+xml; charset=utf-8"),)
    return Plain().extract(Fetched("https://x.example/feed", 200, headers, body, NOW), Recipe())


def change(before: Extraction, after: Extraction) -> Change:
    verdict = compare(before, after, fetched_after=NOW)
    assert isinstance(verdict, Changed)
    return verdict.change


def held_back(found: Change) -> list[tuple[str, str]]:
    return [(block.rule, block.before or "") for block in found.blocks if not block.material]


def told(found: Change) -> set[str | None]:
    return {block.op for block in found.blocks if block.material}


def test_the_oldest_entries_that_fall_off_as_new_ones_come_are_held_back_and_listed() -> None:
    found = change(feed(range(10, 0, -1)), feed(range(12, 2, -1)))
    assert held_back(found) == [("item-gone", "Nyhet 2 om stöd"), ("item-gone", "Nyhet 1 om stöd")]
    assert told(found) == {"added"}
    assert found.blocks[-1].links_before[0].target == "https://x.example/1"
    assert "borttag" not in summarise(found)["sv"]


@pytest.mark.parametrize(
    "after",
    [
        [10, 9, 8, 7, 6, 4, 3, 2, 1],  # out of the middle
        [10, 9, 8, 7, 6, 5, 4, 3, 2],  # the last alone: nothing new pushed it off
        [11, 10, 9, 8, 7, 6, 5, 4],  # more than came
        [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2],  # the feed grew
        [8, 7, 6, 5, 4, 3, 2, 1, 0, -1],  # the newest ones
    ],
)
def test_any_other_entry_that_is_gone_is_told(after: list[int]) -> None:
    found = change(feed(range(10, 0, -1)), feed(after))
    assert held_back(found) == []
    assert "removed" in told(found)


def test_an_entry_out_of_the_middle_is_told_beside_one_that_fell_off() -> None:
    found = change(feed(range(10, 0, -1)), feed([11, 10, 9, 8, 7, 6, 4, 3, 2]))
    assert held_back(found) == [("item-gone", "Nyhet 1 om stöd")]
    assert {block.before for block in found.blocks if block.material and block.op == "removed"} >= {"Nyhet 5 om stöd"}


def test_a_list_that_is_no_feed_has_no_entries_that_fall_off() -> None:
    before, after = feed([2, 1], element="post"), feed([3, 2], element="post")
    assert before.is_feed
    assert held_back(change(before, after)) == []


def test_another_address_of_an_entry_is_a_link_and_no_figure() -> None:
    found = change(feed([3, 2, 1]), feed([3, 2, 1], moved=2))
    assert [(block.rule, block.category) for block in found.blocks] == [("link-target", "link")]
    assert summarise(found) == {
        "sv": "1 länk ändrad under ”Nyhet 2 om stöd”: 2 → 2-2",
        "en": "1 link changed under “Nyhet 2 om stöd”: 2 → 2-2",
    }


def test_a_feed_without_headlines_is_compared_as_any_text() -> None:
    before, after = (
        Plain().extract(
            Fetched("https://x.example/feed", 200, (("Content-Type", "application/rss+xml"),), body, NOW), Recipe()
        )
        for body in (b"<rss>ett</rss>", b"<rss>tv\xc3\xa5</rss>")
    )
    assert told(change(before, after)) == {"edited"}
