"""Revisions from before format 2 of the chain, whose definitions and texts are still to be sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from monitor.ports.values import AttestedText, OwedText
from storage.seals import NewText, Seals
from storage.serialization import watch_from_json
from storage.snapshots import SqlSnapshots, snapshot_of
from storage.tables import snapshots, texts, watches

_next = (
    select(watches.c.id)
    .where(watches.c.attestation_owed.is_not(None), watches.c.id > bindparam("after"))
    .order_by(watches.c.id)
    .limit(1)
)
_has_text = exists().where(texts.c.watch_id == snapshots.c.watch_id, texts.c.number == snapshots.c.number)
_owed = (
    select(snapshots)
    .where(snapshots.c.watch_id == bindparam("watch"), snapshots.c.number > bindparam("after"), ~_has_text)
    .order_by(snapshots.c.number)
    .limit(bindparam("most"))
)
_texts_of = select(texts.c.number).where(texts.c.watch_id == bindparam("watch"))
_watch = select(watches.c.key, watches.c.url, watches.c.definition).where(watches.c.id == bindparam("watch"))


class SqlAttestation:
    """Implements monitor.ports.storage.AttestationRepository."""

    def __init__(self, connection: Connection, snapshots_: SqlSnapshots, seals: Seals) -> None:
        self._connection = connection
        self._snapshots = snapshots_
        self._seals = seals

    def next_watch(self, after: int = 0) -> int | None:
        return self._connection.scalar(_next, {"after": after})

    def owed(self, watch_id: int, after: int, limit: int) -> list[OwedText]:
        rows = self._connection.execute(_owed, {"watch": watch_id, "after": after, "most": limit}).all()
        return [OwedText(snapshot, self._snapshots.recipe(snapshot.id)) for snapshot in map(snapshot_of, rows)]

    def seal(self, watch_id: int, new: Sequence[AttestedText], now: datetime, *, is_last: bool) -> int:
        if not self._seals.defined([watch_id]):
            row = self._connection.execute(_watch, {"watch": watch_id}).one()
            watch = watch_from_json(row.key, row.url, row.definition)
            self._seals.define(watch_id, watch.url, watch.recipe, now, attested=True)
        there = set(self._connection.scalars(_texts_of, {"watch": watch_id}))
        unsealed = [each for each in new if each.snapshot.number not in there]
        for each in unsealed:
            self._seals.add(
                [
                    NewText(
                        *(watch_id, each.snapshot.number, each.text, each.reader, each.recipe),
                        read_at=now,
                        attested=True,
                        body=(each.snapshot.sha256, None),
                    )
                ]
            )
        if is_last:
            self._connection.execute(update(watches).where(watches.c.id == watch_id).values(attestation_owed=None))
        return len(unsealed)
