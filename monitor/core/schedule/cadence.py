"""When to look next: the cadence, sooner after a failure, later when the server asks, always inside the window.

Wall-clock times are computed in the cadence's time zone: an hour that is repeated in autumn is looked at once, one
that is skipped in spring is looked at after the gap. Nothing is caught up: the next look is counted from `now`, so
that a long downtime costs one look a watch.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from monitor.core.model import Cadence

RETRY_FIRST = timedelta(minutes=5)
"""After the first failure; doubled with each one that follows."""
LONGEST_RETRY = timedelta(hours=6)
"""A page that is not seen is looked at as often as this, whatever its cadence: readers wait to hear of it."""
CONFIRM = timedelta(minutes=30)
"""Between looks at a suspicious page: three of them span the hour that `monitor.core.judging.decide` asks for."""
LONGEST_RETRY_AFTER = timedelta(days=1)
"""A Retry-After is obeyed up to this; a server that says "in ten years" must not blind anybody."""
EVERY_LONGEST = timedelta(days=366)
SPREAD = 0.05
SPREAD_LONGEST = timedelta(minutes=5)
_DOUBLINGS = 16
_WINDOW_TRIES = 400


def next_check(
    cadence: Cadence,
    now: datetime,
    *,
    failures: int,
    suspect: bool,
    retry_at: datetime | None,
    jitter: float,
    host_until: datetime | None = None,
) -> datetime:
    """The time of the next look, in UTC, later than `now`.

    `failures` is how many looks in a row were not seen or suspect, `suspect` whether the last one was; `retry_at`
    is when the server wants to be asked again. `host_until` is when a host is asked again that nobody could reach: that
    takes the place of the page's own patience, so that all its pages are seen soon after it is back. `jitter` in [0, 1)
    spreads watches of equal cadence: it only ever makes a look later, by at most 5 % and 5 minutes. The times of a cron
    expression are kept to the second.
    """
    now = now.astimezone(UTC)
    due = _by_cadence(cadence, now, jitter)
    if failures or suspect:
        again = now + _spread(_delay_after_failure(cadence.every, failures, suspect=suspect), jitter)
        if host_until is not None and host_until > now:
            again = min(host_until.astimezone(UTC), now + LONGEST_RETRY_AFTER)
        due = again if cadence.cron is None else min(due, again)
    if retry_at is not None:
        due = max(due, min(retry_at.astimezone(UTC), now + LONGEST_RETRY_AFTER))
    return _open_from(cadence, due)


def _by_cadence(cadence: Cadence, now: datetime, jitter: float) -> datetime:
    if cadence.cron is None:
        return now + _spread(min(cadence.every or EVERY_LONGEST, EVERY_LONGEST), jitter)
    due = now
    for _ in range(_WINDOW_TRIES):
        due = _cron_after(cadence.cron, due, ZoneInfo(cadence.timezone))
        opening = _open_from(cadence, due)
        if opening == due:
            break
        due = opening - timedelta(seconds=1)
    return due


def _cron_after(expression: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time of a cron expression after `after`.

    Inside a repeated hour cronsim's first answer may lie in the hour's first round, which is over.
    """
    times = (local.astimezone(UTC) for local in CronSim(expression, after.astimezone(zone)))
    return next(at for at in times if at > after)


def _delay_after_failure(every: timedelta | None, failures: int, *, suspect: bool) -> timedelta:
    """A page of long cadence is looked at sooner than it says, one of short cadence more rarely."""
    every = every or LONGEST_RETRY
    longest = min(max(every, RETRY_FIRST), LONGEST_RETRY)
    factor = 1 << min(max(failures - 1, 0), _DOUBLINGS)
    delay = min(min(every, RETRY_FIRST) * factor, longest)
    return max(delay, min(every, CONFIRM)) if suspect else delay


def _spread(delay: timedelta, jitter: float) -> timedelta:
    return delay + min(delay * SPREAD, SPREAD_LONGEST) * jitter


def _open_from(cadence: Cadence, at: datetime) -> datetime:
    """`at` where the window is open then, else when it opens next."""
    if cadence.between is None:
        return at
    zone = ZoneInfo(cadence.timezone)
    local = at.astimezone(zone)
    if _is_open(cadence.between, local):
        return at
    days = (local.date() + timedelta(days=ahead) for ahead in range(3))
    openings = (
        datetime.combine(day, cadence.between[0], zone).replace(fold=fold).astimezone(UTC)
        for day in days
        for fold in (0, 1)
    )
    return next(opening for opening in openings if opening > at)


def _is_open(between: tuple[time, time], local: datetime) -> bool:
    start, end = between
    clock = local.time()
    return start <= clock <= end if start <= end else clock >= start or clock <= end
