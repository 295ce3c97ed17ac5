"""The schema's version, and migrating a database to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from monitor.errors import NotADatabase, SchemaMismatch, StorageError
from storage.engine import translated, writing
from storage.marks import mark, put_mark

HEAD = "0018"
"""The newest migration."""

LEAST_PROGRAM = "0017"
"""The newest migration of the oldest program that can work on this schema. What it would miss is taken away only a
release after the last program that needs it. One that knows no tags takes who follows a tag for one who follows every
watch."""

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Migrate the database to the newest schema; one query if it is there already.

    Two processes may do so at once: the second waits and finds nothing to do. A failure leaves nothing half done.
    Raises SchemaMismatch for a schema that this program does not know, NotADatabase for another program's database.
    """
    with translated():
        with engine.begin() as connection:
            found = _version(connection)
        if found == HEAD:
            return
        with writing(engine).connect() as connection, _foreign_keys_off(connection), connection.begin():
            _migrate(connection)
            _check_references(connection)


def require(engine: Engine) -> None:
    """Check that this program can work on the database; make the schema in an empty one.

    On a database that several machines share, migrating is a step of its own (`upgrade`), since others may be at work.
    Raises SchemaMismatch, NotADatabase.
    """
    with translated(), engine.begin() as connection:
        found = _version(connection)
        least = mark(connection, "least_program") if found is not None and found > HEAD else None
    if found is None:
        upgrade(engine)
    elif found < HEAD:
        raise SchemaMismatch(found, HEAD, is_older=True)
    elif found > HEAD and (least is None or least.value > HEAD):
        raise SchemaMismatch(found, HEAD)


def is_database(engine: Engine) -> bool:
    """True if the database has a schema of this program, of whatever version. Raises StorageError."""
    with translated(), engine.begin() as connection:
        return _version(connection) is not None


def rewrite_version(engine: Engine) -> None:
    """Write the schema's version as it is, to see that the database can be written. Raises StorageError."""
    with translated(), writing(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off: SQLite alters a table by copying it and dropping the old one, which they forbid.

    They can be switched off only outside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    """Check the foreign keys that SQLite did not check meanwhile. Raises StorageError; nothing is then changed."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise StorageError(f"the migration would leave {len(lost)} rows without what they belong to: {lost[0][0]}")


def _version(connection: Connection) -> str | None:
    try:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):  # no such table; any other error comes again when migrating
        return None
    return found


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  takes a fifth of a second to import, and is rarely needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    tables = inspect(connection).get_table_names()
    found = connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else None
    if found is None and tables:
        raise NotADatabase(str(connection.engine.url.database))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaMismatch(found, HEAD)
    command.upgrade(config, HEAD)
    put_mark(connection, "least_program", LEAST_PROGRAM, datetime.now(UTC))
