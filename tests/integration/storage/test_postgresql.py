"""PostgreSQL behaves as SQLite does where the two differ most: waiting, refusals, and copying the whole database.

What the repositories promise is tested on both by one suite (tests/contracts/storage).
"""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.schema import CreateIndex

import storage.tables
from monitor.core.model import Schedule, Watch
from monitor.errors import (
    DamagedBackup,
    DatabaseAway,
    DatabaseBusy,
    NotADatabase,
    OtherKey,
    SchemaMismatch,
    StorageError,
)
from storage.backup import back_up, restore
from storage.engine import open_engine, writing
from storage.marks import agree_on_key, put_mark
from storage.postgresql import translated_error
from storage.schema import HEAD, require, upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.conftest import Postgresql

if TYPE_CHECKING:
    from storage.server_silence import LimitedConnection

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WATCH = Watch("county", "The county", "https://county.example/")


@pytest.fixture
def url(postgresql: Postgresql) -> Iterator[str]:
    """Yield the URL of a database with the newest schema."""
    with postgresql.database() as url:
        yield url


@pytest.fixture
def empty(postgresql: Postgresql) -> Iterator[str]:
    """Yield the URL of an empty database."""
    url = postgresql.cluster.database()
    yield url
    postgresql.cluster.drop(url)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Yield the engine of one process."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def other(url: str) -> Iterator[Engine]:
    """Yield the engine of another process."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


def watched(engine: Engine) -> list[Watch]:
    with SqlUnitOfWork(engine).read() as work:
        return [row.watch for row in work.watches.all()]


def watch(engine: Engine) -> None:
    with SqlUnitOfWork(engine).write() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)


# The schema


def test_the_migrations_make_the_tables_of_the_program_and_every_partial_index_is_partial(engine: Engine) -> None:
    with engine.connect() as connection:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Alembic cannot compare an index on an expression; the indexes are compared below
            assert compare_metadata(MigrationContext.configure(connection), storage.tables.metadata) == []
        found = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
        made = {row.indexname: row.indexdef for row in found}
    for table in storage.tables.metadata.tables.values():
        for index in table.indexes:
            partial = index.dialect_options["sqlite"]["where"] is not None
            assert (" WHERE " in made[str(index.name)]) == partial, str(CreateIndex(index))


def test_a_claimed_row_stays_on_its_page(engine: Engine) -> None:
    keys = [f"page{number}" for number in range(200)]
    with SqlUnitOfWork(engine).write() as work:
        work.watches.sync(Schedule(tuple(replace(WATCH, key=key) for key in keys)), NOW)
    watches = storage.tables.watches
    with writing(engine).begin() as connection:
        connection.execute(watches.update().where(watches.c.id % 3 == 0).values(lease_until=NOW))
        counted = text("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'watches'")
        updated, stayed = connection.execute(counted).one()
    assert updated > 60
    assert stayed > 0.9 * updated


def test_two_processes_may_make_the_tables_at_once(empty: str) -> None:
    program = (
        "import sys; from storage.engine import open_engine; from storage.schema import upgrade;"
        "engine = open_engine(sys.argv[1]); upgrade(engine); engine.dispose()"
    )
    command = [sys.executable, "-c", program, empty]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors


def test_somebody_elses_database_and_a_newer_schema_are_refused(empty: str, engine: Engine) -> None:
    theirs = open_engine(empty)
    with writing(theirs).begin() as connection:
        connection.execute(text("CREATE TABLE accounts (id INTEGER)"))
    with pytest.raises(NotADatabase):
        upgrade(theirs)
    theirs.dispose()
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch) as refused:
        upgrade(engine)
    assert (refused.value.found, refused.value.expected) == ("9999", HEAD)


def set_version(engine: Engine, version: str, least_program: str | None = None) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        if least_program is not None:
            put_mark(connection, "least_program", least_program, NOW)


def test_an_empty_database_is_made_and_an_older_one_is_migrated_on_request_alone(empty: str, engine: Engine) -> None:
    new = open_engine(empty)
    require(new)
    require(new)
    new.dispose()
    set_version(engine, "0001")
    with pytest.raises(SchemaMismatch, match="bevaka db upgrade") as refused:
        require(engine)
    assert refused.value.is_older


def test_a_program_goes_on_after_a_migration_that_takes_nothing_it_needs(engine: Engine) -> None:
    set_version(engine, "9999", HEAD)
    require(engine)
    set_version(engine, "9999", "9998")
    with pytest.raises(SchemaMismatch) as refused:
        require(engine)
    assert not refused.value.is_older


def test_machines_that_sign_links_with_different_keys_do_not_work_on_one_database(engine: Engine) -> None:
    agree_on_key(engine, "ours", NOW)
    agree_on_key(engine, "ours", NOW)
    with pytest.raises(OtherKey, match="since 2026-03-01"):
        agree_on_key(engine, "theirs", NOW)


def test_a_server_that_does_not_answer_is_not_waited_for_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = open_engine(f"postgresql://bevaka@127.0.0.1:{silent.getsockname()[1]}/bevaka?connect_timeout=2")
        began = time.monotonic()
        with pytest.raises(StorageError, match="cannot be reached"), SqlUnitOfWork(engine).read():
            pytest.fail("nobody is there")
        assert time.monotonic() - began < 20
        engine.dispose()


def test_a_machine_that_died_is_not_waited_for_unless_the_address_says_so(url: str, engine: Engine) -> None:
    def waits(engine: Engine) -> dict[str, str]:
        with engine.connect() as connection:
            return cast("Any", connection.connection.driver_connection).info.get_parameters()  # type: ignore[no-any-return]

    asked_at_most = int(waits(engine)["keepalives_interval"]) * int(waits(engine)["keepalives_count"])
    assert int(waits(engine)["keepalives_idle"]) + asked_at_most == 25
    assert int(waits(engine)["tcp_user_timeout"]) == 25_000
    patient = open_engine(f"{url}&keepalives_idle=600")
    assert waits(patient)["keepalives_idle"] == "600"
    patient.dispose()


# A server that is silent while its machine answers


def test_a_server_that_is_silent_is_given_up_by_whoever_waits_for_it_and_used_again_afterwards(
    postgresql: Postgresql, url: str, engine: Engine, other: Engine
) -> None:
    """Readers and writers, in the midst of a transaction, before its end and before its beginning."""
    silent, took = threading.Event(), dict[str, float | BaseException]()
    unit, alone = SqlUnitOfWork(engine), SqlUnitOfWork(other)
    watch(engine)
    ready = threading.Barrier(5)

    def reads() -> None:
        with unit.read() as work:
            work.watches.all()
            wait_for_silence()
            work.watches.all()

    def commits() -> None:
        with unit.write() as work:
            work.watches.pause("county", paused=True)
            wait_for_silence()

    def begins(unit: SqlUnitOfWork) -> None:
        wait_for_silence()
        with unit.write_shared() as work:
            work.watches.all()

    def wait_for_silence() -> None:
        ready.wait(20)
        assert silent.wait(20)

    def run(name: str, action: Callable[[], None]) -> None:
        began = time.monotonic()
        try:
            action()
        except DatabaseAway:
            took[name] = time.monotonic() - began
        except BaseException as error:  # noqa: BLE001  a thread's error, for the test to examine
            took[name] = error

    actions = {
        "reads": reads,
        "commits": commits,
        "begins": lambda: begins(unit),
        "begins first": lambda: begins(alone),
    }
    threads = [threading.Thread(target=run, args=each) for each in actions.items()]
    for thread in threads:
        thread.start()
    ready.wait(20)
    with postgresql.cluster.silent():
        silent.set()
        for thread in threads:
            thread.join(60)
    assert {name: took.get(name) for name in actions if not isinstance(took.get(name), float)} == {}
    assert max(cast("dict[str, float]", took).values()) < 30
    began = time.monotonic()
    assert watched(engine) == watched(other) == [WATCH]
    watch(engine)  # nobody holds the writers' lock any more
    assert time.monotonic() - began < 5


def limited(url: str, most: int) -> LimitedConnection:
    """Return a connection that asks every second whether the server lives, and waits for so long at most."""
    from storage.server_silence import LimitedConnection  # noqa: PLC0415  the driver is optional

    class Quick(LimitedConnection):
        SILENT_SECONDS, PROBE_SECONDS = 1, 2
        MOST_SECONDS = most

    parsed = make_url(url)
    return Quick.connect(host=str(parsed.query["host"]), user=parsed.username, dbname=parsed.database, autocommit=True)


def test_a_long_statement_of_a_server_that_lives_is_waited_for(url: str) -> None:
    with limited(url, 60) as connection:
        assert connection.execute("SELECT 1 FROM pg_sleep(3.5)").fetchall() == [(1,)]


def test_one_process_of_the_server_that_is_stopped_is_given_up_some_time(url: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    connection = limited(url, 3)
    process = connection.info.backend_pid
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(psycopg.OperationalError, match="no answer for 3 seconds"):
            connection.execute("SELECT 1")
    finally:
        os.kill(process, signal.SIGCONT)
    assert connection.closed


# Who waits for whom


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(url: str, engine: Engine) -> None:
    impatient = open_engine(f"{url}&timeout=0.05")
    with SqlUnitOfWork(engine).write(), pytest.raises(DatabaseBusy), SqlUnitOfWork(impatient).write():
        pytest.fail("two writers at once")
    impatient.dispose()


def test_nothing_outlives_a_transaction_behind_a_pooler(url: str) -> None:
    pooled = open_engine(f"{url}&pooler=yes")
    for begin in (pooled.begin, writing(pooled).begin):
        for _ in range(8):  # the driver prepares what it sends for the sixth time
            with begin() as connection:
                assert connection.scalar(text("SHOW timezone")) == "UTC"
                assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
    watch(pooled)
    assert watched(pooled) == [WATCH]
    pooled.dispose()


def test_nobody_waits_for_ever(engine: Engine) -> None:
    limits = {"lock_timeout": "10s", "statement_timeout": "5min", "idle_in_transaction_session_timeout": "1min"}
    with writing(engine).begin() as connection:
        assert {name: connection.scalar(text(f"SHOW {name}")) for name in limits} == limits
    with engine.begin() as connection:
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
        assert connection.scalar(text("SHOW transaction_isolation")) == "repeatable read"


def test_a_writer_sees_what_others_wrote_while_it_waited_whatever_the_databases_default_is(url: str) -> None:
    engines = [open_engine(url)]
    with writing(engines[0]).begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'"))
    engines[0].dispose()
    engines.append(open_engine(url))
    found: list[list[str]] = []

    def write_second() -> None:
        with SqlUnitOfWork(engines[1]).write() as work:
            found.append([row.watch.key for row in work.watches.all()])

    second = threading.Thread(target=write_second)
    with SqlUnitOfWork(engines[0]).write() as work:
        second.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not work.watches._connection.scalar(waiting):
            second.join(0.005)
        work.watches.sync(Schedule((WATCH,)), NOW)
    second.join()
    for engine in engines:
        engine.dispose()
    assert found == [["county"]]


def test_what_the_driver_refuses_is_no_absence_of_the_server(engine: Engine) -> None:
    class Odd:
        pass

    with pytest.raises(ProgrammingError), SqlUnitOfWork(engine).write() as work:
        work.watches._connection.execute(text("SELECT :odd"), {"odd": Odd()})


def test_a_connection_that_is_lost_on_the_way_is_an_absence_of_the_server() -> None:
    psycopg = pytest.importorskip("psycopg")
    lost = psycopg.errors.ConnectionFailure("server closed the connection unexpectedly")
    assert isinstance(translated_error(lost), DatabaseAway)


def test_a_reader_sees_one_moment_blocks_no_writer_and_cannot_write(engine: Engine, other: Engine) -> None:
    with SqlUnitOfWork(engine).read() as before:
        assert before.watches.all() == []
        watch(other)
        assert before.watches.all() == []
    assert watched(engine) == [WATCH]
    with pytest.raises(StorageError, match="cannot be written"), SqlUnitOfWork(engine).read() as work:
        work.watches.pause("county", paused=True)


def test_of_many_threads_and_processes_one_gets_the_claim(engine: Engine, other: Engine) -> None:
    watch(engine)
    claims: list[object] = []
    together = threading.Barrier(9)
    units = [SqlUnitOfWork(engine), SqlUnitOfWork(other), SqlUnitOfWork(engine)]

    def race(unit: SqlUnitOfWork) -> None:
        together.wait()
        with unit.write() as work:
            claims.append(work.watches.claim("county", NOW, timedelta(minutes=1)))

    threads = [threading.Thread(target=race, args=(units[number % 3],)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 9
    assert len([claim for claim in claims if claim is not None]) == 1


def test_a_process_killed_inside_a_transaction_leaves_nothing_half_done_and_no_lock(url: str, engine: Engine) -> None:
    program = (
        "import os, sys; from datetime import UTC, datetime; from monitor.core.model import Schedule, Watch;"
        "from storage.engine import open_engine; from storage.unit_of_work import SqlUnitOfWork;"
        "unit = SqlUnitOfWork(open_engine(sys.argv[1]));\n"
        "with unit.write() as work:\n"
        "    work.watches.sync(Schedule((Watch('w', 'W', 'https://a.example/'),)), datetime.now(UTC))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, url], cwd=ROOT, check=False).returncode == -9
    assert watched(engine) == []
    watch(engine)


def test_a_server_that_was_started_again_costs_no_transaction(engine: Engine, other: Engine) -> None:
    watch(engine)
    with writing(other).begin() as connection:
        ended = connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        ).all()
    assert ended
    assert watched(engine) == [WATCH]


# Backups


def test_what_was_backed_up_is_restored_into_an_empty_database_and_nowhere_else(
    url: str, engine: Engine, empty: str, tmp_path: Path
) -> None:
    watch(engine)
    made = back_up(url, tmp_path / "b.dump")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    with pytest.raises(StorageError, match="nothing is overwritten"):
        restore(made.path, url, NOW, replace=True)
    restore(made.path, empty, NOW)
    restored = open_engine(empty)
    assert watched(restored) == [WATCH]
    restored.dispose()
    assert [*tmp_path.iterdir()] == [made.path]


def test_a_damaged_database_is_not_copied_and_a_damaged_copy_is_taken_out_again(
    url: str, engine: Engine, empty: str, tmp_path: Path
) -> None:
    watch(engine)
    good = back_up(url, tmp_path / "good.dump").path
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE watches SET checks = 1"))
    with pytest.raises(DamagedBackup):
        back_up(url, tmp_path / "b.dump")
    assert [*tmp_path.iterdir()] == [good]
    command = ["pg_dump", "-Fc", "-f", str(tmp_path / "bad.dump"), str(engine.url.database)]
    subprocess.run(command, env={**os.environ, "PGHOST": str(engine.url.query["host"]), "PGUSER": "bevaka"}, check=True)
    with pytest.raises(DamagedBackup):
        restore(tmp_path / "bad.dump", empty, NOW)
    restore(good, empty, NOW)


STRANGERS = {
    "function": "CREATE FUNCTION spy() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "view": "CREATE VIEW spy AS SELECT address FROM subscribers",
    "rule": "CREATE RULE spy AS ON INSERT TO deliveries DO ALSO DELETE FROM deliveries",
    "materialized view": "CREATE MATERIALIZED VIEW spy AS SELECT 1 AS a",
    "event trigger": "CREATE FUNCTION spy() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
    " CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION spy()",
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_dump_that_holds_more_than_ours_is_refused_before_it_runs(
    url: str, engine: Engine, empty: str, tmp_path: Path, kind: str
) -> None:
    watch(engine)
    with writing(engine).begin() as connection:
        connection.exec_driver_sql(STRANGERS[kind])
    command = ["pg_dump", "-Fc", "-f", str(tmp_path / "bad.dump"), str(engine.url.database)]
    subprocess.run(command, env={**os.environ, "PGHOST": str(engine.url.query["host"]), "PGUSER": "bevaka"}, check=True)
    with pytest.raises(DamagedBackup) as raised:
        restore(tmp_path / "bad.dump", empty, NOW)
    assert f"the {kind} " in str([flaw.what for flaw in raised.value.flaws])
    restored = open_engine(empty)
    with restored.connect() as connection:
        assert inspect(connection).get_table_names() == []
    restored.dispose()


def test_a_file_that_is_no_dump_is_refused(empty: str, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Hej!")
    with pytest.raises(NotADatabase):
        restore(tmp_path / "letter", empty, NOW)


def test_a_driver_that_is_not_there_is_named() -> None:
    with pytest.raises(StorageError, match=r"bevaka\[postgresql\]"):
        open_engine("postgresql+pg8000://bevaka@localhost/bevaka")
