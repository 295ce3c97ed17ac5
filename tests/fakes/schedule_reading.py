"""Synchronous reading of a schedule file, in the process of the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from monitor.checking.sync_schedule import ScheduleInForce, sync_schedule
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock
from monitor.schedule_file import read_schedule


class SynchronousSync:
    """A `bevaka.daemon.schedule_reload.PendingSync` without a process of its own."""

    def __init__(self, take: Callable[[], ScheduleInForce]) -> None:
        self._take = take

    def result(self, seconds: float) -> ScheduleInForce | None:
        """Read the file and return the schedule in force."""
        return self._take()

    def cancel(self) -> None:
        """Do nothing: `result` has nothing left to cancel."""


def read_synchronously(path: Path, unit_of_work: UnitOfWork, clock: Clock) -> Callable[[], SynchronousSync]:
    """Return the function that starts reading this file."""
    return lambda: SynchronousSync(lambda: sync_schedule(unit_of_work, read_schedule(path), clock.now()))
