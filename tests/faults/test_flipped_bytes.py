"""One flipped bit (docs/reliability.md, row 18): in a guarded value it is always found, and named.

`make long-runs` flips two thousand bits.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bevaka.cli.app import main
from bevaka.proof.timestamps import check_all_timestamps
from monitor.errors import Flaw, MonitorError
from storage.engine import open_engine
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.authority import is_installed
from tests.faults.bit_flips import Flip, content, everything, flip, make, named_as, opened, put
from tests.faults.lab import chance, scaled

pytestmark = pytest.mark.skipif(not is_installed(), reason="openssl is not on this machine")

MANY = pytest.param(scaled(80, 1000), marks=pytest.mark.slow)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the database file of a history with everything in it."""
    return make(tmp_path_factory.mktemp("lived")).read_bytes()


@pytest.fixture
def file(lived: bytes, tmp_path: Path) -> Path:
    """Return a copy of that file."""
    copy = tmp_path / "bevaka.db"
    copy.write_bytes(lived)
    return copy


@pytest.fixture
def unit_of_work(file: Path) -> Iterator[SqlUnitOfWork]:
    """Yield transactions on the copy."""
    engine = open_engine(f"sqlite:///{file}")
    yield SqlUnitOfWork(engine)
    engine.dispose()


def flaws_of(unit_of_work: SqlUnitOfWork) -> list[Flaw]:
    """Return the flaws that `bevaka verify` would report."""
    with unit_of_work.read() as work:
        found = work.history.verify()[1]
    return found + check_all_timestamps(unit_of_work, ())[1]


@pytest.mark.parametrize("flips", [25, MANY])
def test_a_flipped_bit_in_a_guarded_value_is_found_and_named(
    file: Path, unit_of_work: SqlUnitOfWork, flips: int
) -> None:
    choices = chance()
    assert flaws_of(unit_of_work) == []
    where: Counter[str] = Counter()
    with closing(opened(file)) as database:
        for number in range(flips):
            harm = flip(database, choices)
            found = flaws_of(unit_of_work)
            put(database, harm, harm.before)
            assert found, f"flip {number}: {harm}"
            assert is_named(database, harm, found), f"flip {number}: {harm} {found}"
            where[harm.table] += 1
    assert flaws_of(unit_of_work) == []
    print(f"{flips} flipped bits, every one found and named: {dict(where)}")  # noqa: T201  the figures, with -s


@pytest.mark.parametrize("flips", [25, MANY])
def test_a_flipped_bit_anywhere_in_the_file_harms_nothing_guarded_unnoticed(
    lived: bytes, file: Path, flips: int
) -> None:
    choices = chance()
    guarded, whole = content(file), everything(file)
    came: Counter[str] = Counter()
    for number in range(flips):
        place, bit = choices.randrange(len(lived)), 1 << choices.randrange(8)
        file.write_bytes(lived[:place] + bytes([lived[place] ^ bit]) + lived[place + 1 :])
        is_harmed = content(file) != guarded
        found = verified(file)
        if found is None:
            came["refused"] += 1
        elif found:
            came["found"] += 1
        else:
            assert not is_harmed, f"flip {number}: bit {bit} of byte {place}"
            came["in free space" if everything(file) == whole else "in what nothing guards"] += 1
    assert came["found"]
    print(f"{flips} flipped bits anywhere in a file of {len(lived)} bytes: {dict(came)}")  # noqa: T201  the figures, with -s


def test_a_name_in_the_schema_that_is_no_text_any_more_is_an_error_of_our_own(lived: bytes, file: Path) -> None:
    damaged = lived.replace(b"indexix_watches_due", b"indexix_watches_d\xc5e")
    file.write_bytes(damaged.replace(b"CREATE INDEX ix_watches_due", b"CREATE INDEY ix_watches_due"))
    with pytest.raises(UnicodeDecodeError), closing(opened(file)) as database:
        database.execute("SELECT * FROM watches")
    assert verified(file) is None


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (b"status INTEGER NOT NULL, \n\theaders", b"statuq INTEGER NOT NULL, \n\theaders", "no such column: status"),
        (b"\ttoken BLOB", b"\ttokeo BLOB", "no such column: timestamps.token"),
    ],
)
def test_a_column_that_is_called_otherwise_is_a_flaw(
    lived: bytes, file: Path, before: bytes, after: bytes, what: str
) -> None:
    damaged = lived.replace(before, after)
    assert damaged != lived
    file.write_bytes(damaged)
    found = verified(file)
    assert found
    assert any(what in flaw.what for flaw in found)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("bodies", "stored_sha256"),
        ("snapshots", "raw_sha256"),
        ("watches", "chain_head"),
        ("extractions", "text_sha256"),
        ("observations", "first_at"),
        ("timestamps", "statement"),
    ],
)
def test_a_column_whose_name_has_another_case_is_a_flaw(lived: bytes, file: Path, table: str, name: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA writable_schema = ON")
        other = name.capitalize()
        changed = database.execute(
            "UPDATE sqlite_master SET sql = replace(sql, char(9) || ? || ' ', char(9) || ? || ' ') WHERE name = ?",
            (name, other, table),
        )
        assert changed.rowcount == 1
    found = verified(file)
    assert found is not None
    assert [flaw.what for flaw in found] == [f"the database: the column {other} of {table} is not ours"]


def verified(file: Path) -> list[Flaw] | None:
    """Return the flaws of a file; None if the program refuses the file with an error of its own."""
    engine = open_engine(f"sqlite:///{file}")
    try:
        upgrade(engine)
        return flaws_of(SqlUnitOfWork(engine))
    except MonitorError:
        return None
    finally:
        engine.dispose()


@pytest.mark.parametrize("flips", [4, pytest.param(scaled(10, 100), marks=pytest.mark.slow)])
def test_the_command_names_a_flipped_bit_and_exits_with_4(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], flips: int
) -> None:
    choices = chance()
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv("BEVAKA_DATABASE", f"sqlite:///{file}")
    with closing(opened(file)) as database:
        for number in range(flips):
            harm = flip(database, choices)
            capfd.readouterr()
            code = main(["verify", "--json"])
            said = capfd.readouterr()
            put(database, harm, harm.before)
            assert code == 4, f"flip {number}: {harm} {said.err}"
            found = [Flaw(**flaw) for flaw in json.loads(said.out)["bad"]]
            assert is_named(database, harm, found), f"flip {number}: {harm} {found}"
    assert main(["verify"]) == 0


def is_named(database: sqlite3.Connection, harm: Flip, found: list[Flaw]) -> bool:
    """True if a flaw names the place of the harm: one of the revisions that have it, its watch, or in words."""
    places, words = named_as(database, harm)
    return any((flaw.watch, flaw.revision) in places or (flaw.watch, None) in places for flaw in found) or any(
        words in flaw.what for flaw in found if words
    )
