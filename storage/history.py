"""Observations, changes and events."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from monitor.core.model import (
    Change,
    ChangeRecord,
    Event,
    EventKind,
    Language,
    Observation,
    Outcome,
    PastRevision,
    Recipe,
    Snapshot,
)
from monitor.core.record.coverage import is_late
from monitor.errors import Flaw
from monitor.ports.values import ChainLink, LogRow, ObservedCheck
from storage.chain import Chain, links_of, seal
from storage.recipes import Recipes
from storage.serialization import outcomes_from_json, reason_from_json, reason_to_json, recipe_from_json, to_json
from storage.sql_rows import AnyRow, Facts, by_column, insert_row
from storage.tables import changes, events, extractions, observations, recipes, snapshots, tags, watch_tags, watches
from storage.verify import verify

_open_runs = (
    select(watches.c.id.label("watch"), watches.c.next_check_at.label("planned"), observations)
    .outerjoin(observations, and_(observations.c.watch_id == watches.c.id, observations.c.link.is_(None)))
    .where(watches.c.id.in_(bindparam("watches", expanding=True)))
)
_checked = select(func.min(observations.c.first_at), func.max(observations.c.last_at)).where(
    observations.c.watch_id == bindparam("watch")
)
_extend_run = (
    update(observations)
    .where(observations.c.id == bindparam("run"))
    .values(last_at=bindparam("last"), looks=bindparam("seen"), chain=bindparam("sealed"))
)
_close_run = (
    update(observations)
    .where(observations.c.id == bindparam("run"))
    .values(link=bindparam("place"), chain=bindparam("sealed"))
)
_begin_run = insert(observations)
_others = extractions.alias()
_past = (
    select(snapshots.c.taken_at, extractions.c.text_sha256, changes.c.rule, changes.c.seen_before)
    .select_from(snapshots)
    .join(
        extractions,
        extractions.c.id
        == select(func.max(_others.c.id)).where(_others.c.snapshot_id == snapshots.c.id).scalar_subquery(),
    )
    .outerjoin(changes, and_(changes.c.watch_id == snapshots.c.watch_id, changes.c.after_number == snapshots.c.number))
    .where(snapshots.c.watch_id == bindparam("watch"))
    .order_by(snapshots.c.number.desc())
    .limit(bindparam("most"))
)
_found = (
    select(extractions.c.documents)
    .where(extractions.c.snapshot_id == snapshots.c.id, extractions.c.documents.is_not(None))
    .order_by(extractions.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_log = select(
    *(snapshots.c.number, snapshots.c.taken_at, snapshots.c.raw_sha256, changes.c.material, changes.c.summary),
    _found.label("documents"),
).outerjoin(changes, and_(changes.c.watch_id == snapshots.c.watch_id, changes.c.after_number == snapshots.c.number))
_changes = select(changes, recipes.c.recipe).join(recipes, recipes.c.hash == changes.c.recipe_hash)
_events = (
    select(
        *(events.c.id.label("event_id"), events.c.watch_id.label("event_watch_id"), events.c.kind, events.c.at),
        *(events.c.facts, events.c.due_on, changes, recipes.c.recipe),
    )
    .select_from(events)
    .outerjoin(changes, changes.c.id == events.c.change_id)
    .outerjoin(recipes, recipes.c.hash == changes.c.recipe_hash)
)
_same_day = events.alias()
_first_of_day = (
    select(func.min(_same_day.c.id))
    .where(_same_day.c.watch_id == events.c.watch_id, _same_day.c.due_on == events.c.due_on, ~_same_day.c.waits)
    .scalar_subquery()
)
_latest = _events.where(
    ~events.c.waits,
    or_(events.c.change_id.is_(None), changes.c.material),
    or_(events.c.due_on.is_(None), events.c.id == _first_of_day),
).order_by(events.c.at.desc(), events.c.id.desc())
_same_event = select(events.c.id).where(
    events.c.watch_id == bindparam("watch"), events.c.kind == bindparam("what"), events.c.cause == bindparam("why")
)


class SqlHistory:
    """Implements monitor.ports.storage.HistoryRepository on the `observations`, `changes` and `events` tables."""

    def __init__(self, connection: Connection, recipes: Recipes, chain: Chain) -> None:
        self._connection = connection
        self._recipes = recipes
        self._chain = chain
        self._new_changes: set[int] = set()

    # Observations

    def observe_all(self, checks: Sequence[ObservedCheck]) -> None:
        # An observation that goes on past midnight (UTC), or with a check that came late, is sealed there and goes on
        # in a row of its own, so that no more than a day of it is ever open and no gap lies inside; `observations` puts
        # the rows together.
        by_watch = {check.watch_id: check for check in checks}
        extended, closed, begun = [], [], []
        for run in by_column(self._connection.execute(_open_runs, {"watches": list(by_watch)})):
            check = by_watch[run["watch"]]
            if run["id"] is None:
                begun.append(_begun(check, run["planned"], continues=False))
                continue
            is_same = _is_same(run, check)
            if is_same and _follows_directly(run, check):
                extended.append(_extended(run, check))
                continue
            place, sealed = self._chain.append(check.watch_id, "observation", run)
            closed.append({"run": run["id"], "place": place, "sealed": sealed})
            begun.append(_begun(check, run["planned"], continues=is_same))
        # A watch has one open run at most: a run that ends is closed before another begins.
        for statement, rows in ((_extend_run, extended), (_close_run, closed), (_begin_run, begun)):
            if rows:
                self._connection.execute(statement, rows)

    def observations(self, watch_id: int, since: datetime | None = None) -> list[Observation]:
        runs: list[Observation] = []
        for part, continues in self._parts(watch_id, since):
            if continues and runs:
                begun = runs.pop()
                last = max(begun.last_at, part.last_at)  # part.last_at is earlier if the clock was set back
                runs.append(replace(begun, last_at=last, count=begun.count + part.count))
            else:
                runs.append(replace(part, due_at=None, link=None))
        return runs

    def sealed_observations(
        self, watch_id: int, since: datetime | None = None, until: datetime | None = None
    ) -> list[Observation]:
        return [part for part, _ in self._parts(watch_id, since, until)]

    def checked(self, watch_id: int) -> tuple[datetime, datetime] | None:
        first, last = self._connection.execute(_checked, {"watch": watch_id}).one()
        return None if first is None else (first, last)

    def _parts(
        self, watch_id: int, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[tuple[Observation, bool]]:
        query = select(observations).where(observations.c.watch_id == watch_id).order_by(observations.c.id)
        if since is not None:
            query = query.where(observations.c.last_at >= since)
        if until is not None:
            query = query.where(observations.c.first_at <= until)
        for row in self._connection.execute(query):
            run = Observation(
                outcome=Outcome(row.outcome),
                first_at=row.first_at,
                last_at=row.last_at,
                count=row.looks,
                revision=row.revision,
                reason=reason_from_json(row.reason),
                due_at=row.due_at,
                link=row.link,
            )
            yield run, row.continues

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
            "recipe_hash": self._recipes.keep(recipe),
        }
        row["link"], row["chain"] = self._chain.append(watch_id, "change", row)
        change_id = insert_row(self._connection, changes, row)
        self._new_changes.add(change_id)
        return ChangeRecord(
            id=change_id,
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
        query = _changes.where(changes.c.watch_id == watch_id).order_by(changes.c.after_number)
        return [_change(row) for row in self._connection.execute(query)]

    def change(self, watch_id: int, after_number: int) -> ChangeRecord | None:
        query = _changes.where(changes.c.watch_id == watch_id, changes.c.after_number == after_number)
        row = self._connection.execute(query).first()
        return None if row is None else _change(row)

    def log(self, watch_id: int, newest: int | None = None) -> list[LogRow]:
        query = _log.where(snapshots.c.watch_id == watch_id).order_by(snapshots.c.number.desc()).limit(newest)
        rows = [
            LogRow(
                revision=row.number,
                at=row.taken_at,
                outcome=Outcome.FIRST if row.material is None else Outcome.CHANGED,
                material=row.material,
                summary=None if row.summary is None else json.loads(row.summary),
                sha256=row.raw_sha256,
                documents=outcomes_from_json(row.documents),
            )
            for row in self._connection.execute(query)
        ]
        return rows[::-1]

    def past(self, watch_id: int, limit: int) -> list[PastRevision]:
        rows = self._connection.execute(_past, {"watch": watch_id, "most": limit})
        return [PastRevision(row.taken_at, row.text_sha256, row.rule, row.seen_before) for row in rows]

    # Events

    def latest_events(
        self,
        limit: int,
        *,
        watch_id: int | None = None,
        tag: str | None = None,
        kinds: Collection[EventKind] = frozenset(EventKind),
    ) -> list[Event]:
        query = _latest.where(events.c.kind.in_([kind.value for kind in kinds])).limit(limit)
        if watch_id is None:
            query = query.join(watches, watches.c.id == events.c.watch_id).where(watches.c.archived_at.is_(None))
        else:
            query = query.where(events.c.watch_id == watch_id)
        if tag is not None:
            having = select(watch_tags.c.watch_id).join(tags, tags.c.id == watch_tags.c.tag_id)
            query = query.where(events.c.watch_id.in_(having.where(tags.c.key == tag)))
        return [_event(row) for row in self._connection.execute(query)]

    def add_event(
        self,
        watch_id: int,
        kind: EventKind,
        at: datetime,
        change: ChangeRecord | None = None,
        facts: dict[str, object] | None = None,
    ) -> Event:
        cause = _cause(at, change, facts or {})
        if change is None or change.id not in self._new_changes:  # a change of this transaction has no event yet
            known = self._connection.scalar(_same_event, {"watch": watch_id, "what": kind.value, "why": cause})
            if known is not None:
                return events_by_id(self._connection, events.c.id == known)[known]
        else:
            self._new_changes.remove(change.id)
        row = {
            "watch_id": watch_id,
            "kind": kind.value,
            "cause": cause,
            "at": at,
            "change_id": change.id if change else None,
            "facts": to_json(facts or {}),
            "waits": False,
        }
        return Event(insert_row(self._connection, events, row), watch_id, kind, at, change, facts or {})

    def event_of(self, change: ChangeRecord) -> Event | None:
        found = events_by_id(self._connection, events.c.change_id == change.id)
        return next(iter(found.values()), None)

    def links(self, watch_id: int) -> list[ChainLink]:
        return links_of(self._connection, watch_id)

    def verify(self, watch_id: int | None = None) -> tuple[int, list[Flaw]]:
        return verify(self._connection, watch_id)


def _is_same(run: Facts, check: ObservedCheck) -> bool:
    """True if a check has the same outcome, revision and reason's code as the run."""
    found = (check.outcome.value, check.revision, check.reason.code if check.reason else None)
    return found == (run["outcome"], run["revision"], _code(run["reason"]))


