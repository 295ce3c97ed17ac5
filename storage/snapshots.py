"""Snapshots and their extractions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, select

from monitor.core.model import DocumentOutcome, Fetched, Part, Recipe, Snapshot
from monitor.errors import UnknownRevision
from monitor.ports.values import KnownBody, KnownRevision, NewPart, NewRevision
from storage.bodies import Bodies, NewBody
from storage.chain import Chain
from storage.parts import Parts
from storage.recipes import Recipes
from storage.seals import NewText, Seals
from storage.serialization import (
    headers_from_json,
    headers_to_json,
    outcomes_from_json,
    outcomes_to_json,
    recipe_from_json,
    watch_from_json,
)
from storage.sql_rows import AnyRow
from storage.tables import extractions, recipes, snapshots, texts, watches

_all_snapshots = snapshots.alias()
# Starts from the watches, so that each costs two steps in an index however many revisions it has.
_is_newest = and_(
    snapshots.c.watch_id == watches.c.id,
    snapshots.c.number
    == select(func.max(_all_snapshots.c.number)).where(_all_snapshots.c.watch_id == watches.c.id).scalar_subquery(),
)
_among = watches.c.id.in_(bindparam("watches", expanding=True))
_newest = (
    select(snapshots.c.watch_id, snapshots.c.number, snapshots.c.raw_sha256)
    .select_from(watches)
    .join(snapshots, _is_newest)
    .where(_among)
)
_insert = insert(snapshots).returning(snapshots.c.watch_id, snapshots.c.id)
_insert_extraction = insert(extractions)
_documents = (
    select(extractions.c.documents)
    .where(extractions.c.snapshot_id == bindparam("snapshot"), extractions.c.documents.is_not(None))
    .order_by(extractions.c.id.desc())
    .limit(1)
)
_defined = select(watches.c.id, watches.c.key, watches.c.url, watches.c.definition).where(
    watches.c.id.in_(bindparam("watches", expanding=True))
)
_others = extractions.alias()
_latest = (
    select(snapshots, recipes.c.recipe, extractions.c.text_sha256, extractions.c.reader)
    .select_from(watches)
    .join(snapshots, _is_newest)
    .join(
        extractions,
        extractions.c.id
        == select(func.max(_others.c.id)).where(_others.c.snapshot_id == snapshots.c.id).scalar_subquery(),
    )
    .join(recipes, recipes.c.hash == extractions.c.recipe_hash)
    .where(_among)
)


def latest_known(connection: Connection, watch_ids: Sequence[int]) -> dict[int, KnownRevision]:
    """Return each watch's latest revision with its newest extraction, by watch; without those that have none."""
    if not watch_ids:
        return {}
    return {
        row.watch_id: KnownRevision(snapshot_of(row), recipe_from_json(row.recipe), row.text_sha256, row.reader)
        for row in connection.execute(_latest, {"watches": list(watch_ids)})
    }


class SqlRevisionLookup:
    """Implements monitor.core.record.revision_spec.RevisionLookup on the `snapshots` table, one query per revision."""

    def __init__(self, connection: Connection, watch_id: int) -> None:
        self._connection = connection
        self._all = select(snapshots).where(snapshots.c.watch_id == watch_id)
        self._newest_first = self._all.order_by(snapshots.c.number.desc()).limit(1)

    def newest(self, back: int = 0) -> Snapshot | None:
        return self._one(self._newest_first.offset(back))

    def numbered(self, number: int) -> Snapshot | None:
        return self._one(self._all.where(snapshots.c.number == number))

    def _one(self, query: Select[*tuple[Any, ...]]) -> Snapshot | None:
        row = self._connection.execute(query).first()
        return None if row is None else snapshot_of(row)


