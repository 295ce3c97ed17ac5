"""The chains: one per watch, through everything that is recorded of it, as written (docs/proof.md).

    link 0  SHA-256 of the watch's key
    link n  SHA-256 of link n-1 (hexadecimal), a line feed, and the row's facts as canonical JSON

A row's facts are all of its columns but the surrogate key, the watch and the chain's own; times are microseconds
since 1970, hashes hexadecimal, truth 1 or 0. The head and the length are stored with the watch, so that a row that was
edited, added, moved or removed anywhere, also at the end, is found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, select, update

from monitor.core.record.chain_heads import genesis
from monitor.ports.values import ChainLink
from storage.serialization import to_json
from storage.sql_rows import by_column
from storage.tables import changes, definitions, observations, parts, removals, snapshots, texts, watches
from storage.types import microseconds

SEALED = {
    "snapshot": ("number", "taken_at", "source_url", "url", "status", "headers", "raw_sha256", "size"),
    "change": (
        *("before_number", "after_number", "detected_at", "seen_before", "category", "material", "rule", "summary"),
        "recipe_hash",
    ),
    "observation": ("outcome", "revision", "reason", "due_at", "first_at", "last_at", "looks", "continues"),
    "removal": ("number", "raw_sha256", "removed_at", "rule"),
    "definition": ("url", "recipe", "recipe_hash", "since", "attested"),
    "text": ("number", "reader", "recipe_hash", "sha256", "size", "read_at", "attested"),
    "part": ("number", "role", "url", "sha256", "size", "status", "headers"),
}
"""The columns of each kind of row that the chain seals; the last three are those of format 2."""
TABLES: dict[str, Table] = {
    "snapshot": snapshots,
    "change": changes,
    "observation": observations,
    "removal": removals,
    "definition": definitions,
    "text": texts,
    "part": parts,
}

# Locks the rows where the database can; SQLite has one writer only, which is this transaction.
_heads = (
    select(*(watches.c.id, watches.c.key, watches.c.lease_token, watches.c.chain_length, watches.c.chain_head))
    .where(watches.c.id.in_(bindparam("held", expanding=True)))
    .order_by(watches.c.id)
    .with_for_update()
)
_advance = (
    update(watches)
    .where(watches.c.id == bindparam("watch"))
    .values(chain_length=bindparam("length"), chain_head=bindparam("head"))
)


def facts_of(kind: str, row: Mapping[str, object]) -> dict[str, object]:
    """Return the facts of a row that the chain seals."""
    return {"kind": kind, **{column: _plain(row[column]) for column in SEALED[kind]}}


def seal(previous: str, kind: str, row: Mapping[str, object]) -> str:
    """Return the hash of a row after the link `previous`; if that is "", the hash of the row alone."""
    facts = facts_of(kind, row)
    return hashlib.sha256(f"{previous}\n{to_json(facts)}".encode("utf-8", "surrogateescape")).hexdigest()


def _plain(value: object) -> object:
    """Return a value as the facts hold it, whether it comes from the program or unconverted from the database."""
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def links_of(connection: Connection, watch_id: int) -> list[ChainLink]:
    """Return every link of a watch's chain, in its order."""
    links = [
        ChainLink(row["link"], kind, facts_of(kind, row), row["chain"])
        for kind, table in TABLES.items()
        for row in by_column(
            connection.execute(select(table).where(table.c.watch_id == watch_id, table.c.link.is_not(None)))
        )
    ]
    return sorted(links, key=lambda link: link.number)


class Chain:
    """The chains within one writing transaction, in which no other writer moves their heads.

    However many links are appended, a head is read once, and written once: by `flush`, when the transaction ends.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[int, tuple[int, str]] = {}
        self._moved: set[int] = set()

    def hold(self, watch_ids: Sequence[int]) -> dict[int, int]:
        """Keep other writers from moving these heads until the transaction ends; return the watches' lease tokens."""
        rows = self._connection.execute(_heads, {"held": list(watch_ids)}).all()
        for watch_id, key, _, length, head in rows:
            self._heads.setdefault(watch_id, (length, head or genesis(key)))
        return {watch_id: token for watch_id, _, token, _, _ in rows}

    def append(self, watch_id: int, kind: str, row: Mapping[str, object]) -> tuple[int, str]:
        """Seal a row as the watch's next link; return the link's number and hash, for the row to store."""
        if watch_id not in self._heads:
            self.hold([watch_id])
        length, head = self._heads[watch_id]
        link = self._heads[watch_id] = (length + 1, seal(head, kind, row))
        self._moved.add(watch_id)
        return link

    def flush(self) -> None:
        """Write the heads that moved."""
        if self._moved:
            heads = [(watch_id, *self._heads[watch_id]) for watch_id in sorted(self._moved)]
            self._connection.execute(
                _advance, [{"watch": watch_id, "length": length, "head": head} for watch_id, length, head in heads]
            )
            self._moved.clear()
