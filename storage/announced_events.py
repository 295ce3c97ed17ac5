"""Announced events: the rows of `events` that wait for a day (storage.tables, `events.waits`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from monitor.core.model import AnnouncedEvent, Event, EventKind
from storage.history import events_by_id
from storage.serialization import to_json
from storage.tables import events


class SqlAnnouncedEvents:
    """Implements monitor.ports.storage.AnnouncedEventRepository on the `events` table (its rows of kind "in_force")."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, watch_id: int, announced: Sequence[AnnouncedEvent], today: date, now: datetime) -> None:
        of_watch = (events.c.watch_id == watch_id, events.c.kind == EventKind.IN_FORCE.value)
        causes = [each.cause for each in announced]
        self._connection.execute(
            delete(events).where(*of_watch, events.c.waits, events.c.due_on > today, events.c.cause.not_in(causes))
        )
        known = set(self._connection.scalars(select(events.c.cause).where(*of_watch, events.c.cause.in_(causes))))
        for each in announced:
            facts = to_json(each.facts)
            if each.cause in known:
                updated = update(events).where(*of_watch, events.c.cause == each.cause, events.c.waits)
                self._connection.execute(updated.values(facts=facts))
                continue
            row = {
                "watch_id": watch_id,
                "kind": EventKind.IN_FORCE.value,
                "cause": each.cause,
                "at": now,
                "facts": facts,
                "due_on": each.due_on,
                "waits": True,
            }
            self._connection.execute(insert(events), row)

    def due(self, until: date) -> list[Event]:
        return self._in_order(events.c.waits, events.c.due_on <= until)

    def of(self, watch_id: int) -> list[Event]:
        return self._in_order(events.c.watch_id == watch_id, events.c.kind == EventKind.IN_FORCE.value)

    def come_true(self, event: Event, now: datetime) -> Event | None:
        # The condition on `waits` lets only one process succeed.
        no_longer_waiting = update(events).where(events.c.id == event.id, events.c.waits).values(at=now, waits=False)
        return replace(event, at=now) if self._connection.execute(no_longer_waiting).rowcount else None

    def _in_order(self, *conditions: ColumnElement[bool]) -> list[Event]:
        found = events_by_id(self._connection, *conditions)
        return sorted(found.values(), key=lambda event: (event.due_on or date.max, event.id))
