"""The schedule file while the daemon runs."""

from __future__ import annotations

import logging
import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.daemon.schedule_reload import LiveSchedule, ProgramStopped
from monitor.checking.sync_schedule import NamedKeys, ScheduleInForce
from monitor.errors import DatabaseBusy, ScheduleError
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.schedule_reading import read_synchronously

HOST_DELAY = timedelta(seconds=2)
GOOD = "version: 1\nwatches:\n  one:\n    url: https://one.example/\n"


class Edited:
    """A schedule file, its live schedule, and the schedules that were applied."""

    def __init__(self, path: Path, unit_of_work: SqlUnitOfWork) -> None:
        self._path = path
        self._edits = 0
        self.applied: list[ScheduleInForce] = []
        self.write(GOOD)
        self.live = LiveSchedule(path, read_synchronously(path, unit_of_work, FakeClock()), self.applied.append)

    def write(self, text: str) -> None:
        """Save the file, with a modification time of its own even if the file system's time stamps are coarse."""
        self._edits += 1
        self._path.write_text(text)
        os.utime(self._path, (self._edits, self._edits))

    def remove(self) -> None:
        """Delete the file."""
        self._path.unlink()


@pytest.fixture
def edited(tmp_path: Path, unit_of_work: SqlUnitOfWork) -> Edited:
    return Edited(tmp_path / "schedule.yaml", unit_of_work)


def keys(unit_of_work: SqlUnitOfWork) -> list[str]:
    """Return the keys of the watches in the database that are not archived."""
    with unit_of_work.read() as work:
        return [row.watch.key for row in work.watches.all()]


def test_a_bad_file_at_the_start_is_an_error(tmp_path: Path, unit_of_work: SqlUnitOfWork) -> None:
    path = tmp_path / "nothing.yaml"
    with pytest.raises(ScheduleError):
        LiveSchedule(path, read_synchronously(path, unit_of_work, FakeClock()), lambda _: None)


def test_the_file_is_in_force_from_the_start(edited: Edited, unit_of_work: SqlUnitOfWork) -> None:
    assert keys(unit_of_work) == ["one"]
    assert edited.applied == [edited.live.current]
    assert not edited.live.refresh()


def test_an_edit_is_taken_over(edited: Edited, unit_of_work: SqlUnitOfWork) -> None:
    edited.write(GOOD.replace("one", "two"))
    assert edited.live.refresh()
    assert keys(unit_of_work) == ["two"]
    assert edited.live.current == ScheduleInForce(
        1, "Europe/Stockholm", "sv", HOST_DELAY, NamedKeys.of(["two"]), NamedKeys.of(["one"])
    )
    assert edited.applied[-1] == edited.live.current


def test_a_bad_edit_changes_nothing_and_is_told_once(
    edited: Edited, unit_of_work: SqlUnitOfWork, caplog: pytest.LogCaptureFixture
) -> None:
    edited.write(GOOD + "    evry: 6h\n    drop: 3\n")
    assert not edited.live.refresh()
    assert not edited.live.refresh()
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [error.partition("schedule.yaml:")[2][:2] for error in errors] == ["5:", "6:"]
    assert keys(unit_of_work) == ["one"]
    assert edited.applied == [edited.live.current]


def test_a_mended_file_is_taken_over(edited: Edited, unit_of_work: SqlUnitOfWork) -> None:
    edited.write("version: 2\n")
    edited.live.refresh()
    edited.write(GOOD + "  two:\n    url: https://two.example/\n")
    assert edited.live.refresh()
    assert keys(unit_of_work) == ["one", "two"]


def test_a_file_that_vanishes_changes_nothing(
    edited: Edited, unit_of_work: SqlUnitOfWork, caplog: pytest.LogCaptureFixture
) -> None:
    edited.remove()
    assert not edited.live.refresh()
    assert "no such file" in caplog.text
    assert keys(unit_of_work) == ["one"]
    edited.write(GOOD)
    assert edited.live.refresh()


class Scripted:
    """The reading of a schedule file: each call of `result` gives the next of `answers`."""

    def __init__(self, *answers: ScheduleInForce | Exception | None) -> None:
        self._answers = iter(answers)
        self.is_cancelled = False

    def result(self, seconds: float) -> ScheduleInForce | None:
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def cancel(self) -> None:
        self.is_cancelled = True


class Scripts:
    """A schedule file whose successive readings are given."""

    def __init__(self, path: Path, *readings: Scripted) -> None:
        self._path = path
        self._readings = iter(readings)
        self.edit("0")
        self.live = LiveSchedule(path, lambda: next(self._readings), lambda _: None)

    def edit(self, text: str) -> None:
        self._path.write_text(text)


def in_force(*added: str) -> ScheduleInForce:
    return ScheduleInForce(7, "Europe/Stockholm", "sv", HOST_DELAY, NamedKeys.of(added))


def test_the_start_waits_for_a_long_file_and_asks_systemd_to_wait_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(0.0)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        scripts = Scripts(tmp_path / "schedule.yaml", Scripted(None, None, in_force()))
        assert [systemd.recv(100) for _ in range(2)] == 2 * [b"EXTEND_TIMEOUT_USEC=60000000"]
        with pytest.raises(BlockingIOError):
            systemd.recv(100)
    assert scripts.live.current == in_force()


def test_a_long_file_is_read_while_the_ticks_go_on(tmp_path: Path) -> None:
    reading = Scripted(None, None, in_force("one"))
    scripts = Scripts(tmp_path / "schedule.yaml", Scripted(in_force()), reading)
    scripts.edit("00")
    assert [scripts.live.refresh() for _ in range(4)] == [False, False, True, False]
    assert scripts.live.current == in_force("one")


