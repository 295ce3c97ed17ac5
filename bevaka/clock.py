"""The system clock, with a sleep that ends when the program is told to stop."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

log = logging.getLogger("bevaka.clock")

WORTH_A_WORD = timedelta(seconds=2)
"""A clock that is off by less is none that anybody has to look after."""


class SystemClock:
    """The `Clock` of the running program; `stop()` ends every sleep, present and future.

    `follow` sets it by another clock, that of the database which several machines share.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def follow(self, now: datetime) -> None:
        """Go on from this time, which another clock has now."""
        before, self._offset = self._offset, now - datetime.now(UTC)
        if abs(self._offset - before) > WORTH_A_WORD:
            log.warning(
                "the clock of this machine is off: the database's is followed",
                extra={"event": "clock", "seconds": round(self._offset.total_seconds(), 1)},
            )

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`, at most until `stop` is called."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """End every sleep, since the program is to end."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """True if the program is to end."""
        return self._stopped.is_set()
