"""A time stamp of all chains' heads, once a day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Timestamp
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.timestamp")

EVERY = timedelta(days=1)


class DailyTimestamp:
    """`round()` has the heads stamped when the last stamp is a day old."""

    def __init__(self, unit_of_work: UnitOfWork, stamp: Callable[[], Timestamp | None], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._stamp = stamp
        self._clock = clock

    def round(self) -> None:
        """Once, if it is time. Raises what the authority's refusal raises."""
        with self._unit_of_work.read() as work:
            latest = work.timestamps.latest()
        if latest is not None and self._clock.now() - latest.at < EVERY:
            return
        made = self._stamp()
        if made is not None:
            log.info("the chains are time-stamped", extra={"at": made.at, "authority": made.authority})
