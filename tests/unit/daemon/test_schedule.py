"""The schedule file while the daemon runs."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from daemon.schedule import LiveSchedule
from monitor.core.model import Schedule
from monitor.errors import ScheduleError
from monitor.schedule_file import read_schedule
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

GOOD = "version: 1\nwatches:\n  one:\n    url: https://one.example/\n"


class Edited:
    """A schedule file, the live schedule over it, and what was applied."""

    def __init__(self, path: Path, unit_of_work: SqlUnitOfWork) -> None:
        self._path = path
        self._edits = 0
        self.applied: list[Schedule] = []
        self.write(GOOD)
        self.live = LiveSchedule(path, read_schedule, unit_of_work, FakeClock(), self.applied.append)

    def write(self, text: str) -> None:
        """Save; each edit at a time of its own, also where the file system counts coarsely."""
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
    """The watches of the database that are not archived."""
    with unit_of_work.read() as work:
        return [row.watch.key for row in work.watches.all()]


def test_a_bad_file_at_the_start_is_an_error(tmp_path: Path, unit_of_work: SqlUnitOfWork) -> None:
    with pytest.raises(ScheduleError):
        LiveSchedule(tmp_path / "nothing.yaml", read_schedule, unit_of_work, FakeClock(), lambda _: None)


def test_the_file_is_in_force_from_the_start(edited: Edited, unit_of_work: SqlUnitOfWork) -> None:
    assert keys(unit_of_work) == ["one"]
    assert edited.applied == [edited.live.current]
    assert not edited.live.refresh()


def test_an_edit_is_taken_over(edited: Edited, unit_of_work: SqlUnitOfWork) -> None:
    edited.write(GOOD.replace("one", "two"))
    assert edited.live.refresh()
    assert keys(unit_of_work) == ["two"]
    assert [watch.key for watch in edited.live.current.watches] == ["two"]
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
    assert [watch.key for watch in edited.live.current.watches] == ["one"]


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
