"""An older schema (docs/reliability.md, rows 20 and 21): the next program migrates a database, or leaves it as it was.

The next program is invented: this program's storage with one migration more.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from monitor.errors import SchemaMismatch
from storage.schema import HEAD, LEAST_PROGRAM
from tests.conftest import Postgresql
from tests.fakes.site import Answer, Site
from tests.faults.lab import check_once, environment, join, outcomes, page

ROOT = Path(__file__).parents[2]
NEXT = "9001"
MIGRATION = """\
from alembic import op
import sqlalchemy as sa

revision, down_revision = "{next}", "{head}"


def upgrade():
    with op.batch_alter_table("watches", recreate="auto") as watches:
        watches.add_column(sa.Column("colour", sa.String(), nullable=True))
    op.execute("UPDATE watches SET colour = key")
    with op.batch_alter_table("watches") as watches:
        watches.alter_column("colour", existing_type=sa.String(), nullable=False)
    op.create_index("ix_watches_colour", "watches", ["colour"])
{more}
"""
TABLES = """

watches.append_column(Column("colour", String, nullable=False))
Index("ix_watches_colour", watches.c.colour)
"""
DIES = "    import os\n    os.kill(os.getpid(), 9)\n"
FAILS = '    op.execute("UPDATE watches SET no_such_column = 1")\n'
LOSES = '    op.execute("DELETE FROM recipes")\n'
PROGRAM = """\
import sys
from storage.engine import open_engine
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork

engine = open_engine(sys.argv[1])
upgrade(engine)
with engine.connect() as connection:
    colours = connection.exec_driver_sql("SELECT colour FROM watches").scalars().all()
with SqlUnitOfWork(engine).read() as work:
    checked, flaws = work.history.verify()
print(checked, len(flaws), *colours)
engine.dispose()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def env(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a program whose page has changed, with a mail that is owed for it."""
    with Site() as site:
        site.pages["/county"] = Answer(page())
        env = environment(tmp_path, f"{site.url}/county")
        if request.param == "sqlite":
            yield lived(env, site)
            return
        server: Postgresql = request.getfixturevalue("postgresql")
        with server.database() as url:
            yield lived(env | {"BEVAKA_DATABASE": url}, site)


def lived(env: dict[str, str], site: Site) -> dict[str, str]:
    with Assembly(env) as assembly:
        join(assembly)
        assert check_once(assembly) is Outcome.FIRST
        site.pages["/county"] = Answer(page("april"))
        assert check_once(assembly) is Outcome.CHANGED
    return env


def next_program(folder: Path, more: str = "") -> Path:
    """Return the folder of the next program: its own storage is there, and the rest is imported from this one."""
    made = folder / f"next-{len([*folder.glob('next-*')])}"
    shutil.copytree(ROOT / "storage", made / "storage", ignore=shutil.ignore_patterns("__pycache__"))
    schema = made / "storage" / "schema.py"
    source = schema.read_text(encoding="utf-8").replace(f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"')
    schema.write_text(source.replace(f'LEAST_PROGRAM = "{LEAST_PROGRAM}"', f'LEAST_PROGRAM = "{NEXT}"'))
    with (made / "storage" / "tables.py").open("a", encoding="utf-8") as tables:
        tables.write(TABLES)
    migration = made / "storage" / "migrations" / "versions" / f"{NEXT}_next.py"
    migration.write_text(MIGRATION.format(next=NEXT, head=HEAD, more=more))
    return made


def start(program: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, env["BEVAKA_DATABASE"]],
        cwd=program,
        env={**os.environ, "PYTHONPATH": f"{program}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def as_it_was(env: dict[str, str]) -> None:
    """Assert that this program goes on with the database, and no history and no owed mail is lost."""
    with Assembly(env) as assembly:
        assert outcomes(assembly) == [Outcome.FIRST, Outcome.CHANGED]
        with assembly.unit_of_work.read() as work:
            assert [delivery.state for delivery in work.outbox.deliveries()] == ["pending"]
        assert check_once(assembly) is Outcome.UNCHANGED


def test_an_older_database_is_brought_to_the_new_schema_with_all_of_its_history(
    env: dict[str, str], tmp_path: Path
) -> None:
    with Assembly(env) as assembly:
        checked, _ = assembly.history.verify()
    program = next_program(tmp_path)
    both = [start(program, env) for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [out.split() for out, _ in said] == [[str(checked), "0", "county"]] * 2, said
    with pytest.raises(SchemaMismatch) as refused, Assembly(env) as older:
        older.unit_of_work  # noqa: B018  opens the database
    assert (refused.value.found, refused.value.expected) == (NEXT, HEAD)


@pytest.mark.parametrize(
    "more",
    [DIES, pytest.param(FAILS, marks=pytest.mark.slow), pytest.param(LOSES, marks=pytest.mark.slow)],
    ids=["dies", "fails", "loses"],
)
def test_a_migration_that_does_not_come_to_its_end_leaves_the_database_as_it_was(
    env: dict[str, str], tmp_path: Path, more: str
) -> None:
    process = start(next_program(tmp_path, more), env)
    out, _ = process.communicate()
    assert out == ""
    assert process.returncode == (-signal.SIGKILL if more is DIES else 1)
    as_it_was(env)
    again = start(next_program(tmp_path), env)
    assert again.communicate()[0].split()[1:] == ["0", "county"]