def test_an_edit_while_the_file_is_being_read_is_read_after_it(tmp_path: Path) -> None:
    scripts = Scripts(
        tmp_path / "schedule.yaml", Scripted(in_force()), Scripted(None, in_force("one")), Scripted(in_force("two"))
    )
    scripts.edit("00")
    assert not scripts.live.refresh()
    scripts.edit("000")
    assert [scripts.live.refresh() for _ in range(3)] == [True, True, False]
    assert scripts.live.current == in_force("two")


def test_a_busy_database_is_tried_again_at_the_next_tick(tmp_path: Path) -> None:
    scripts = Scripts(
        tmp_path / "schedule.yaml", Scripted(in_force()), Scripted(DatabaseBusy("x")), Scripted(in_force("one"))
    )
    scripts.edit("00")
    with pytest.raises(DatabaseBusy):
        scripts.live.refresh()
    assert scripts.live.current == in_force()
    assert scripts.live.refresh()
    assert scripts.live.current == in_force("one")


def test_the_end_lets_a_file_that_is_being_read_be(tmp_path: Path) -> None:
    reading = Scripted(None)
    scripts = Scripts(tmp_path / "schedule.yaml", Scripted(in_force()), reading)
    scripts.live.stop()
    scripts.edit("00")
    scripts.live.refresh()
    assert not reading.is_cancelled
    scripts.live.stop()
    assert reading.is_cancelled


def test_what_came_and_went_is_named_in_the_log(edited: Edited, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bevaka")
    edited.write(GOOD.replace("one", "two") + "  three:\n    url: https://three.example/\n")
    edited.live.refresh()
    edited.write(GOOD.replace("one", "two") + "  three:\n    url: https://three.example/3\n")
    edited.live.refresh()
    facts = [(vars(line)["watching"], vars(line)["added"], vars(line)["archived"]) for line in caplog.records]
    assert facts == [(2, "three,two", "one"), (2, None, None)]


def test_of_very_many_keys_a_hundred_are_named(edited: Edited, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bevaka")
    many = "".join(f"  page-{number:03}:\n    url: https://one.example/{number}\n" for number in range(2345))
    edited.write(GOOD + many)
    edited.live.refresh()
    [line] = caplog.records
    added = vars(line)["added"]
    assert added.startswith("page-000,page-001,")
    assert added.endswith(" and 2245 more")
    assert added.count(",") == 99


def test_a_host_that_is_asked_for_too_much_is_logged_with_figures(
    edited: Edited, caplog: pytest.LogCaptureFixture
) -> None:
    pages = "".join(f"  p{number}: {{url: https://a.example/{number}, every: 1m}}\n" for number in range(60))
    edited.write(f"version: 1\nwatches:\n{pages}")
    with caplog.at_level(logging.WARNING):
        assert edited.live.refresh()
    [record] = [vars(record) for record in caplog.records if vars(record).get("event") == "host"]
    assert (record["host"], record["pages"], record["times_too_much"]) == ("a.example", 60, 2.0)


class Keeping:
    """A process that is the keeper, or is not, beside a file of its own and what is in force."""

    def __init__(self, path: Path, unit_of_work: SqlUnitOfWork) -> None:
        self.is_keeper = False
        self.in_force: ScheduleInForce | None = None
        self.slept = 0
        self.applied: list[ScheduleInForce] = []
        self._path = path
        self._unit_of_work = unit_of_work

    def live(self) -> LiveSchedule:
        """Start."""
        return LiveSchedule(
            self._path,
            read_synchronously(self._path, self._unit_of_work, FakeClock()),
            self.applied.append,
            is_keeper=lambda: self.is_keeper,
            stored=lambda: self.in_force,
            sleep=self._sleep,
            stopped=lambda: self.slept > 3,
        )

    def _sleep(self, seconds: float) -> None:
        del seconds
        self.slept += 1
        if self.slept == 2:
            self.in_force = KEPT


KEPT = ScheduleInForce(7, "Europe/Stockholm", "sv", HOST_DELAY)


def test_who_is_not_the_keeper_waits_for_what_it_puts_in_force_and_reads_no_file(
    tmp_path: Path, unit_of_work: SqlUnitOfWork
) -> None:
    keeping = Keeping(tmp_path / "nothing.yaml", unit_of_work)
    live = keeping.live()
    assert keeping.applied == [live.current] == [KEPT]
    assert not live.refresh()
    keeping.in_force = ScheduleInForce(8, "Europe/Stockholm", "sv", timedelta(seconds=5))
    assert live.refresh()
    assert keeping.applied[-1] == keeping.in_force


def test_who_becomes_the_keeper_reads_its_own_file(tmp_path: Path, unit_of_work: SqlUnitOfWork) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(GOOD)
    keeping = Keeping(path, unit_of_work)
    live = keeping.live()
    assert keys(unit_of_work) == []
    keeping.is_keeper = True
    assert live.refresh()
    assert keys(unit_of_work) == ["one"]
    assert not live.refresh()


def test_a_program_that_is_stopped_waits_for_no_schedule(tmp_path: Path, unit_of_work: SqlUnitOfWork) -> None:
    keeping = Keeping(tmp_path / "nothing.yaml", unit_of_work)
    keeping.slept = 2  # nothing is put in force
    with pytest.raises(ProgramStopped):
        keeping.live()
