"""Inserting rows, and rows as mappings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Insert, Result, Row, Table, insert

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


def by_column(result: Result[*tuple[Any, ...]]) -> list[Facts]:
    """Return rows as mappings from column to value."""
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]
