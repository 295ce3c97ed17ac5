"""What can be said of a time in which nothing was told: how often was looked, what was seen, and every gap.

The record holds runs of equal looks, each within one day (UTC). A look that came later than it was due begins a run of
its own, so that no time in which nobody looked hides inside a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import SEEN, Observation, Outcome
from monitor.errors import Reason

GapKind = Literal["not_looked", "not_seen", "suspect", "moved", "withdrawn"]

LATE_AFTER = timedelta(minutes=15)
"""A look this late is late, whatever its cadence."""
SOONEST = timedelta(minutes=1)
"""A look is not late before this, however short its cadence: ticks, hosts and leases take their time."""
CLOCK_WRONG_AFTER = timedelta(days=1)
"""A clock that goes back by more than this was wrong before."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which nothing is known: after `since`, when the last good look was, until `until`, the next one.

    None where there is none: before the first look, or because there was no good one since. `looks` is how many looks
    came to nothing meanwhile, `reason` the first one's.
    """

    kind: GapKind
    since: datetime | None
    until: datetime | None
    checks: int = 0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen of a page from `start` to `end` (not included).

    `looks` are in runs that lie in the period as a whole; `looks_at_edges` in runs that begin before or end after it,
    of which the record does not say how many fell inside. `outcomes` counts both, by outcome. `revisions` stood in the
    period, in their order. `first_look` and `last_look` are those of the runs that were counted. `sealed_to` is the
    last link of the chain among these runs, `is_sealed` whether all of them are sealed.
    """

    start: datetime
    end: datetime
    checks: int
    checks_at_edges: int
    outcomes: dict[Outcome, int]
    revisions: tuple[int, ...]
    first_check: datetime | None
    last_check: datetime | None
    gaps: tuple[Gap, ...]
    sealed_to: int | None
    is_sealed: bool


def is_late(before: datetime, due: datetime | None, at: datetime) -> bool:
    """Whether a look came so much later than it was due that the time since the one before it is a gap.

    Late is a quarter of an hour, or as much as lies between two looks where that is less.
    """
    if due is None or due <= before:  # nobody planned this look after the one before it
        return False
    return at - due > min(LATE_AFTER, max(SOONEST, due - before))


def coverage(runs: Sequence[Observation], next_due: datetime | None, start: datetime, end: datetime) -> Coverage:
    """Account for a period from every run of a watch, oldest first, and from when the next look is due."""
    inside = [run for run in runs if run.last_at >= start and run.first_at < end]
    whole = [run for run in inside if run.first_at >= start and run.last_at < end]
    outcomes: dict[Outcome, int] = {}
    for run in inside:
        outcomes[run.outcome] = outcomes.get(run.outcome, 0) + run.count
    checks = sum(run.count for run in whole)
    links = [run.link for run in inside if run.link is not None]
    return Coverage(
        start=start,
        end=end,
        checks=checks,
        checks_at_edges=sum(run.count for run in inside) - checks,
        outcomes=outcomes,
        revisions=tuple(dict.fromkeys(run.revision for run in inside if run.revision is not None)),
        first_check=inside[0].first_at if inside else None,
        last_check=inside[-1].last_at if inside else None,
        gaps=tuple(gap for gap in _gaps(runs, next_due, end) if _overlaps(gap, start, end)),
        sealed_to=max(links, default=None),
        is_sealed=len(links) == len(inside),
    )


def _overlaps(gap: Gap, start: datetime, end: datetime) -> bool:
    return (gap.since is None or gap.since < end) and (gap.until is None or gap.until > start)


def _gaps(runs: Sequence[Observation], next_due: datetime | None, end: datetime) -> Iterable[Gap]:
    """Every gap, oldest first; that no look came since the last one is one when it should have."""
    if not runs:
        yield Gap("not_looked", None, None)
        return
    yield Gap("not_looked", None, runs[0].first_at)
    seen_at: datetime | None = None
    failing: list[Observation] = []
    for place, run in enumerate(runs):
        if place:
            yield from _not_looked(runs, place)
        if run.outcome not in SEEN:
            failing.append(run)
            continue
        yield from _unseen(failing, seen_at, run.first_at)
        failing = []
        seen_at = run.last_at
    yield from _unseen(failing, seen_at, None)
    if is_late(runs[-1].last_at, next_due, end):
        yield Gap("not_looked", runs[-1].last_at, None)


def _not_looked(runs: Sequence[Observation], place: int) -> Iterable[Gap]:
    """Whether nobody looked before this run, though somebody should have.

    A clock that was wrong by days, and put right, leaves runs out of their order: the days that other runs tell of are
    no gap. The hours that a clock went through twice stay one: the second time nobody looked.
    """
    before, run = runs[place - 1], runs[place]
    if run.due_at is None or not is_late(before.last_at, run.due_at, run.first_at):
        return
    since, until, planned = before.last_at, run.first_at, run.due_at - before.last_at
    latest = max((other.last_at for other in runs[:place] if other.last_at < until), default=since)
    soonest = min((other.first_at for other in runs[place:] if other.first_at > since), default=until)
    since = latest if latest - since > CLOCK_WRONG_AFTER else since
    until = soonest if until - soonest > CLOCK_WRONG_AFTER else until
    if is_late(since, since + planned, until):
        yield Gap("not_looked", since, until)


def _unseen(failing: Sequence[Observation], since: datetime | None, until: datetime | None) -> Iterable[Gap]:
    if failing:
        first = failing[0]
        yield Gap(_KINDS[first.outcome], since, until, sum(run.count for run in failing), first.reason)


_KINDS: dict[Outcome, GapKind] = {
    Outcome.NOT_SEEN: "not_seen",
    Outcome.SUSPECT: "suspect",
    Outcome.MOVED: "moved",
    Outcome.WITHDRAWN: "withdrawn",
}
