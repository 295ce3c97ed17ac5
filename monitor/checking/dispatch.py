"""Use case: what is due, in lanes.

A lane is one host's watches, one after the other: so a host sees one connection at a time however many watches it
has, and a slow host holds up nobody but itself (docs/decisions, "Host lanes").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from monitor.core.model import Watch
from monitor.ports.storage import UnitOfWork

Turn = list[Watch]
WORKERS = 8
"""How many hosts are checked side by side."""

ResultT = TypeVar("ResultT")
"""What one look comes to; None when there was nothing to do."""

CheckTurn = Callable[[Turn], Iterable[tuple[Watch, ResultT | Exception | None]]]
"""Looks at the watches of a lane; gives each of them once, with what it came to or what went wrong."""


def host_of(url: str) -> str:
    """`name` or `name:port`, as the host gate knows it."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def turns(watches: Iterable[Watch]) -> dict[str, Turn]:
    """Watches by host, in their order."""
    by_host: dict[str, Turn] = {}
    for watch in watches:
        by_host.setdefault(host_of(watch.url), []).append(watch)
    return by_host


class Round(Generic[ResultT]):
    """The lanes that run now, on a bounded pool. A host that is still being looked at gets no second lane."""

    def __init__(self, look: CheckTurn[ResultT], *, workers: int) -> None:
        self._look = look
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="lane")
        self._running: dict[str, Future[None]] = {}

    def start(
        self,
        due: Iterable[Watch],
        done: Callable[[Watch, ResultT | None], None],
        failed: Callable[[Watch, Exception], None],
    ) -> int:
        """Start a lane for each host that has none; returns how many watches were taken up.

        `done` and `failed` are called from the lane's thread, one of the two for every watch that was looked at.
        """
        self._running = {host: future for host, future in self._running.items() if not future.done()}
        taken = 0
        for host, turn in turns(due).items():
            if host not in self._running:
                self._running[host] = self._pool.submit(self._run, turn, done, failed)
                taken += len(turn)
        return taken

    def _run(
        self,
        turn: Turn,
        done: Callable[[Watch, ResultT | None], None],
        failed: Callable[[Watch, Exception], None],
    ) -> None:
        for watch, answer in self._look(turn):
            if isinstance(answer, Exception):
                failed(watch, answer)
            else:
                done(watch, answer)

    def wait(self) -> None:
        """Wait for the lanes that run, and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def due_watches(unit_of_work: UnitOfWork, now: datetime, limit: int) -> list[Watch]:
    """The watches that are due, without those whose host asked to be left alone (Retry-After)."""
    with unit_of_work.read() as work:
        due = work.watches.due(now, limit)
        hosts = {host_of(watch.url) for watch in due}
        held = {host for host in hosts if work.hosts.held_until(host, now)}
    return [watch for watch in due if host_of(watch.url) not in held]
