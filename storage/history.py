"""Observations, changes and events."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from monitor.core.model import (
    Change,
    ChangeRecord,
    Event,
    EventKind,
    Language,
    Observation,
    Outcome,
    Recipe,
    Snapshot,
)
from monitor.errors import Reason
from monitor.ports import Flaw
from storage.chain import Chain, seal
from storage.recipes import keep_recipe
from storage.rows import AnyRow, by_column, insert_row
from storage.tables import changes, events, observations, recipes, snapshots
from storage.values import reason_from_json, reason_to_json, recipe_from_json, to_json
from storage.verify import verify

_revision = select(snapshots.c.number).where(snapshots.c.id == bindparam("snapshot"))
_open_run = select(observations, _revision.scalar_subquery().label("current")).where(
    observations.c.watch_id == bindparam("watch"), observations.c.link.is_(None)
)
_write_run = (
    update(observations)
    .where(observations.c.id == bindparam("run"))
    .values(last_at=bindparam("last"), looks=bindparam("seen"), chain=bindparam("sealed"))
)
_close_run = (
    update(observations)
    .where(observations.c.id == bindparam("run"))
    .values(link=bindparam("place"), chain=bindparam("sealed"))
)
_changes = select(changes, recipes.c.recipe).join(recipes, recipes.c.hash == changes.c.recipe_hash)


class History:
    """The `observations`, `changes` and `events` tables within one transaction."""

    def __init__(self, connection: Connection, chain: Chain) -> None:
        self._connection = connection
        self._chain = chain

    # Observations

    def observe(
        self, watch_id: int, outcome: Outcome, snapshot_id: int | None, at: datetime, reason: Reason | None
    ) -> None:
        """Extend the current observation when outcome, snapshot and reason's code are the same, else begin one.

        A run that ends is sealed into the chain. A run that goes on past midnight (UTC) is sealed there and goes on
        in a row of its own, so that no more than a day of it is ever open; `observations` puts the days together.
        """
        found = by_column(self._connection.execute(_open_run, {"watch": watch_id, "snapshot": snapshot_id}))
        if not found:
            revision = self._connection.scalar(_revision, {"snapshot": snapshot_id})
            self._begin_run(watch_id, outcome, revision, at, reason, continues=False)
            return
        run = found[0]
        look = (outcome.value, run["current"], reason.code if reason else None)
        same = look == (run["outcome"], run["revision"], _code(run["reason"]))
        if same and run["last_at"].date() == at.astimezone(UTC).date():
            longer = {**run, "last_at": max(at, run["last_at"]), "looks": run["looks"] + 1}
            sealed = seal("", "observation", longer)
            values = {"run": run["id"], "last": longer["last_at"], "seen": longer["looks"], "sealed": sealed}
            self._connection.execute(_write_run, values)
            return
        place, sealed = self._chain.append(watch_id, "observation", run)
        self._connection.execute(_close_run, {"run": run["id"], "place": place, "sealed": sealed})
        self._begin_run(watch_id, outcome, run["current"], at, reason, continues=same)

    def _begin_run(
        self,
        watch_id: int,
        outcome: Outcome,
        revision: int | None,
        at: datetime,
        reason: Reason | None,
        *,
        continues: bool,
    ) -> None:
        row: dict[str, Any] = {
            "watch_id": watch_id,
            "outcome": outcome.value,
            "revision": revision,
            "reason": reason_to_json(reason),
            "first_at": at,
            "last_at": at,
            "looks": 1,
            "continues": continues,
        }
        self._connection.execute(insert(observations), {**row, "chain": seal("", "observation", row)})

    def observations(self, watch_id: int) -> list[Observation]:
        """Every run, oldest first."""
        query = select(observations).where(observations.c.watch_id == watch_id).order_by(observations.c.id)
        runs: list[Observation] = []
        for row in self._connection.execute(query):
            if row.continues and runs:
                begun = runs.pop()
                first_at, count, reason = begun.first_at, begun.count + row.looks, begun.reason
            else:
                first_at, count, reason = row.first_at, row.looks, reason_from_json(row.reason)
            runs.append(Observation(Outcome(row.outcome), first_at, row.last_at, count, row.revision, reason))
        return runs

    # Changes

    def add_change(
        self,
        watch_id: int,
        before: Snapshot,
        after: Snapshot,
        change: Change,
        summary: dict[Language, str],
        recipe: Recipe,
        seen_before: datetime,
    ) -> ChangeRecord:
        """Keep a change, sealed into the chain; detected when `after` was taken."""
        row: dict[str, Any] = {
            "watch_id": watch_id,
            "before_number": before.number,
            "after_number": after.number,
            "detected_at": after.taken_at,
            "seen_before": seen_before,
            "category": change.category,
            "material": change.material,
            "rule": change.rule,
            "summary": to_json(summary),
            "recipe_hash": keep_recipe(self._connection, recipe),
        }
        row["link"], row["chain"] = self._chain.append(watch_id, "change", row)
        return ChangeRecord(
            id=insert_row(self._connection, changes, row),
            watch_id=watch_id,
            before_number=before.number,
            after_number=after.number,
            detected_at=after.taken_at,
            seen_before=seen_before,
            category=change.category,
            material=change.material,
            rule=change.rule,
            summary=summary,
            recipe=recipe,
        )

    def changes(self, watch_id: int) -> list[ChangeRecord]:
        """Every change, oldest first."""
        query = _changes.where(changes.c.watch_id == watch_id).order_by(changes.c.after_number)
        return [_change(row) for row in self._connection.execute(query)]

    # Events

    def add_event(
        self,
        watch_id: int,
        kind: EventKind,
        at: datetime,
        change: ChangeRecord | None = None,
        facts: dict[str, object] | None = None,
    ) -> Event:
        """Keep something that may be owed to people; the same kind and cause twice is the same event."""
        cause = _cause(at, change, facts or {})
        known = events_by_id(
            self._connection,
            events.c.watch_id == watch_id,
            events.c.kind == kind.value,
            events.c.cause == cause,
        )
        if known:
            return next(iter(known.values()))
        row = {
            "watch_id": watch_id,
            "kind": kind.value,
            "cause": cause,
            "at": at,
            "change_id": change.id if change else None,
            "facts": to_json(facts or {}),
        }
        return Event(insert_row(self._connection, events, row), watch_id, kind, at, change, facts or {})

    def verify(self, watch_id: int | None = None) -> tuple[int, list[Flaw]]:
        """Check every body, snapshot, extraction, change, observation and link; how many, and what is wrong."""
        return verify(self._connection, watch_id)


def events_by_id(connection: Connection, *conditions: ColumnElement[bool]) -> dict[int, Event]:
    """Events with their changes, in one query."""
    query = (
        select(
            *(events.c.id.label("event_id"), events.c.watch_id.label("event_watch_id"), events.c.kind, events.c.at),
            *(events.c.facts, changes, recipes.c.recipe),
        )
        .select_from(events)
        .outerjoin(changes, changes.c.id == events.c.change_id)
        .outerjoin(recipes, recipes.c.hash == changes.c.recipe_hash)
        .where(*conditions)
    )
    return {
        row.event_id: Event(
            id=row.event_id,
            watch_id=row.event_watch_id,
            kind=EventKind(row.kind),
            at=row.at,
            change=_change(row) if row.id is not None else None,
            facts=json.loads(row.facts),
        )
        for row in connection.execute(query)
    }


def _change(row: AnyRow) -> ChangeRecord:
    return ChangeRecord(
        id=row.id,
        watch_id=row.watch_id,
        before_number=row.before_number,
        after_number=row.after_number,
        detected_at=row.detected_at,
        seen_before=row.seen_before,
        category=row.category,
        material=row.material,
        rule=row.rule,
        summary=json.loads(row.summary),
        recipe=recipe_from_json(row.recipe),
    )


def _cause(at: datetime, change: ChangeRecord | None, facts: dict[str, object]) -> str:
    """What makes an event the same as another: its change, or the silence that it is about, or its moment."""
    if change is not None:
        return f"change {change.id}"
    return str(facts.get("since") or at.astimezone(UTC).isoformat())


def _code(reason: str | None) -> str | None:
    return None if reason is None else str(json.loads(reason)["code"])