class SqlSnapshots:
    """Implements monitor.ports.storage.SnapshotRepository on the `snapshots` and `extractions` tables."""

    def __init__(self, connection: Connection, bodies: Bodies, recipes: Recipes, chain: Chain, seals: Seals) -> None:
        self._connection = connection
        self._bodies = bodies
        self._recipes = recipes
        self._chain = chain
        self._seals = seals
        self._parts = Parts(connection, bodies, chain)

    def add(self, revision: NewRevision, *, before: KnownBody | None = None) -> Snapshot:
        [snapshot] = self._add([revision], before)
        return snapshot

    def add_all(self, copies: Sequence[NewRevision]) -> None:
        self._add(copies, None)

    def _add(self, revisions: Sequence[NewRevision], at_hand: KnownBody | None) -> list[Snapshot]:
        ids = [revision.watch_id for revision in revisions]
        newest = {row.watch_id: row for row in self._connection.execute(_newest, {"watches": ids})}
        hashes = self._bodies.keep_all(
            [_body(revision, newest.get(revision.watch_id), at_hand) for revision in revisions]
        )
        self._define([revision for revision in revisions if revision.watch_id not in newest])
        rows = []
        for revision, sha256 in zip(revisions, hashes, strict=True):
            row = _row(revision, newest.get(revision.watch_id), sha256)
            row["link"], row["chain"] = self._chain.append(revision.watch_id, "snapshot", row)
            rows.append(row)
        new = {row.watch_id: row.id for row in self._connection.execute(_insert, rows)}
        self._connection.execute(
            _insert_extraction,
            [
                _extraction(
                    *(new[revision.watch_id], self._recipes.keep(revision.recipe), revision.text_sha256),
                    revision.reader,
                    revision.documents if revision.recipe.documents else None,
                )
                for revision in revisions
            ],
        )
        self._seals.add(
            [
                NewText(
                    *(revision.watch_id, row["number"], revision.text, revision.reader, revision.recipe),
                    read_at=row["taken_at"],
                    body=(row["raw_sha256"], revision.fetched.body),
                )
                for revision, row in zip(revisions, rows, strict=True)
            ]
        )
        for revision, row in zip(revisions, rows, strict=True):
            self._parts.add(revision.watch_id, row["number"], revision.parts)
        return [
            Snapshot(
                id=new[revision.watch_id],
                watch_id=revision.watch_id,
                number=row["number"],
                taken_at=row["taken_at"],
                source_url=row["source_url"],
                url=row["url"],
                status=row["status"],
                headers=revision.fetched.headers,
                sha256=row["raw_sha256"],
                size=row["size"],
                chain=row["chain"],
            )
            for revision, row in zip(revisions, rows, strict=True)
        ]

    def _define(self, first: Sequence[NewRevision]) -> None:
        """Seal what the watches of first revisions are told to read, as the schedule defines them now."""
        known = self._seals.defined([revision.watch_id for revision in first])
        unsealed = {revision.watch_id: revision for revision in first if revision.watch_id not in known}
        if unsealed:
            for row in self._connection.execute(_defined, {"watches": list(unsealed)}):
                watch = watch_from_json(row.key, row.url, row.definition)
                self._seals.define(row.id, watch.url, watch.recipe, unsealed[row.id].fetched.taken_at)

    def add_extraction(
        self,
        snapshot: Snapshot,
        recipe: Recipe,
        text_sha256: str,
        reader: str,
        text: str,
        at: datetime,
        *,
        documents: Sequence[DocumentOutcome] = (),
    ) -> None:
        from monitor.core.judging.documents import merged_outcomes  # noqa: PLC0415  a check that finds nothing new needs none of it

        snapshot_id = snapshot.id
        # Deleted and inserted, not updated: the newest extraction is the one with the highest id.
        key = self._recipes.keep(recipe)
        known = self._connection.scalar(_documents, {"snapshot": snapshot_id})
        self._connection.execute(
            delete(extractions).where(extractions.c.snapshot_id == snapshot_id, extractions.c.recipe_hash == key)
        )
        found = merged_outcomes(outcomes_from_json(known) or (), documents) if recipe.documents else None
        self._connection.execute(_insert_extraction, _extraction(snapshot_id, key, text_sha256, reader, found))
        self._seals.add([NewText(snapshot.watch_id, snapshot.number, text, reader, recipe, read_at=at)])

    def add_parts(self, snapshot: Snapshot, new: Sequence[NewPart]) -> None:
        self._parts.add(snapshot.watch_id, snapshot.number, new)

    def parts(self, watch_id: int, number: int) -> list[Part]:
        return self._parts.at(watch_id, number)

    def parts_until(self, watch_id: int, number: int) -> list[Part]:
        return self._parts.until(watch_id, number)

    def has_documents(self, snapshot_id: int) -> bool:
        return self._connection.scalar(_documents, {"snapshot": snapshot_id}) is not None

    def keep_aside(self, fetched: Fetched) -> str:
        return self._bodies.keep(fetched.body)

    def all(self, watch_id: int) -> list[Snapshot]:
        query = select(snapshots).where(snapshots.c.watch_id == watch_id).order_by(snapshots.c.number)
        return [snapshot_of(row) for row in self._connection.execute(query)]

    def get(self, watch_id: int, number: int) -> Snapshot:
        found = self.of(watch_id).numbered(number)
        if found is None:
            raise self._unknown(watch_id, number)
        return found

    def of(self, watch_id: int) -> SqlRevisionLookup:
        return SqlRevisionLookup(self._connection, watch_id)

    def body(self, sha256: str) -> bytes:
        return self._bodies.read(sha256)

    def texts(self, watch_id: int, source_url: str, until: int | None = None) -> Iterator[tuple[int, str]]:
        query = (
            select(texts.c.sha256, texts.c.number)
            .join(snapshots, and_(snapshots.c.watch_id == texts.c.watch_id, snapshots.c.number == texts.c.number))
            .where(texts.c.watch_id == watch_id, snapshots.c.source_url == source_url)
            .order_by(texts.c.number.desc(), texts.c.id.desc())
        )
        if until is not None:
            query = query.where(texts.c.number <= until)
        # In the order of the latest revision with a text, each with the number of the first one.
        numbers: dict[str, int] = {row.sha256: row.number for row in self._connection.execute(query)}
        yield from ((numbers[sha256], raw.decode()) for sha256, raw in self._bodies.read_intact(numbers))

    def recipe(self, snapshot_id: int) -> Recipe:
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
        newest = self._connection.execute(_newest, {"watches": [watch_id]}).first()
        return UnknownRevision(f"{key}#{number}", newest.number if newest else 0)


