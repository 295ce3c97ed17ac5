"""Letting go of old bodies. The revision, its hash and all that was said of it stay; so does every link of the chain.

What may go is a copy that nobody was told of: not the latest one, and neither side of a change that was material or
that is owed, or was told, to anybody. Its removal is a link of the chain of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select

from monitor.ports import Removable, Removal
from storage.bodies import Bodies
from storage.chain import Chain
from storage.tables import bodies, changes, delivery_items, events, removals, snapshots, watches

AT_A_TIME = 500
"""Hashes in one query."""


class Retention:
    """The `removals` table, and what of `bodies` may go, within one transaction."""

    def __init__(self, connection: Connection, bodies_: Bodies, chain: Chain) -> None:
        self._connection = connection
        self._bodies = bodies_
        self._chain = chain

    def removable(self, taken_before: datetime | None, keep_newest: int | None) -> list[Removable]:
        """Copies that may go: older than that, and not among so many newest of their watch; by watch and number.

        A body that several revisions share goes with all of them, or stays.
        """
        found: list[Removable] = []
        stays: set[str] = self._aside()
        for watch_id, key in self._connection.execute(select(watches.c.id, watches.c.key).order_by(watches.c.key)):
            cited = self._cited(watch_id)
            rows = self._connection.execute(
                select(
                    snapshots.c.number,
                    snapshots.c.raw_sha256,
                    snapshots.c.taken_at,
                    bodies.c.size,
                    bodies.c.bytes.is_(None),
                )
                .join(bodies, bodies.c.sha256 == snapshots.c.raw_sha256)
                .where(snapshots.c.watch_id == watch_id)
                .order_by(snapshots.c.number.desc())
            ).all()
            for newer, (number, sha256, taken_at, size, is_gone) in enumerate(rows):
                is_old = taken_before is None or taken_at < taken_before
                is_far = newer >= max(1, keep_newest or 1)
                if not (is_old and is_far) or number in cited:
                    stays.add(sha256)
                elif not is_gone:
                    found.append(Removable(key, number, taken_at, sha256, size))
        return sorted(
            (each for each in found if each.sha256 not in stays), key=lambda each: (each.watch, each.revision)
        )

    def remove(self, copies: Iterable[str], at: datetime, rule: str) -> None:
        """Let go of these bodies (by sha256, as `removable` named them) and say so in every chain that has them."""
        going = sorted(set(copies))
        for start in range(0, len(going), AT_A_TIME):
            self._remove(going[start : start + AT_A_TIME], set(going), at, rule)

    def remove_aside(self) -> int:
        """Let go of suspect bodies that are waited for no more; how many. They were never a revision."""
        waiting = self._aside()
        orphans = select(bodies.c.sha256).where(bodies.c.sha256.not_in(select(snapshots.c.raw_sha256)))
        gone = 0
        for sha256 in self._connection.scalars(orphans).all():
            stands_on_it = self._connection.scalar(
                select(func.count()).select_from(bodies).where(bodies.c.base_sha256 == sha256)
            )
            if sha256 not in waiting and not stands_on_it:
                gone += self._connection.execute(delete(bodies).where(bodies.c.sha256 == sha256)).rowcount
        return gone

    def removals(self, watch_id: int | None = None) -> list[Removal]:
        """What went, oldest first."""
        query = (
            select(watches.c.key, removals).join(watches, watches.c.id == removals.c.watch_id).order_by(removals.c.id)
        )
        if watch_id is not None:
            query = query.where(removals.c.watch_id == watch_id)
        return [Removal(row.key, row.number, row.removed_at, row.rule) for row in self._connection.execute(query)]

    def _cited(self, watch_id: int) -> set[int]:
        """The revisions that somebody was, or may yet be, told of."""
        told = select(events.c.change_id).join(delivery_items, delivery_items.c.event_id == events.c.id)
        pairs = select(changes.c.before_number, changes.c.after_number).where(
            changes.c.watch_id == watch_id,
            or_(changes.c.material, changes.c.id.in_(told.where(events.c.change_id.is_not(None)))),
        )
        cited = {number for pair in self._connection.execute(pairs) for number in pair}
        for facts in self._connection.scalars(select(events.c.facts).where(events.c.watch_id == watch_id)):
            revision = json.loads(facts).get("revision")
            if isinstance(revision, int):
                cited.add(revision)
        return cited

    def _aside(self) -> set[str]:
        """The suspect bodies that wait for another look, and those that were seen last."""
        wanted: set[str] = set()
        for trouble, last in self._connection.execute(select(watches.c.trouble, watches.c.last_raw_sha256)):
            suspect = json.loads(trouble)["suspect"] if trouble else None
            wanted |= {last} if last else set()
            wanted |= {suspect["raw_sha256"]} if suspect else set()
        return wanted

    def _remove(self, going: Sequence[str], all_going: set[str], at: datetime, rule: str) -> None:
        standing = select(bodies.c.sha256, bodies.c.base_sha256).where(bodies.c.base_sha256.in_(going))
        for sha256, base in self._connection.execute(standing.order_by(bodies.c.depth)).all():
            if sha256 not in all_going:
                self._bodies.rebase(sha256, self._staying(base, all_going))
        of_them = select(snapshots.c.watch_id, snapshots.c.number, snapshots.c.raw_sha256)
        query = of_them.where(snapshots.c.raw_sha256.in_(going)).order_by(snapshots.c.watch_id, snapshots.c.number)
        for watch_id, number, sha256 in self._connection.execute(query).all():
            row: dict[str, object] = {"number": number, "raw_sha256": sha256, "removed_at": at, "rule": rule}
            link, chain = self._chain.append(watch_id, "removal", row)
            self._connection.execute(insert(removals), {**row, "watch_id": watch_id, "link": link, "chain": chain})
        for sha256 in going:
            self._bodies.forget(sha256)

    def _staying(self, sha256: str | None, going: set[str]) -> str | None:
        """The nearest body beneath, this one included, that stays."""
        while sha256 is not None and sha256 in going:
            sha256 = self._connection.scalar(select(bodies.c.base_sha256).where(bodies.c.sha256 == sha256))
        return sha256
