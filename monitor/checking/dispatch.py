"""Use case: check what is due, in turns of hosts.

A turn is some of the due watches of one host, checked one after the other: a host sees one connection at a time however
many watches it has, and a slow host delays no other. While a turn waits for its next request it is an entry in a heap,
not a thread: a few workers serve hundreds of hosts (docs/decisions/0003-one-turn-a-host.md).
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from threading import Thread
from typing import Generic, TypeVar

from monitor.checking.host_turn import Steps, Told
from monitor.checking.threads import SYSTEM_THREADS
from monitor.core.model import Watch
from monitor.core.schedule.host_load import host_of
from monitor.core.schedule.sharing import ANYBODYS_AFTER, is_share_of
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Threads
from monitor.signs_of_life import sharers

log = logging.getLogger("bevaka.check")

Turn = list[Watch]
WORKERS = 32
"""The most requests that are under way side by side, each at another host."""
LONGEST_TURN = 64
"""Watches of one turn; then the hosts that wait have theirs."""

ResultT = TypeVar("ResultT")
"""The result of one check; None in its place where there was nothing to do."""

CheckTurn = Callable[[Turn, Told[ResultT]], Steps]
"""Checks the watches of a turn, step by step; tells of each of them once, with its result or the exception."""


def turns(watches: Iterable[Watch]) -> dict[str, Turn]:
    """Group watches by host, keeping their order."""
    by_host: dict[str, Turn] = {}
    for watch in watches:
        by_host.setdefault(host_of(watch.url), []).append(watch)
    return by_host


@dataclass(order=True, slots=True)
class _RunningTurn:
    """A turn that goes on at `ready_at`, by the monotonic clock."""

    ready_at: float
    number: int
    host: str = field(compare=False)
    steps: Steps = field(compare=False)


class Round(Generic[ResultT]):
    """Runs turns on a few threads. A host whose turn is still running gets no second one.

    A turn says after each step how long it has to wait, and waits without a thread. `flush` is called when no turn is
    left: what still waits for company to be recorded waits no longer.
    """

    def __init__(
        self,
        check_turn: CheckTurn[ResultT],
        *,
        workers: int = WORKERS,
        flush: Callable[[], None] = lambda: None,
        threads: Threads = SYSTEM_THREADS,
    ) -> None:
        self._check_turn = check_turn
        self._most_workers = workers
        self._flush = flush
        self._threads = threads
        self._changed = threads.condition()
        self._waiting: list[_RunningTurn] = []
        self._running: set[str] = set()
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

        `done` and `failed` are called from other threads, one of the two for every watch that was checked.
        """

        def told(watch: Watch, answer: ResultT | Exception | None) -> None:
            if isinstance(answer, Exception):
                failed(watch, answer)
            else:
                done(watch, answer)

        started, now = 0, self._threads.monotonic()
        with self._changed:
            for host, turn in turns(due).items():
                if host in self._running or self._has_ended:
                    continue
                running = _RunningTurn(now, next(self._numbers), host, self._check_turn(turn, told))
                heapq.heappush(self._waiting, running)
                self._running.add(host)
                started += len(turn)
            missing = min(self._most_workers, len(self._running)) - len(self._workers)
            for _ in range(max(0, missing)):
                self._workers.append(self._threads.start(self._work, f"worker-{len(self._workers)}"))
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
            turn.steps.close()
        self._waiting.clear()
        self._running.clear()
        self._flush()

    def _work(self) -> None:
        while (turn := self._next()) is not None:
            pause = self._go_on(turn)
            with self._changed:
                if pause is not None:
                    turn.ready_at = self._threads.monotonic() + pause
                    heapq.heappush(self._waiting, turn)
                    self._changed.notify()
                    continue
                self._running.discard(turn.host)
                is_last = not self._running
            if is_last:
                self._flush()

    def _next(self) -> _RunningTurn | None:
        """Return the next turn that may go on, once one may; None at the end."""
        with self._changed:
            while not self._has_ended:
                wait = self._waiting[0].ready_at - self._threads.monotonic() if self._waiting else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._waiting)
                self._changed.wait(wait)
        return None

    @staticmethod
    def _go_on(turn: _RunningTurn) -> float | None:
        """Make the next step of a turn; return the seconds until its next one, None if it was the last."""
        try:
            return next(turn.steps, None)
        except Exception:  # a boundary: a turn that fails as a whole must not end its worker
            log.exception("a turn came to nothing", extra={"host": turn.host})
            return None


def due_watches(
    unit_of_work: UnitOfWork,
    now: datetime,
    limit: int,
    *,
    but: Iterable[str] = (),
    a_host: int = LONGEST_TURN,
    worker: str | None = None,
) -> list[Watch]:
    """Return the watches that are due, at most so many of one host, longest waiting first.

    Left out are those of the hosts `but`, of hosts that asked to be left alone (Retry-After), and, where `worker` is
    one of several that check, the hosts that another one is asking or is about to ask.
    """
    with unit_of_work.read() as work:
        if worker and (others := sharers(work, "check", worker, now)):
            busy = {*but, *work.workers.hosts_of_others(worker, now), *work.hosts.held(now)}
            anybodys = work.watches.due_hosts(now - ANYBODYS_AFTER, limit, but=busy)

            @cache
            def is_ours(host: str) -> bool:
                return host in anybodys or is_share_of(worker, others, host)

            return work.watches.due(now, limit, a_host=a_host, but=busy, is_ours=is_ours)
        due = work.watches.due(now, limit, a_host=a_host, but=frozenset(but))
        held_hosts = work.hosts.held(now, {host_of(watch.url) for watch in due}) if due else {}
    return [watch for watch in due if host_of(watch.url) not in held_hosts] if held_hosts else due
