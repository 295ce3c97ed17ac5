"""PostgreSQL in place of SQLite: the same tables, and the same promises to readers and writers.

Writers form one queue, as in SQLite: each takes the database's advisory lock first, so that what it reads still holds
when it writes. Claims and uneventful checks alone share that lock: they run beside each other, and lock the rows that
they read, in one order. Readers see one moment and cannot write. No wait is endless: not for the lock, not for a
statement, not for a writer that idles between two (docs/decisions/0025-one-writer-also-on-postgresql.md), and not for
a server that is silent (`storage.server_silence`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from monitor.errors import DatabaseAway, DatabaseBusy, SchemaDamaged, StorageError
from storage.writers import BUSY_SECONDS, is_shared, is_writing

if TYPE_CHECKING:
    from psycopg.abc import Buffer

DRIVER = "postgresql+psycopg"
STATEMENT_SECONDS, IDLE_SECONDS, CONNECT_SECONDS = 300, 60, 10
WRITER_LOCK = 0x6265_7661_6B61
"""The key of the advisory lock."""

# Each statement of a writer sees what was committed until it began, whatever the database's default is: what it reads
# after it has waited for a lock must not be what was so before.
_WRITE = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
    "SET LOCAL lock_timeout = '{patience}ms'; "
    f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'; "
    f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; "
    "SELECT pg_advisory_xact_lock{mode}({key})"
)
_READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_DEAD_MACHINE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
"""After 25 seconds without a sign of the other machine, a connection is over; the system would wait for hours."""
_POOLED = "SET LOCAL timezone = 'UTC'; "
"""What a connection says once where it is our own, each transaction says where a pooler lends it."""

# The server's error codes, SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html).
_TEMPORARY = frozenset(
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
_NO_CONNECTION = "08"
"""The class of codes for connections that were lost; a pooler between us and the server answers with them."""
_READ_ONLY, _DISK_FULL = "25006", "53100"
_NOT_THERE = frozenset({"42P01", "42703"})
"""undefined_table, undefined_column."""
_WRONG_IN_ITSELF = "42"
"""The class of codes for statements that no server would accept."""


def open_postgresql(url: URL) -> Engine:
    """Return an engine for this database, which must exist. Raises StorageError if the driver is missing.

    `?timeout=SECONDS` is how long a writer waits for another. With `?pooler=yes`, a pooler before the server may give
    each transaction another connection (PgBouncer in transaction mode): nothing outlives a transaction.
    """
    is_pooled = url.query.get("pooler") == "yes"
    patience = float(str(url.query.get("timeout", BUSY_SECONDS)))
    url = url.difference_update_query(["timeout", "pooler"])
    if url.drivername == "postgresql":
        url = url.set(drivername=DRIVER)
    defaults = {"connect_timeout": str(CONNECT_SECONDS), "client_encoding": "utf8", **_DEAD_MACHINE}
    if not is_pooled:
        defaults["options"] = "-c timezone=UTC"
    url = url.update_query_dict({name: value for name, value in defaults.items() if name not in url.query})
    try:
        # A connection that the server closed meanwhile is detected before it is used, so that it makes no check fail.
        from storage.server_silence import LimitedConnection  # noqa: PLC0415  the driver is optional

        unprepared = {"prepare_threshold": None} if is_pooled else {}
        engine = create_engine(url, pool_size=8, max_overflow=-1, pool_pre_ping=True, connect_args=unprepared)
    except ModuleNotFoundError as error:
        raise StorageError("PostgreSQL needs its driver: pip install 'bevaka[postgresql]'") from error
    milliseconds = max(1, round(patience * 1000))
    alone, shared = (
        _pooled(_WRITE, is_pooled).format(patience=milliseconds, mode=mode, key=WRITER_LOCK) for mode in ("", "_shared")
    )
    read = _pooled(_READ, is_pooled)

    def connect(_dialect: object, _record: object, _arguments: object, options: dict[str, Any]) -> LimitedConnection:
        return LimitedConnection.connect(**options)

    def begin(connection: Connection) -> None:
        if not is_writing(connection):
            connection.exec_driver_sql(read)
            return
        connection.exec_driver_sql(shared if is_shared(connection) else alone)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "begin", begin)
    event.listen(engine, "connect", _replace_nul)
    return engine


def _pooled(begin: str, is_pooled: bool) -> str:  # noqa: FBT001  a private helper
    return _POOLED + begin if is_pooled else begin


def _replace_nul(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver is optional
    """Replace NUL in texts from elsewhere (robots.txt, a mail server's reply): PostgreSQL stores it in no text."""
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415  the driver is optional

    class TextDumper(StrDumperUnknown):
        def dump(self, obj: str) -> Buffer | None:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    connection.adapters.register_dumper(str, TextDumper)


def translated_error(error: BaseException) -> StorageError | None:
    """Translate an error of the driver into a StorageError; None for a statement that is wrong in itself."""
    import psycopg  # noqa: PLC0415  the driver is optional

    code: str | None = getattr(error, "sqlstate", None)
    words = str(error).partition("\n")[0]
    if code is None and not isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return None  # the driver itself refused a value: the server was not asked
    if code is None or code.startswith(_NO_CONNECTION):  # no server answered, or its answer was cut off
        return DatabaseAway(f"the database server cannot be reached: {words}")
    if code in _TEMPORARY:
        return DatabaseBusy(words)
    if code == _READ_ONLY:
        return StorageError(f"the database cannot be written: {words}")
    if code == _DISK_FULL:
        return StorageError(f"the disk is full; nothing was written: {words}")
    if code in _NOT_THERE:
        return SchemaDamaged(words)
    if code.startswith(_WRONG_IN_ITSELF):
        return None
    return StorageError(f"the database refused: {words}")
