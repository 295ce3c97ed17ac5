"""Two machines with a schedule file each on one database: one file is in force, and an older one archives nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.checking.sync_schedule import stored_schedule, sync_schedule
from monitor.core.model import Schedule, Watch
from monitor.core.schedule.generations import Generation, ScheduleFile
from monitor.errors import ScheduleSuperseded
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

OURS = ScheduleFile("aa" * 32, "one.example", is_shared=True)
THEIRS = ScheduleFile("bb" * 32, "other.example", is_shared=True)


def schedule(*keys: str) -> Schedule:
    return Schedule(tuple(Watch(key, key, f"https://{key}.example/") for key in keys), host_delay=timedelta(seconds=3))


def keys(unit_of_work: SqlUnitOfWork) -> set[str]:
    with unit_of_work.read() as work:
        return {row.watch.key for row in work.watches.all()}


def newest(unit_of_work: SqlUnitOfWork) -> Generation:
    with unit_of_work.read() as work:
        found = work.schedules.newest()
    assert found is not None
    return found


def test_another_machines_file_is_refused_and_archives_nothing(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    sync_schedule(unit_of_work, schedule("new", "old"), clock.now(), OURS)
    with pytest.raises(ScheduleSuperseded, match=r"generation 1, of the machine one\.example.*schedule apply"):
        sync_schedule(unit_of_work, schedule("old"), clock.now(), THEIRS)
    assert keys(unit_of_work) == {"new", "old"}
    assert newest(unit_of_work).number == 1


def test_a_copy_of_the_file_is_as_good_as_the_file(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    sync_schedule(unit_of_work, schedule("new"), clock.now(), OURS)
    sync_schedule(unit_of_work, schedule("new"), clock.now(), replace(THEIRS, sha256=OURS.sha256))
    assert newest(unit_of_work).number == 1


def test_a_person_may_put_another_machines_file_in_force(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    sync_schedule(unit_of_work, schedule("old"), clock.now(), OURS)
    found = sync_schedule(unit_of_work, schedule("new"), clock.now(), THEIRS, supersede=True)
    assert (found.added.named, found.archived.named) == (("new",), ("old",))
    assert (newest(unit_of_work).number, newest(unit_of_work).machine) == (2, "other.example")
    with pytest.raises(ScheduleSuperseded):
        sync_schedule(unit_of_work, schedule("old"), clock.now(), OURS)


def test_a_machine_may_go_back_to_its_own_earlier_file(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    for sha256, watched in (("aa" * 32, "one"), ("cc" * 32, "two"), ("aa" * 32, "one")):
        sync_schedule(unit_of_work, schedule(watched), clock.now(), replace(OURS, sha256=sha256))
    assert keys(unit_of_work) == {"one"}
    assert newest(unit_of_work).number == 3


def test_a_database_of_one_machine_takes_whatever_file_there_is(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    """In a container, the name of the machine is another one after each start."""
    sync_schedule(unit_of_work, schedule("one"), clock.now(), replace(OURS, is_shared=False))
    sync_schedule(unit_of_work, schedule("two"), clock.now(), replace(THEIRS, is_shared=False))
    assert keys(unit_of_work) == {"two"}


def test_a_process_without_the_file_knows_what_is_in_force(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    assert stored_schedule(unit_of_work) is None
    put = sync_schedule(unit_of_work, schedule("one", "two"), clock.now(), OURS)
    known = stored_schedule(unit_of_work)
    assert known is not None
    assert (known.watching, known.timezone, known.host_delay) == (put.watching, put.timezone, put.host_delay)
