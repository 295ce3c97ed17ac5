"""What a schedule asks of each host, and whether the host's pages can be checked as often as they should be. Pure.

Requests to one host are spaced: so many pages at this spacing take a certain time, whatever the machine. Where that is
more than their cadences leave, the pages go round more slowly than asked, and nothing but the schedule can mend it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from cronsim import CronSim

from monitor.core.model import Cadence, HostLoad, Watch
from monitor.core.schedule.cadence import EVERY_LONGEST

MOST_NAMED_HOSTS = 20
CRON_TIMES = 50
"""Times of a cron expression from which its mean interval is taken."""
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """Return the host of a URL, `name` or `name:port`, as the host gate names it."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def host_loads(watches: Iterable[Watch], spacing: timedelta) -> list[HostLoad]:
    """Return the load of each host while its pages may be checked, the heaviest first.

    `spacing` is the least time between two requests. A request takes no time here: what the host needs to answer comes
    on top.
    """
    pages: dict[str, int] = {}
    rates: dict[str, float] = {}
    for watch in watches:
        host = host_of(watch.url)
        pages[host] = pages.get(host, 0) + 1
        rates[host] = rates.get(host, 0.0) + 1 / mean_interval(watch.cadence).total_seconds()
    loads = (HostLoad(host, pages[host], rate * 86_400, rate * spacing.total_seconds()) for host, rate in rates.items())
    return sorted(loads, key=lambda load: (-load.share, -load.requests_a_day, load.host))


def overloaded(watches: Iterable[Watch], spacing: timedelta) -> Iterator[HostLoad]:
    """Yield the hosts whose pages cannot be checked as often as they should be."""
    return (load for load in host_loads(watches, spacing) if load.is_overloaded)


def worst_overloaded(watches: Iterable[Watch], spacing: timedelta) -> tuple[HostLoad, ...]:
    """Return the worst of these hosts, as many as are named to a person."""
    return tuple(islice(overloaded(watches, spacing), MOST_NAMED_HOSTS))


def mean_interval(cadence: Cadence) -> timedelta:
    """Return the mean time between two checks of a page, while it may be checked."""
    if cadence.cron is None:
        return min(cadence.every or EVERY_LONGEST, EVERY_LONGEST)
    return _mean_of_cron(cadence.cron)


@lru_cache
def _mean_of_cron(expression: str) -> timedelta:
    times = [at for at, _ in zip(CronSim(expression, _BEGINNING), range(CRON_TIMES), strict=False)]
    return (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else EVERY_LONGEST
