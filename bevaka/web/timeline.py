"""A watch's history as a strip: when it was seen, when it was not, and where it changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import SEEN, Observation, Outcome

BarKind = Literal["seen", "gap", "doubtful", "gone"]

WIDTH = 1000
NARROWEST_BAR = 4.0
"""A gap of an hour in a strip of three months is still to be seen."""
LONGEST_STRIP = timedelta(days=90)

_KINDS: dict[Outcome, BarKind] = {
    Outcome.NOT_SEEN: "gap",
    Outcome.SUSPECT: "doubtful",
    Outcome.MOVED: "gone",
    Outcome.WITHDRAWN: "gone",
}


@dataclass(frozen=True, slots=True)
class UnseenRun:
    """A run of looks in a row that did not see the page; `until` is when it was seen again, None: not yet."""

    run: Observation
    until: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        """How long nothing was known."""
        return (self.until or now) - self.run.first_at


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the strip, from `x` on, in units of WIDTH."""

    kind: BarKind
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A change."""

    material: bool
    x: float


@dataclass(frozen=True, slots=True)
class Strip:
    """What is drawn between `start` and `end`; gaps lie over what was seen."""

    start: datetime
    end: datetime
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    gaps: int

    @property
    def changes(self) -> int:
        """How many material changes are marked."""
        return sum(mark.material for mark in self.marks)


def gaps(observations: Sequence[Observation]) -> list[UnseenRun]:
    """Every run that did not see the page, oldest first."""
    return [
        UnseenRun(run, observations[place + 1].first_at if place + 1 < len(observations) else None)
        for place, run in enumerate(observations)
        if run.outcome not in SEEN
    ]


def strip(
    observations: Sequence[Observation],
    changes: Iterable[tuple[datetime, bool]],
    now: datetime,
    longest: timedelta | None = LONGEST_STRIP,
) -> Strip | None:
    """The strip up to now, at most `longest` long (None: all of it); None before the first look.

    What a run found holds until the next run begins; what the last one found holds until its last look, and after
    that nothing is known. `changes` are times, and whether they were material.
    """
    if not observations:
        return None
    first, end = observations[0].first_at, max(now, observations[-1].last_at)
    start = first if longest is None else max(first, end - longest)
    length = max((end - start).total_seconds(), 1.0)

    def place(at: datetime) -> float:
        return round(min(max((at - start).total_seconds() / length, 0.0), 1.0) * WIDTH, 1)

    bars: list[Bar] = []
    missing = 0
    for number, run in enumerate(observations):
        last = number + 1 == len(observations)
        until = run.last_at if last else observations[number + 1].first_at
        if until < start:
            continue
        kind = _KINDS.get(run.outcome, "seen")
        missing += kind != "seen"
        x, to = place(run.first_at), place(until)
        width = max(to - x, NARROWEST_BAR if kind != "seen" or last else 0.0)
        bars.append(Bar(kind, min(x, WIDTH - width), round(width, 1)))
    marks = [Mark(material, place(at)) for at, material in changes if at >= start]
    return Strip(start, end, tuple(_drawn(bars)), tuple(marks), missing)


def _drawn(bars: Sequence[Bar]) -> Iterable[Bar]:
    """Neighbours of one kind as one; what was seen first, so that gaps are drawn over it."""
    for kinds in (frozenset({"seen"}), frozenset(_KINDS.values())):
        together: list[Bar] = []
        for bar in (bar for bar in bars if bar.kind in kinds):
            before = together[-1] if together else None
            if before is not None and before.kind == bar.kind and bar.x <= before.x + before.width + 1:
                width = max(before.width, bar.x + bar.width - before.x)
                together[-1] = Bar(bar.kind, before.x, round(width, 1))
            else:
                together.append(bar)
        yield from together
