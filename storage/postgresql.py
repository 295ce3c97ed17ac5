"""PostgreSQL in SQLite's place: the same tables, and the same promises to those who read and write.

Writers stand in one queue, as they do in SQLite: each takes the database's advisory lock first, so that what it reads
is still so when it writes. Readers see one moment and cannot write. Nobody waits for ever: not for the lock, not for a
statement, and not for a writer that stands still between two statements (docs/decisions, "One writer, also on
PostgreSQL").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from monitor.errors import DatabaseBusy, StorageError
from storage.engine import BUSY_SECONDS, WRITES

if TYPE_CHECKING:
    from psycopg.abc import Buffer

DRIVER = "postgresql+psycopg"
STATEMENT_SECONDS, STILL_SECONDS, CONNECT_SECONDS = 300, 60, 10
THE_WRITERS_PLACE = 0x6265_7661_6B61
"""The key of the advisory lock."""

_WRITE = (
    "SET LOCAL lock_timeout = '{patience}ms'; "
    f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'; "
    f"SET LOCAL idle_in_transaction_session_timeout = '{STILL_SECONDS}s'; "
    f"SELECT pg_advisory_xact_lock({THE_WRITERS_PLACE})"
)
_READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"

# What the server says by five characters (postgresql.org/docs/current/errcodes-appendix.html).
_PASSES = frozenset(
    {
        "55P03",  # lock_not_available
        "57014",  # query_canceled: the statement took too long
        "25P03",  # idle_in_transaction_session_timeout
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "53300",  # too_many_connections
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
    }
)
_READ_ONLY, _DISK_FULL = "25006", "53100"
_WRONG_IN_ITSELF = "42"
"""The class of statements that no server would take."""


def open_postgresql(url: URL) -> Engine:
    """An engine for this database, which must be there. Raises StorageError where the driver is missing.

    `?timeout=SECONDS` says how long a writer waits for another.
    """
    patience = float(str(url.query.get("timeout", BUSY_SECONDS)))
    url = url.difference_update_query(["timeout"])
    if url.drivername == "postgresql":
        url = url.set(drivername=DRIVER)
    given = {"connect_timeout": str(CONNECT_SECONDS), "options": "-c timezone=UTC", "client_encoding": "utf8"}
    url = url.update_query_dict({name: value for name, value in given.items() if name not in url.query})
    try:
        # A connection that the server has closed meanwhile is found out before it is used, and costs no look.
        engine = create_engine(url, pool_size=8, max_overflow=-1, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StorageError("PostgreSQL needs its driver: pip install 'bevaka[postgresql]'") from error
    write = _WRITE.format(patience=max(1, round(patience * 1000)))

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql(write if writes else _READ)

    event.listen(engine, "begin", begin)
    event.listen(engine, "connect", _take_any_text)
    return engine


def _take_any_text(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's, which not everybody has
    """Let texts from elsewhere (robots.txt, a mail server's reply) hold a NUL, which PostgreSQL takes in no text."""
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415  see above

    class TextDumper(StrDumperUnknown):
        def dump(self, obj: str) -> Buffer | None:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    connection.adapters.register_dumper(str, TextDumper)


def translated_error(error: BaseException) -> StorageError | None:
    """An error of the driver as one of ours; None for a statement that is wrong in itself."""
    code: str | None = getattr(error, "sqlstate", None)
    words = str(error).partition("\n")[0]
    if code is None:  # no server answered, or its answer was cut off
        return StorageError(f"the database server cannot be reached: {words}")
    if code in _PASSES:
        return DatabaseBusy(words)
    if code == _READ_ONLY:
        return StorageError(f"the database cannot be written: {words}")
    if code == _DISK_FULL:
        return StorageError(f"the disk is full; nothing was written: {words}")
    if code.startswith(_WRONG_IN_ITSELF):
        return None
    return StorageError(f"the database refused: {words}")
