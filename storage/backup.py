"""A whole copy of the database while it is in use, and putting one back.

A backup is one file: one moment of the database, without a log beside it, compact, and checked before it gets its
name. Nothing here ever leaves a file that is half written under the name that was asked for. A PostgreSQL database is
copied by PostgreSQL's own programs (`storage.dump`).
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

from sqlalchemy import URL, create_engine, make_url

from monitor.errors import DamagedCopy, StorageError
from storage.dump import dump, load
from storage.engine import open_engine, translated
from storage.schema import upgrade
from storage.verify import verify

_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
"""The bytes that every SQLite connection holds a lock on while it has the file open (sqlite.org/lockingv3.html)."""
_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A file that holds everything: how large it is, and how many things were checked in it."""

    path: Path
    size: int
    checked: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The database that was put in place, and where the one is that stood there before."""

    place: str
    checked: int
    replaced: Path | None


def back_up(url: str, target: Path, *, replace: bool = False) -> BackedUp:
    """Copy the database into `target`, while others work on it, and check the copy.

    Raises DamagedCopy (so the database itself is), StorageError, FileExistsError unless `replace`.
    """
    if target.exists() and not replace:
        raise FileExistsError(errno.EEXIST, "is there already; --replace overwrites it", str(target))
    with _beside(target) as written:
        checked = _copy(database_file(url), written) if _is_sqlite(url) else _dump(url, written, target)
        size = written.stat().st_size
        _put(written, target)
    return BackedUp(target, size, checked)


def restore(backup: Path, url: str, now: datetime, *, replace: bool = False) -> Restored:
    """Put a backup in the place of the database, brought to this program's schema and checked before it is there.

    With `replace` the database that stands there is kept under another name; a PostgreSQL database must be empty.
    Raises DamagedCopy, NotADatabase, SchemaMismatch, StorageError (somebody has the database open, or it is not
    empty), FileExistsError unless `replace`.
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
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _beside(place) as written:
        shutil.copyfile(backup, written)
        engine = open_engine(URL.create("sqlite", database=str(written)).render_as_string())
        try:
            upgrade(engine)
        finally:
            engine.dispose()
        with closing(sqlite3.connect(written)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        checked = _check(written)
        with _nobody_has(place):
            aside = _keep_aside(place, now) if place.exists() else None
            _put(written, place)
    return Restored(str(place), checked, aside)


def database_file(url: str) -> Path:
    """The file that an SQLite URL names. Raises StorageError for any other database."""
    name = make_url(url).database
    if not _is_sqlite(url) or not name or name == ":memory:" or name.startswith("file:"):
        raise StorageError("the database is not a file")
    return Path(name)


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _copy(source: Path, written: Path) -> int:
    """Copy an SQLite file that is in use; how many things were checked in the copy."""
    if not source.exists():
        raise StorageError(f"{source}: there is no database yet")
    with translated(), closing(sqlite3.connect(source, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(written),))
    return _check(written)


def _dump(url: str, written: Path, target: Path) -> int:
    checked, flaws = dump(url, written)
    if flaws:
        raise DamagedCopy(target, flaws)
    return checked


def _load(backup: Path, url: str) -> Restored:
    checked, flaws = load(backup, url)
    if flaws:
        raise DamagedCopy(backup, flaws)
    return Restored(make_url(url).render_as_string(hide_password=True), checked, None)


def _check(path: Path) -> int:
    """How many things were checked. Raises DamagedCopy, NotADatabase."""
    place = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True))
    try:
        with translated(), engine.connect() as connection:
            checked, flaws = verify(connection, None)
    finally:
        engine.dispose()
    if flaws:
        raise DamagedCopy(path, flaws)
    return checked


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name beside `target` for what is being written; nothing is left of it in the end."""
    written = target.with_name(f".{target.name}.{os.getpid()}.part")
    written.unlink(missing_ok=True)
    before = os.umask(0o077)  # people's addresses are in it
    try:
        yield written
    finally:
        os.umask(before)
        for suffix in ("", *_BESIDE):
            Path(f"{written}{suffix}").unlink(missing_ok=True)


def _put(written: Path, target: Path) -> None:
    """Give a finished file its name: safely on the disk first, then all at once."""
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
def _nobody_has(place: Path) -> Iterator[None]:
    """Hold the file so that no other process can open it. Raises StorageError when one has."""
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
    """A second name for the database and the log that belongs to it."""
    aside = place.with_name(f"{place.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    os.link(place, aside)
    for suffix in _BESIDE:
        # The new database must never stand beside the old one's log: SQLite would play it into it.
        with suppress(FileNotFoundError):
            Path(f"{place}{suffix}").rename(f"{aside}{suffix}")
    return aside
