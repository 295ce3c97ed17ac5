"""The threads of the machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition, Thread


class SystemThreads:
    """Implements monitor.ports.world.Threads."""

    def monotonic(self) -> float:
        """Return the seconds of the machine's monotonic clock."""
        return time.monotonic()

    def condition(self) -> Condition:
        """Return a condition to wait on."""
        return Condition()

    def start(self, work: Callable[[], None], name: str) -> Thread:
        """Start a thread that does not keep the program from ending."""
        thread = Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread


SYSTEM_THREADS = SystemThreads()
