"""A whole history moves to another database and back, verified on both sides; the source then refuses to run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bevaka.assembly import Assembly
from monitor.errors import DamagedHistory, DatabaseMoved, StorageError
from monitor.ports.values import Worker
from storage.copying import copy_history
from storage.engine import open_engine, writing
from storage.tables import metadata
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.authority import is_installed
from tests.fakes.clock import FakeClock
from tests.faults.bit_flips import everything, make

NOW = FakeClock().now()
LEFT = {"workers", "marks"}
pytestmark = pytest.mark.skipif(not is_installed(), reason="openssl is not on this machine")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the database file of a history with everything in it."""
    return make(tmp_path_factory.mktemp("lived")).read_bytes()


@pytest.fixture
def source(lived: bytes, tmp_path: Path) -> str:
    """Return the URL of a copy of that file."""
    (tmp_path / "source.db").write_bytes(lived)
    return f"sqlite:///{tmp_path / 'source.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target.db'}"
        return
    cluster = request.getfixturevalue("postgresql").cluster
    url = cluster.database()
    yield url
    cluster.drop(url)


def counts(url: str) -> dict[str, int]:
    """Return the number of rows of each table that is copied."""
    engine = open_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name not in LEFT
        }
    engine.dispose()
    return found


def rows(file: Path) -> list[str]:
    """Return every row of a file, without its marks, in an order of their own."""
    return sorted(row for row in everything(file) or [] if not row.startswith(("('moved'", "('least_program'")))


def test_a_history_moves_there_and_back(source: str, target: str, tmp_path: Path) -> None:
    before = counts(source)
    assert all(before[name] for name in ("bodies", "snapshots", "changes", "deliveries", "timestamps"))
    assert copy_history(source, target, NOW).rows == sum(before.values())
    assert counts(target) == before
    back = tmp_path / "back.db"
    copy_history(target, f"sqlite:///{back}", NOW)
    assert counts(f"sqlite:///{back}") == before
    assert rows(back) == rows(tmp_path / "source.db")


def test_what_was_moved_refuses_to_run_and_goes_on_where_it_is(source: str, target: str) -> None:
    copy_history(source, target, NOW)
    with Assembly({"BEVAKA_DATABASE": source}) as assembly, pytest.raises(DatabaseMoved, match="was moved to"):
        assembly.engine  # noqa: B018
    with Assembly({"BEVAKA_DATABASE": target}) as assembly, assembly.unit_of_work.write() as work:
        now = assembly.clock.now()
        reader = work.subscribers.add("new@kommun.example", "sv", now, how="operator")  # the ids go on
        work.subscribers.subscribe(reader, None, "immediately", now)


def test_nothing_is_overwritten(source: str, target: str, tmp_path: Path) -> None:
    copy_history(source, target, NOW)
    other = tmp_path / "other.db"
    other.write_bytes((tmp_path / "source.db").read_bytes())
    engine = open_engine(f"sqlite:///{other}")
    with writing(engine).begin() as connection:
        connection.execute(text("DELETE FROM marks"))
    engine.dispose()
    with pytest.raises(StorageError, match="is not empty, and nothing is overwritten"):
        copy_history(f"sqlite:///{other}", target, NOW)


def test_a_database_that_is_being_worked_on_is_not_copied(source: str, target: str) -> None:
    engine = open_engine(source)
    with SqlUnitOfWork(engine).write() as work:
        work.workers.sign(Worker("one", "machine.example", "1.2.3"), NOW - timedelta(seconds=3))
    engine.dispose()
    with pytest.raises(StorageError, match=r"machine\.example checks or sends on this database"):
        copy_history(source, target, NOW)
    assert is_usable(source)


def test_a_damaged_history_is_not_copied_and_the_target_stays_empty(source: str, target: str) -> None:
    engine = open_engine(source)
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE snapshots SET size = size + 1 WHERE number = 1"))
    engine.dispose()
    with pytest.raises(DamagedHistory, match="nothing was copied"):
        copy_history(source, target, NOW)
    assert is_usable(source)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, target: str) -> None:
    with pytest.raises(StorageError, match=r"nothing\.db: there is no database there"):
        copy_history(f"sqlite:///{tmp_path / 'nothing.db'}", target, NOW)
    assert not (tmp_path / "nothing.db").exists()


def is_usable(url: str) -> bool:
    """True if the history was not marked as moved."""
    with Assembly({"BEVAKA_DATABASE": url}) as assembly:
        return assembly.engine is not None
