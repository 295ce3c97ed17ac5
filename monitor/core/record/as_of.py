"""What a page said at a time in the past: between which checks a text was seen, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import SEEN, Observation
from monitor.core.record.coverage import Gap, coverage, is_late


@dataclass(frozen=True, slots=True)
class Sight:
    """A text that was seen: the revision, at the check nearest to the time that was asked for."""

    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AlsoSeen:
    """Another text that was seen in the period, at the first and the last check that saw it there without a gap."""

    revision: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class AsOf:
    """What is known of a page in a period, from `since` until `until` (not included).

    `revision` was seen in it, or right before it and until another one was; at `checks` checks from `first_seen` to
    `last_seen`, with no gap between them. None: the page was not seen then. `before` and `after` are the nearest sights
    of another text, or on the other sides of the gap. `is_between`: the text became another one between two checks,
    and the period lies between these. `also` are the other texts that were seen in the period, oldest first; `gaps` the
    times of which nothing is known, where they touch the period. `other_address`: the watch was given another address
    between the text and the one after it, so that these are texts of two pages.
    """

    since: datetime
    until: datetime
    revision: int | None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    checks: int = 0
    before: Sight | None = None
    after: Sight | None = None
    is_between: bool = False
    gaps: tuple[Gap, ...] = ()
    also: tuple[AlsoSeen, ...] = ()
    other_address: bool = False


@dataclass(slots=True)
class _Stretch:
    """Checks in a row that saw the same text, without a gap between them."""

    revision: int
    first_at: datetime
    last_at: datetime
    checks: int


def as_of(runs: Sequence[Observation], since: datetime, until: datetime) -> AsOf | None:
    """Return what is known of a period, from every run of a watch as it is sealed, oldest first.

    None if no check came before the end of the period, or none since its beginning: nothing can be said of the time
    before the first check and after the last one.
    """
    if not runs or since > max(run.last_at for run in runs) or until <= min(run.first_at for run in runs):
        return None
    stretches = _stretches(runs)
    gaps = _outermost(coverage(runs, None, since, until).gaps)
    inside = [stretch for stretch in stretches if stretch.first_at < until and stretch.last_at >= since]
    before, after = _last_before(stretches, since), _first_from(stretches, until)
    is_seen_around = not inside and before is not None and after is not None and not gaps
    is_between = is_seen_around and before is not None and after is not None and before.revision != after.revision
    shown = max(inside, key=lambda stretch: stretch.last_at) if inside else before if is_seen_around else None
    if shown is None:
        return AsOf(since, until, None, before=_end(before), after=_beginning(after), gaps=gaps)
    return AsOf(
        since,
        until,
        revision=shown.revision,
        first_seen=shown.first_at,
        last_seen=shown.last_at,
        checks=shown.checks,
        before=_end(_last_before(stretches, shown.first_at)),
        after=_beginning(after if is_between else _first_from(stretches, shown.last_at, but=shown)),
        is_between=is_between,
        gaps=gaps,
        also=tuple(
            AlsoSeen(each.revision, each.first_at, each.last_at)
            for each in inside
            if each is not shown and each.revision != shown.revision
        ),
    )


def is_whole(found: AsOf, near: Sequence[Observation], checked: tuple[datetime, datetime]) -> bool:
    """True if what was found with the runs of some time alone is what all runs would tell.

    `checked` are the first and the last check of the watch. Checks that saw the page must lie before and after all that
    was found, or what was seen may have begun earlier, or gone on; unless the runs begin with the first check, or end
    with the last one.
    """
    seen = [run for run in near if run.outcome in SEEN]
    starts = [found.since, *(each.first_seen for each in found.also), *filter(None, [found.first_seen])]
    lasts = [found.until, *(each.last_seen for each in found.also), *filter(None, [found.last_seen])]
    begins = min(run.first_at for run in near) <= checked[0]
    ends = max(run.last_at for run in near) >= checked[1]
    is_begun = begins or any(run.last_at < min(starts) for run in seen)
    return is_begun and (ends or any(run.first_at > max(lasts) for run in seen))


def _outermost(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Return the gaps without times between the checks that failed: retries come irregularly while a page fails."""
    return tuple(gap for gap in gaps if not any(other is not gap and _is_in(gap, other) for other in gaps))


def _is_in(gap: Gap, other: Gap) -> bool:
    """True if a time without checks lies between checks that did not see the page."""
    if gap.kind != "not_looked" or gap.since is None or other.failed_at is None:
        return False
    return gap.since >= other.failed_at and (
        other.until is None or (gap.until is not None and gap.until <= other.until)
    )


def _last_before(stretches: Sequence[_Stretch], moment: datetime) -> _Stretch | None:
    earlier = (stretch for stretch in stretches if stretch.last_at < moment)
    return max(earlier, key=lambda stretch: stretch.last_at, default=None)


def _first_from(stretches: Sequence[_Stretch], moment: datetime, but: _Stretch | None = None) -> _Stretch | None:
    later = (stretch for stretch in stretches if stretch.first_at >= moment and stretch is not but)
    return min(later, key=lambda stretch: stretch.first_at, default=None)


def _end(stretch: _Stretch | None) -> Sight | None:
    return None if stretch is None else Sight(stretch.revision, stretch.last_at)


def _beginning(stretch: _Stretch | None) -> Sight | None:
    return None if stretch is None else Sight(stretch.revision, stretch.first_at)


def _stretches(runs: Sequence[Observation]) -> list[_Stretch]:
    found: list[_Stretch] = []
    goes_on = False
    for run in runs:
        if run.outcome not in SEEN or run.revision is None:
            goes_on = False
            continue
        latest = found[-1] if found else None
        if (
            goes_on
            and latest is not None
            and latest.revision == run.revision
            and run.first_at >= latest.last_at
            and not is_late(latest.last_at, run.due_at, run.first_at)
        ):
            latest.last_at = run.last_at
            latest.checks += run.count
        else:
            found.append(_Stretch(run.revision, run.first_at, run.last_at, run.count))
        goes_on = True
    return found
