"""Daily time stamp of the heads of all chains."""

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
    """Has the heads time-stamped in `round()` when the latest time stamp is a day old."""

    def __init__(self, unit_of_work: UnitOfWork, stamp: Callable[[], Timestamp | None], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._stamp = stamp
        self._clock = clock

    def round(self) -> None:
        """Obtain one time stamp, if it is due. Raises what `stamp` raises if the authority refuses."""
        with self._unit_of_work.read() as work:
            latest = work.timestamps.latest()
        if latest is not None and self._clock.now() - latest.at < EVERY:
            return
        timestamp = self._stamp()
        if timestamp is not None:
            log.info("the chains are time-stamped", extra={"at": timestamp.at, "authority": timestamp.authority})
