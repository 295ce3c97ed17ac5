"""Signs of life: for systemd's watchdog at every tick, and the knowledge whether the daemon is well."""

from __future__ import annotations

import time

from bevaka.daemon.systemd import notify

WELL_FOR = 60.0
"""Seconds after a good tick in which the daemon counts as well."""


class HealthSignals:
    """Told by the daemon of its ticks; asked by the heartbeat whether all is well."""

    def __init__(self) -> None:
        self._good_at: float | None = None

    def started(self) -> None:
        """The daemon works."""
        notify("READY=1")

    def ticked(self, *, good: bool) -> None:
        """A tick ended. One that came to nothing (the database is full, say) is alive too: a restart mends nothing."""
        notify("WATCHDOG=1")
        if good:
            self._good_at = time.monotonic()

    def stopping(self) -> None:
        """The daemon was told to stop."""
        notify("STOPPING=1")

    @property
    def are_good(self) -> bool:
        """Whether a tick came to a good end just now."""
        return self._good_at is not None and time.monotonic() - self._good_at < WELL_FOR
