"""Cadences, durations and sizes as the schedule file writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.model import Cadence, Schedule

SIZE_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3), ("B", 1))
MOST_NAMED_WATCHES = 5


def cadence_words(cadence: Cadence) -> str:
    """Return a cadence in words: every 6h, 06:00-22:00; or cron "0 7 * * mon-fri"."""
    words = f'cron "{cadence.cron}"' if cadence.every is None else f"every {duration_words(cadence.every)}"
    if cadence.between is None:
        return words
    start, end = cadence.between
    return f"{words}, {start:%H:%M}-{end:%H:%M}"


def too_frequent_words(schedule: Schedule) -> Iterator[str]:
    """Yield a sentence on the watches whose cadence is shorter than the daemon's tick; none where there are none."""
    from monitor.core.schedule.cadence import DAEMON_TICK
    from monitor.core.schedule.host_load import mean_interval

    found = [watch for watch in schedule.watches if mean_interval(watch.cadence) < DAEMON_TICK]
    if not found:
        return
    names = [f"{watch.key} ({cadence_words(watch.cadence)})" for watch in found[:MOST_NAMED_WATCHES]]
    names += [f"{len(found) - MOST_NAMED_WATCHES} more"] if len(found) > MOST_NAMED_WATCHES else []
    tick = duration_words(DAEMON_TICK)
    yield f"{', '.join(names)}: the daemon looks for due watches every {tick}, and checks none more often than that"


def duration_words(length: timedelta) -> str:
    """Return a duration as the schedule file writes it: 6h, 1h30m."""
    rest, words = round(length.total_seconds()), ""
    for unit, worth in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, worth)
        words += f"{count}{unit}" if count else ""
    return words or "0s"


def size_words(count: int) -> str:
    """Return a number of bytes as the schedule file writes it: 10MB."""
    unit, worth = next((unit, worth) for unit, worth in SIZE_UNITS if count % worth == 0)
    return f"{count // worth}{unit}"
