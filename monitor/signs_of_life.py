"""Signs of life: by them the programs on one database know which of them was killed, and free what it held.

A lease alone runs out only after the longest request that it may be for. A process that checks or sends therefore says
every few seconds that it lives; one that has not said so for three times as long is dead, and whoever notices ends its
leases. Nobody is judged by a program that could not write itself meanwhile, or whose clock was set: others may not have
been able to say anything either.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Self

from monitor.errors import StorageError
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import Freed, Role, Worker
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.worker")

EVERY = 5.0
"""Seconds between two signs."""
DEAD_AFTER = timedelta(seconds=15)
"""Without a sign for so long, a worker is dead."""

KEEPER_FOR = 2 * EVERY
"""Seconds after its latest sign for which a keeper is one: less than after which it is dead."""


def is_alive(worker: Worker, now: datetime) -> bool:
    """True if the worker gave a sign of life a moment ago, whatever way the clock was set since."""
    return worker.seen_at is not None and abs(now - worker.seen_at) <= DEAD_AFTER


def sharers(work: Work, role: Role, worker_id: str | None, now: datetime) -> list[str]:
    """Return the ids of the other workers that live and have a role."""
    return [
        worker.id
        for worker in work.workers.all()
        if role in worker.roles and worker.id != worker_id and is_alive(worker, now)
    ]


class SignsOfLife:
    """Signs for one process while it is entered, from a thread of its own; `worker_id` is None otherwise.

    `follow` is called with the time of the clock that all machines share, where there is one. `monotonic` returns
    seconds.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        clock: Clock,
        worker: Worker,
        *,
        every: float = EVERY,
        follow: Callable[[datetime], None] = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._worker = worker
        self._every = every
        self._follow = follow
        self._monotonic = monotonic
        self._signed: tuple[datetime, float] | None = None
        self._is_elected = False
        self._is_failing = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="signs of life", daemon=True)

    @property
    def worker_id(self) -> str | None:
        """The id under which this process may hold leases; None while it does not sign."""
        return self._worker.id if self._signed else None

    @property
    def is_keeper(self) -> bool:
        """True if this process keeps the schedule and does the periodic jobs: of those that may, it lives the longest.

        One that cannot sign is none any more, before another one takes over.
        """
        signed = self._signed
        return self._is_elected and signed is not None and self._monotonic() - signed[1] < KEEPER_FOR

    def __enter__(self) -> Self:
        self._try_to_sign()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End; what this process still holds runs out."""
        self._ended.set()
        self._thread.join()
        self._signed = None
        try:
            with self._unit_of_work.write() as work:
                work.workers.remove(self._worker.id)
        except StorageError as error:
            log.warning("the last sign of life could not be removed: %s", error)

    def sign(self) -> None:
        """Record a sign of life, and free what dead workers held. Raises StorageError."""
        with self._unit_of_work.write_shared() as work:
            if (shared := work.workers.clock()) is not None:
                self._follow(shared)
            now, at = self._clock.now(), self._monotonic()
            work.workers.sign(self._worker, now)
            workers = work.workers.all()
        freed = self._free(now) if self._dead(workers, now) and self._may_judge(now, at) else {}
        keepers = [worker.id for worker in workers if "keeper" in worker.roles and is_alive(worker, now)]
        self._is_elected = keepers[:1] == [self._worker.id]
        self._signed = now, at
        for worker, held in freed.items():
            log.warning(
                "a worker gives no sign of life: what it held is free",
                extra={
                    "machine": worker.machine,
                    "last": worker.seen_at,
                    "hosts": held.hosts,
                    "pages": held.watches,
                    "deliveries": held.deliveries,
                },
            )

    def _dead(self, workers: Sequence[Worker], now: datetime) -> list[Worker]:
        return [worker for worker in workers if worker.id != self._worker.id and not is_alive(worker, now)]

    def _free(self, now: datetime) -> dict[Worker, Freed]:
        """Free what dead workers hold, alone: nobody writes meanwhile, and who is dead is asked once more."""
        with self._unit_of_work.write() as work:
            return {worker: work.workers.free(worker.id, now) for worker in self._dead(work.workers.all(), now)}

    def _may_judge(self, now: datetime, at: float) -> bool:
        """True if this process signed a moment ago, by both of its clocks: so could every other."""
        if self._signed is None:
            return False
        wall, before = self._signed
        passed = at - before
        is_steady = abs((now - wall).total_seconds() - passed) < self._every
        return is_steady and passed < 2 * self._every

    def _work(self) -> None:
        while not self._ended.wait(self._every):
            self._try_to_sign()

    def _try_to_sign(self) -> None:
        try:
            self.sign()
        except StorageError as error:
            if not self._is_failing:  # said once, not every few seconds
                log.warning("no sign of life could be written; trying again: %s", error)
            self._is_failing = True
        else:
            self._is_failing = False
