"""Pages whose bytes differ at every check: extracted once, then recognised by their markup (docs/decisions, 0027)."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.checking.check import Check
from monitor.core.model import Extraction, Fetched, Outcome, Recipe, Schedule, Watch
from monitor.errors import Timeout
from monitor.extractors.page import Page
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher


class CountingPage(Page):
    """A page extractor that counts its extractions (`read`) and its calls of `markup_sha256` (`asked`)."""

    def __init__(self) -> None:
        self.read = self.asked = 0

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        self.read += 1
        return super().extract(fetched, recipe)

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        self.asked += 1
        return super().markup_sha256(fetched, recipe)


class Laboratory:
    """A page of the town of Almby, and a count of the extractions of each check."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self.unit_of_work, self.clock = unit_of_work, clock
        self.fetcher, self.page = FakeFetcher(clock), CountingPage()
        fetchers = {"http": self.fetcher}
        self.check_watch = Check(unit_of_work, fetchers, Reader([self.page]), clock, sender_domain="example.org")
        self.schedule(Watch("almby", "Almby", "https://example.org/almby"))

    def schedule(self, watch: Watch) -> None:
        self.watch = watch
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule((watch,)), self.clock.now())

    def check(self, says: Any) -> tuple[Outcome, int, int]:
        """Check an hour later; return the outcome, the number of extractions, and how often the markup was hashed."""
        self.clock.move(hours=1)
        self.fetcher.says = says
        self.page.read = self.page.asked = 0
        result = self.check_watch(self.watch, force=True)
        assert result is not None
        return result.outcome, self.page.read, self.page.asked


@pytest.fixture
def laboratory(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Laboratory:
    return Laboratory(unit_of_work, clock)


def says(nonce: int, day: str = "1 mars", promoted: str = "") -> str:
    return (
        f"<html lang=sv><head><title>Almby</title></head><body><script nonce={nonce}>visit({nonce})</script>"
        "<h1>Stöd</h1>"
        f"<p>Ansökan ska ha kommit in senast den {day}. Almby kommun ger stöd till den som behöver det.</p>"
        f"<nav><a href=/nytt>{promoted}</a></nav></body></html>"
    )


def test_noise_is_read_once_and_then_told_by_the_markup(laboratory: Laboratory) -> None:
    assert laboratory.check(says(1)) == (Outcome.FIRST, 1, 0)
    assert laboratory.check(says(2)) == (Outcome.UNCHANGED, 1, 1)
    assert laboratory.check(says(3)) == (Outcome.UNCHANGED, 0, 1)
    assert laboratory.check(says(3)) == (Outcome.UNCHANGED, 0, 0)  # the same bytes
    assert laboratory.check(says(4)) == (Outcome.UNCHANGED, 0, 1)


def test_a_change_in_the_noise_is_seen(laboratory: Laboratory) -> None:
    laboratory.check(says(1))
    laboratory.check(says(2))
    assert laboratory.check(says(3, "2 mars")) == (Outcome.CHANGED, 2, 1)
    assert laboratory.check(says(4, "2 mars")) == (Outcome.UNCHANGED, 1, 1)
    assert laboratory.check(says(5, "2 mars")) == (Outcome.UNCHANGED, 0, 1)
    assert laboratory.check(says(6)) == (Outcome.CHANGED, 2, 1)


def test_where_the_noise_is_read_the_markup_is_asked_for_no_more(laboratory: Laboratory) -> None:
    laboratory.check(says(1, promoted="Lediga jobb"))
    assert laboratory.check(says(2, promoted="Nytt om vatten")) == (Outcome.UNCHANGED, 1, 1)
    assert laboratory.check(says(3, promoted="Nytt om skolan")) == (Outcome.UNCHANGED, 1, 1)
    assert laboratory.check(says(4, promoted="Lediga jobb")) == (Outcome.UNCHANGED, 1, 0)
    assert laboratory.check(says(5, promoted="Lediga jobb")) == (Outcome.UNCHANGED, 1, 0)


def test_an_edited_recipe_is_read_again(laboratory: Laboratory) -> None:
    laboratory.check(says(1))
    laboratory.check(says(2))
    laboratory.schedule(Watch("almby", "Almby", "https://example.org/almby", recipe=Recipe(drop=("h1",))))
    assert laboratory.check(says(3)) == (Outcome.UNCHANGED, 2, 0)
    assert laboratory.check(says(4)) == (Outcome.UNCHANGED, 1, 1)
    assert laboratory.check(says(5)) == (Outcome.UNCHANGED, 0, 1)


def test_a_page_that_was_not_seen_is_read_when_it_comes_back(laboratory: Laboratory) -> None:
    laboratory.check(says(1))
    laboratory.check(says(2))
    laboratory.check(Timeout(seconds=30))
    assert laboratory.check(says(3)) == (Outcome.UNCHANGED, 1, 0)
    assert laboratory.check(says(4)) == (Outcome.UNCHANGED, 0, 1)


def test_an_edited_url_forgets_the_markup_of_the_old_one(laboratory: Laboratory) -> None:
    laboratory.check(says(1))
    laboratory.check(says(2))
    laboratory.schedule(Watch("almby", "Almby", "https://example.org/almby-2"))
    assert laboratory.check(says(3)) == (Outcome.FIRST, 1, 0)
