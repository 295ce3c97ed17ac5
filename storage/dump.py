"""A PostgreSQL database as one file, and that file in an empty database: by PostgreSQL's own programs.

What is dumped is the moment that was checked: `pg_dump` is lent the snapshot of the transaction in which it was. What
is restored goes into a database that holds nothing yet, so nothing is ever overwritten; it is checked before anybody
may use it, and taken out again when it is damaged. The password goes by the environment: a command line is for all to
read.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 # see below
from pathlib import Path

from sqlalchemy import Engine, inspect, make_url, text

from monitor.errors import Flaw, NotADatabase, StorageError
from storage.engine import open_engine, translated, writing
from storage.schema import upgrade
from storage.verify import verify

_MAGIC = b"PGDMP"
_NOBODYS = ("--no-owner", "--no-privileges")
"""Whoever restores owns what is restored."""
_BY_ENVIRONMENT = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}


def dump(url: str, target: Path) -> tuple[int, list[Flaw]]:
    """Check the database and write it into `target`; how many things were checked, and what is wrong with them.

    Nothing is written when something is wrong. Raises StorageError.
    """
    engine = open_engine(url)
    try:
        with translated(), engine.connect() as connection:
            checked, flaws = verify(connection, None)
            if flaws:
                return checked, flaws
            snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
            _run(url, "pg_dump", f"--snapshot={snapshot}", "--format=custom", f"--file={target}", *_NOBODYS)
    finally:
        engine.dispose()
    return checked, []


def load(backup: Path, url: str) -> tuple[int, list[Flaw]]:
    """Put a dump into an empty database, bring it to this program's schema, and check it.

    When something is wrong with it, the database is empty again. Raises NotADatabase, SchemaMismatch, StorageError
    (also where the database is not empty).
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
        database = make_url(url).database or ""
        _run(url, "pg_restore", "--single-transaction", "--exit-on-error", f"--dbname={database}", *_NOBODYS, backup)
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


def _empty(engine: Engine) -> None:
    with translated(), writing(engine).begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))


def _run(url: str, program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs on this database. Raises StorageError with what it says."""
    found = shutil.which(program)
    if found is None:
        raise StorageError(f"{program} is not on this machine; it comes with PostgreSQL (Debian: postgresql-client)")
    done = subprocess.run(  # nosec B603 # noqa: S603  no shell, and nothing of a page
        [found, "--no-password", *arguments], env=_environment(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StorageError(f"{program}: {done.stderr.strip() or f'ended with {done.returncode}'}")


def _environment(url: str) -> dict[str, str]:
    """What the programs need to find the database and to be let in, as they are told it."""
    parsed = make_url(url)
    query = {name: value for name, value in parsed.query.items() if isinstance(value, str)}
    told = {variable: query[name] for name, variable in _BY_ENVIRONMENT.items() if name in query}
    given = {
        "PGHOST": parsed.host,
        "PGPORT": str(parsed.port) if parsed.port else None,
        "PGUSER": parsed.username,
        "PGPASSWORD": parsed.password,
        "PGDATABASE": parsed.database,
    }
    return {**os.environ, **{name: value for name, value in given.items() if value}, **told}
