"""What a database holds beside our tables: a trigger or a view in a backup is somebody else's program."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from storage.tables import metadata

_SQLITE_PROGRAMS = text("SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index') ORDER BY name")
_SQLITE_REST = text(
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'index') AND substr(name, 1, 7) != 'sqlite_'"
    " ORDER BY name"
)
_SQLITE_COLUMNS = text(
    "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c"
    " WHERE m.type = 'table' AND substr(m.name, 1, 7) != 'sqlite_' ORDER BY m.name, c.cid"
)
_POSTGRESQL_PROGRAMS = text(
    "SELECT 'trigger', t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT 'rule', r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 2"
)
_VERSIONS = "alembic_version"


def programs(connection: Connection) -> Iterator[str]:
    """Yield what would run by itself when rows are read or written: triggers, views, rules. We have none."""
    is_sqlite = connection.dialect.name == "sqlite"
    for kind, name in connection.execute(_SQLITE_PROGRAMS if is_sqlite else _POSTGRESQL_PROGRAMS):
        yield f"the {kind} {name} is not ours"


def what_is_not_ours(connection: Connection) -> Iterator[str]:
    """Yield what a database of our schema holds beside it. A PostgreSQL database may hold tables of other programs."""
    yield from programs(connection)
    if connection.dialect.name != "sqlite":
        return
    indexes = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    ours = {("table", name) for name in (*metadata.tables, _VERSIONS)} | {("index", name) for name in indexes}
    for kind, name in connection.execute(_SQLITE_REST):
        if (kind, name) not in ours:
            yield f"the {kind} {name} is not ours"
    for table, column in connection.execute(_SQLITE_COLUMNS):
        if table in metadata.tables and column not in metadata.tables[table].columns:
            yield f"the column {column} of {table} is not ours"
