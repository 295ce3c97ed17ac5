"""`backup`, `restore` and `db prune`."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.schema import upgrade
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka


@pytest.fixture
def checked(bevaka: Bevaka, site: Site) -> Bevaka:
    """Check the county's page once, into data/bevaka.db."""
    assert bevaka("check").code == 0
    return bevaka


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_backup_holds_everything_in_one_file_for_its_owner_alone(checked: Bevaka, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as busy:
        busy.execute("BEGIN IMMEDIATE")  # another process writes meanwhile
        said = checked("backup", "b.db", "--json")
        busy.rollback()
    assert said.code == 0
    assert (said.rows[0]["file"], said.rows[0]["bad"]) == ("b.db", [])
    assert said.rows[0]["checked"] > 1
    assert said.rows[0]["bytes"] == (tmp_path / "b.db").stat().st_size
    assert stat.S_IMODE((tmp_path / "b.db").stat().st_mode) == 0o600
    assert not (tmp_path / "b.db-wal").exists()
    assert left(tmp_path) == []


def test_a_backup_overwrites_nothing_unless_told(checked: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine")
    said = checked("backup", "b.db")
    assert (said.code, (tmp_path / "b.db").read_text()) == (2, "mine")
    assert "--replace overwrites it" in said.err
    assert checked("backup", "b.db", "--replace").code == 0
    assert (tmp_path / "b.db").read_bytes().startswith(b"SQLite format 3")


def test_a_damaged_database_is_not_backed_up(checked: Bevaka, tmp_path: Path) -> None:
    edit(tmp_path / "data" / "bevaka.db", "UPDATE bodies SET bytes = zeroblob(5)")
    said = checked("backup", "b.db")
    assert said.code == 4
    assert "county#1" in said.out
    assert checked("backup", "b.db", "--json").rows[0]["bad"][0]["revision"] == 1
    assert not (tmp_path / "b.db").exists()
    assert left(tmp_path) == []


def test_without_a_database_there_is_nothing_to_back_up(bevaka: Bevaka, tmp_path: Path) -> None:
    said = bevaka("backup", "b.db")
    assert said.code == 2
    assert "there is no database yet" in said.err
    assert not (tmp_path / "data").exists()


def test_a_database_server_that_is_not_there_is_said_to_be_and_its_password_to_nobody(
    bevaka: Bevaka, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("BEVAKA_DATABASE", "postgresql://nobody:hemligt@127.0.0.1:1/none")
    for command in (["backup", "b.db"], ["db", "upgrade"]):
        said = bevaka(*command)
        assert said.code == 2
        assert "the database server cannot be reached" in said.err
        assert "hemligt" not in said.err
    assert "BEVAKA_DATABASE is right" in bevaka("doctor").out
    assert left(tmp_path) == []


def test_what_is_restored_is_what_was_backed_up(
    checked: Bevaka, tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checked("log", "county", "--json").out
    assert checked("backup", "b.db").code == 0
    site.pages["/county"] = Answer(b"<main><h1>Other</h1><p>" + b"word " * 90 + b"</p></main>")
    checked("check")
    after = checked("log", "county", "--json").out
    assert checked("restore", "b.db").code == 2, "a database is there"
    said = checked("restore", "b.db", "--replace", "--json")
    assert said.code == 0
    assert checked("log", "county", "--json").out == before
    assert checked("verify").code == 0
    kept = tmp_path / said.rows[0]["kept_aside"]
    assert kept.parent == Path(tmp_path / "data")
    with monkeypatch.context() as there:
        there.setenv("BEVAKA_DATABASE", f"sqlite:///{kept}")
        assert checked("log", "county", "--json").out == after, "the one that was there is kept whole"
    assert stat.S_IMODE((tmp_path / "data" / "bevaka.db").stat().st_mode) == 0o600


def test_a_restore_where_nothing_is_makes_the_folder(checked: Bevaka, tmp_path: Path) -> None:
    assert checked("backup", "b.db").code == 0
    (tmp_path / "data").rename(tmp_path / "lost")
    said = checked("restore", "b.db")
    assert said.code == 0
    assert "kept" not in said.err
    assert checked("log", "county", "--json").rows[0]["outcome"] == "first"


@pytest.mark.parametrize(
    ("damage", "code", "said"),
    [
        ("UPDATE snapshots SET status = 404", 4, "not as it was sealed"),
        ("UPDATE alembic_version SET version_num = '9999'", 75, "schema 9999"),
        ("DROP TABLE alembic_version", 2, "not a database of Bevaka"),
    ],
)
def test_a_backup_that_is_not_right_is_not_restored(
    checked: Bevaka, tmp_path: Path, damage: str, code: int, said: str
) -> None:
    assert checked("backup", "b.db").code == 0
    edit(tmp_path / "b.db", damage)
    before = (tmp_path / "data" / "bevaka.db").read_bytes()
    done = checked("restore", "b.db", "--replace")
    assert done.code == code
    assert said in done.out + done.err
    assert (tmp_path / "data" / "bevaka.db").read_bytes() == before
    assert left(tmp_path / "data") == []


def test_a_file_that_is_no_backup_is_not_restored(checked: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("no database at all")
    assert checked("restore", "b.db", "--replace").code == 2
    assert checked("restore", "nothing.db", "--replace").code == 2
    assert checked("verify").code == 0


def test_a_database_in_use_is_not_taken_for_a_backup(checked: Bevaka, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'live.db'}")
    upgrade(engine)
    said = checked("restore", "live.db", "--replace")
    engine.dispose()
    assert said.code == 2
    assert "a database in use, not a backup" in said.err


def test_a_damaged_database_is_replaced_and_kept_aside(checked: Bevaka, tmp_path: Path) -> None:
    assert checked("backup", "b.db").code == 0
    place = tmp_path / "data" / "bevaka.db"
    place.write_bytes(b"SQLite format 3\0" + b"rubbish" * 900)
    Path(f"{place}-wal").write_bytes(b"of the old one")
    assert checked("restore", "b.db", "--replace").code == 0
    assert checked("verify").code == 0
    [aside] = [path for path in place.parent.iterdir() if path.name.endswith("Z")]
    assert aside.read_bytes().endswith(b"rubbish")
    assert Path(f"{aside}-wal").read_bytes() == b"of the old one"


# Retention


def noise(bevaka: Bevaka, site: Site, county: Path, times: int) -> None:
    """Check the page this many times while a counter on it moves: changes that are held back."""
    page = (county / "before.html").read_text(encoding="utf-8")
    for number in range(times):
        site.pages["/county"] = Answer(page.replace("</main>", f"<p>Antal besök: {number}</p></main>"))
        assert bevaka("check").code == 0


def test_prune_says_what_would_go_and_then_lets_it_go(checked: Bevaka, site: Site, county: Path) -> None:
    noise(checked, site, county, 6)
    would = checked("db", "prune", "--keep", "2", "--dry-run", "--json")
    revisions = [row["revision"] for row in would.rows]
    assert revisions
    assert max(revisions) <= 5
    assert checked("show", f"county#{revisions[-1]}", "--raw").code == 0
    assert checked("db", "prune", "--keep", "2", "--json").rows == would.rows
    gone = checked("show", f"county#{revisions[-1]}", "--raw")
    assert (gone.code, gone.out) == (2, "")
    assert "by retention (not among the 2 newest)" in gone.err
    verified = checked("verify", "county")
    assert verified.code == 0
    assert f"gone  county#{revisions[-1]}  body removed on" in verified.out
    assert f"{len(revisions)} bodies were removed by retention" in checked("verify").err
    assert checked("db", "prune", "--keep", "2").out == ""


def test_prune_by_age_takes_nothing_young(checked: Bevaka, site: Site, county: Path) -> None:
    noise(checked, site, county, 3)
    assert "0 copies went" in checked("db", "prune", "--older-than", "30d").err


@pytest.mark.parametrize("arguments", [(), ("--older-than", "soon"), ("--older-than", "1m"), ("--keep", "0")])
def test_prune_wants_to_be_told_what_may_go(checked: Bevaka, arguments: tuple[str, ...]) -> None:
    assert checked("db", "prune", *arguments).code == 2


STRANGERS = {
    "trigger": "CREATE TRIGGER spy AFTER INSERT ON deliveries BEGIN DELETE FROM deliveries; END",
    "view": "CREATE VIEW spy AS SELECT address FROM subscribers",
    "table": "CREATE TABLE spy (address TEXT)",
    "index": "CREATE INDEX spy ON subscribers (address, id)",
    "column": "ALTER TABLE subscribers ADD COLUMN spy TEXT",
}


CHANGED = {
    "the computed index ix_hosts_failures is not ours": "DROP INDEX ix_hosts_failures;"
    " CREATE INDEX ix_hosts_failures ON hosts (length(host))",
    "the index ix_hosts_failures is missing": "DROP INDEX ix_hosts_failures",
    "the index ix_hosts_failures is not as ours is": "DROP INDEX ix_hosts_failures;"
    " CREATE UNIQUE INDEX ix_hosts_failures ON hosts (failures) WHERE failures > 0",
    "the computed column spy.a is not ours": "CREATE TABLE spy (b, a GENERATED ALWAYS AS (length(b)))",
    "the action on spy.a is not ours": "CREATE TABLE spy (a REFERENCES watches (id) ON DELETE CASCADE)",
    "the conflict clause of spy is not ours": "CREATE TABLE spy (a UNIQUE ON CONFLICT REPLACE)",
}


@pytest.mark.parametrize("flaw", CHANGED)
def test_a_backup_whose_own_parts_are_other_ones_is_refused(checked: Bevaka, tmp_path: Path, flaw: str) -> None:
    checked("backup", "bad.db")
    for statement in CHANGED[flaw].split("; "):
        edit(tmp_path / "bad.db", statement)
    said = checked("restore", "bad.db", "--replace")
    assert said.code == 4
    assert flaw in said.out + said.err


def test_a_backup_steers_no_terminal(checked: Bevaka, tmp_path: Path) -> None:
    checked("backup", "bad.db")
    edit(tmp_path / "bad.db", 'CREATE TABLE "x\x1b]0;pwned\x07\x1b[2JThe backup is whole\r" (a)')
    said = checked("restore", "bad.db", "--replace")
    assert said.code == 4
    assert "\x1b" not in said.out + said.err
    edit(tmp_path / "bad.db", "UPDATE alembic_version SET version_num = 'x\x1b[2J'")
    assert "\x1b" not in checked("restore", "bad.db", "--replace").err


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_backup_that_holds_more_than_ours_is_refused(checked: Bevaka, tmp_path: Path, kind: str) -> None:
    database = tmp_path / "data" / "bevaka.db"
    checked("backup", "good.db")
    (tmp_path / "bad.db").write_bytes((tmp_path / "good.db").read_bytes())
    edit(tmp_path / "bad.db", STRANGERS[kind])
    before = database.read_bytes()
    said = checked("restore", "bad.db", "--replace")
    assert said.code == 4
    assert f"the {kind} spy " in said.out + said.err
    assert "is not ours" in said.out + said.err
    assert database.read_bytes() == before
    edit(database, STRANGERS[kind])
    assert checked("verify").code == 4
    assert checked("backup", "again.db").code == 4
    assert not (tmp_path / "again.db").exists()


@pytest.mark.parametrize("content", [b"", b"no database at all, " * 100])
def test_what_is_no_database_of_bevaka_takes_no_databases_place(bevaka: Bevaka, tmp_path: Path, content: bytes) -> None:
    assert bevaka("db", "upgrade").code == 0
    before = (tmp_path / "data" / "bevaka.db").read_bytes()
    (tmp_path / "other.db").write_bytes(content)
    said = bevaka("restore", "other.db", "--replace")
    assert said.code == 2
    assert "other.db" in said.err
    assert (tmp_path / "data" / "bevaka.db").read_bytes() == before
