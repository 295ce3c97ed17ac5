"""The host gate: one request at a time in this process, spaced among all processes on the database.

A host that nobody could reach is left alone for a while (`monitor.core.schedule.breaker`): a turn at it is refused at
once. What is known of such hosts is in the database; a host of which nothing bad is known costs no query.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from monitor.core.schedule.breaker import CLOSED, after_failure, during_trial, half_open, is_open
from monitor.errors import FetchError, HostSilent
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock


class SqlHostGate:
    """Implements monitor.ports.world.HostGate on the `hosts` and `robots` tables, with one lock per host."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, delay: timedelta) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self.delay = delay
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        self._known_silent: set[str] | None = None

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks[host]
        with lock:
            self._admit(host)
            self._wait(host)
            try:
                yield
            except FetchError as error:
                if error.reached is False:
                    error.host_until = self._not_reached(host)
                elif error.reached:
                    self._reached(host)
                raise
            self._reached(host)

    def robots(self, host: str) -> tuple[str, datetime] | None:
        with self._unit_of_work.read() as work:
            return work.hosts.robots(host)

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        with self._unit_of_work.write() as work:
            work.hosts.keep_robots(host, text, at)

    def hold(self, host: str, until: datetime) -> None:
        """Leave this host alone until then (Retry-After)."""
        with self._unit_of_work.write() as work:
            work.hosts.hold(host, until)

    def try_now(self, hosts: Iterable[str]) -> None:
        """Allow one attempt, on request, at each of these hosts that is left alone because nobody could reach it."""
        silent = self._silent.intersection(hosts)
        if not silent:
            return
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            for host in silent:
                work.hosts.keep_breaker(host, half_open(work.hosts.breaker(host), now))

    @property
    def _silent(self) -> set[str]:
        """The hosts that the last attempt did not reach, as far as this process knows."""
        with self._guard:
            if self._known_silent is None:
                with self._unit_of_work.read() as work:
                    self._known_silent = work.hosts.silent()
            return self._known_silent

    def _admit(self, host: str) -> None:
        """Take the one attempt of a half-open breaker. Raises HostSilent while the host's breaker is open."""
        if host not in self._silent:
            return
        with self._unit_of_work.write() as work:
            now = self._clock.now()
            breaker = work.hosts.breaker(host)
            if is_open(breaker, now):
                error = HostSilent(host=host)
                error.host_until = breaker.until
                raise error
            if breaker.until is not None:
                work.hosts.keep_breaker(host, during_trial(breaker, now))

    def _wait(self, host: str) -> None:
        if not self.delay:
            return
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            slot = work.hosts.reserve(host, now, self.delay)
        if slot > now:
            self._clock.sleep((slot - now).total_seconds())

    def _not_reached(self, host: str) -> datetime | None:
        """Record one more attempt that reached nobody; return until when the host is left alone for it."""
        with self._unit_of_work.write() as work:
            breaker = after_failure(work.hosts.breaker(host), self._clock.now())
            work.hosts.keep_breaker(host, breaker)
        self._silent.add(host)
        return breaker.until

    def _reached(self, host: str) -> None:
        """Record that the host answered: its breaker is closed."""
        if host in self._silent:
            with self._unit_of_work.write() as work:
                work.hosts.keep_breaker(host, CLOSED)
            self._silent.discard(host)
