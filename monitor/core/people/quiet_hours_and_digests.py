"""Rules for deliveries that are not sent at once: quiet hours, digests, the daily limit, and mass changes.

Nothing here drops a delivery. What waits is sent later, or decided by the operator.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.model import Cadence, Preferences

MOST_MAILS_A_DAY = 5_000
"""Mails to one subscriber; those beyond are gathered in a digest. The limit protects a mailbox from a runaway and is
not meant to reduce mails: a subscriber who asked to be notified immediately is notified immediately, and one who wants
fewer mails asks for a digest."""

LEAST_MASS_CHANGE = 5
LONGEST_ROUND = timedelta(hours=1)
SETTLING = timedelta(minutes=2)
"""How long changes wait at most for the checks of their round that are still to come."""


def quiet_until(now: datetime, preferences: Preferences, timezone: str) -> datetime | None:
    """Return when the current quiet hours end; None outside quiet hours. `timezone` is for preferences without one."""
    if preferences.quiet is None or preferences.quiet[0] == preferences.quiet[1]:
        return None
    begin, end = preferences.quiet
    zone = ZoneInfo(preferences.timezone or timezone)
    local = now.astimezone(zone)
    at = local.time()
    if not (begin <= at < end if begin < end else at >= begin or at < end):
        return None
    day = local.date() if at < end else local.date() + timedelta(days=1)
    ends = (datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return next(moment for moment in ends if moment > now)


def next_digest(now: datetime, preferences: Preferences, timezone: str, *, weekly: bool) -> datetime:
    """Return when the next digest is due: never today, so that nothing that is still being recorded can miss it."""
    zone = ZoneInfo(preferences.timezone or timezone)
    today = now.astimezone(zone).date()
    days = 1
    if weekly:
        days = (preferences.digest_weekday - today.weekday()) % 7 or 7
    return datetime.combine(today + timedelta(days=days), preferences.digest_at, zone).astimezone(UTC)


def is_mass_change(changed: int, watched: int) -> bool:
    """True if so many changes in one round likely have a single cause: they are held until the operator decides."""
    return changed >= LEAST_MASS_CHANGE and 2 * changed > watched


def round_length(cadences: Iterable[Cadence]) -> timedelta:
    """Return the length of one round of checks: the longest interval between two checks of a page, at most an hour."""
    longest = timedelta(0)
    for cadence in cadences:
        longest = max(longest, cadence.every or LONGEST_ROUND)
        if longest >= LONGEST_ROUND:
            return LONGEST_ROUND  # there may be many cadences, and as a rule the first few decide
    return longest or LONGEST_ROUND
