"""Checks of one host that share transactions, on a real database (docs/decisions, 0014)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.checking.threads import SystemThreads
from monitor.core.model import Fetched, NotModified, Outcome, Redirected, Schedule, Validators, Watch
from monitor.errors import Timeout
from monitor.extractors.page import Page
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.turns import check_turn
from tests.integration.checking.test_check import page

WATCHES = tuple(Watch(f"page-{number}", "A page", f"https://county.example/{number}") for number in range(7))


class Site:
    """A fetcher that answers with the content scripted in `says`; the watches in `fails` time out."""

    NAME = "http"

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.says = {watch.key: page(f"Sidan heter {watch.key}.") for watch in WATCHES}
        self.fails: set[str] = set()

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Return the scripted answer. Raises Timeout if the watch is in `fails`."""
        if watch.key in self.fails:
            raise Timeout(url=watch.url, phase="read", seconds=30)
        headers = (("Content-Type", "text/html; charset=utf-8"), ("X-Asked", str(validators is not None)))
        return Fetched(watch.url, 200, headers, self.says[watch.key].encode(), self._clock.now())


class Patient(SystemThreads):
    """Threads for which no time passes: what waits for company waits until it is flushed, however slow the machine."""

    def monotonic(self) -> float:
        """Return the same at all times."""
        return 0.0


@pytest.fixture
def site(clock: FakeClock) -> Site:
    return Site(clock)


@pytest.fixture
def check(unit_of_work: SqlUnitOfWork, clock: FakeClock, site: Site) -> Check:
    with unit_of_work.write() as work:
        work.watches.sync(Schedule(WATCHES), clock.now())
        subscriber = work.subscribers.add("reader@kommun.example", "sv", clock.now(), how="operator")
        work.subscribers.subscribe(subscriber, None, "immediately", clock.now())
    reader = Reader([Page()])
    return Check(unit_of_work, {"http": site}, reader, clock, sender_domain="example.org", threads=Patient())


@pytest.fixture
def commits(unit_of_work: SqlUnitOfWork) -> Callable[[], int]:
    """Return a function that returns how many transactions were committed since its previous call."""
    seen: list[object] = []
    event.listen(unit_of_work._engine, "commit", seen.append)

    def counted() -> int:
        number = len(seen)
        seen.clear()
        return number

    return counted


def check_all(check: Check) -> dict[str, CheckResult]:
    answers = check_turn(check, WATCHES, force=True)
    results = {key: answer for key, answer in answers.items() if isinstance(answer, CheckResult)}
    assert len(results) == len(WATCHES), answers
    return results


def test_first_copies_share_transactions_and_changes_do_not(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, site: Site, check: Check, commits: Callable[[], int]
) -> None:
    commits()
    first = check_all(check)
    assert {(result.outcome, result.revision, result.owed) for result in first.values()} == {(Outcome.FIRST, 1, 0)}
    assert commits() == 3 + 1  # claimed: one page, two, four; recorded, with the end of the host's turn
    clock.move(hours=1)
    site.says |= {key: page("Den heter något annat.", heading=key) for key in ("page-1", "page-5")}
    again = check_all(check)
    assert {key for key, result in again.items() if result.outcome is Outcome.CHANGED} == {"page-1", "page-5"}
    assert commits() == 3 + 1 + 2
    with unit_of_work.read() as work:
        assert work.history.verify()[1] == []
        kinds = [[link.kind for link in work.history.links(row.id)] for row in work.watches.all()]
        outcomes = {row.watch_state.outcome for row in work.watches.all()}
    assert kinds[0] == ["definition", "snapshot", "text", "observation"]
    assert kinds[1] == ["definition", "snapshot", "text", "snapshot", "text", "change", "observation"]
    assert outcomes == {Outcome.UNCHANGED, Outcome.CHANGED}


def test_a_first_copy_that_ends_a_silence_is_recorded_by_itself(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, site: Site, check: Check, commits: Callable[[], int]
) -> None:
    site.fails = {"page-6"}
    for _ in range(2):  # subscribers are notified of a gap that is longer than the page's patience
        check(WATCHES[6], force=True)
        clock.move(days=3)
    site.fails = set()
    commits()
    results = check_all(check)
    assert {result.outcome for result in results.values()} == {Outcome.FIRST}
    assert {key: result.owed for key, result in results.items() if result.owed} == {"page-6": 1}
    assert commits() == 3 + 1 + 1
    with unit_of_work.read() as work:
        assert work.history.verify()[1] == []


def test_first_copies_that_were_not_written_are_looked_at_again(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, check: Check
) -> None:
    answers: list[str] = []
    steps = check.turn(WATCHES, lambda watch, _: answers.append(watch.key))
    next(steps)
    steps.close()
    check.flush()
    assert answers == ["page-0"]
    with unit_of_work.read() as work:
        revisions = [len(work.snapshots.all(row.id)) for row in work.watches.all()]
        due = [watch.key for watch in work.watches.due(clock.now(), 100)]
    assert revisions == [1, *[0] * 6]
    assert due == [watch.key for watch in WATCHES[1:]]
