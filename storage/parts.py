"""Parts of revisions: the documents of a page, each a link of its chain (format 2, docs/proof.md)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select

from monitor.core.model import Part
from monitor.ports.values import NewPart
from storage.bodies import Bodies, NewBody
from storage.chain import Chain
from storage.serialization import headers_from_json, headers_to_json
from storage.sql_rows import AnyRow
from storage.tables import parts

_columns = (
    *(parts.c.number, parts.c.role, parts.c.url, parts.c.sha256, parts.c.size, parts.c.status, parts.c.headers),
)
_newest = (
    select(func.max(parts.c.id))
    .where(parts.c.watch_id == bindparam("watch"), parts.c.number <= bindparam("most"))
    .group_by(parts.c.role, parts.c.url)
)
_at = select(*_columns).where(parts.c.id.in_(_newest)).order_by(parts.c.id)
_every = (
    select(*_columns)
    .where(parts.c.watch_id == bindparam("watch"), parts.c.number <= bindparam("most"))
    .order_by(parts.c.id.desc())
)
_insert = insert(parts)


class Parts:
    """The `parts` table within one transaction."""

    def __init__(self, connection: Connection, bodies: Bodies, chain: Chain) -> None:
        self._connection = connection
        self._bodies = bodies
        self._chain = chain

    def add(self, watch_id: int, number: int, new: Sequence[NewPart]) -> None:
        """Store and seal parts of one revision; each is packed against the part of its address before it."""
        if not new:
            return
        before = {(part.role, part.url): part.sha256 for part in self.at(watch_id, number)}
        bodies = [NewBody(part.fetched.body, before.get((part.role, part.url))) for part in new]
        rows = []
        for part, sha256 in zip(new, self._bodies.keep_all(bodies), strict=True):
            row: dict[str, object] = {
                "number": number,
                "role": part.role,
                "url": part.url,
                "sha256": sha256,
                "size": len(part.fetched.body),
                "status": part.fetched.status,
                "headers": headers_to_json(part.fetched.headers),
            }
            link, sealed = self._chain.append(watch_id, "part", row)
            rows.append({**row, "watch_id": watch_id, "link": link, "chain": sealed})
        self._connection.execute(_insert, rows)

    def at(self, watch_id: int, number: int) -> list[Part]:
        """Return the newest part of each address that was sealed with a revision or one before it."""
        return [_part(row) for row in self._connection.execute(_at, {"watch": watch_id, "most": number})]

    def until(self, watch_id: int, number: int) -> list[Part]:
        """Return every part that was sealed with a revision or one before it, the newest first."""
        return [_part(row) for row in self._connection.execute(_every, {"watch": watch_id, "most": number})]


def _part(row: AnyRow) -> Part:
    return Part(row.number, row.role, row.url, row.sha256, row.size, row.status, headers_from_json(row.headers))
