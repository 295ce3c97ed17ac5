"""A watch's history as its page shows it: revisions, gaps, and the unchanged stretches between. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from bevaka.web.timeline import UnseenRun, gaps
from monitor.core.model import SWEDISH_TIME, Event, Observation, Outcome
from monitor.history import WatchLog
from monitor.ports.values import LogRow
from monitor.wording.catalogue import Words
from monitor.wording.events import in_force_on_day


@dataclass(frozen=True, slots=True)
class DayOfLaw:
    """A day on which something of a law takes effect, and one sentence on it."""

    day: date
    sentence: str
    is_to_come: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """One entry of a history; exactly one of the fields after `at`, which is when it began, is set."""

    at: datetime
    revision: LogRow | None = None
    gap: UnseenRun | None = None
    quiet: Observation | None = None
    in_force: DayOfLaw | None = None


@dataclass(frozen=True, slots=True)
class Chapters:
    """The chapters, newest first. `hidden` counts the revisions not shown because they are not material."""

    chapters: tuple[Chapter, ...]
    hidden: int


def days_of_law(events: Sequence[Event], today: date, words: Words) -> list[DayOfLaw]:
    """Return the days on which something of a law takes effect. `events` are in the order of their days."""
    dated = [(event.due_on, event) for event in events if event.due_on]
    days = [(day, [event for _, event in together]) for day, together in groupby(dated, lambda pair: pair[0])]
    return [
        DayOfLaw(day, in_force_on_day(together, words, is_to_come=day > today), day > today) for day, together in days
    ]


def chapters(log: WatchLog, days: Sequence[DayOfLaw], *, everything: bool) -> Chapters:
    """Return the chapters of a history with the past ones of these days; `everything`: with what is not material."""
    shown = [row for row in log.rows if everything or row.material is not False]
    found = [
        *(Chapter(row.at, revision=row) for row in shown),
        *(Chapter(gap.run.first_at, gap=gap) for gap in gaps(log.observations)),
        *(Chapter(run.first_at, quiet=run) for run in _quiet(log.observations)),
        *(Chapter(_midnight(day.day), in_force=day) for day in days if not day.is_to_come),
    ]
    newest_first = sorted(found, key=lambda chapter: chapter.at, reverse=True)
    return Chapters(tuple(newest_first), len(log.rows) - len(shown))


def _quiet(observations: Sequence[Observation]) -> list[Observation]:
    return [run for run in observations if run.outcome is Outcome.UNCHANGED]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(SWEDISH_TIME))
