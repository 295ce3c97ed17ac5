"""Use case: check what is due, in one turn per host.

A turn is the due watches of one host, checked one after the other: a host sees one connection at a time however many
watches it has, and a slow host delays no other (docs/decisions/0003-one-turn-a-host.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Generic, TypeVar

from monitor.core.model import Watch
from monitor.core.schedule.host_load import host_of
from monitor.ports.storage import UnitOfWork

Turn = list[Watch]
WORKERS = 8
"""The number of hosts that are checked side by side."""

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


class Round(Generic[ResultT]):
    """Runs turns on a bounded pool of threads. A host whose turn is still running gets no second one."""

    def __init__(self, check_turn: CheckTurn[ResultT], *, workers: int) -> None:
        self._check_turn = check_turn
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="lane")
        self._running: dict[str, Future[None]] = {}

    def start(
        self,
        due: Iterable[Watch],
        done: Callable[[Watch, ResultT | None], None],
        failed: Callable[[Watch, Exception], None],
    ) -> int:
        """Start a turn for each host that has none running; return the number of watches in the new turns.

        `done` and `failed` are called from the turn's thread, one of the two for every watch that was checked.
        """
        self._running = {host: future for host, future in self._running.items() if not future.done()}
        started = 0
        for host, turn in turns(due).items():
            if host not in self._running:
                self._running[host] = self._pool.submit(self._run, turn, done, failed)
                started += len(turn)
        return started

    def _run(
        self,
        turn: Turn,
        done: Callable[[Watch, ResultT | None], None],
        failed: Callable[[Watch, Exception], None],
    ) -> None:
        for watch, result in self._check_turn(turn):
            if isinstance(result, Exception):
                failed(watch, result)
            else:
                done(watch, result)

    def wait(self) -> None:
        """Wait for the running turns; cancel those that have not begun, and accept no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def due_watches(unit_of_work: UnitOfWork, now: datetime, limit: int) -> list[Watch]:
    """Return the watches that are due, without those whose host asked to be left alone (Retry-After)."""
    with unit_of_work.read() as work:
        due = work.watches.due(now, limit)
        hosts = {host_of(watch.url) for watch in due}
        held_hosts = {host for host in hosts if work.hosts.held_until(host, now)}
    return [watch for watch in due if host_of(watch.url) not in held_hosts]
