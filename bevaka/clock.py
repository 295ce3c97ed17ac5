"""The world's clock, with a sleep that ends when the program is told to stop."""

from __future__ import annotations

import threading
from datetime import UTC, datetime


class SystemClock:
    """A `Clock`; `stop()` ends every sleep, now and later."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait, at most until `stop`."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """The program is to end."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether the program is to end."""
        return self._stopped.is_set()
