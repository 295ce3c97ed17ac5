"""Removing the bytes of erased addresses from the database's files, right after the transaction that erased them.

SQLite overwrites what is deleted (`secure_delete`), but its write-ahead log keeps the pages of before until it is
truncated, and a page that SQLite rebuilt may keep a copy in its free space: about once in five hundred erasures. So
the log is truncated (programs that read are waited for, five seconds), the files are searched for the address, and
rewritten (VACUUM) if it is still there. PostgreSQL keeps old rows in its tables until these are rewritten
(VACUUM FULL).

What could not be done, since another program was reading or the disk was full, stays owed (`erasures`) and is done by
the daemon (`bevaka.cli.run`), without knowing the address: everything is rewritten then.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import DBAPIError

from storage.engine import writing
from storage.tables import erasures

_AT_A_TIME = 1 << 20
_REWRITE = (
    "VACUUM (FULL) subscribers",
    "VACUUM (FULL) sign_ups",
    "VACUUM (FULL) deliveries",
    "VACUUM (FULL) attempts",
    "VACUUM (FULL) bounces",
)
"""The tables that may hold an address, in a column or in a server's reply."""


def is_owed(connection: Connection) -> bool:
    """True if bytes of erased addresses may still be in the files."""
    return connection.scalar(select(erasures.c.id).limit(1)) is not None


def overwrite(engine: Engine, erased: Mapping[int, str] | None) -> bool:
    """Remove erased addresses from the database's files; False if that could not be done yet, and stays owed.

    `erased` are addresses by their rows of `erasures`. None: all that is owed, whose addresses are not known any more;
    everything is rewritten then.
    """
    with engine.connect() as connection:
        owed = set(connection.scalars(select(erasures.c.id)))
    done = owed if erased is None else owed & erased.keys()
    if not done:
        return True
    addresses = None if erased is None else list(erased.values())
    try:
        is_done = _in_sqlite(engine, addresses) if engine.dialect.name == "sqlite" else _in_postgresql(engine)
    except (sqlite3.Error, DBAPIError, OSError):  # held by another program, or the disk is full
        return False
    except Exception as error:
        if not hasattr(error, "sqlstate"):  # of the PostgreSQL driver, which is optional
            raise
        return False
    if is_done:
        with writing(engine).begin() as connection:
            connection.execute(delete(erasures).where(erasures.c.id.in_(done)))
    return is_done


def _in_sqlite(engine: Engine, addresses: Sequence[str] | None) -> bool:
    name = engine.url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        return True
    wanted = None if addresses is None else [address.encode() for address in addresses]
    with _outside_a_transaction(engine) as driver:
        driver.execute("PRAGMA busy_timeout = 5000")
        if not _truncate_log(driver):
            return False
        if wanted is not None and not _is_there(Path(name), wanted):
            return True
        driver.execute("VACUUM")
        return _truncate_log(driver) and (wanted is None or not _is_there(Path(name), wanted))


def _truncate_log(driver: sqlite3.Connection) -> bool:
    """Move the log's pages into the file and empty it; False while somebody reads a moment from before."""
    (is_busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _is_there(database: Path, wanted: Sequence[bytes]) -> bool:
    """True if one of the addresses is in the file or in its log."""
    longest = max(map(len, wanted), default=0)
    for path in (database, Path(f"{database}-wal")):
        with suppress(FileNotFoundError):
            descriptor, place, tail = _kept_open(path), 0, b""
            while read := os.pread(descriptor, _AT_A_TIME, place):
                piece, place = tail + read, place + len(read)
                if any(address in piece or address in piece.lower() for address in wanted):
                    return True
                tail = piece[-longest:]
    return False


_descriptors: dict[tuple[int, int], int] = {}
_guard = Lock()


def _kept_open(path: Path) -> int:
    """Return a descriptor of a file, opened once and never closed.

    POSIX drops all of a process's locks on a file when the process closes any descriptor of it. SQLite's would be among
    them: another program would then take the database for unused, and remove its log while this process writes to it
    (sqlite.org/howtocorrupt.html, 2.2). Raises FileNotFoundError.
    """
    found = path.stat()
    with _guard:
        if (known := _descriptors.get((found.st_dev, found.st_ino))) is None:
            known = _descriptors[found.st_dev, found.st_ino] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return known


def _in_postgresql(engine: Engine) -> bool:
    with _outside_a_transaction(engine) as driver:
        driver.execute("SET lock_timeout = '5s'")
        for statement in _REWRITE:
            driver.execute(statement)
    return True


@contextmanager
def _outside_a_transaction(engine: Engine) -> Iterator[Any]:
    """Yield the driver's own connection, in no transaction; it is closed afterwards, with what was set on it."""
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        if engine.dialect.name != "sqlite":
            driver.autocommit = True
        yield driver
    finally:
        pooled.invalidate()
