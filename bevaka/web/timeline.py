"""A watch's history as a strip: when the page was seen, when it was not, and when it changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import SEEN, Observation, Outcome

BarKind = Literal["seen", "gap", "doubtful", "gone"]

WIDTH = 1000
NARROWEST_BAR = 4.0
"""The least width of a gap: an hour in a strip of three months is still visible."""
LONGEST_STRIP = timedelta(days=90)

_KINDS: dict[Outcome, BarKind] = {
    Outcome.NOT_SEEN: "gap",
    Outcome.SUSPECT: "doubtful",
    Outcome.MOVED: "gone",
    Outcome.WITHDRAWN: "gone",
}


@dataclass(frozen=True, slots=True)
class UnseenRun:
    """A run of checks in a row that did not see the page; `until` is when it was seen again, None if not yet."""

    run: Observation
    until: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        """Return for how long nothing was known."""
        return (self.until or now) - self.run.first_at


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the strip that begins at `x`. The whole strip is WIDTH wide."""

    kind: BarKind
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A change, marked on the strip."""

    material: bool
    x: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip from `start` to `end`; gaps are drawn over what was seen."""

    start: datetime
    end: datetime
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    gaps: int

    @property
    def is_short(self) -> bool:
        """True if its ends are told apart by their times rather than by their days."""
        return self.end - self.start < timedelta(days=2)

    @property
    def changes(self) -> int:
        """The number of material changes marked."""
        return sum(mark.material for mark in self.marks)


def gaps(observations: Sequence[Observation]) -> list[UnseenRun]:
    """Return every run that did not see the page, oldest first."""
    return [
        UnseenRun(run, observations[number + 1].first_at if number + 1 < len(observations) else None)
        for number, run in enumerate(observations)
        if run.outcome not in SEEN
    ]


def strip(
    observations: Sequence[Observation],
    changes: Iterable[tuple[datetime, bool]],
    now: datetime,
    longest: timedelta | None = LONGEST_STRIP,
) -> Strip | None:
    """Return the strip up to `now`, at most `longest` long (None: all of it); None before the first check.

    The outcome of a run holds until the next run begins; that of the last run holds until its last check, after which
    nothing is known. `changes` are times, and whether the changes were material.
    """
    if not observations:
        return None
    first, end = observations[0].first_at, max(now, observations[-1].last_at)
    start = first if longest is None else max(first, end - longest)
    length = max((end - start).total_seconds(), 1.0)

    def x_of(at: datetime) -> float:
        return round(min(max((at - start).total_seconds() / length, 0.0), 1.0) * WIDTH, 1)

    bars: list[Bar] = []
    gap_count = 0
    for number, run in enumerate(observations):
        last = number + 1 == len(observations)
        until = run.last_at if last else observations[number + 1].first_at
        if until < start:
            continue
        kind = _KINDS.get(run.outcome, "seen")
        gap_count += kind != "seen"
        x, end_x = x_of(run.first_at), x_of(until)
        width = max(end_x - x, NARROWEST_BAR if kind != "seen" or last else 0.0)
        bars.append(Bar(kind, min(x, WIDTH - width), round(width, 1)))
    marks = [Mark(material, x_of(at)) for at, material in changes if at >= start]
    return Strip(start, end, tuple(_merge_bars(bars)), tuple(marks), gap_count)


def _merge_bars(bars: Sequence[Bar]) -> Iterable[Bar]:
    """Yield the bars with neighbours of one kind merged; those seen come first, so that gaps are drawn over them."""
    for kinds in (frozenset({"seen"}), frozenset(_KINDS.values())):
        merged: list[Bar] = []
        for bar in (bar for bar in bars if bar.kind in kinds):
            before = merged[-1] if merged else None
            if before is not None and before.kind == bar.kind and bar.x <= before.x + before.width + 1:
                width = max(before.width, bar.x + bar.width - before.x)
                merged[-1] = Bar(bar.kind, before.x, round(width, 1))
            else:
                merged.append(bar)
        yield from merged
