"""The chain: one a watch, through its snapshots, changes and closed observations, in the order they were written.

    link 0  SHA-256 of the watch's key
    link n  SHA-256 of link n-1 (hexadecimal), a line feed, and the row's facts as canonical JSON

A row's facts are all of its columns but the surrogate key, the watch and the chain's own; times are microseconds
since 1970, hashes hexadecimal, truth 1 or 0. The head and the length stand with the watch, so that a row that was
edited, added, moved or taken away anywhere, at the end as well, is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from storage.tables import watches
from storage.types import microseconds
from storage.values import to_json

SEALED = {
    "snapshot": ("number", "taken_at", "source_url", "url", "status", "headers", "raw_sha256", "size"),
    "change": (
        *("before_number", "after_number", "detected_at", "seen_before", "category", "material", "rule", "summary"),
        "recipe_hash",
    ),
    "observation": ("outcome", "revision", "reason", "first_at", "last_at", "looks", "continues"),
}
"""The columns of each kind of row that the chain seals."""

_head = select(watches.c.key, watches.c.chain_length, watches.c.chain_head).where(watches.c.id == bindparam("watch"))
_advance = (
    update(watches)
    .where(watches.c.id == bindparam("watch"))
    .values(chain_length=bindparam("length"), chain_head=bindparam("head"))
)


def genesis(key: str) -> str:
    """What the first link of a watch's chain is linked to."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def seal(previous: str, kind: str, row: Mapping[str, object]) -> str:
    """The hash of a row after the link `previous`; with "" the hash of the row alone."""
    facts = {"kind": kind, **{column: _plain(row[column]) for column in SEALED[kind]}}
    return hashlib.sha256(f"{previous}\n{to_json(facts)}".encode("utf-8", "surrogateescape")).hexdigest()


def _plain(value: object) -> object:
    """A value as the facts hold it, from the program or as it stands in the database."""
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


class Chain:
    """The chains within one writing transaction, in which nobody else moves their heads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[int, tuple[int, str]] = {}

    def append(self, watch_id: int, kind: str, row: Mapping[str, object]) -> tuple[int, str]:
        """Seal a row as the watch's next link; returns the link's number and hash, for the row to keep."""
        if watch_id not in self._heads:
            key, length, head = self._connection.execute(_head, {"watch": watch_id}).one()
            self._heads[watch_id] = (length, head or genesis(key))
        length, head = self._heads[watch_id]
        link = (length + 1, seal(head, kind, row))
        self._connection.execute(_advance, {"watch": watch_id, "length": link[0], "head": link[1]})
        self._heads[watch_id] = link
        return link
