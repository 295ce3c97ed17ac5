"""Whose turn it is at a host: one request at a time in this process, spaced among all processes on the database."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from monitor.ports import Clock, UnitOfWork


class StoredGate:
    """A `HostGate` whose spacing and robots.txt live in the `hosts` table."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, delay: timedelta) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self.delay = delay
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for this host's turn and hold it."""
        with self._guard:
            lock = self._locks[host]
        with lock:
            if self.delay:
                now = self._clock.now()
                with self._unit_of_work.write() as work:
                    slot = work.hosts.reserve(host, now, self.delay)
                if slot > now:
                    self._clock.sleep((slot - now).total_seconds())
            yield

    def robots(self, host: str) -> tuple[str, datetime] | None:
        """The robots.txt kept for this origin."""
        with self._unit_of_work.read() as work:
            return work.hosts.robots(host)

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        """Keep it."""
        with self._unit_of_work.write() as work:
            work.hosts.keep_robots(host, text, at)

    def hold(self, host: str, until: datetime) -> None:
        """Leave this host alone until then (Retry-After)."""
        with self._unit_of_work.write() as work:
            work.hosts.hold(host, until)
