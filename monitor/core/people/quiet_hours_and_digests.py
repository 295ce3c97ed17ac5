"""When what is owed is not sent at once: quiet hours, too many in a day, and a mass change that a person must look at.

Nothing here drops anything. What waits is sent later, or decided by the operator.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.model import Cadence, Preferences

MOST_MAILS_A_DAY = 5_000
"""To one person; what comes beyond them is gathered in a digest. It guards a mailbox against a runaway and is no
reading aid: who asked to be told at once is told at once, and who wants fewer mails asks for a digest."""

LEAST_MASS_CHANGE = 5
LONGEST_ROUND = timedelta(hours=1)
SETTLING = timedelta(minutes=2)
"""How long changes wait at most for the looks of their round that are still under way."""


def quiet_until(now: datetime, preferences: Preferences, timezone: str) -> datetime | None:
    """When the quiet hours end in which `now` lies; None outside of them. `timezone` serves who has named none."""
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
    """When the next digest is due: never on this day, so that nothing that is still being recorded can miss it."""
    zone = ZoneInfo(preferences.timezone or timezone)
    today = now.astimezone(zone).date()
    days = 1
    if weekly:
        days = (preferences.digest_weekday - today.weekday()) % 7 or 7
    return datetime.combine(today + timedelta(days=days), preferences.digest_at, zone).astimezone(UTC)


def is_mass_change(changed: int, watched: int) -> bool:
    """Whether so many changes in one round are more likely one cause than as many: held until a person has looked."""
    return changed >= LEAST_MASS_CHANGE and 2 * changed > watched


def round_length(cadences: Iterable[Cadence]) -> timedelta:
    """How long one round of looks is: the longest interval between two looks at one page, an hour at most."""
    longest = timedelta(0)
    for cadence in cadences:
        longest = max(longest, cadence.every or LONGEST_ROUND)
        if longest >= LONGEST_ROUND:
            return LONGEST_ROUND  # there may be many, and the first few decide it as a rule
    return longest or LONGEST_ROUND
