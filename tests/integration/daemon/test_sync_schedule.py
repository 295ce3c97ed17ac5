"""The schedule file, read by a process of its own and synchronised with the database."""

from __future__ import annotations

import gc
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from bevaka.cli.sync_schedule_process import ScheduleProcess
from bevaka.daemon.schedule_reload import LiveSchedule
from monitor.checking.sync_schedule import NamedKeys, ScheduleInForce
from monitor.core.model import Watch
from monitor.errors import DatabaseBusy, ScheduleError, StorageError
from tests.integration.daemon.conftest import PATIENCE, schedule

TWO = ("county: https://county.example/", "law: https://law.example/")


@pytest.fixture(autouse=True)
def _in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def environment(**settings: str) -> dict[str, str]:
    """Return the environment without this machine's own settings of the program, plus `settings`."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BEVAKA_")} | settings


def began(**settings: str) -> ScheduleProcess:
    return ScheduleProcess(Path("schedule.yaml"), environment(**settings))


def ended(process: ScheduleProcess) -> ScheduleInForce:
    found = process.result(PATIENCE)
    assert found is not None
    return found


def here() -> ScheduleInForce:
    """Return the schedule in force as synchronised in this process."""
    with Assembly(environment()) as assembly:
        return assembly.sync_schedule()


def keys() -> list[str]:
    with Assembly(environment()) as assembly, assembly.unit_of_work.read() as work:
        return [row.watch.key for row in work.watches.each()]


def test_it_brings_the_watches_into_the_database_and_tells_what_is_in_force(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    assert ended(began()) == ScheduleInForce(2, "Europe/Stockholm", "sv", timedelta(0), NamedKeys.of(["county", "law"]))
    assert keys() == ["county", "law"]


def test_it_tells_what_it_archived_and_what_the_schedule_says_beside_its_watches(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    here()
    path = tmp_path / "schedule.yaml"
    path.write_text(
        "version: 1\ntimezone: Europe/Helsinki\ndefaults: {language: en, host_delay: 90s}\nwatches:\n"
        "  law: {url: 'https://law.example/'}\n"
    )
    assert ended(began()) == ScheduleInForce(
        1, "Europe/Helsinki", "en", timedelta(seconds=90), archived=NamedKeys.of(["county"])
    )
    assert keys() == ["law"]


def test_every_mistake_comes_back_with_its_line_and_changes_nothing(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    here()
    (tmp_path / "schedule.yaml").write_text("version: 2\nwatches:\n  law:\n    url: ' '\n    every: åäö\n")
    with pytest.raises(ScheduleError) as caught:
        ended(began())
    assert [mistake.line for mistake in caught.value.mistakes] == [1, 4, 5]
    assert "åäö" in str(caught.value).splitlines()[2]
    assert keys() == ["county", "law"]


def test_a_database_that_another_holds_is_busy(tmp_path: Path) -> None:
    schedule(tmp_path, TWO[0])
    here()
    schedule(tmp_path, *TWO)
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            ended(began(BEVAKA_DATABASE="sqlite:///data/bevaka.db?timeout=0.1"))
    assert here().added == NamedKeys.of(["law"])


def test_a_database_that_refuses_is_no_mistake_of_the_file(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    (tmp_path / "no.db").write_text("this is no database")
    with pytest.raises(StorageError, match=r"no\.db"):
        ended(began(BEVAKA_DATABASE="sqlite:///no.db"))


def test_a_process_that_dies_says_so_and_the_file_is_not_read_again_by_itself(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    process = began()
    process._process.kill()
    with pytest.raises(ScheduleError, match=r"^schedule\.yaml: could not be read.* ended with -9"):
        ended(process)


def test_a_file_that_is_still_being_read_is_asked_for_again(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    process = began()
    assert process.result(0.0) is None
    assert ended(process).watching == 2


def test_a_process_that_is_cancelled_is_gone(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    process = began()
    process.cancel()
    assert process._process.poll() == -9


def test_what_lies_in_the_working_folder_is_no_part_of_the_program(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    for name in ("cli.py", "yaml.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('taken from the working folder')")
    assert ended(began(PYTHONPATH="")).watching == 2


def test_the_process_finds_what_the_daemon_found_elsewhere(tmp_path: Path) -> None:
    schedule(tmp_path, *TWO)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "sitecustomize.py").write_text("open('it_ran', 'w').close()")
    ended(began(PYTHONPATH=str(elsewhere)))
    assert (tmp_path / "it_ran").exists()


def test_a_daemon_holds_no_watch_of_its_schedule(tmp_path: Path) -> None:
    schedule(tmp_path, *(f"kept-{number}: https://county.example/{number}" for number in range(300)))
    live = LiveSchedule(
        tmp_path / "schedule.yaml", lambda: ScheduleProcess(Path("schedule.yaml"), environment()), lambda _: None
    )
    assert live.current.watching == 300
    gc.collect()
    held = [each for each in gc.get_objects() if isinstance(each, Watch) and each.key.startswith("kept-")]
    assert held == []
