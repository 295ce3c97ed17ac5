"""Use case: check what is due, in turns of hosts.

A turn is some of the due watches of one host, checked one after the other: a host sees one connection at a time however
many watches it has, and a slow host delays no other. While a turn waits for its next request it is an entry in a heap,
not a thread: a few workers serve hundreds of hosts (docs/decisions/0003-one-turn-a-host.md).
"""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Condition, Thread
from typing import Generic, TypeVar

from monitor.core.model import Watch
from monitor.core.schedule.host_load import host_of
from monitor.ports.storage import UnitOfWork

log = logging.getLogger("bevaka.check")

Turn = list[Watch]
WORKERS = 32
"""The most requests that are under way side by side, each at another host."""
LONGEST_TURN = 64
"""Watches of one turn; then the hosts that wait have theirs."""

ResultT = TypeVar("ResultT")
"""The result of one check; None in its place where there was nothing to do."""

CheckTurn = Callable[[Turn], Iterable[tuple[Watch, ResultT | Exception | None]]]
"""Checks the watches of a turn; yields each of them once, with its result or the exception that was raised."""


def turns(watches: Iterable[Watch]) -> dict[str, Turn]:
    """Group watches by host, keeping their order."""
    by_host: dict[str, Turn] = {}
    for watch in watches:
        by_host.setdefault(host_of(watch.url), []).append(watch)
    return by_host


@dataclass(order=True, slots=True)
class _RunningTurn(Generic[ResultT]):
    """A turn that goes on at `ready_at`, by the monotonic clock."""

    ready_at: float
    number: int
    host: str = field(compare=False)
    results: Iterator[tuple[Watch, ResultT | Exception | None]] = field(compare=False)
    done: Callable[[Watch, ResultT | None], None] = field(compare=False)
    failed: Callable[[Watch, Exception], None] = field(compare=False)


class Round(Generic[ResultT]):
    """Runs turns on a few threads. A host whose turn is still running gets no second one.

    `spacing` returns the least time between the end of one request to a host and the next one; a turn waits for it
    without a thread.
    """

    def __init__(
        self,
        check_turn: CheckTurn[ResultT],
        *,
        workers: int = WORKERS,
        spacing: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._check_turn = check_turn
        self._most_workers = workers
        self._spacing = spacing
        self._changed = Condition()
        self._waiting: list[_RunningTurn[ResultT]] = []
        self._running: set[str] = set()
        self._free_at: dict[str, float] = {}
        self._workers: list[Thread] = []
        self._numbers = count()
        self._has_ended = False

    def start(
        self,
        due: Iterable[Watch],
        done: Callable[[Watch, ResultT | None], None],
        failed: Callable[[Watch, Exception], None],
    ) -> int:
        """Start a turn for each host that has none running; return the number of watches in the new turns.

        `done` and `failed` are called from a worker's thread, one of the two for every watch that was checked.
        """
        started, now = 0, time.monotonic()
        with self._changed:
            self._free_at = {host: at for host, at in self._free_at.items() if at > now}
            for host, turn in turns(due).items():
                if host in self._running or self._has_ended:
                    continue
                ready_at, results = max(now, self._free_at.get(host, now)), iter(self._check_turn(turn))
                running = _RunningTurn(ready_at, next(self._numbers), host, results, done, failed)
                heapq.heappush(self._waiting, running)
                self._running.add(host)
                started += len(turn)
            missing = min(self._most_workers, len(self._running)) - len(self._workers)
            for _ in range(max(0, missing)):
                worker = Thread(target=self._work, name=f"worker-{len(self._workers)}", daemon=True)
                self._workers.append(worker)
                worker.start()
            self._changed.notify_all()
        return started

    @property
    def running(self) -> frozenset[str]:
        """The hosts whose turns are running."""
        with self._changed:
            return frozenset(self._running)

    def wait(self) -> None:
        """Wait for the requests that are under way, end every turn, and accept no more."""
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()
        for turn in self._waiting:
            _close(turn)
        self._waiting.clear()
        self._running.clear()

    def _work(self) -> None:
        while (turn := self._next()) is not None:
            pause = self._go_on(turn)
            with self._changed:
                if pause is None:
                    self._running.discard(turn.host)
                    continue
                turn.ready_at = time.monotonic() + pause
                self._free_at[turn.host] = turn.ready_at
                heapq.heappush(self._waiting, turn)
                self._changed.notify()

    def _next(self) -> _RunningTurn[ResultT] | None:
        """Return the next turn that may go on, once one may; None at the end."""
        with self._changed:
            while not self._has_ended:
                wait = self._waiting[0].ready_at - time.monotonic() if self._waiting else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._waiting)
                self._changed.wait(wait)
        return None

    def _go_on(self, turn: _RunningTurn[ResultT]) -> float | None:
        """Make the next check of a turn; return the seconds until its next one, None if it was the last."""
        try:
            found = next(turn.results, None)
        except Exception:  # a boundary: a turn that fails as a whole must not end its worker
            log.exception("a turn came to nothing", extra={"host": turn.host})
            return None
        if found is None:
            return None
        watch, result = found
        if isinstance(result, Exception):
            turn.failed(watch, result)
        else:
            turn.done(watch, result)
        return 0.0 if result is None else self._spacing().total_seconds()


def _close(turn: _RunningTurn[ResultT]) -> None:
    close = getattr(turn.results, "close", None)
    if close is not None:
        close()


def due_watches(
    unit_of_work: UnitOfWork, now: datetime, limit: int, *, but: Iterable[str] = (), a_host: int = LONGEST_TURN
) -> list[Watch]:
    """Return the watches that are due, at most so many of one host, longest waiting first.

    Left out are those of the hosts `but`, and of hosts that asked to be left alone (Retry-After).
    """
    with unit_of_work.read() as work:
        due = work.watches.due(now, limit, a_host=a_host, but=frozenset(but))
        hosts = {host_of(watch.url) for watch in due}
        held_hosts = {host for host in hosts if work.hosts.held_until(host, now)}
    return [watch for watch in due if host_of(watch.url) not in held_hosts]