def _body(revision: NewRevision, newest: AnyRow | None, at_hand: KnownBody | None) -> NewBody:
    """Return a revision's body, to be stored against the one before it."""
    if newest is None:
        return NewBody(revision.fetched.body)
    is_newest = at_hand is not None and at_hand.sha256 == newest.raw_sha256
    return NewBody(revision.fetched.body, newest.raw_sha256, at_hand.raw if at_hand and is_newest else None)


def _row(revision: NewRevision, newest: AnyRow | None, sha256: str) -> dict[str, Any]:
    """Return the row of a revision, except for its place in the chain."""
    fetched = revision.fetched
    return {
        "watch_id": revision.watch_id,
        "number": newest.number + 1 if newest else 1,
        "taken_at": fetched.taken_at,
        "source_url": revision.source_url,
        "url": fetched.url,
        "status": fetched.status,
        "headers": headers_to_json(fetched.headers),
        "raw_sha256": sha256,
        "size": len(fetched.body),
    }


def _extraction(
    snapshot_id: int, recipe_hash: str, text_sha256: str, reader: str, documents: Sequence[DocumentOutcome] | None
) -> dict[str, object]:
    return {
        "snapshot_id": snapshot_id,
        "recipe_hash": recipe_hash,
        "reader": reader,
        "text_sha256": text_sha256,
        "documents": outcomes_to_json(documents),
    }


def snapshot_of(row: AnyRow) -> Snapshot:
    """Return the snapshot of a row of its table."""
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
