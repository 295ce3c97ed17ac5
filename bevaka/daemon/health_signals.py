"""Signs of life: a signal to systemd's watchdog at every tick, and whether the daemon is healthy."""

from __future__ import annotations

import time

from bevaka.daemon.systemd import notify

HEALTHY_FOR = 60.0
"""Seconds after a good tick during which the daemon counts as healthy."""


class HealthSignals:
    """The record of the daemon's ticks, from which the heartbeat learns whether all is well."""

    def __init__(self) -> None:
        self._good_at: float | None = None

    def started(self) -> None:
        """Signal that the daemon has started."""
        notify("READY=1")

    def ticked(self, *, good: bool) -> None:
        """Record a tick. A failed one (the database is full, say) is a sign of life too: a restart would not help."""
        notify("WATCHDOG=1")
        if good:
            self._good_at = time.monotonic()

    def stopping(self) -> None:
        """Signal that the daemon is stopping."""
        notify("STOPPING=1")

    @property
    def is_good(self) -> bool:
        """True if a tick ended well within the last WELL_FOR seconds."""
        return self._good_at is not None and time.monotonic() - self._good_at < HEALTHY_FOR
