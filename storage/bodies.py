"""Raw bodies: content-addressed, compressed, checked on every read.

A body is stored once, however many revisions have it. It is compressed with zstd; an earlier body of the same page,
if there is one, is the dictionary (its base), which leaves little more than the differences. After fifteen such steps
a body is stored whole, so that a read unpacks sixteen frames at most. Two hashes guard it: of the stored bytes, and of
the raw bytes, which is its address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import zstandard
from sqlalchemy import Connection, bindparam, insert, literal, select, update

from monitor.errors import BodyRemoved, StorageError
from storage.tables import bodies, removals

FULL_EVERY = 16
LEVEL = 3
GONE = {"bytes": None, "codec": "zstd", "base_sha256": None, "depth": 0}
"""Columns of a removed body, on which no other is based; its hash stays, and the chain says why (storage.retention)."""
LARGE_LOG = 20
"""A body and its base are large if the sum of their sizes has more bits than this: a megabyte or more."""
MAX_WINDOW_LOG = 27
"""128 MB: the largest window that a decoder accepts by default."""


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A row of the `bodies` table."""

    sha256: str
    stored_sha256: str
    codec: str
    base_sha256: str | None
    depth: int
    size: int
    packed: bytes | None
    """None: the bytes were removed by retention."""


@dataclass(frozen=True, slots=True)
class NewBody:
    """A body to be stored against the earlier one `base_sha256`; `base` are its raw bytes if they are at hand.

    `deepest` is the number of bases beneath it at which it is stored whole instead.
    """

    raw: bytes
    base_sha256: str | None = None
    base: bytes | None = None
    deepest: int = FULL_EVERY


_insert = insert(bodies)
_depth = select(bodies.c.depth).where(bodies.c.sha256 == bindparam("sha256"), bodies.c.bytes.is_not(None))
_depths = select(bodies.c.sha256, bodies.c.depth, bodies.c.bytes.is_not(None).label("is_there")).where(
    bodies.c.sha256.in_(bindparam("hashes", expanding=True))
)
_dependents = select(bodies.c.sha256).where(bodies.c.base_sha256.in_(bindparam("beneath", expanding=True)))
_set_depth = (
    update(bodies).where(bodies.c.sha256.in_(bindparam("those", expanding=True))).values(depth=bindparam("deep"))
)
_removal = (
    select(removals.c.removed_at, removals.c.rule)
    .where(removals.c.raw_sha256 == bindparam("sha256"))
    .order_by(removals.c.id.desc())
    .limit(1)
)
_columns = (
    *(bodies.c.sha256, bodies.c.stored_sha256, bodies.c.codec, bodies.c.base_sha256),
    *(bodies.c.depth, bodies.c.size, bodies.c.bytes),
)
_lineage_start = (
    select(*_columns, literal(0).label("step")).where(bodies.c.sha256 == bindparam("sha256")).cte(recursive=True)
)
_lineage = _lineage_start.union_all(
    select(*_columns, _lineage_start.c.step + 1).where(
        bodies.c.sha256 == _lineage_start.c.base_sha256, _lineage_start.c.step < FULL_EVERY
    )
)
_lineage_by_step = select(_lineage).order_by(_lineage.c.step)


def pack(raw: bytes, base: bytes | None = None) -> bytes:
    """Compress, against `base` if there is one."""
    if base is None:
        return zstandard.ZstdCompressor(level=LEVEL).compress(raw)
    # The window must reach from the end of the body back to the start of its base; and the tables of a large base,
    # which cost 50 ms to fill, must be large enough to hold all of it. Else large bodies share next to nothing.
    reach = (len(raw) + len(base)).bit_length()
    options = {"window_log": min(MAX_WINDOW_LOG, max(10, reach))}
    if reach > LARGE_LOG:
        options |= {"hash_log": min(22, reach), "chain_log": min(22, reach)}
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, source_size=len(raw), dict_size=len(base), **options
    )
    compressor = zstandard.ZstdCompressor(dict_data=_dictionary(base), compression_params=parameters)
    return compressor.compress(raw)


def unpack(packed: bytes, size: int, base: bytes | None = None) -> bytes:
    """Decompress what `pack` returned; `size` is the raw one. Raises StorageError if the bytes are damaged."""
    dictionary = None if base is None else _dictionary(base)
    try:
        if zstandard.frame_content_size(packed) > size:  # the library would make room for as much as the bytes say
            raise StorageError("cannot be unpacked: it says that it is larger than it was")
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(packed, max_output_size=size)
    except (zstandard.ZstdError, MemoryError) as error:
        raise StorageError(f"cannot be unpacked: {error}") from error


