"""What is wrong with the schedule file, for the operators' page: its mistakes, and hosts that it asks for too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bevaka.file_stamp import FileStamp, file_stamp
from monitor.core.model import HostLoad
from monitor.core.schedule.host_load import worst_overloaded
from monitor.errors import Mistake, ScheduleError


@dataclass(frozen=True, slots=True)
class ScheduleHealth:
    """The mistakes of a schedule file, each with its line; of a valid one the overloaded hosts, the worst first."""

    mistakes: tuple[Mistake, ...] = ()
    overloaded: tuple[HostLoad, ...] = ()


def schedule_health(path: Path, credentials: Mapping[str, str]) -> ScheduleHealth:
    """Return what is wrong with the schedule file; nothing where there is none. It is read once after each edit."""
    stamp = file_stamp(path)
    return _read(path, stamp, tuple(credentials.items())) if stamp else ScheduleHealth()


@lru_cache(maxsize=1)
def _read(path: Path, _stamp: FileStamp, credentials: tuple[tuple[str, str], ...]) -> ScheduleHealth:
    from monitor.schedule_file import read_schedule  # noqa: PLC0415  see WebContext.schedule_file

    try:
        schedule = read_schedule(path, dict(credentials))
    except ScheduleError as error:
        return ScheduleHealth(error.mistakes)
    return ScheduleHealth(overloaded=worst_overloaded(schedule.watches, schedule.host_delay))
