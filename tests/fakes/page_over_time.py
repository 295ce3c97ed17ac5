"""A page that says something else at each check, over the real checking path and a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import text

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.comparer import Comparer
from monitor.core.model import Alert, Outcome, Recipe, Schedule, Watch
from monitor.core.record.replay import Replay
from monitor.extractors.page import Page
from monitor.history import History
from monitor.reader import Reader
from monitor.replay import ReplayRecipe
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

    def watch(self, recipe: Recipe, url: str = "https://example.org/almby", alert: Alert = "material") -> None:
        """Watch it with a recipe."""
        self._watch = Watch("almby", "Almby", url, recipe=recipe, alert=alert, patience=timedelta(days=2))
        with self._unit_of_work.write() as work:
            work.watches.sync(Schedule((self._watch,)), self._clock.now())

    def check(self, *lines: str) -> CheckResult:
        """Check it an hour later, with these lines on it."""
        self._clock.move(hours=1)
        self._fetcher.says = FRAME.format("".join(f"<p>{line}</p>" for line in lines))
        result = self._check(self._watch, force=True)
        assert result is not None
        return result

    def replay(self, recipe: Recipe, most: int = 200, *, seconds: float = 60, **about: Any) -> Replay:
        """Replay a recipe over its kept history; `about` are other values of the watch."""
        watch = replace(self._watch, recipe=recipe, **about)
        clock = count(step=0.25)  # each look at it takes a quarter of a second
        replayed = ReplayRecipe(
            self._unit_of_work, Reader([Page()]), Comparer(), seconds=seconds, elapsed=lambda: next(clock)
        )
        return replayed(watch, most=most)

    def remove_bodies_of(self, *revisions: int) -> None:
        """Remove the raw bytes of revisions, as retention may."""
        with self._unit_of_work.write() as work:
            snapshots = work.snapshots.all(work.watches.get(self._watch.key).id)
            old = [each.sha256 for each in snapshots if each.number in revisions]
            work.retention.remove(old, self._clock.now(), "older than a day")

    def damage_body_of(self, revision: int) -> None:
        """Damage the stored bytes of a revision, and of those that are stored against it."""
        with self._unit_of_work.write() as work:
            snapshot = work.snapshots.get(work.watches.get(self._watch.key).id, revision)
            junk = text("UPDATE bodies SET bytes = :junk WHERE sha256 = :sha256")
            work._connection.execute(junk, {"junk": b"junk", "sha256": bytes.fromhex(snapshot.sha256)})


def told(result: CheckResult) -> bool:
    """True if a check found a change that is worth telling."""
    return result.outcome is Outcome.CHANGED and bool(result.material)
