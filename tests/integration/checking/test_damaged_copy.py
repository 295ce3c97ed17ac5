"""A latest revision with a damaged body: nothing is invented, and an operator can go on without destroying evidence."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from monitor.checking.check import Check
from monitor.core.model import EventKind, Outcome, Recipe
from monitor.errors import Flaw, Timeout
from monitor.extractors.page import Page
from monitor.reader import Reader
from storage.engine import writing
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.integration.checking.test_check import Laboratory, page

MARCH, APRIL, MAY = (page(f"Redovisas senast den 1 {month} varje år.") for month in ("mars", "april", "maj"))


@pytest.fixture
def laboratory(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Laboratory:
    """Return a page with two revisions, of March and of April, and one subscriber."""
    fetcher = FakeFetcher(clock, MARCH)
    check = Check(unit_of_work, {"http": fetcher}, Reader([Page()]), clock, sender_domain="example.org")
    laboratory = Laboratory(unit_of_work, clock, fetcher, check)
    laboratory.sync()
    laboratory.subscribe("reader@example.org")
    laboratory.check(MARCH)
    laboratory.check(APRIL)
    return laboratory


def damage(laboratory: Laboratory, *numbers: int) -> None:
    with writing(laboratory.unit_of_work._engine).begin() as connection:
        for number in numbers:
            query = "UPDATE bodies SET stored_sha256 = sha256 WHERE sha256 = (SELECT raw_sha256 FROM snapshots"
            connection.execute(text(f"{query} WHERE number = :number)"), {"number": number})


def flaws(laboratory: Laboratory) -> list[Flaw]:
    with laboratory.unit_of_work.read() as work:
        return work.history.verify()[1]


def test_a_change_against_a_damaged_copy_is_not_seen_until_an_operator_accepts_it(laboratory: Laboratory) -> None:
    damage(laboratory, 2)
    for _ in range(4):
        blocked = laboratory.check(MAY)
        assert (blocked.outcome, blocked.reason and blocked.reason.code) == (Outcome.NOT_SEEN, "copy-unreadable")
    assert laboratory.revisions() == 2
    accepted = laboratory.check(MAY, accept=True)
    assert (accepted.outcome, accepted.revision, accepted.before) == (Outcome.CHANGED, 3, 1)
    assert (accepted.material, accepted.owed) == (True, 1)
    assert accepted.reason is not None
    assert (accepted.reason.code, accepted.reason.facts) == ("copy-passed-over", {"revision": 2, "before": 1})
    assert accepted.summary is not None
    assert laboratory.check(MAY).outcome is Outcome.UNCHANGED
    after = laboratory.check(APRIL)
    assert (after.outcome, after.before, after.revision) == (Outcome.CHANGED, 3, 4)
    assert {(flaw.watch, flaw.revision) for flaw in flaws(laboratory)} == {("county", 2), ("county", 4)}


def test_what_the_newest_whole_copy_says_as_well_is_a_first_copy_and_tells_nobody(laboratory: Laboratory) -> None:
    owed = laboratory.owed()
    damage(laboratory, 2)
    assert laboratory.check(MARCH).outcome is Outcome.NOT_SEEN
    again = laboratory.check(MARCH, accept=True)
    assert (again.outcome, again.revision, again.before, again.owed) == (Outcome.FIRST, 3, None, 0)
    assert again.reason is not None
    assert again.reason.facts == {"revision": 2, "before": None}
    assert laboratory.owed() == owed
    assert laboratory.check(MARCH).outcome is Outcome.UNCHANGED


def test_where_no_copy_is_whole_a_new_first_copy_is_kept(laboratory: Laboratory) -> None:
    damage(laboratory, 1, 2)
    taken = laboratory.check(MAY, accept=True)
    assert (taken.outcome, taken.revision, taken.owed) == (Outcome.FIRST, 3, 0)
    assert laboratory.check(page("Redovisas senast den 1 juni varje år.")).before == 3
    assert {flaw.revision for flaw in flaws(laboratory)} == {1, 2}


def test_a_dry_run_says_what_would_be_accepted_and_keeps_nothing(laboratory: Laboratory) -> None:
    damage(laboratory, 2)
    would = laboratory.check(MAY, accept=True, dry_run=True)
    assert (would.outcome, would.reason and would.reason.code) == (Outcome.CHANGED, "copy-passed-over")
    assert laboratory.revisions() == 2


def test_readers_who_were_told_that_the_page_was_not_seen_are_told_that_it_is_again(laboratory: Laboratory) -> None:
    damage(laboratory, 2)
    for _ in range(60):
        laboratory.check(MARCH)
    assert laboratory.owed()[-1] is EventKind.BLIND
    laboratory.check(MARCH, accept=True)
    assert laboratory.owed()[-1] is EventKind.SEEN_AGAIN


def test_a_damaged_copy_whose_very_bytes_are_still_served_hinders_nothing(laboratory: Laboratory) -> None:
    damage(laboratory, 2)
    laboratory.edit(recipe=Recipe(keep="main"))
    assert laboratory.check(Timeout(seconds=30)).outcome is Outcome.NOT_SEEN
    assert laboratory.check(APRIL).outcome is Outcome.UNCHANGED


def test_accepting_while_every_copy_is_whole_compares_with_the_latest(laboratory: Laboratory) -> None:
    taken = laboratory.check(MAY, accept=True)
    assert (taken.outcome, taken.before, taken.reason) == (Outcome.CHANGED, 2, None)
