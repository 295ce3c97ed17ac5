"""Snapshots and how they were read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from monitor.core.model import Fetched, Recipe, Snapshot
from monitor.errors import UnknownRevision
from monitor.ports import KnownText
from storage.bodies import Bodies
from storage.chain import Chain
from storage.recipes import keep_recipe
from storage.rows import AnyRow, insert_row
from storage.tables import extractions, recipes, snapshots, watches
from storage.values import headers_from_json, headers_to_json, recipe_from_json

_newest = (
    select(snapshots.c.number, snapshots.c.raw_sha256)
    .where(snapshots.c.watch_id == bindparam("watch"))
    .order_by(snapshots.c.number.desc())
    .limit(1)
)
_latest = (
    select(snapshots, recipes.c.recipe, extractions.c.text_sha256, extractions.c.reader)
    .join(extractions, extractions.c.snapshot_id == snapshots.c.id)
    .join(recipes, recipes.c.hash == extractions.c.recipe_hash)
    .where(snapshots.c.watch_id == bindparam("watch"))
    .order_by(snapshots.c.number.desc(), extractions.c.id.desc())
    .limit(1)
)


def latest_known(connection: Connection, watch_id: int) -> KnownText | None:
    """A watch's latest revision with its newest extraction."""
    row = connection.execute(_latest, {"watch": watch_id}).first()
    if row is None:
        return None
    return KnownText(_snapshot(row), recipe_from_json(row.recipe), row.text_sha256, row.reader)


class Snapshots:
    """The `snapshots` and `extractions` tables within one transaction."""

    def __init__(self, connection: Connection, bodies: Bodies, chain: Chain) -> None:
        self._connection = connection
        self._bodies = bodies
        self._chain = chain

    def add(
        self, watch_id: int, source_url: str, fetched: Fetched, recipe: Recipe, text_sha256: str, reader: str
    ) -> Snapshot:
        """Keep an answer as the next revision, with its body, its extraction and its link of the chain."""
        before = self._connection.execute(_newest, {"watch": watch_id}).first()
        row: dict[str, Any] = {
            "watch_id": watch_id,
            "number": before.number + 1 if before else 1,
            "taken_at": fetched.taken_at,
            "source_url": source_url,
            "url": fetched.url,
            "status": fetched.status,
            "headers": headers_to_json(fetched.headers),
            "raw_sha256": self._bodies.keep(fetched.body, before.raw_sha256 if before else None),
            "size": len(fetched.body),
        }
        row["link"], row["chain"] = self._chain.append(watch_id, "snapshot", row)
        snapshot_id = insert_row(self._connection, snapshots, row)
        self.add_extraction(snapshot_id, recipe, text_sha256, reader)
        return Snapshot(
            id=snapshot_id,
            watch_id=watch_id,
            number=row["number"],
            taken_at=fetched.taken_at,
            source_url=source_url,
            url=fetched.url,
            status=fetched.status,
            headers=fetched.headers,
            sha256=row["raw_sha256"],
            size=row["size"],
            chain=row["chain"],
        )

    def add_extraction(self, snapshot_id: int, recipe: Recipe, text_sha256: str, reader: str) -> None:
        """Note how a revision was read; one under the same recipe before it is replaced, and this is the newest."""
        key = keep_recipe(self._connection, recipe)
        self._connection.execute(
            delete(extractions).where(extractions.c.snapshot_id == snapshot_id, extractions.c.recipe_hash == key)
        )
        row = {"snapshot_id": snapshot_id, "recipe_hash": key, "reader": reader, "text_sha256": text_sha256}
        self._connection.execute(insert(extractions), row)

    def keep_aside(self, fetched: Fetched) -> str:
        """Keep a suspect body without making it a revision; returns its sha256."""
        return self._bodies.keep(fetched.body)

    def all(self, watch_id: int) -> list[Snapshot]:
        """Every revision, oldest first."""
        query = select(snapshots).where(snapshots.c.watch_id == watch_id).order_by(snapshots.c.number)
        return [_snapshot(row) for row in self._connection.execute(query)]

    def get(self, watch_id: int, number: int) -> Snapshot:
        """One revision. Raises UnknownRevision."""
        query = select(snapshots).where(snapshots.c.watch_id == watch_id, snapshots.c.number == number)
        row = self._connection.execute(query).first()
        if row is None:
            raise self._unknown(watch_id, number)
        return _snapshot(row)

    def body(self, sha256: str) -> bytes:
        """The raw bytes, checked against their hash. Raises StorageError when they are damaged."""
        return self._bodies.read(sha256)

    def recipe(self, snapshot_id: int) -> Recipe:
        """The recipe under which this revision was last read."""
        query = (
            select(recipes.c.recipe)
            .join(extractions, extractions.c.recipe_hash == recipes.c.hash)
            .where(extractions.c.snapshot_id == snapshot_id)
            .order_by(extractions.c.id.desc())
            .limit(1)
        )
        return recipe_from_json(self._connection.execute(query).scalar_one())

    def _unknown(self, watch_id: int, number: int) -> UnknownRevision:
        key = self._connection.scalar(select(watches.c.key).where(watches.c.id == watch_id))
        newest = self._connection.execute(_newest, {"watch": watch_id}).first()
        return UnknownRevision(f"{key}#{number}", newest.number if newest else 0)


def _snapshot(row: AnyRow) -> Snapshot:
    return Snapshot(
        id=row.id,
        watch_id=row.watch_id,
        number=row.number,
        taken_at=row.taken_at,
        source_url=row.source_url,
        url=row.url,
        status=row.status,
        headers=headers_from_json(row.headers),
        sha256=row.raw_sha256,
        size=row.size,
        chain=row.chain,
    )
