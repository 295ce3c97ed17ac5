"""The system clock, with a sleep that ends when the program is told to stop."""

from __future__ import annotations

import threading
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` of the running program; `stop()` ends every sleep, present and future."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

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