def _dictionary(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


class Bodies:
    """The `bodies` table within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, raw: bytes, base_sha256: str | None = None) -> str:
        """Store a body if need be, against the earlier one `base_sha256`; return its sha256."""
        return self.keep_all([NewBody(raw, base_sha256)])[0]

    def keep_all(self, new: Sequence[NewBody]) -> list[str]:
        """Store those of these bodies that are not stored yet; return the sha256 of all, in their order."""
        hashes = [hashlib.sha256(body.raw).hexdigest() for body in new]
        known = self._known({*hashes, *(body.base_sha256 for body in new if body.base_sha256 is not None)})
        rows: dict[str, dict[str, object]] = {}
        for sha256, body in zip(hashes, new, strict=True):
            if known.get(sha256) is not None or sha256 in rows:
                continue
            base, depth = self._base_for(body, known)
            stored = _stored(body.raw, base, body.base_sha256 if depth else None, depth)
            if sha256 in known:  # removed by retention, and seen again
                self._connection.execute(update(bodies).where(bodies.c.sha256 == sha256).values(stored))
                known[sha256] = depth
            else:
                rows[sha256] = {"sha256": sha256, "size": len(body.raw), **stored}
        if rows:
            self._connection.execute(_insert, list(rows.values()))
        return hashes

    def whole(self, hashes: Collection[str]) -> set[str]:
        """Return those of these bodies that are stored whole."""
        return {sha256 for sha256, depth in self._known(hashes).items() if depth == 0}

    def read(self, sha256: str) -> bytes:
        """Return the raw bytes, with both hashes checked. Raises CopyRemoved, StorageError."""
        rows = self._connection.execute(_lineage_by_step, {"sha256": sha256}).all()
        if rows and rows[0].bytes is None:
            removal = self._connection.execute(_removal, {"sha256": sha256}).first()
            if removal is not None:
                raise BodyRemoved(sha256, removal.removed_at, removal.rule)
        return rebuild(sha256, [StoredBody(*row[:7]) for row in rows])

    def read_intact(self, hashes: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the hash and the raw bytes of those of these bodies that are there and intact, in their order.

        Bodies one after another that are based on each other, the newest first, are unpacked once together.
        """
        at_hand: dict[str, bytes] = {}
        for sha256 in hashes:
            if sha256 not in at_hand:
                rows = self._connection.execute(_lineage_by_step, {"sha256": sha256})
                try:
                    at_hand = _unpacked(sha256, [StoredBody(*row[:7]) for row in rows])
                except StorageError:
                    at_hand = {}
                    continue
            if _is_address(sha256, at_hand[sha256]):
                yield sha256, at_hand[sha256]

    def rebase(self, sha256: str, base_sha256: str | None) -> None:
        """Store a body against another base than now, or whole; bodies that are based on it stay so."""
        raw = self.read(sha256)
        below = None if base_sha256 is None else self._depth(base_sha256)
        base = None if base_sha256 is None or below is None else self.read(base_sha256)
        depth = 0 if base is None or below is None else below + 1
        stored = _stored(raw, base, base_sha256 if base is not None else None, depth)
        self._connection.execute(update(bodies).where(bodies.c.sha256 == sha256).values(stored))
        dependents = [sha256]
        while dependents:  # the depths of the bodies that are based on it
            depth += 1
            dependents = list(self._connection.scalars(_dependents, {"beneath": dependents}))
            if dependents:
                self._connection.execute(_set_depth, {"those": dependents, "deep": depth})

    def _base_for(self, body: NewBody, known: Mapping[str, int | None]) -> tuple[bytes | None, int]:
        """Return what a body is to be stored against and its depth then; (None, 0) if it is to be stored whole."""
        below = None if body.base_sha256 is None else known.get(body.base_sha256)
        if body.base_sha256 is None or below is None or below + 1 >= body.deepest:
            return None, 0
        base = self._undamaged(body.base_sha256) if body.base is None else body.base
        return (None, 0) if base is None else (base, below + 1)

    def _known(self, hashes: Collection[str]) -> dict[str, int | None]:
        """Return the depth of these bodies by hash; None if the bytes were removed. Unknown ones are left out."""
        rows = self._connection.execute(_depths, {"hashes": list(hashes)})
        return {row.sha256: row.depth if row.is_there else None for row in rows}

    def _depth(self, sha256: str) -> int | None:
        depth: int | None = self._connection.scalar(_depth, {"sha256": sha256})
        return depth

    def _undamaged(self, sha256: str) -> bytes | None:
        """Return a base, unless it is damaged: the new body is then stored whole and does not depend on it."""
        try:
            return self.read(sha256)
        except StorageError:
            return None


def _stored(raw: bytes, base: bytes | None, base_sha256: str | None, depth: int) -> dict[str, object]:
    """Return the columns of a stored body."""
    packed = pack(raw, base)
    return {
        "stored_sha256": hashlib.sha256(packed).hexdigest(),
        "codec": "zstd" if base is None else "zstd-delta",
        "base_sha256": base_sha256,
        "depth": depth,
        "bytes": packed,
    }


def rebuild(sha256: str, lineage: Sequence[StoredBody]) -> bytes:
    """Rebuild a body from its row and its bases' rows, down to one stored whole. Raises StorageError with the flaw."""
    raw = _unpacked(sha256, lineage)[sha256]
    if not _is_address(sha256, raw):
        raise StorageError(f"body {sha256} is damaged: its text has another hash")
    return raw


def _is_address(sha256: str, raw: bytes) -> bool:
    return hashlib.sha256(raw).hexdigest() == sha256


def _unpacked(sha256: str, lineage: Sequence[StoredBody]) -> dict[str, bytes]:
    """Return the raw bytes of a body and of its bases by their addresses, which are not compared with the bytes.

    Raises StorageError with the flaw.
    """
    if not lineage:
        raise StorageError(f"body {sha256} is missing")
    if lineage[-1].base_sha256 is not None:
        raise StorageError(f"body {sha256} is damaged: body {lineage[-1].base_sha256} beneath it is missing")
    found: dict[str, bytes] = {}
    raw: bytes | None = None
    for stored in reversed(lineage):
        raw = found[stored.sha256] = _restore_one(sha256, stored, raw)
    return found


def _restore_one(sha256: str, stored: StoredBody, base: bytes | None) -> bytes:
    where = "" if stored.sha256 == sha256 else f" in body {stored.sha256} beneath it"
    if stored.packed is None:
        raise StorageError(f"body {sha256} is damaged: its stored bytes are missing{where}")
    if hashlib.sha256(stored.packed).hexdigest() != stored.stored_sha256:
        raise StorageError(f"body {sha256} is damaged: its stored bytes have another hash{where}")
    try:
        return unpack(stored.packed, stored.size, base)
    except StorageError as error:
        raise StorageError(f"body {sha256} is damaged: it {error}{where}") from error
