"""Of several machines with a schedule file each, one file is in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.schedule.generations import Generation, ScheduleFile, is_superseded

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
NEWEST = Generation(2, "bb", "two", AT, 1, "Europe/Stockholm", "sv", timedelta(seconds=2))


def test_the_file_of_another_machine_is_superseded_by_one_that_was_put_in_force_since() -> None:
    file = ScheduleFile("aa", "one", is_shared=True)
    assert is_superseded(file, NEWEST)
    assert not is_superseded(file, None)
    assert not is_superseded(replace(file, is_shared=False), NEWEST)
    assert not is_superseded(replace(file, machine="two"), NEWEST)
    assert not is_superseded(replace(file, sha256="bb"), NEWEST)
