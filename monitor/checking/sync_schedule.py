"""Use case: write a schedule to the database, from which everything else takes its watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.model import HostLoad, Language, Schedule
from monitor.core.schedule.generations import Generation, ScheduleFile, is_superseded
from monitor.core.schedule.host_load import worst_overloaded
from monitor.errors import ScheduleSuperseded
from monitor.ports.storage import UnitOfWork

KEYS_AT_A_TIME = 1000
"""Watches written in one transaction: a long schedule must not delay the checks that are to be recorded."""
MOST_NAMED_KEYS = 100


@dataclass(frozen=True, slots=True)
class NamedKeys:
    """The number of keys, and the first hundred of them in alphabetical order."""

    count: int = 0
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, keys: Sequence[str]) -> NamedKeys:
        """Count these keys, and name the first hundred."""
        return cls(len(keys), tuple(sorted(keys)[:MOST_NAMED_KEYS]))


@dataclass(frozen=True, slots=True)
class ScheduleInForce:
    """What a running program needs to know of the schedule in force; its watches are in the database.

    `added` and `archived` are the watches that this synchronisation added and archived, `overloaded` the hosts that it
    asks for more than their spacing allows, the worst first.
    """

    watching: int
    timezone: str
    language: Language
    host_delay: timedelta
    added: NamedKeys = NamedKeys()
    archived: NamedKeys = NamedKeys()
    overloaded: tuple[HostLoad, ...] = ()


def sync_schedule(
    unit_of_work: UnitOfWork,
    schedule: Schedule,
    now: datetime,
    file: ScheduleFile | None = None,
    *,
    supersede: bool = False,
) -> ScheduleInForce:
    """Make the database match the schedule. Raises StorageError; the next call then does what is left.

    A `file` that differs from the newest generation becomes the next one. Raises ScheduleSuperseded, before anything is
    written, if it may be older than the one that another machine has put in force, unless it is to `supersede` that.
    """
    if file is not None:
        _enter_generation(unit_of_work, schedule, now, file, supersede=supersede)
    with unit_of_work.read() as work:
        differing = work.watches.differing(schedule)
        tags_differ = work.tags.differ(schedule.tags)
    if tags_differ:
        with unit_of_work.write() as work:
            work.tags.sync(schedule.tags, now)
    added: list[str] = []
    archived: list[str] = []
    for begin in range(0, len(differing), KEYS_AT_A_TIME):
        with unit_of_work.write() as work:
            synced = work.watches.sync(schedule, now, among=differing[begin : begin + KEYS_AT_A_TIME])
        added += synced.added
        archived += synced.archived
    return ScheduleInForce(
        watching=len(schedule.watches),
        timezone=schedule.timezone,
        language=schedule.language,
        host_delay=schedule.host_delay,
        added=NamedKeys.of(added),
        archived=NamedKeys.of(archived),
        overloaded=worst_overloaded(schedule.watches, schedule.host_delay),
    )


def stored_schedule(unit_of_work: UnitOfWork) -> ScheduleInForce | None:
    """Return the schedule in force, for a process that has no file of its own; None before there is one."""
    with unit_of_work.read() as work:
        newest = work.schedules.newest()
    if newest is None:
        return None
    return ScheduleInForce(newest.watching, newest.timezone, newest.language, newest.host_delay)


def _enter_generation(
    unit_of_work: UnitOfWork, schedule: Schedule, now: datetime, file: ScheduleFile, *, supersede: bool
) -> None:
    """Note that this file is in force. Raises ScheduleSuperseded."""
    with unit_of_work.read() as work:
        newest = work.schedules.newest()
    if not supersede and newest is not None and is_superseded(file, newest):
        raise ScheduleSuperseded(newest.number, newest.machine, newest.applied_at)
    if newest is not None and newest.sha256 == file.sha256:
        return
    with unit_of_work.write() as work:
        newest = work.schedules.newest()
        if not supersede and newest is not None and is_superseded(file, newest):
            raise ScheduleSuperseded(newest.number, newest.machine, newest.applied_at)
        work.schedules.add(
            Generation(
                newest.number + 1 if newest else 1,
                file.sha256,
                file.machine,
                now,
                len(schedule.watches),
                schedule.timezone,
                schedule.language,
                schedule.host_delay,
            )
        )
