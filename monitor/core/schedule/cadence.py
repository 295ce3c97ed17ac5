"""The time of the next check: the cadence, sooner after a failure, later if the server asks, always within the window.

Wall-clock times are computed in the cadence's time zone: a time in the hour that is repeated in autumn is due once, a
time in the hour that is skipped in spring is due after the gap. Nothing is caught up: the next check is counted from
`now`, so that a long downtime costs one check per watch.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from monitor.core.model import Cadence

RETRY_FIRST = timedelta(minutes=5)
"""After the first failure; doubled with each one that follows."""
LONGEST_RETRY = timedelta(hours=6)
"""A page that is not seen is checked at least this often, whatever its cadence: subscribers wait for news of it."""
CONFIRM = timedelta(minutes=30)
"""Between checks of a suspect page: three of them span the hour that `monitor.core.judging.decide` requires."""
LONGEST_RETRY_AFTER = timedelta(days=1)
"""A Retry-After is obeyed up to this; a server that says "in ten years" must not end the checks."""
DAEMON_TICK = timedelta(seconds=5)
"""How often the daemon asks which watches are due: none is checked more often."""
EVERY_LONGEST = timedelta(days=366)
SPREAD = 0.05
SPREAD_LONGEST = timedelta(minutes=5)
_DOUBLINGS = 16
_WINDOW_TRIES = 400


def planned_check(due_at: datetime | None, held_until: datetime | None) -> datetime | None:
    """Return when a watch is checked that is due at a time, at a host that asked to be left alone until another.

    A host is left alone for at most `LONGEST_RETRY_AFTER`; a watch may have waited as long before it asked. A time
    beyond that is a clock's mistake.
    """
    if due_at and held_until and due_at < held_until <= due_at + 2 * LONGEST_RETRY_AFTER:
        return held_until
    return due_at


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
    """Return the time of the next check, in UTC, later than `now`.

    `failures` is how many checks in a row were not seen or suspect, `suspect` whether the last one was suspect;
    `retry_at` is when the server permits the next request. `host_until` is when an unreachable host is tried again: it
    replaces the page's own retry time, so that all pages of the host are seen soon after it is back. `jitter` in [0, 1)
    spreads watches of equal cadence: it only ever makes a check later, by at most 5 % and 5 minutes. The times of a
    cron expression are kept to the second.
    """
    now = now.astimezone(UTC)
    due = _by_cadence(cadence, now, jitter)
    if failures or suspect:
        retry = now + _spread(_delay_after_failure(cadence.every, failures, suspect=suspect), jitter)
        if host_until is not None and host_until > now:
            retry = min(host_until.astimezone(UTC), now + LONGEST_RETRY_AFTER)
        due = retry if cadence.cron is None else min(due, retry)
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
    """Return the first time of a cron expression after `after`.

    Inside a repeated hour cronsim's first answer may lie in the first pass of the hour, which is over.
    """
    times = (local.astimezone(UTC) for local in CronSim(expression, after.astimezone(zone)))
    return next(at for at in times if at > after)


def _delay_after_failure(every: timedelta | None, failures: int, *, suspect: bool) -> timedelta:
    """Return the delay after a failure: shorter than a long cadence, longer than a short one."""
    every = every or LONGEST_RETRY
    longest = min(max(every, RETRY_FIRST), LONGEST_RETRY)
    factor = 1 << min(max(failures - 1, 0), _DOUBLINGS)
    delay = min(min(every, RETRY_FIRST) * factor, longest)
    return max(delay, min(every, CONFIRM)) if suspect else delay


def _spread(delay: timedelta, jitter: float) -> timedelta:
    return delay + min(delay * SPREAD, SPREAD_LONGEST) * jitter


def _open_from(cadence: Cadence, at: datetime) -> datetime:
    """Return `at` if the window is open then, else the time at which it opens next."""
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
