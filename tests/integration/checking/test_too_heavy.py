"""Pages that are too heavy to read or to compare: not seen, and not read again until they change or somebody asks."""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.comparer import Comparer
from monitor.core.model import Outcome, Recipe, Schedule
from monitor.errors import HeavyWorkFailed, HeavyWorkStopped, HttpStatus, TooHeavy
from monitor.extractors.page import Page
from monitor.heavy_work.budget import FOR_CHECKS, MOST_BYTES_HERE
from monitor.heavy_work.children import Children
from monitor.reader import Reader
from monitor.wording.reasons import reason_sentence
from storage.engine import open_engine
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.deadly import DeadlyPage
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.heavy import FakeHeavyWork
from tests.integration.checking.test_check import WATCH, page

PADDING = "x" * MOST_BYTES_HERE
TOO_HEAVY = TooHeavy(seconds=20)


class Laboratory:
    """A watch of a large page, and heavy work that does what the test says."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self.unit_of_work, self.clock = unit_of_work, clock
        self.fetcher = FakeFetcher(clock, page(noise=PADDING))
        self.heavy_work = FakeHeavyWork()
        self.start()
        with unit_of_work.write() as work:
            work.watches.sync(Schedule((WATCH,)), clock.now())

    def start(self) -> None:
        """Start the program anew."""
        reader, comparer = Reader([Page()], self.heavy_work), Comparer(self.heavy_work)
        self.check_watch = Check(
            self.unit_of_work,
            {"http": self.fetcher},
            reader,
            self.clock,
            sender_domain="example.org",
            comparer=comparer,
        )

    def check(self, *, asked: bool = False) -> CheckResult | None:
        """Check the watch when it is due next, or because an operator asks."""
        self.clock.move(hours=30)
        return self.check_watch(WATCH, force=asked)

    def outcome(self, *, asked: bool = False) -> tuple[Outcome, str | None]:
        result = self.check(asked=asked)
        assert result is not None
        return result.outcome, reason_sentence(result.reason, "sv") if result.reason else None


@pytest.fixture
def laboratory(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Laboratory:
    return Laboratory(unit_of_work, clock)


NOT_SEEN = (Outcome.NOT_SEEN, "för tung att läsa: det tog mer än 20 sekunder")


def test_an_ordinary_page_is_read_where_it_was_fetched(laboratory: Laboratory) -> None:
    laboratory.fetcher.says = page()
    assert laboratory.outcome() == (Outcome.FIRST, None)
    laboratory.fetcher.says = page("Redovisas senast den 1 april varje år.")
    assert laboratory.outcome() == (Outcome.CHANGED, None)
    assert laboratory.heavy_work.asked == 0


def test_a_large_page_is_read_as_heavy_work(laboratory: Laboratory) -> None:
    assert laboratory.outcome() == (Outcome.FIRST, None)
    assert laboratory.heavy_work.asked == 1


def test_a_page_that_was_too_heavy_is_not_read_again_whatever_comes_between(laboratory: Laboratory) -> None:
    laboratory.heavy_work.error = TOO_HEAVY
    assert laboratory.outcome() == NOT_SEEN
    assert laboratory.outcome() == NOT_SEEN
    laboratory.start()
    assert laboratory.outcome() == NOT_SEEN
    laboratory.fetcher.says = HttpStatus(status=503, url=WATCH.url)
    assert laboratory.outcome()[0] is Outcome.NOT_SEEN
    laboratory.fetcher.says = page(noise=PADDING)
    assert laboratory.outcome() == NOT_SEEN
    assert laboratory.heavy_work.asked == 1


def test_it_is_read_again_when_it_has_changed(laboratory: Laboratory) -> None:
    laboratory.heavy_work.error = TOO_HEAVY
    laboratory.check()
    laboratory.heavy_work.error = None
    laboratory.fetcher.says = page(noise=f"{PADDING}x")
    assert laboratory.outcome() == (Outcome.FIRST, None)
    laboratory.fetcher.says = page(noise=PADDING)
    assert laboratory.outcome() == (Outcome.UNCHANGED, None)


def test_it_is_read_again_when_an_operator_asks(laboratory: Laboratory) -> None:
    laboratory.heavy_work.error = TOO_HEAVY
    laboratory.check()
    assert laboratory.outcome(asked=True) == NOT_SEEN
    assert laboratory.heavy_work.asked == 2
    laboratory.heavy_work.error = None
    assert laboratory.outcome(asked=True) == (Outcome.FIRST, None)


def test_it_is_read_again_under_another_recipe(laboratory: Laboratory) -> None:
    laboratory.heavy_work.error = TOO_HEAVY
    laboratory.check()
    laboratory.heavy_work.error = None
    laboratory.clock.move(hours=30)
    edited = replace(WATCH, recipe=Recipe(keep="main"))
    result = laboratory.check_watch(edited, force=False)
    assert result is not None
    assert result.outcome is Outcome.FIRST


def test_it_is_read_again_by_another_version_of_the_reader(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    laboratory.heavy_work.error = TOO_HEAVY
    laboratory.check()
    laboratory.heavy_work.error = None
    monkeypatch.setattr(Page, "VERSION", Page.VERSION + 1)
    assert laboratory.outcome() == (Outcome.FIRST, None)


def died_of(check: Callable[[], object]) -> int:
    """Check in a forked process; return the signal that it died of, 0 for none."""
    child = os.fork()
    if child == 0:
        faulthandler.disable()  # its report would be no finding
        try:
            check()
        finally:
            os._exit(0)  # whatever happened, this process must not report on tests
    return max(0, -os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


@pytest.mark.parametrize("death", [signal.SIGABRT, signal.SIGKILL], ids=["a defect", "memory is short"])
def test_a_page_that_kills_the_process_that_reads_it_kills_one_and_is_then_read_apart(
    new_database: Path, laboratory: Laboratory, death: int
) -> None:
    def checking(unit_of_work: SqlUnitOfWork) -> Check:
        reader, comparer = Reader([DeadlyPage()], Children(FOR_CHECKS)), Comparer(Children(FOR_CHECKS))
        fetchers = {"http": laboratory.fetcher}
        return Check(unit_of_work, fetchers, reader, laboratory.clock, sender_domain="example.org", comparer=comparer)

    laboratory.fetcher.says = page(f"deadly {int(death)}")
    check = checking(laboratory.unit_of_work)
    assert died_of(lambda: checking(SqlUnitOfWork(open_engine(f"sqlite:///{new_database}")))(WATCH)) == death
    for _ in range(2):  # the second of them reads it no more
        laboratory.clock.move(hours=30)
        result = check(WATCH)
        assert result is not None
        assert result.outcome is Outcome.NOT_SEEN
        assert result.reason is not None
        assert (result.reason.code, result.reason.facts) == ("too-heavy", {"signal": death})
    laboratory.clock.move(hours=30)
    laboratory.fetcher.says = page()
    result = check(WATCH)
    assert result is not None
    assert result.outcome is Outcome.FIRST


def test_a_comparison_that_was_too_heavy_leaves_the_old_text_and_is_not_done_again(laboratory: Laboratory) -> None:
    laboratory.fetcher.says = page()
    laboratory.check()
    laboratory.fetcher.says = page(*(f"Stöd nummer {number}." for number in range(5_000)))
    laboratory.heavy_work.error = TOO_HEAVY
    assert laboratory.outcome() == NOT_SEEN
    assert laboratory.outcome() == NOT_SEEN
    assert laboratory.heavy_work.asked == 1
    laboratory.heavy_work.error = None
    laboratory.fetcher.says = page()
    assert laboratory.outcome() == (Outcome.UNCHANGED, None)


def test_a_reader_that_fails_in_its_process_is_a_defect_and_read_again(laboratory: Laboratory) -> None:
    laboratory.heavy_work.error = HeavyWorkFailed("IndexError", ("monitor.reader",), "Traceback …")
    seen = laboratory.outcome()
    assert seen == (Outcome.NOT_SEEN, "sidan kunde inte läsas på grund av ett fel i Bevaka (IndexError)")
    laboratory.heavy_work.error = None
    assert laboratory.outcome() == (Outcome.FIRST, None)


def test_a_program_that_stops_says_nothing_about_the_page(laboratory: Laboratory) -> None:
    laboratory.heavy_work.error = HeavyWorkStopped()
    assert laboratory.check() is None
    laboratory.heavy_work.error = None
    laboratory.start()
    assert laboratory.outcome() == (Outcome.FIRST, None)
