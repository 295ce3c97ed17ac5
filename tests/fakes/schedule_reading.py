"""A schedule file that is read in this process, at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.checking.sync_schedule import ScheduleInForce, sync_schedule
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock
from monitor.schedule_file import read_schedule


class ReadHere:
    """What a `bevaka.daemon.schedule_reload.Reading` is, without a process of its own."""

    def __init__(self, take: Callable[[], ScheduleInForce]) -> None:
        self._take = take

    def result(self, seconds: float) -> ScheduleInForce | None:
        """What is in force now."""
        return self._take()

    def cancel(self) -> None:
        """There is nothing to let be."""


def read_here(path: Path, unit_of_work: UnitOfWork, clock: Clock) -> Callable[[], ReadHere]:
    """What begins to read this file."""
    return lambda: ReadHere(lambda: sync_schedule(unit_of_work, read_schedule(path), clock.now()))
