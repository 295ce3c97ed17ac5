"""Mass changes: what is held until the operator decides, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, select, update

from monitor.core.model import MassChange
from storage.sql_rows import insert_row
from storage.tables import changes, deliveries, delivery_items, events, storms, watches

MOST_EVENTS = 5000
"""How many of the newest events are searched: ids follow time, and a round has no more events than this."""
DISCARDED = "discarded by the operator: a mass change"


def _first_changes(since: datetime) -> Select[tuple[int, datetime]]:
    """Return the query for the watches that changed materially since then, each with the time of its first change."""
    newest = (
        select(events.c.watch_id, events.c.at, events.c.change_id)
        .order_by(events.c.id.desc())
        .limit(MOST_EVENTS)
        .subquery()
    )
    return (
        select(newest.c.watch_id, func.min(newest.c.at).label("at"))
        .join(changes, changes.c.id == newest.c.change_id)
        .where(changes.c.material, newest.c.at >= since)
        .group_by(newest.c.watch_id)
    )


class SqlMassChanges:
    """Implements monitor.ports.storage.MassChangeRepository on the `storms` table and the deliveries held for one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changed_since(self, since: datetime) -> dict[int, datetime]:
        # The newest event's time comes first: one short query where nothing happened.
        last = self._connection.scalar(select(events.c.at).order_by(events.c.id.desc()).limit(1))
        if last is None or last < since:
            return {}
        return {row.watch_id: row.at for row in self._connection.execute(_first_changes(since))}

    def open(self) -> MassChange | None:
        row = self._connection.execute(select(storms).where(storms.c.decided_at.is_(None))).first()
        if row is None:
            return None
        held = self._held(row.id)
        changed = _first_changes(row.since).subquery()
        keys = select(watches.c.key).join(changed, changed.c.watch_id == watches.c.id).order_by(watches.c.key)
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
        return self._connection.scalar(select(storms.c.decided_at).order_by(storms.c.decided_at.desc()).limit(1))

    def begin(self, now: datetime, since: datetime, changed: int, watched: int) -> int:
        row = {"began_at": now, "since": since, "changed": changed, "watched": watched}
        return insert_row(self._connection, storms, row)

    def grow(self, mass_change_id: int, changed: int, watched: int) -> None:
        self._connection.execute(
            update(storms).where(storms.c.id == mass_change_id).values(changed=changed, watched=watched)
        )

    def notified(self, mass_change_id: int, now: datetime) -> None:
        self._connection.execute(update(storms).where(storms.c.id == mass_change_id).values(told_at=now))

    def hold(self, mass_change_id: int, since: datetime) -> int:
        owed_for_it = exists().where(
            delivery_items.c.delivery_id == deliveries.c.id,
            delivery_items.c.event_id == events.c.id,
            self._is_change_since(since),
        )
        held = (
            update(deliveries)
            .where(deliveries.c.state == "pending", deliveries.c.storm_id.is_(None), owed_for_it)
            .values(state="held", storm_id=mass_change_id)
        )
        return self._connection.execute(held).rowcount

    def decide(self, mass_change: MassChange, decision: Literal["released", "discarded"], now: datetime) -> int:
        if decision == "discarded":
            self._discard(mass_change)
        release = update(deliveries).where(self._held(mass_change.id)).values(state="pending")
        self._connection.execute(release)
        self._connection.execute(
            update(storms).where(storms.c.id == mass_change.id).values(decided_at=now, decision=decision)
        )
        return mass_change.deliveries

    def _discard(self, mass_change: MassChange) -> None:
        changed = select(events.c.id).where(self._is_change_since(mass_change.since))
        other = exists().where(
            delivery_items.c.delivery_id == deliveries.c.id, delivery_items.c.event_id.not_in(changed)
        )
        self._connection.execute(
            update(deliveries).where(self._held(mass_change.id), ~other).values(state="cancelled", last_reply=DISCARDED)
        )
        left = select(deliveries.c.id).where(self._held(mass_change.id))
        self._connection.execute(
            delete(delivery_items).where(delivery_items.c.delivery_id.in_(left), delivery_items.c.event_id.in_(changed))
        )

    @staticmethod
    def _held(mass_change_id: int) -> ColumnElement[bool]:
        return (deliveries.c.storm_id == mass_change_id) & (deliveries.c.state == "held")

    @staticmethod
    def _is_change_since(since: datetime) -> ColumnElement[bool]:
        return (events.c.kind == "changed") & (events.c.at >= since)
