"""The host gate: one request at a time to a host, spaced, among all programs on the database.

Whoever checks a host's pages holds the host's turn (`monitor.checking.host_turn`), and only the spacing is left to be
kept: from the end of the last request, by the monotonic clock. Any other request, such as one that a redirect leads to,
takes a turn of its own for as long as it lasts. A host that nobody could reach is left alone for a while
(`monitor.core.schedule.breaker`): a request to it is refused at once. What is known of such hosts is in the database; a
host of which nothing bad is known costs no query.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from monitor.core.schedule.breaker import CLOSED, after_failure, due_again, during_trial, half_open, is_open
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.errors import FetchError, HostSilent, HostTaken, TurnPaused
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.world import Clock

LEASE = timedelta(minutes=11)
"""How long a request of its own may hold a host: the longest timeout, and some."""
ASK_AGAIN = 0.2
"""Seconds between two attempts to get a host's turn."""
MOST_ATTEMPTS = 300
"""After so many it is given up."""
MOST_PREFETCHED = 1_000
"""Origins whose robots.txt is kept until it is asked for."""


def _origins(host: str) -> list[str]:
    """Return the origins of a host, `name` or `name:port`, as robots.txt is stored for them."""
    has_port = host.rpartition(":")[2].isdecimal() and not host.endswith("]")
    return [f"{scheme}://{host}{'' if has_port else f':{port}'}" for scheme, port in (("http", 80), ("https", 443))]


class SqlHostGate:
    """Implements monitor.ports.world.HostGate, and what a turn needs of it, on the `hosts` and `robots` tables.

    `monotonic` returns seconds, by which this process spaces its requests; `worker` names the process while it gives
    signs of life.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        clock: Clock,
        delay: timedelta,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        worker: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self.delay = delay
        self._monotonic = monotonic
        self._worker = worker
        self._guard = threading.Lock()
        self._free_at: dict[str, float] = {}
        self._held = threading.local()
        self._prefetched: dict[str, tuple[str, datetime] | None] = {}
        self.write_later: Callable[[Callable[[Work], None]], None] = self._write_now
        """Writes what can wait, with what else is to be written."""
        self._known_silent: set[str] | None = None
        self._known_holds: dict[str, datetime] | None = None

    @contextmanager
    def request(self, host: str) -> Iterator[None]:
        self._admit(host)
        own = getattr(self._held, "host", None) == host
        turn = None if own else self._take(host)
        self._wait(host)
        try:
            yield
        except FetchError as error:
            if error.reached is False:
                error.host_until = self._not_reached(host)
            elif error.reached:
                self._reached(host)
            raise
        else:
            self._reached(host)
        finally:
            self._note_end(host)
            if turn is not None:
                self._give_back(turn)

    @contextmanager
    def holding(self, host: str, *, can_pause: bool = False) -> Iterator[None]:
        self._held.host, self._held.can_pause = host, can_pause
        try:
            yield
        finally:
            self._held.host = None

    def pause_turn(self, host: str) -> None:
        if getattr(self._held, "host", None) == host and self._held.can_pause and self.pause(host):
            raise TurnPaused

    def pause(self, host: str) -> float:
        with self._guard:
            return max(0.0, self._free_at.get(host, 0.0) - self._monotonic())

    def is_left_alone(self, host: str) -> bool:
        until = self._holds.get(host)
        return until is not None and self._clock.now() < until

    def prefetch(self, work: Work, hosts: Sequence[str]) -> None:
        """Read the robots.txt of these hosts in somebody's transaction, so that each of them costs none of its own."""
        origins = [origin for host in hosts for origin in _origins(host)]
        found = work.hosts.robots_of(origins)
        with self._guard:
            for origin in origins:
                self._prefetched[origin] = found.get(origin)
            for origin in list(self._prefetched)[:-MOST_PREFETCHED]:
                del self._prefetched[origin]

    def robots(self, host: str) -> tuple[str, datetime] | None:
        with self._guard:
            if host in self._prefetched:
                return self._prefetched.pop(host)
        with self._unit_of_work.read() as work:
            return work.hosts.robots(host)

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        self.write_later(lambda work: work.hosts.keep_robots(host, text, at))

    def _write_now(self, note: Callable[[Work], None]) -> None:
        with self._unit_of_work.write_shared() as work:
            note(work)

    def hold(self, host: str, until: datetime) -> None:
        """Leave this host alone until then (Retry-After)."""
        with self._unit_of_work.write_shared() as work:
            work.hosts.hold(host, until)
        self._holds[host] = until

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

    @property
    def _holds(self) -> dict[str, datetime]:
        """The hosts that asked to be left alone and until when, as far as this process knows."""
        with self._guard:
            if self._known_holds is None:
                with self._unit_of_work.read() as work:
                    self._known_holds = work.hosts.holds()
            return self._known_holds

    def _admit(self, host: str) -> None:
        """Take the one attempt of a half-open breaker. Raises HostSilent while the host's breaker is open."""
        if host not in self._silent:
            return
        with self._unit_of_work.write() as work:
            now = self._clock.now()
            breaker = work.hosts.breaker(host)
            if is_open(breaker, now):
                error = HostSilent(host=host)
                error.host_until = due_again(breaker, now)
                raise error
            if breaker.until is not None:
                work.hosts.keep_breaker(host, during_trial(breaker, now))

    def _take(self, host: str) -> HostTurn:
        """Wait for a turn at a host. Raises HostTaken."""
        asker = uuid4().hex
        for _ in range(MOST_ATTEMPTS):
            now = self._clock.now()
            with self._unit_of_work.write() as work:
                [found] = work.hosts.begin_turns([TurnWish(host, LEASE, asker, self._worker())], now, self.delay)
                if isinstance(found, HostTurn):
                    return found
                work.hosts.want_turn(host, asker, now)
            self._clock.sleep(min(ASK_AGAIN, (found - now).total_seconds()))
        raise HostTaken(host)

    def _give_back(self, turn: HostTurn) -> None:
        free_at = self._clock.now() + self.delay
        with self._unit_of_work.write() as work:
            work.hosts.end_turns([(turn, free_at)])

    def _wait(self, host: str) -> None:
        if pause := self.pause(host):
            self._clock.sleep(pause)

    def _note_end(self, host: str) -> None:
        """Note that a request has ended now: the spacing begins."""
        if not self.delay:
            return
        now = self._monotonic()
        with self._guard:
            self._free_at = {known: at for known, at in self._free_at.items() if at > now}
            self._free_at[host] = now + self.delay.total_seconds()

    def _not_reached(self, host: str) -> datetime | None:
        """Record one more attempt that reached nobody; return until when the host is left alone for it."""
        with self._unit_of_work.write() as work:
            breaker = after_failure(work.hosts.breaker(host), self._clock.now())
            work.hosts.keep_breaker(host, breaker)
        self._silent.add(host)
        return breaker.until

    def _reached(self, host: str) -> None:
        """Record that the host answered: its breaker is closed, and it is left alone only if the answer asks for it."""
        if host in self._silent:
            with self._unit_of_work.write() as work:
                work.hosts.keep_breaker(host, CLOSED)
            self._silent.discard(host)
        if host in self._holds:
            with self._unit_of_work.write() as work:
                work.hosts.let_go(host)
            self._holds.pop(host, None)
