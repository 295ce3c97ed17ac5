"""Backup of the database while it is in use, and restoring one.

A backup is one file: one moment of the database, without a log beside it, compact, and checked before it gets its
name. Nothing here ever leaves a half-written file under the requested name. A PostgreSQL database is copied by
PostgreSQL's own programs (`storage.dump`).
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, make_url

from monitor.errors import DamagedBackup, Flaw, NotADatabase, StorageError
from monitor.private_files import PRIVATE_FILE, folder_beside, make_private_folder, open_private
from storage.dump import dump, load
from storage.engine import open_engine, translated
from storage.schema import is_database, upgrade
from storage.schema_check import programs
from storage.verify import verify

_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
"""The bytes that every SQLite connection locks while it has the file open (sqlite.org/lockingv3.html)."""
_LOG_SUFFIXES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup: its file, its size, and how many things were checked in it."""

    path: Path
    size: int
    checked: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored database: where it is, how many things were checked, and where the database it replaced is kept."""

    place: str
    checked: int
    replaced: Path | None


def back_up(url: str, target: Path, *, replace: bool = False) -> BackedUp:
    """Copy the database into `target` while others use it, and check the copy.

    Raises DamagedCopy (the database itself is then damaged), StorageError, FileExistsError unless `replace`.
    """
    if target.exists() and not replace:
        raise FileExistsError(errno.EEXIST, "is there already; --replace overwrites it", str(target))
    with folder_beside(target) as folder:
        written = folder / target.name
        checked = _copy(database_file(url), written) if _is_sqlite(url) else _dump(url, written, target)
        size = written.stat().st_size
        _move_into_place(written, target)
    return BackedUp(target, size, checked)


def restore(backup: Path, url: str, now: datetime, *, replace: bool = False) -> Restored:
    """Put a backup in the place of the database, migrated to this program's schema and checked beforehand.

    With `replace` the existing database is kept under another name; a PostgreSQL database must be empty. Raises
    DamagedCopy, NotADatabase, SchemaMismatch, StorageError (the database is open elsewhere, or is not empty),
    FileNotFoundError, FileExistsError unless `replace`.
    """
    if not backup.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(backup))
    if not _is_sqlite(url):
        return _load(backup, url)
    place = database_file(url)
    if Path(f"{backup}-wal").exists():
        raise StorageError(f"{backup} has a log beside it: it is a database in use, not a backup")
    if place.exists() and not replace:
        raise FileExistsError(errno.EEXIST, "is there already; --replace keeps it aside", str(place))
    make_private_folder(place.parent)
    with folder_beside(place) as folder:
        written = folder / place.name
        with backup.open("rb") as source, os.fdopen(open_private(written), "wb") as copy:
            shutil.copyfileobj(source, copy)
        engine = _open(written, backup)
        try:
            _refuse_programs(engine, backup)
            upgrade(engine)
        finally:
            engine.dispose()
        with closing(sqlite3.connect(written)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        checked = _check(written)
        with _locked(place):
            aside = _keep_aside(place, now) if place.exists() else None
            _move_into_place(written, place)
    return Restored(str(place), checked, aside)


def _open(written: Path, backup: Path) -> Engine:
    """Open the copy of a backup. Raises StorageError, which names the backup, if it is no database of this program."""
    refusal = f"{backup}: not a database of Bevaka; nothing was restored"
    try:
        engine = open_engine(URL.create("sqlite", database=str(written)).render_as_string())
        if is_database(engine):
            return engine
    except NotADatabase:
        raise StorageError(refusal) from None
    engine.dispose()
    raise StorageError(refusal)


def database_file(url: str) -> Path:
    """Return the file that an SQLite URL names. Raises StorageError for any other database."""
    name = make_url(url).database
    if not _is_sqlite(url) or not name or name == ":memory:" or name.startswith("file:"):
        raise StorageError("the database is not a file")
    return Path(name)


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _copy(source: Path, written: Path) -> int:
    """Copy an SQLite file that is in use; return how many things were checked in the copy."""
    if not source.exists():
        raise StorageError(f"{source}: there is no database yet")
    with translated(), closing(sqlite3.connect(source, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(written),))
    return _check(written)


def _dump(url: str, written: Path, target: Path) -> int:
    checked, flaws = dump(url, written)
    if flaws:
        raise DamagedBackup(target, flaws)
    return checked


def _load(backup: Path, url: str) -> Restored:
    checked, flaws = load(backup, url)
    if flaws:
        raise DamagedBackup(backup, flaws)
    return Restored(make_url(url).render_as_string(hide_password=True), checked, None)


def _check(path: Path) -> int:
    """Check a database file; return how many things were checked. Raises DamagedCopy, NotADatabase."""
    place = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True))
    try:
        with translated(), engine.connect() as connection:
            checked, flaws = verify(connection, None)
    finally:
        engine.dispose()
    if flaws:
        raise DamagedBackup(path, flaws)
    return checked


def _refuse_programs(engine: Engine, backup: Path) -> None:
    """Check that a backup holds nothing that would run while it is migrated. Raises DamagedBackup."""
    with translated(), engine.connect() as connection:
        flaws = [Flaw("", None, f"the database: {what}") for what in programs(connection)]
    if flaws:
        raise DamagedBackup(backup, flaws)


def _move_into_place(written: Path, target: Path) -> None:
    """Give a finished file its name: make it private and sync it to the disk first, then rename it atomically."""
    written.chmod(PRIVATE_FILE)
    _sync(written)
    written.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Lock the file so that no other process can open it. Raises StorageError if one has it open."""
    if not place.exists():
        yield
        return
    with place.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError as error:
            raise StorageError(f"{place} is in use; stop the daemon first") from error
        yield


def _keep_aside(place: Path, now: datetime) -> Path:
    """Give the database and the log that belongs to it a second name; return it."""
    aside = place.with_name(f"{place.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    os.link(place, aside)
    for suffix in _LOG_SUFFIXES:
        # The new database must never lie beside the old one's log: SQLite would apply the log to it.
        with suppress(FileNotFoundError):
            Path(f"{place}{suffix}").rename(f"{aside}{suffix}")
    return aside
