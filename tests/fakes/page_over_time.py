"""A page that says something else at each check, over the real checking path and a real database."""

from __future__ import annotations

from datetime import timedelta

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import Outcome, Recipe, Schedule, Watch
from monitor.extractors.page import Page
from monitor.history import History
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher

FRAME = (
    "<html lang=sv><title>Almby</title><main><h1>Stöd i Almby</h1>"
    "<p>Almby kommun ger stöd till den som behöver det, och den som är anhörig.</p>{}</main></html>"
)


class Subject:
    """A page that says something else at each check."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self._unit_of_work, self._clock = unit_of_work, clock
        self._fetcher = FakeFetcher(clock)
        reader = Reader([Page()])
        self._check = Check(unit_of_work, {"http": self._fetcher}, reader, clock, sender_domain="example.org")
        self.history = History(unit_of_work, lambda: reader)

    def watch(self, recipe: Recipe, url: str = "https://example.org/almby") -> None:
        """Watch it with a recipe."""
        self._watch = Watch("almby", "Almby", url, recipe=recipe, patience=timedelta(days=2))
        with self._unit_of_work.write() as work:
            work.watches.sync(Schedule((self._watch,)), self._clock.now())

    def check(self, *lines: str) -> CheckResult:
        """Check it an hour later, with these lines on it."""
        self._clock.move(hours=1)
        self._fetcher.says = FRAME.format("".join(f"<p>{line}</p>" for line in lines))
        result = self._check(self._watch, force=True)
        assert result is not None
        return result

    def remove_bodies_but_of(self, revision: int) -> None:
        """Remove the raw bytes of all revisions but one, as retention may."""
        with self._unit_of_work.write() as work:
            snapshots = work.snapshots.all(work.watches.get(self._watch.key).id)
            old = [each.sha256 for each in snapshots if each.number != revision]
            work.retention.remove(old, self._clock.now(), "older than a day")


def told(result: CheckResult) -> bool:
    """True if a check found a change that is worth telling."""
    return result.outcome is Outcome.CHANGED and bool(result.material)
