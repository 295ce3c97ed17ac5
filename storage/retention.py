"""Removal of old bodies. The revision, its hash and all that was recorded of it stay; so does every link of the chain.

A body may be removed if no subscriber was notified of its revision: it is not the latest one, and on neither side of a
change that was material, or that is owed or was sent to a subscriber. Its removal is a link of the chain of its own.
The text that was read in it stays, and so do its documents.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import chain, groupby

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, insert, or_, select, update

from monitor.ports.values import Removable, Removal
from storage.bodies import GONE, Bodies
from storage.chain import Chain
from storage.sql_rows import AnyRow
from storage.tables import bodies, changes, delivery_items, events, parts, removals, snapshots, texts, watches

_newer = snapshots.alias()
_newest = (
    select(_newer.c.number)
    .where(_newer.c.watch_id == snapshots.c.watch_id)
    .order_by(_newer.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_revisions = (
    select(
        *(snapshots.c.watch_id, watches.c.key, snapshots.c.number, snapshots.c.raw_sha256, snapshots.c.taken_at),
        *(bodies.c.size, bodies.c.bytes.is_(None).label("is_gone"), (_newest - snapshots.c.number).label("newer")),
        or_(
            exists().where(texts.c.sha256 == snapshots.c.raw_sha256),
            exists().where(parts.c.sha256 == snapshots.c.raw_sha256),
        ).label("is_text"),
    )
    .join(watches, watches.c.id == snapshots.c.watch_id)
    .join(bodies, bodies.c.sha256 == snapshots.c.raw_sha256)
    .order_by(watches.c.key, snapshots.c.number)
)
_told = select(events.c.change_id).join(delivery_items, delivery_items.c.event_id == events.c.id)
_cited = select(changes.c.before_number, changes.c.after_number).where(
    changes.c.watch_id == bindparam("watch"),
    or_(changes.c.material, changes.c.id.in_(_told.where(events.c.change_id.is_not(None)))),
)
_citing = select(events.c.facts).where(events.c.watch_id == bindparam("watch"), events.c.facts.like('%"revision":%'))
_upper = bodies.alias()
_orphans = select(bodies.c.sha256).where(
    ~exists().where(snapshots.c.raw_sha256 == bodies.c.sha256),
    ~exists().where(texts.c.sha256 == bodies.c.sha256),
    ~exists().where(parts.c.sha256 == bodies.c.sha256),
    ~exists().where(_upper.c.base_sha256 == bodies.c.sha256),
)
_base = select(bodies.c.base_sha256).where(bodies.c.sha256 == bindparam("upper"))
_forget = update(bodies).where(bodies.c.sha256 == bindparam("gone")).values(GONE)


class SqlRetention:
    """Implements monitor.ports.storage.RetentionRepository on the `removals` and `bodies` tables."""

    def __init__(self, connection: Connection, bodies_: Bodies, chain_: Chain) -> None:
        self._connection = connection
        self._bodies = bodies_
        self._chain = chain_

    def removable(
        self, taken_before: datetime | None, keep_newest: int | None, among: Collection[str] | None = None
    ) -> list[Removable]:
        found: list[Removable] = []
        stays = self._needed(among)
        for watch_id, revisions in groupby(self._revisions(among), key=lambda row: row.watch_id):
            cited = self._cited(watch_id)
            for row in revisions:
                is_old = taken_before is None or row.taken_at < taken_before
                is_far = row.newer >= max(1, keep_newest or 1)
                if not (is_old and is_far) or row.number in cited or row.is_text:
                    stays.add(row.raw_sha256)
                elif not row.is_gone:
                    found.append(Removable(row.key, row.number, row.taken_at, row.raw_sha256, row.size))
        return [each for each in found if each.sha256 not in stays]

    def remove(self, copies: Collection[str], at: datetime, rule: str, going: AbstractSet[str] = frozenset()) -> None:
        leaving = set(copies)
        remaining = select(bodies.c.sha256, bodies.c.base_sha256).where(bodies.c.base_sha256.in_(leaving))
        for sha256, base in self._connection.execute(remaining.order_by(bodies.c.depth)).all():
            if sha256 not in leaving:
                self._bodies.rebase(sha256, self._nearest_staying(base, leaving, going))
        of_them = select(snapshots.c.watch_id, snapshots.c.number, snapshots.c.raw_sha256)
        query = of_them.where(snapshots.c.raw_sha256.in_(leaving)).order_by(snapshots.c.watch_id, snapshots.c.number)
        rows = []
        for watch_id, number, sha256 in self._connection.execute(query).all():
            row: dict[str, object] = {"number": number, "raw_sha256": sha256, "removed_at": at, "rule": rule}
            link, sealed = self._chain.append(watch_id, "removal", row)
            rows.append({**row, "watch_id": watch_id, "link": link, "chain": sealed})
        if rows:
            self._connection.execute(insert(removals), rows)
            self._connection.execute(_forget, [{"gone": sha256} for sha256 in sorted(leaving)])

    def aside(self) -> list[str]:
        waiting = self._needed()
        return [sha256 for sha256 in self._connection.scalars(_orphans) if sha256 not in waiting]

    def remove_aside(self, unwanted: Collection[str]) -> int:
        free = set(self._connection.scalars(_orphans.where(bodies.c.sha256.in_(unwanted)))) - self._needed(unwanted)
        return self._connection.execute(delete(bodies).where(bodies.c.sha256.in_(free))).rowcount if free else 0

    def removals(self, watch_id: int | None = None) -> list[Removal]:
        query = (
            select(watches.c.key, removals).join(watches, watches.c.id == removals.c.watch_id).order_by(removals.c.id)
        )
        if watch_id is not None:
            query = query.where(removals.c.watch_id == watch_id)
        return [Removal(row.key, row.number, row.removed_at, row.rule) for row in self._connection.execute(query)]

    def _revisions(self, among: Collection[str] | None) -> Iterable[AnyRow]:
        """Return revisions with what is known of them, one watch after the other: only one watch's are in memory."""
        if among is not None:
            return self._fetch(snapshots.c.raw_sha256.in_(among))
        ids = self._connection.scalars(select(watches.c.id).order_by(watches.c.key)).all()
        return chain.from_iterable(self._fetch(snapshots.c.watch_id == watch_id) for watch_id in ids)

    def _fetch(self, condition: ColumnElement[bool]) -> Sequence[AnyRow]:
        return self._connection.execute(_revisions.where(condition)).all()

    def _cited(self, watch_id: int) -> set[int]:
        """Return the numbers of the revisions of which a subscriber was, or may yet be, notified."""
        cited = {number for pair in self._connection.execute(_cited, {"watch": watch_id}) for number in pair}
        for facts in self._connection.scalars(_citing, {"watch": watch_id}):
            revision = json.loads(facts).get("revision")
            if isinstance(revision, int):
                cited.add(revision)
        return cited

    def _needed(self, among: Collection[str] | None = None) -> set[str]:
        """Return the suspect bodies that wait for another check, and the bodies that were seen last."""
        query = select(watches.c.trouble, watches.c.last_raw_sha256)
        if among is not None:
            query = query.where(or_(watches.c.trouble.is_not(None), watches.c.last_raw_sha256.in_(among)))
        wanted: set[str] = set()
        for trouble, last in self._connection.execute(query):
            suspect = json.loads(trouble)["suspect"] if trouble else None
            wanted |= {last} if last else set()
            wanted |= {suspect["raw_sha256"]} if suspect else set()
        return wanted

    def _nearest_staying(self, sha256: str | None, *going: AbstractSet[str]) -> str | None:
        """Return the nearest body that stays: this one or one of its bases."""
        while sha256 is not None and any(sha256 in each for each in going):
            sha256 = self._connection.scalar(_base, {"upper": sha256})
        return sha256
