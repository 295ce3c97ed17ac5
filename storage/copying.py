"""Copying of a whole history into an empty database, of whatever kind; afterwards the source is no longer used.

    check the source ─► copy every row ─► check the copy, compare the heads of all chains ─► mark the source as moved
    └────────────────────────── one writing transaction on each side, until here ──────────────────────────┘

The source is marked before the copy is committed. If the program ends between the two, the target is still empty, and
the same copy can be made again: two databases that both send mails there are never.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    RootTransaction,
    Table,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
)

from monitor.errors import DamagedHistory, DatabaseMoved, StorageError
from storage.backup import database_file
from storage.engine import open_engine, translated, writing
from storage.marks import mark, put_mark
from storage.schema import upgrade
from storage.tables import bodies, hosts, marks, metadata, watches, workers
from storage.types import Id
from storage.verify import verify

ROWS_AT_A_TIME = 200
BODIES_AT_A_TIME = 10
"""A body may have ten megabytes."""
_LEFT = frozenset({workers.name, marks.name})
"""Tables of which nothing is copied: who works on the source, and what is so of it alone."""
_SET_TO_NULL: Mapping[str, tuple[str, ...]] = {
    hosts.name: ("turn_until", "turn_worker", "wanted_until", "wanted_by"),
    watches.name: ("lease_until",),
}
"""What somebody holds: nobody does any more."""
_STILL_ALIVE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Copied:
    """A finished copy: how many rows it has, and how many things were checked in it."""

    rows: int
    checked: int


def copy_history(source_url: str, target_url: str, now: datetime) -> Copied:
    """Copy a history into an empty database, and mark the source as moved.

    Raises StorageError (the target is not empty, or the source is being worked on), DamagedHistory, DatabaseMoved (to
    another target).
    """
    target_shown = make_url(target_url).render_as_string(hide_password=True)
    _refuse_nothing(source_url)
    source, target = open_engine(source_url), open_engine(target_url)
    try:
        upgrade(source)
        _refuse_what_is_there(target, target_shown)
        with translated(), writing(source).connect() as connection, connection.begin() as transaction:
            _refuse_what_is_used(connection, target_shown, now)
            _refuse_damage(connection, make_url(source_url).render_as_string(hide_password=True))
            try:
                return _fill(transaction, target, target_shown, now)
            except BaseException:
                _empty(target)
                raise
    finally:
        source.dispose()
        target.dispose()


def _fill(marking: RootTransaction, target: Engine, target_shown: str, now: datetime) -> Copied:
    """Fill the target; end both transactions."""
    source = marking.connection
    upgrade(target)
    with writing(target).connect() as connection, connection.begin() as transaction:
        rows = sum(_copy(source, connection, table) for table in metadata.sorted_tables if table.name not in _LEFT)
        checked = _refuse_damage(connection, target_shown)
        if _heads(source) != _heads(connection):
            raise StorageError(f"{target_shown}: the heads of the chains are not those of the source")
        put_mark(source, "moved", target_shown, now)
        marking.commit()
        transaction.commit()
    return Copied(rows, checked)


def _copy(source: Connection, target: Connection, table: Table) -> int:
    """Copy the rows of a table; return how many there are."""
    rows = 0
    for batch in _batches(source, table):
        target.execute(insert(table), batch)
        rows += len(batch)
    if rows and target.dialect.name == "postgresql" and "id" in table.c and table.c.id.type is Id:
        # The ids were given by us: the next one of the server's own follows them.
        highest = select(func.max(table.c.id)).scalar_subquery()
        target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))
    return rows


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    key = [bodies.c.depth] if table is bodies else list(table.primary_key)  # a body after the one that it is based on
    size = BODIES_AT_A_TIME if table is bodies else ROWS_AT_A_TIME
    found = source.execute(select(table).order_by(*key).execution_options(yield_per=size))
    nothing = dict.fromkeys(_SET_TO_NULL.get(table.name, ()))
    for partition in found.mappings().partitions():
        yield [dict(row) | nothing for row in partition]


def _heads(connection: Connection) -> list[tuple[Any, ...]]:
    query = select(watches.c.key, watches.c.chain_length, watches.c.chain_head).order_by(watches.c.key)
    return sorted(tuple(row) for row in connection.execute(query))


def _refuse_nothing(source_url: str) -> None:
    if make_url(source_url).get_backend_name() == "sqlite" and not database_file(source_url).exists():
        raise StorageError(f"{database_file(source_url)}: there is no database there")


def _refuse_what_is_there(target: Engine, shown: str) -> None:
    with translated(), target.connect() as connection:
        if inspect(connection).get_table_names():
            raise StorageError(f"{shown} is not empty, and nothing is overwritten: name an empty database")


def _refuse_what_is_used(source: Connection, target_shown: str, now: datetime) -> None:
    moved = mark(source, "moved")
    if moved is not None and moved.value != target_shown:
        raise DatabaseMoved(moved.value, moved.at)
    for worker in source.execute(select(workers)):
        if abs(now - worker.seen_at) < _STILL_ALIVE:
            raise StorageError(
                f"{worker.machine} checks or sends on this database: stop it first (systemctl stop bevaka)"
            )


def _refuse_damage(connection: Connection, shown: str) -> int:
    checked, flaws = verify(connection, None)
    if flaws:
        raise DamagedHistory(shown, flaws)
    return checked


def _empty(engine: Engine) -> None:
    with translated(), writing(engine).begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
