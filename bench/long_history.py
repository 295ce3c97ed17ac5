"""CPU cost of `log`, `show` and `diff` with 10 revisions of a page and with many; both should cost the same.

python bench/long_history.py [REVISIONS]      default 10000; prints CPU milliseconds of log, show and diff
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pages import page

from bevaka.assembly import Assembly
from monitor.core.judging.compare import judge
from monitor.core.model import Changed, Fetched, Outcome, Recipe, Schedule, Watch
from monitor.ports.values import NewRevision, ObservedCheck
from monitor.wording.summary import summarise

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
WATCH = Watch("county", "County", "https://county.example/")
HEADERS = (("Content-Type", "text/html; charset=utf-8"),)


def fill(assembly: Assembly, revisions: int) -> None:
    """Store this many revisions, each a small edit, with their changes and observations."""
    bodies = [page(1, version) for version in range(revisions)]
    fetched = [
        Fetched(WATCH.url, 200, HEADERS, body, BEGAN + timedelta(hours=6 * number))
        for number, body in enumerate(bodies)
    ]
    readings = [assembly.reader.extract(answer, Recipe()) for answer in fetched[:2]]
    verdict = judge(readings[0].extraction, readings[1].extraction, fetched_after=fetched[1].taken_at)
    if not isinstance(verdict, Changed):
        raise TypeError(verdict)
    summary = summarise(verdict.change)
    with assembly.unit_of_work.write() as work:
        work.watches.sync(Schedule((WATCH,), "Europe/Stockholm", "sv", timedelta(0)), BEGAN)
        watch_id = work.watches.get(WATCH.key).id
        before = None
        for answer in fetched:
            after = work.snapshots.add(
                NewRevision(watch_id, WATCH.url, answer, Recipe(), readings[0].text_sha256, "page/1", readings[0].text)
            )
            if before is not None:
                work.history.add_change(
                    watch_id, before, after, verdict.change, summary, Recipe(), before.taken_at + timedelta(hours=5)
                )
            outcome = Outcome.CHANGED if before else Outcome.FIRST
            for later, what in ((0, outcome), (5, Outcome.UNCHANGED)):
                at = answer.taken_at + timedelta(hours=later)
                work.history.observe_all([ObservedCheck(watch_id, what, after.number, at)])
            before = after


def milliseconds(work: Callable[[], object]) -> float:
    """Return CPU milliseconds: the best of three calls, after one to warm up."""
    work()
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best * 1000


def main(many: int = 10_000) -> None:
    """Measure both histories and print a line for each."""
    for revisions in (10, many):
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "history.db"
            with Assembly({"BEVAKA_DATABASE": f"sqlite:///{database}"}) as assembly:
                fill(assembly, revisions)
                history, old = assembly.history, f"county@{(BEGAN + timedelta(days=1)):%Y-%m-%d}"
                costs = {
                    "log": milliseconds(lambda history=history: history.log("county", 200)),  # type: ignore[misc]
                    "show": milliseconds(lambda history=history: history.extract(history.copy("county#7"))),  # type: ignore[misc]
                    "show @": milliseconds(lambda history=history, old=old: history.copy(old)),  # type: ignore[misc]
                    "diff": milliseconds(lambda history=history: history.diff("county~1", "county")),  # type: ignore[misc]
                }
                size = database.stat().st_size / revisions
        print(
            f"{revisions:>6} revisions",
            *(f"{name} {cost:.1f} ms" for name, cost in costs.items()),
            f"{size:.0f} bytes each",
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
