"""Who checks and sends on this database: its workers, what they hold, and how much waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Worker
from monitor.signs_of_life import is_alive

WORKING = frozenset({"check", "deliver"})
"""Roles of those that check or send by themselves."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The workers that live, in the order of their start, each with the number of host turns that it holds.

    `due` is how many watches are due now, those that are being checked among them.
    """

    workers: tuple[tuple[Worker, int], ...]
    due: int

    @property
    def versions(self) -> list[str]:
        """The versions of the program that are running, each once."""
        return sorted({worker.version for worker, _ in self.workers})

    @property
    def working(self) -> list[Worker]:
        """Those that check or send by themselves, the longest at work first."""
        return [worker for worker, _ in self.workers if worker.roles & WORKING]


def fleet(unit_of_work: UnitOfWork, now: datetime) -> Fleet:
    """Return who checks and sends now."""
    with unit_of_work.read() as work:
        turns, due = work.workers.turns(now), work.watches.count_waiting(now)
        living = [worker for worker in work.workers.all() if is_alive(worker, now)]
    return Fleet(tuple((worker, turns.get(worker.id, 0)) for worker in living), due)
