"""A watch's history as its page shows it: revisions, gaps, and the unchanged stretches between. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bevaka.web.timeline import UnseenRun, gaps
from monitor.core.model import Observation, Outcome
from monitor.history import WatchLog
from monitor.ports.values import LogRow


@dataclass(frozen=True, slots=True)
class Chapter:
    """One entry of a history; exactly one of `revision`, `gap` and `quiet` is set. `at` is when it began."""

    at: datetime
    revision: LogRow | None = None
    gap: UnseenRun | None = None
    quiet: Observation | None = None


@dataclass(frozen=True, slots=True)
class Chapters:
    """The chapters, newest first. `hidden` counts the revisions not shown because they are not material."""

    chapters: tuple[Chapter, ...]
    hidden: int


def chapters(log: WatchLog, *, everything: bool) -> Chapters:
    """Return the chapters of a history; `everything` includes what is not material."""
    shown = [row for row in log.rows if everything or row.material is not False]
    found = [
        *(Chapter(row.at, revision=row) for row in shown),
        *(Chapter(gap.run.first_at, gap=gap) for gap in gaps(log.observations)),
        *(Chapter(run.first_at, quiet=run) for run in _quiet(log.observations)),
    ]
    newest_first = sorted(found, key=lambda chapter: chapter.at, reverse=True)
    return Chapters(tuple(newest_first), len(log.rows) - len(shown))


def _quiet(observations: Sequence[Observation]) -> list[Observation]:
    return [run for run in observations if run.outcome is Outcome.UNCHANGED]
