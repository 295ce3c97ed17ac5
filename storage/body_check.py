"""Check of bodies one after the other, in the order of a page's revisions, each unpacked once."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Select, bindparam, column, select, table

from monitor.errors import StorageError
from storage.bodies import unpack
from storage.sql_rows import AnyRow

_BODY: Select[*tuple[Any, ...]] = (
    select(*map(column, ("stored_sha256", "codec", "base_sha256", "depth", "size", "bytes")))
    .select_from(table("bodies"))
    .where(column("sha256") == bindparam("sha256"))
)
"""Columns are named: what a damaged schema calls them does not matter."""


class _Damaged(Exception):
    """A body is damaged; the message says how."""


LARGEST = 1 << 30
"""Bytes of a body. What says that it is larger was not written by us."""
REMOVED = "the body is gone, and nothing in the chain says that it was removed"


class BodyCheck:
    """Checks bodies. Remembers the last one that was unpacked: the next revision's is usually based on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: tuple[bytes, bytes, int] | None = None  # sha256, raw bytes, depth

    def what_is_wrong(self, sha256: object, size: object = None) -> str | None:
        """Return what is wrong with this body or one of its bases; None if nothing is."""
        try:
            raw, _ = self._unpack(sha256)
        except _Damaged as damaged:
            return str(damaged)
        return "the size of the body is not as it was written" if size not in {None, len(raw)} else None

    def _unpack(self, sha256: object) -> tuple[bytes, int]:
        """Return the raw bytes and the depth of a body. Goes down to one stored whole, or to the one unpacked last."""
        lineage: list[tuple[bytes, AnyRow]] = []
        base: tuple[bytes, int] | None = None
        wanted = sha256
        while wanted is not None:
            if self._last is not None and wanted == self._last[0]:
                base = self._last[1:]
                break
            if not isinstance(wanted, bytes) or any(wanted == seen for seen, _ in lineage):
                raise _Damaged("what the body is based on is not as it was written")
            row = self._connection.execute(_BODY, {"sha256": wanted}).first()
            if row is not None and row.bytes is None and not lineage:
                raise _Damaged(REMOVED)
            if row is None:
                raise _Damaged("the body is missing" if not lineage else "a body beneath it is missing")
            lineage.append((wanted, row))
            wanted = row.base_sha256
        for address, row in reversed(lineage):
            where = "the body" if address == sha256 else "a body beneath it"
            base = _restore(address, row, base, where)
            self._last = (address, *base)
        if base is None:
            raise _Damaged("the body is missing")
        return base


def _restore(sha256: bytes, row: AnyRow, base: tuple[bytes, int] | None, where: str) -> tuple[bytes, int]:
    if not isinstance(row.bytes, bytes) or hashlib.sha256(row.bytes).digest() != row.stored_sha256:
        raise _Damaged(f"{where} is damaged: its stored bytes have another hash")
    depth = 0 if base is None else base[1] + 1
    codec = "zstd" if base is None else "zstd-delta"
    if (row.codec, row.depth) != (codec, depth):
        raise _Damaged(f"{where} is damaged: how it is stored is not as it was written")
    if not isinstance(row.size, int) or not 0 <= row.size <= LARGEST:
        raise _Damaged(f"{where} is damaged: its text is not as it was written")
    try:
        raw = unpack(row.bytes, row.size, base[0] if base else None)
    except StorageError as error:
        raise _Damaged(f"{where} is damaged: it {error}") from error
    if hashlib.sha256(raw).digest() != sha256 or len(raw) != row.size:
        raise _Damaged(f"{where} is damaged: its text is not as it was written")
    return raw, depth
