"""What a database holds beside our tables: a trigger or a view in a backup is somebody else's program."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, Index, text
from sqlalchemy.schema import CreateIndex

from storage.tables import metadata

_SQLITE_PROGRAMS = text("SELECT type, name, sql FROM sqlite_master WHERE type NOT IN ('table', 'index') ORDER BY name")
_SQLITE_REST = text(
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'index') AND substr(name, 1, 7) != 'sqlite_'"
    " ORDER BY name"
)
_SQLITE_COLUMNS = text(
    "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c"
    " WHERE m.type = 'table' AND substr(m.name, 1, 7) != 'sqlite_' ORDER BY m.name, c.cid"
)
_SQLITE_COMPUTED = text(
    "SELECT 'computed index', m.name, m.sql FROM sqlite_master m JOIN pragma_index_xinfo(m.name) x"
    " WHERE m.type = 'index' AND x.cid = -2"
    " UNION ALL SELECT 'computed column', m.name || '.' || c.name, NULL FROM sqlite_master m"
    " JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND c.hidden IN (2, 3)"
    " UNION ALL SELECT 'action on', m.name || '.' || f.\"from\", NULL FROM sqlite_master m"
    " JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND (f.on_delete, f.on_update)"
    " IS NOT ('NO ACTION', 'NO ACTION')"
    " UNION ALL SELECT 'conflict clause of', name, NULL FROM sqlite_master WHERE sql LIKE '%ON CONFLICT%' ORDER BY 2"
)
"""What is worked out, removed or replaced when rows are read or written; our schema has none of it."""
_SQLITE_INDEXES = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
_POSTGRESQL_PROGRAMS = text(
    "SELECT 'trigger', t.tgname, NULL FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT 'rule', r.rulename, NULL FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 2"
)
_VERSIONS = "alembic_version"
_OUR_INDEXES = {str(index.name): index for table in metadata.tables.values() for index in table.indexes}


def programs(connection: Connection) -> Iterator[str]:
    """Yield what would run by itself when rows are read or written: triggers, views, rules, other expressions."""
    is_sqlite = connection.dialect.name == "sqlite"
    for query in (_SQLITE_PROGRAMS, _SQLITE_COMPUTED) if is_sqlite else (_POSTGRESQL_PROGRAMS,):
        for kind, name, sql in connection.execute(query):
            ours = _OUR_INDEXES.get(name) if kind == "computed index" else None
            if ours is None or _normal(sql) != _definition(ours, connection):
                yield f"the {kind} {name} is not ours"


def what_is_not_ours(connection: Connection) -> Iterator[str]:
    """Yield what a database of our schema holds beside it. A PostgreSQL database may hold tables of other programs."""
    yield from programs(connection)
    if connection.dialect.name != "sqlite":
        return
    ours = {("table", name) for name in (*metadata.tables, _VERSIONS)} | {("index", name) for name in _OUR_INDEXES}
    for kind, name in connection.execute(_SQLITE_REST):
        if (kind, name) not in ours:
            yield f"the {kind} {name} is not ours"
    yield from _other_indexes(connection)
    for table, column in connection.execute(_SQLITE_COLUMNS):
        if table in metadata.tables and column not in metadata.tables[table].columns:
            yield f"the column {column} of {table} is not ours"


def _other_indexes(connection: Connection) -> Iterator[str]:
    """Yield our indexes that are missing, or that are defined in another way."""
    found = {name: _normal(sql) for name, sql in connection.execute(_SQLITE_INDEXES)}
    for name, index in _OUR_INDEXES.items():
        if name not in found:
            yield f"the index {name} is missing"
        elif found[name] != _definition(index, connection):
            yield f"the index {name} is not as ours is"


def _definition(index: Index, connection: Connection) -> str:
    return _normal(str(CreateIndex(index).compile(dialect=connection.dialect)))


def _normal(sql: str) -> str:
    """Return a definition without what different versions of a library write differently: spaces, quotes, capitals."""
    return re.sub(r"[\s\"`]+", "", sql).lower()
