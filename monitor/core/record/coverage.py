"""Coverage of a period: how often the page was checked, what was seen, and every gap.

The record holds runs of equal checks, each within one day (UTC). A check that came later than it was due begins a new
run, so that no time without checks is hidden inside a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import SEEN, Observation, Outcome
from monitor.errors import Reason

GapKind = Literal["not_looked", "not_seen", "suspect", "moved", "withdrawn"]

LATE_AFTER = timedelta(minutes=15)
"""A check this late is late, whatever the cadence."""
SOONEST = timedelta(minutes=1)
"""A check is not late before this, however short the cadence: ticks, hosts and leases take their time."""
CLOCK_WRONG_AFTER = timedelta(days=1)
"""A clock that goes back by more than this was wrong before."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which nothing is known: from `since`, the last check that saw the page, until `until`, the next one.

    Where nobody checked before the first check that failed, that time is a gap of its own, and `since` is that check.
    None where there is no such check: before the first one, or because the page was not seen since. Of a page that was
    never seen, `since` is the first check. `checks` is how many checks failed meanwhile, `failed_at` when the first of
    them did; `reasons` are theirs, each once, in their order. Where they failed in several ways, `kind` is "not_seen".
    """

    kind: GapKind
    since: datetime | None
    until: datetime | None
    checks: int = 0
    reasons: tuple[Reason, ...] = ()
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen of a page from `start` to `end` (not included).

    `checks` are in runs that lie wholly in the period; `checks_at_edges` in runs that begin before or end after it,
    where the record does not say how many fell inside. `outcomes` counts both, by outcome. `revisions` were current in
    the period, in their order. `first_check` and `last_check` are those of the runs that were counted. `sealed_to` is
    the last link of the chain among these runs, `is_sealed` whether all of them are sealed.
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
    """True if a check came so much later than it was due that the time since the one before it is a gap.

    Late is a quarter of an hour, or the interval between two checks where that is shorter.
    """
    if due is None or due <= before:  # this check was not planned after the one before it
        return False
    return at - due > min(LATE_AFTER, max(SOONEST, due - before))


def coverage(runs: Sequence[Observation], next_due: datetime | None, start: datetime, end: datetime) -> Coverage:
    """Return the coverage of a period, from every run of a watch, oldest first, and the time the next check is due."""
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
        gaps=_each_time_once([gap for gap in _gaps(runs, next_due, end) if _overlaps(gap, start, end)]),
        sealed_to=max(links, default=None),
        is_sealed=len(links) == len(inside),
    )


def _each_time_once(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Return the gaps with no time before the first check that failed where that is a gap without checks already."""
    unchecked = {gap.until for gap in gaps if gap.kind == "not_looked"}
    return tuple(
        replace(gap, since=gap.failed_at) if gap.failed_at is not None and gap.failed_at in unchecked else gap
        for gap in gaps
    )


def _overlaps(gap: Gap, start: datetime, end: datetime) -> bool:
    return (gap.since is None or gap.since < end) and (gap.until is None or gap.until > start)


def _gaps(runs: Sequence[Observation], next_due: datetime | None, end: datetime) -> Iterable[Gap]:
    """Yield every gap, oldest first; the time since the last check is one if a check should have come since."""
    if not runs:
        yield Gap("not_looked", None, None)
        return
    yield Gap("not_looked", None, runs[0].first_at)
    seen_at: datetime | None = None
    failing: list[Observation] = []
    for index, run in enumerate(runs):
        if index:
            yield from _not_checked(runs, index)
        if run.outcome not in SEEN:
            failing.append(run)
            continue
        yield from _not_seen(failing, seen_at, run.first_at)
        failing = []
        seen_at = run.last_at
    yield from _not_seen(failing, seen_at, None)
    if is_late(runs[-1].last_at, next_due, end):
        yield Gap("not_looked", runs[-1].last_at, None)


def _not_checked(runs: Sequence[Observation], index: int) -> Iterable[Gap]:
    """Yield the gap before this run, if a check should have come before it.

    A clock that was wrong by days, and corrected, leaves runs out of order: days that other runs cover are not a gap.
    Hours that a clock went through twice remain one: the second time there were no checks.
    """
    before, run = runs[index - 1], runs[index]
    if run.due_at is None or not is_late(before.last_at, run.due_at, run.first_at):
        return
    since, until, interval = before.last_at, run.first_at, run.due_at - before.last_at
    last_before = max((other.last_at for other in runs[:index] if other.last_at < until), default=since)
    first_after = min((other.first_at for other in runs[index:] if other.first_at > since), default=until)
    since = last_before if last_before - since > CLOCK_WRONG_AFTER else since
    until = first_after if until - first_after > CLOCK_WRONG_AFTER else until
    if is_late(since, since + interval, until):
        yield Gap("not_looked", since, until)


def _not_seen(failing: Sequence[Observation], since: datetime | None, until: datetime | None) -> Iterable[Gap]:
    if failing:
        kinds = {_GAP_KINDS[run.outcome] for run in failing}
        reasons: list[Reason] = []
        for run in failing:
            if run.reason is not None and run.reason not in reasons:
                reasons.append(run.reason)
        failed_at = failing[0].first_at
        yield Gap(
            kinds.pop() if len(kinds) == 1 else "not_seen",
            since or failed_at,
            until,
            sum(run.count for run in failing),
            tuple(reasons),
            failed_at,
        )


_GAP_KINDS: dict[Outcome, GapKind] = {
    Outcome.NOT_SEEN: "not_seen",
    Outcome.SUSPECT: "suspect",
    Outcome.MOVED: "moved",
    Outcome.WITHDRAWN: "withdrawn",
}
