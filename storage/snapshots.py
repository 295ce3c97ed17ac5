"""Snapshots and how they were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, select

from monitor.core.model import Fetched, Recipe, Snapshot
from monitor.errors import UnknownRevision
from monitor.ports import KnownText
from storage.bodies import Bodies
from storage.chain import Chain
from storage.recipes import keep_recipe
from storage.rows import AnyRow, insert_row
from storage.tables import extractions, recipes, snapshots, watches
from storage.values import headers_from_json, headers_to_json, recipe_from_json

_numbers = snapshots.alias()
_newest = (
    select(snapshots.c.number, snapshots.c.raw_sha256)
    .where(snapshots.c.watch_id == bindparam("watch"))
    .order_by(snapshots.c.number.desc())
    .limit(1)
)
_others = extractions.alias()
# From the watches on, so that each costs two steps in an index however many revisions it has.
_latest = (
    select(snapshots, recipes.c.recipe, extractions.c.text_sha256, extractions.c.reader)
    .select_from(watches)
    .join(
        snapshots,
        and_(
            snapshots.c.watch_id == watches.c.id,
            snapshots.c.number
            == select(func.max(_numbers.c.number)).where(_numbers.c.watch_id == watches.c.id).scalar_subquery(),
        ),
    )
    .join(
        extractions,
        extractions.c.id
        == select(func.max(_others.c.id)).where(_others.c.snapshot_id == snapshots.c.id).scalar_subquery(),
    )
    .join(recipes, recipes.c.hash == extractions.c.recipe_hash)
    .where(watches.c.id.in_(bindparam("watches", expanding=True)))
)


def latest_known(connection: Connection, watch_ids: Sequence[int]) -> dict[int, KnownText]:
    """Each watch's latest revision with its newest extraction, by watch; without those that have none."""
    if not watch_ids:
        return {}
    return {
        row.watch_id: KnownText(_snapshot(row), recipe_from_json(row.recipe), row.text_sha256, row.reader)
        for row in connection.execute(_latest, {"watches": list(watch_ids)})
    }


class Copies:
    """A watch's revisions, found one at a time by their index."""

    def __init__(self, connection: Connection, watch_id: int) -> None:
        self._connection = connection
        self._all = select(snapshots).where(snapshots.c.watch_id == watch_id)
        self._newest_first = self._all.order_by(snapshots.c.number.desc()).limit(1)

    def newest(self, back: int = 0) -> Snapshot | None:
        """The newest revision, or the one so many before it."""
        return self._one(self._newest_first.offset(back))

    def numbered(self, number: int) -> Snapshot | None:
        """The revision with this number."""
        return self._one(self._all.where(snapshots.c.number == number))

    def before(self, moment: datetime) -> Snapshot | None:
        """The newest revision that was taken before a moment."""
        return self._one(self._newest_first.where(snapshots.c.taken_at < moment))

    def _one(self, query: Select[*tuple[Any, ...]]) -> Snapshot | None:
        row = self._connection.execute(query).first()
        return None if row is None else _snapshot(row)


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
        self._insert_extraction(snapshot_id, keep_recipe(self._connection, recipe), text_sha256, reader)
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
        self._insert_extraction(snapshot_id, key, text_sha256, reader)

    def _insert_extraction(self, snapshot_id: int, recipe_hash: str, text_sha256: str, reader: str) -> None:
        row = {"snapshot_id": snapshot_id, "recipe_hash": recipe_hash, "reader": reader, "text_sha256": text_sha256}
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
        found = self.of(watch_id).numbered(number)
        if found is None:
            raise self._unknown(watch_id, number)
        return found

    def of(self, watch_id: int) -> Copies:
        """A watch's revisions, to find one of them."""
        return Copies(self._connection, watch_id)

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
