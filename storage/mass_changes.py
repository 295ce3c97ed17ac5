"""Mass changes: what is held until the operator has looked, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from monitor.core.model import MassChange
from storage.sql_rows import insert_row
from storage.tables import changes, deliveries, delivery_items, events, storms, watches

MOST_LOOKED_AT = 5000
"""Events are numbered in the order of their time; a round has no more than these."""
DISCARDED = "discarded by the operator: a mass change"


class SqlMassChanges:
    """The `storms` table, and the deliveries that wait for one, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changed_since(self, since: datetime) -> set[int]:
        """The watches that changed materially since then; one short question where nothing happened."""
        last = self._connection.scalar(select(events.c.at).order_by(events.c.id.desc()).limit(1))
        if last is None or last < since:
            return set()
        newest = (
            select(events.c.watch_id, events.c.at, events.c.change_id)
            .order_by(events.c.id.desc())
            .limit(MOST_LOOKED_AT)
            .subquery()
        )
        query = (
            select(newest.c.watch_id)
            .join(changes, changes.c.id == newest.c.change_id)
            .where(changes.c.material, newest.c.at >= since)
        )
        return set(self._connection.scalars(query))

    def open(self) -> MassChange | None:
        """The mass change that waits for a decision."""
        row = self._connection.execute(select(storms).where(storms.c.decided_at.is_(None))).first()
        if row is None:
            return None
        held = self._held(row.id)
        keys = (
            select(watches.c.key)
            .join(events, events.c.watch_id == watches.c.id)
            .join(delivery_items, delivery_items.c.event_id == events.c.id)
            .join(deliveries, deliveries.c.id == delivery_items.c.delivery_id)
            .where(held, self._stormy(row.since))
            .distinct()
            .order_by(watches.c.key)
        )
        return MassChange(
            id=row.id,
            began_at=row.began_at,
            since=row.since,
            changed=row.changed,
            watched=row.watched,
            deliveries=self._connection.scalar(select(func.count()).select_from(deliveries).where(held)) or 0,
            keys=tuple(self._connection.scalars(keys)),
            told=row.told_at is not None,
        )

    def last_decided(self) -> datetime | None:
        """When the operator last decided on one: changes from before are no longer part of any."""
        return self._connection.scalar(select(storms.c.decided_at).order_by(storms.c.decided_at.desc()).limit(1))

    def begin(self, now: datetime, since: datetime, changed: int, watched: int) -> int:
        """A mass change begins; returns its id."""
        row = {"began_at": now, "since": since, "changed": changed, "watched": watched}
        return insert_row(self._connection, storms, row)

    def grow(self, storm_id: int, changed: int, watched: int) -> None:
        """More has changed in the same round."""
        self._connection.execute(update(storms).where(storms.c.id == storm_id).values(changed=changed, watched=watched))

    def told(self, storm_id: int, now: datetime) -> None:
        """The operator had a mail about it."""
        self._connection.execute(update(storms).where(storms.c.id == storm_id).values(told_at=now))

    def hold(self, storm_id: int, since: datetime) -> int:
        """Hold what is owed for changes since then, unless it was held before; how many deliveries."""
        owed_for_it = exists().where(
            delivery_items.c.delivery_id == deliveries.c.id,
            delivery_items.c.event_id == events.c.id,
            self._stormy(since),
        )
        held = (
            update(deliveries)
            .where(deliveries.c.state == "pending", deliveries.c.storm_id.is_(None), owed_for_it)
            .values(state="held", storm_id=storm_id)
        )
        return self._connection.execute(held).rowcount

    def decide(self, storm: MassChange, decision: Literal["released", "discarded"], now: datetime) -> int:
        """Release or discard what is held; how many deliveries.

        Discarding takes the mass change alone out of a digest that gathered something else as well: that is still owed.
        """
        if decision == "discarded":
            self._discard(storm)
        release = update(deliveries).where(self._held(storm.id)).values(state="pending")
        self._connection.execute(release)
        self._connection.execute(
            update(storms).where(storms.c.id == storm.id).values(decided_at=now, decision=decision)
        )
        return storm.deliveries

    def _discard(self, storm: MassChange) -> None:
        stormy = select(events.c.id).where(self._stormy(storm.since))
        other = exists().where(
            delivery_items.c.delivery_id == deliveries.c.id, delivery_items.c.event_id.not_in(stormy)
        )
        self._connection.execute(
            update(deliveries).where(self._held(storm.id), ~other).values(state="cancelled", last_reply=DISCARDED)
        )
        left = select(deliveries.c.id).where(self._held(storm.id))
        self._connection.execute(
            delete(delivery_items).where(delivery_items.c.delivery_id.in_(left), delivery_items.c.event_id.in_(stormy))
        )

    @staticmethod
    def _held(storm_id: int) -> ColumnElement[bool]:
        return (deliveries.c.storm_id == storm_id) & (deliveries.c.state == "held")

    @staticmethod
    def _stormy(since: datetime) -> ColumnElement[bool]:
        return (events.c.kind == "changed") & (events.c.at >= since)
