"""Dump of a PostgreSQL database into one file, and loading it into an empty database, by PostgreSQL's own programs.

The dump holds the moment that was checked: `pg_dump` uses the snapshot of the transaction that checked the database. A
dump is loaded into an empty database only, so nothing is ever overwritten; it is checked before it is used, and removed
again if it is damaged. The password is passed in the environment: every user of the machine can read a command line.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404 # see below
from pathlib import Path

from sqlalchemy import Engine, inspect, make_url, text

from monitor.errors import Flaw, NotADatabase, StorageError
from storage.engine import open_engine, translated, writing
from storage.schema import upgrade
from storage.verify import verify

_MAGIC = b"PGDMP"
_NO_OWNER = ("--no-owner", "--no-privileges")
"""The user who restores owns what is restored."""
_BY_ENVIRONMENT = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}


_ENTRY = re.compile(r"\d+; \d+ \d+ (?P<kind>[A-Z][A-Z ]*[A-Z]) (?P<name>.*)")
_OUR_KINDS = frozenset(
    [
        "TABLE", "TABLE DATA", "SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET", "DEFAULT", "CONSTRAINT",
        "FK CONSTRAINT", "INDEX",
    ]
)  # fmt: skip
"""What a dump of our schema holds. Anything else, as a function, a trigger or a rule, is not ours."""


def dump(url: str, target: Path) -> tuple[int, list[Flaw]]:
    """Check the database and write it into `target`; return how many things were checked, and the flaws.

    Nothing is written if there are flaws. Raises StorageError.
    """
    engine = open_engine(url)
    try:
        with translated(), engine.connect() as connection:
            checked, flaws = verify(connection, None)
            if flaws:
                return checked, flaws
            snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
            _run(url, "pg_dump", f"--snapshot={snapshot}", "--format=custom", f"--file={target}", *_NO_OWNER)
    finally:
        engine.dispose()
    return checked, []


def load(backup: Path, url: str) -> tuple[int, list[Flaw]]:
    """Load a dump into an empty database, migrate it to this program's schema, and check it.

    Return how many things were checked, and the flaws; if there are any, the database is empty again. Raises
    NotADatabase, SchemaMismatch, StorageError (also if the database is not empty).
    """
    with backup.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise NotADatabase(str(backup))
    engine = open_engine(url)
    try:
        with translated(), engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise StorageError(
                    "there is something in the database, and nothing is overwritten: make another one "
                    "(createdb bevaka_2), name it in BEVAKA_DATABASE, and restore there"
                )
        if flaws := _strangers(_run(url, "pg_restore", "--list", backup)):
            return 0, flaws
        database = make_url(url).database or ""
        _run(url, "pg_restore", "--single-transaction", "--exit-on-error", f"--dbname={database}", *_NO_OWNER, backup)
        try:
            upgrade(engine)
            with translated(), engine.connect() as connection:
                checked, flaws = verify(connection, None)
        except StorageError:
            _empty(engine)
            raise
        if flaws:
            _empty(engine)
    finally:
        engine.dispose()
    return checked, flaws


def _strangers(contents: str) -> list[Flaw]:
    """Return what a dump holds that is not ours, given what pg_restore lists of it; nothing has run by then."""
    entries = [_ENTRY.match(line) for line in contents.splitlines() if line and not line.startswith(";")]
    return [
        Flaw(
            "", None, f"the dump: the {entry['kind'].lower()} {entry['name']} is not ours" if entry else "the dump: odd"
        )
        for entry in entries
        if entry is None or entry["kind"] not in _OUR_KINDS
    ]


def _empty(engine: Engine) -> None:
    with translated(), writing(engine).begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))


def _run(url: str, program: str, *arguments: str | Path) -> str:
    """Run one of PostgreSQL's programs on this database; return its output. Raises StorageError with its message."""
    found = shutil.which(program)
    if found is None:
        raise StorageError(f"{program} is not on this machine; it comes with PostgreSQL (Debian: postgresql-client)")
    done = subprocess.run(  # nosec B603 # noqa: S603  no shell, and nothing of a page
        [found, "--no-password", *arguments], env=_environment(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StorageError(f"{program}: {done.stderr.strip() or f'ended with {done.returncode}'}")
    return done.stdout


def _environment(url: str) -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find the database and can log in."""
    parsed = make_url(url)
    query = {name: value for name, value in parsed.query.items() if isinstance(value, str)}
    options = {variable: query[name] for name, variable in _BY_ENVIRONMENT.items() if name in query}
    given = {
        "PGHOST": parsed.host,
        "PGPORT": str(parsed.port) if parsed.port else None,
        "PGUSER": parsed.username,
        "PGPASSWORD": parsed.password,
        "PGDATABASE": parsed.database,
    }
    return {**os.environ, **{name: value for name, value in given.items() if value}, **options}
