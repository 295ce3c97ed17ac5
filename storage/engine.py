"""Opening the database, and translating its errors.

SQLite runs with a write-ahead log that is synced at every commit. Python's sqlite3 would begin transactions only at
the first write, so that reads would see no one moment, and a read that turns into a write would fail at once if another
connection had written meanwhile. Its transaction control is therefore switched off, and every transaction begins with
an explicit BEGIN: IMMEDIATE for writers, who wait for their place; plain for readers, who see one moment throughout.
PostgreSQL is made to do the same (`storage.postgresql`).
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from monitor.errors import DatabaseBusy, DatabaseNotWritable, NotADatabase, SchemaDamaged, StorageError
from monitor.private_files import make_private_folder, open_private
from storage.writers import BUSY_SECONDS, SHARED, WRITES, is_writing

_NOT_THERE = re.compile(r"no such (table|column): |table \S+ has no column named ")
_BETWEEN_TRIES = 0.01
_MAGIC = b"SQLite format 3\0"


def open_engine(url: str) -> Engine:
    """Return an engine for this SQLAlchemy URL; create the file and folder of an SQLite database if need be.

    `?timeout=SECONDS` is how long a writer waits for another. Raises NotADatabase (that file is left unchanged), and
    StorageError if the driver of another database is missing.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        from storage.postgresql import open_postgresql  # noqa: PLC0415  SQLite does not need it

        return open_postgresql(parsed)
    if "timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"timeout": str(BUSY_SECONDS)})
    _prepare_file(parsed)
    # No overflow limit: a thread that needs a connection gets one; the daemon's pool bounds the threads.
    engine = create_engine(parsed, pool_size=8, max_overflow=-1)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def writing(engine: Engine) -> Engine:
    """Return an engine on the same database and pool whose transactions write."""
    return engine.execution_options(**{WRITES: True})


def writing_shared(engine: Engine) -> Engine:
    """Return the same with transactions that run beside others of their kind, where the database can."""
    return engine.execution_options(**{WRITES: SHARED})


def rows_written(connection: Connection) -> int:
    """Return how many rows this connection has written since it was opened.

    0 if the database itself keeps readers from writing. SQLite's `query_only` would do so as well, but setting it makes
    SQLite compile every statement of the connection again: a quarter of what recording a change costs.
    """
    driver: Any = connection.connection.dbapi_connection
    return driver.total_changes if isinstance(driver, sqlite3.Connection) else 0


@contextmanager
def translated() -> Iterator[None]:
    """Translate the database's own errors into StorageErrors.

    The error of a statement that is wrong in itself is raised unchanged; one that names a table or a column that is not
    there is right in itself, since the program's statements are made from the tables that it declares.
    """
    try:
        yield
    except DBAPIError as error:
        translation = _translate(error.orig)
        if translation is None:
            raise
        raise translation from error
    except sqlite3.Error as error:
        translation = _translate(error)
        if translation is None:
            raise
        raise translation from error
    except UnicodeDecodeError as error:  # raised by the driver if a name in a damaged schema is not UTF-8
        raise StorageError(f"the database is damaged: {error}") from error


def _translate(error: BaseException | None) -> StorageError | None:
    if not isinstance(error, sqlite3.Error):
        if error is None or not hasattr(error, "sqlstate"):
            return None
        from storage.postgresql import translated_error  # noqa: PLC0415  see above

        return translated_error(error)
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # the higher bits only give details
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return DatabaseBusy(str(error))
    if primary == sqlite3.SQLITE_NOTADB:
        return NotADatabase(str(error))
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:  # even to read, SQLite writes a file beside it
        return DatabaseNotWritable(f"the database's disk or folder cannot be written: {error}")
    if primary == sqlite3.SQLITE_FULL:
        return StorageError(f"the disk is full; nothing was written: {error}")
    if primary == sqlite3.SQLITE_ERROR:
        return SchemaDamaged(str(error)) if _NOT_THERE.match(str(error)) else None
    return StorageError(f"the database refused: {error}")


def _prepare_file(url: URL) -> None:
    """Create folder and file, readable by their owner alone: the database holds subscribers' addresses.

    Raises NotADatabase if there is a file of another kind.
    """
    name = url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        return
    path = Path(name)
    make_private_folder(path.parent)
    try:
        os.close(open_private(path))
    except FileExistsError:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
        if start and start != _MAGIC:
            raise NotADatabase(name) from None


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # sqlite3 itself sends no BEGIN
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten: addresses of people, above all


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log, waiting for a writer as long as `busy_timeout` says.

    SQLite itself does not wait when it changes the journal mode: two processes that create one database would collide.
    """
    (milliseconds,) = connection.execute("PRAGMA busy_timeout").fetchone()
    gives_up_at = time.monotonic() + milliseconds / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not isinstance(_translate(error), DatabaseBusy) or time.monotonic() >= gives_up_at:
                raise
            time.sleep(_BETWEEN_TRIES)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing(connection) else "BEGIN")
