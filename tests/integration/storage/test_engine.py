"""The database file: how it is created, what is refused, and what holds when two processes use it at the same time."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from monitor.core.model import Schedule, Watch
from monitor.errors import DatabaseBusy, NotADatabase, SchemaMismatch, StorageError
from storage.engine import open_engine, writing
from storage.schema import HEAD, upgrade
from storage.unit_of_work import SqlUnitOfWork

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WATCH = Watch("county", "The county", "https://county.example/")


def opened(path: Path, options: str = "") -> SqlUnitOfWork:
    engine = open_engine(f"sqlite:///{path}{options}")
    upgrade(engine)
    return SqlUnitOfWork(engine)


def close(*units: SqlUnitOfWork) -> None:
    for unit in units:
        unit._engine.dispose()


def test_folder_and_file_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "bevaka.db"
    unit = opened(path)
    with unit.write() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)
        modes = {file: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    close(unit)
    assert path in modes
    assert set(modes.values()) == {0o600}  # the log beside it as well
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_write_ahead_log_is_synced_at_every_commit_and_foreign_keys_hold(tmp_path: Path) -> None:
    close(opened(tmp_path / "bevaka.db"))
    unit = opened(
        tmp_path / "bevaka.db"
    )  # opened again, as in daily use: the connection that migrated it is not part of this test
    with unit._engine.begin() as connection:
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    close(unit)
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("content", [b"not a database at all, but a letter", b"x"])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(NotADatabase, match=r"letter\.txt"):
        open_engine(f"sqlite:///{path}")
    assert path.read_bytes() == content
    assert [*tmp_path.iterdir()] == [path]


def test_somebody_elses_database_is_refused_and_gets_no_table(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    theirs = sqlite3.connect(path)
    theirs.execute("CREATE TABLE accounts (id INTEGER)")
    theirs.close()
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(NotADatabase, match=r"theirs\.db"):
        upgrade(engine)
    engine.dispose()
    theirs = sqlite3.connect(path)
    assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("accounts",)]
    theirs.close()


def test_a_schema_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    unit = opened(tmp_path / "bevaka.db")
    with writing(unit._engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch) as refused:
        upgrade(unit._engine)
    close(unit)
    assert (refused.value.found, refused.value.expected) == ("9999", HEAD)


def test_two_processes_may_make_the_database_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from storage.engine import open_engine; from storage.schema import upgrade;"
        "engine = open_engine(sys.argv[1]); upgrade(engine); engine.dispose()"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'bevaka.db'}"]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    close(opened(tmp_path / "bevaka.db"))


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "bevaka.db"), opened(tmp_path / "bevaka.db", "?timeout=0.05")
    with first.write(), pytest.raises(DatabaseBusy), second.write():
        pytest.fail("two writers at once")
    close(first, second)


def test_a_reader_sees_one_moment_and_blocks_no_writer(tmp_path: Path) -> None:
    unit, other = opened(tmp_path / "bevaka.db"), opened(tmp_path / "bevaka.db", "?timeout=0.05")
    with unit.read() as before:
        assert before.watches.all() == []
        with other.write() as work:
            work.watches.sync(Schedule((WATCH,)), NOW)
        assert before.watches.all() == []
    with unit.read() as after:
        assert [row.watch for row in after.watches.all()] == [WATCH]
    close(unit, other)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    unit = opened(tmp_path / "bevaka.db")
    with pytest.raises(StorageError, match="cannot be written"), unit.read() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)
    with unit.read() as work:
        assert work.watches.all() == []
    with unit.write() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)
    close(unit)


def test_no_transaction_makes_sqlite_forget_what_it_compiled(tmp_path: Path) -> None:
    unit = opened(tmp_path / "bevaka.db")
    said: list[str] = []
    with unit._engine.connect() as connection:  # the pool hands out the same connection again
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(said.append)
    for _ in range(2):
        with unit.read() as work:
            work.watches.all()
        with unit.write() as work:
            work.watches.sync(Schedule((WATCH,)), NOW)
    begun = [statement for statement in said if statement.startswith("BEGIN")]
    assert begun == ["BEGIN", "BEGIN IMMEDIATE"] * 2
    assert not [
        statement for statement in said if statement.startswith("PRAGMA")
    ]  # setting a PRAGMA recompiles all statements
    close(unit)


def test_a_read_only_database_is_read_and_says_clearly_that_it_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "bevaka.db"
    unit = opened(path)
    with unit.write() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)
    engine = open_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    upgrade(engine)
    read_only = SqlUnitOfWork(engine)
    with read_only.read() as work:
        assert [row.watch for row in work.watches.all()] == [WATCH]
    with pytest.raises(StorageError, match="cannot be written"), read_only.write() as work:
        work.watches.pause("county", paused=True)
    close(unit, read_only)


def test_a_full_disk_undoes_the_transaction_and_says_so(tmp_path: Path) -> None:
    unit = opened(tmp_path / "bevaka.db")
    with unit._engine.begin() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    many = tuple(Watch(f"w{number}", "x" * 500, "https://county.example/") for number in range(500))
    with pytest.raises(StorageError, match="full"), unit.write() as work:
        work.watches.sync(Schedule(many), NOW)
    with unit.read() as work:
        assert work.watches.all() == []
    close(unit)


def test_of_many_threads_and_processes_one_gets_the_claim(tmp_path: Path) -> None:
    units = [opened(tmp_path / "bevaka.db") for _ in range(3)]
    with units[0].write() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)
    claims: list[object] = []
    together = threading.Barrier(9)

    def race(unit: SqlUnitOfWork) -> None:
        together.wait()
        with unit.write() as work:
            claim = work.watches.claim("county", NOW, timedelta(minutes=1))
        claims.append(claim)

    threads = [threading.Thread(target=race, args=(units[number % 3],)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close(*units)
    assert len(claims) == 9
    assert len([claim for claim in claims if claim is not None]) == 1


def test_a_process_killed_inside_a_transaction_leaves_nothing_half_done(tmp_path: Path) -> None:
    unit = opened(tmp_path / "bevaka.db")
    program = (
        "import os, sys; from datetime import UTC, datetime; from monitor.core.model import Schedule, Watch;"
        "from storage.engine import open_engine; from storage.unit_of_work import SqlUnitOfWork;"
        "unit = SqlUnitOfWork(open_engine(sys.argv[1]));\n"
        "with unit.write() as work:\n"
        "    watches = tuple(Watch(f'w{n}', 'x' * 2000, 'https://a.example/') for n in range(3000))\n"
        "    work.watches.sync(Schedule(watches), datetime.now(UTC))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'bevaka.db'}"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    with unit.write() as work:
        assert work.watches.all() == []
        work.watches.sync(Schedule((WATCH,)), NOW)
        assert work.history.verify() == (0, [])
    close(unit)


def test_a_damaged_page_of_the_file_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "bevaka.db"
    unit = opened(path)
    with unit.write() as work:
        watches = tuple(Watch(f"w{number}", "x" * 300, "https://county.example/") for number in range(200))
        work.watches.sync(Schedule(watches), NOW)
    with unit._engine.begin() as connection:
        root = connection.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'watches'"))
        size = connection.scalar(text("PRAGMA page_size"))
    close(unit)
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)
    again = opened(path)
    with again.read() as work:
        flaws = work.history.verify()[1]
    close(again)
    assert any("the database file" in flaw.what for flaw in flaws)


def test_a_file_that_only_begins_like_a_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bevaka.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(NotADatabase):
        upgrade(engine)
    engine.dispose()