def _follows_directly(run: Facts, check: ObservedCheck) -> bool:
    """True if neither a gap nor midnight (UTC) lies between a run and a check, and the clock was not set back.

    When a clock that was set back goes through the same hours again, they are recorded in a row of their own.
    """
    last: datetime = run["last_at"]
    is_on_time = check.at >= last and not is_late(last, run["planned"], check.at)
    return is_on_time and last.date() == check.at.astimezone(UTC).date()


def _begun(check: ObservedCheck, due: datetime, *, continues: bool) -> dict[str, object]:
    """Return the row of a run that begins with a check."""
    row: dict[str, object] = {
        "watch_id": check.watch_id,
        "outcome": check.outcome.value,
        "revision": check.revision,
        "reason": reason_to_json(check.reason),
        "due_at": due,
        "first_at": check.at,
        "last_at": check.at,
        "looks": 1,
        "continues": continues,
    }
    return {**row, "chain": seal("", "observation", row)}


def _extended(run: Facts, check: ObservedCheck) -> dict[str, object]:
    """Return the parameters of `_extend_run` for a run that a check extends."""
    last, checks = check.at, run["looks"] + 1
    sealed = seal("", "observation", {**run, "last_at": last, "looks": checks})
    return {"run": run["id"], "last": last, "seen": checks, "sealed": sealed}


def events_by_id(connection: Connection, *conditions: ColumnElement[bool]) -> dict[int, Event]:
    """Return events with their changes by id, in one query."""
    return {row.event_id: _event(row) for row in connection.execute(_events.where(*conditions))}


def _event(row: AnyRow) -> Event:
    return Event(
        id=row.event_id,
        watch_id=row.event_watch_id,
        kind=EventKind(row.kind),
        at=row.at,
        change=_change(row) if row.id is not None else None,
        facts=json.loads(row.facts),
        due_on=row.due_on,
    )


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
    """Return what makes two events the same: the change, or the silence of a page or document, or its time."""
    if change is not None:
        return f"change {change.id}"
    since = str(facts.get("since") or at.astimezone(UTC).isoformat())
    return f"{since} {facts['document']}" if "document" in facts else since


def _code(reason: str | None) -> str | None:
    return None if reason is None else str(json.loads(reason)["code"])
