"""Inserting rows, and rows as mappings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Insert, Result, Row, Table, TextClause, bindparam, insert, text

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row whose columns are read by name."""

Facts: TypeAlias = Mapping[str, Any]
"""A row by column."""


def insert_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert one row; return its new id."""
    key = connection.execute(_insert(table), values).inserted_primary_key
    if key is None:  # the table has no id
        raise LookupError(table.name)
    new: int = key[0]
    return new


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def insert_or_update(table: Table, key: str, columns: tuple[str, ...]) -> TextClause:
    """Return a statement that inserts a row, or sets these columns where the table has a row with this key.

    Others may write the same row at the same time: one of the two inserts, and the other one waits and then updates.
    """
    names = [key, *columns]
    into, given = ", ".join(names), ", ".join(f":{name}" for name in names)
    set_to = ", ".join(f"{name} = excluded.{name}" for name in columns)
    statement = f"INSERT INTO {table.name} ({into}) VALUES ({given}) ON CONFLICT ({key}) DO UPDATE SET {set_to}"  # noqa: S608  names of our own
    return text(statement).bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))


def by_column(result: Result[*tuple[Any, ...]]) -> list[Facts]:
    """Return rows as mappings from column to value."""
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]
