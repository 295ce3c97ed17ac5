"""The migrations create exactly the tables of `storage.tables`, and every query of the daily work uses an index."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, event, text
from sqlalchemy.schema import CreateIndex

from monitor.core.model import AnnouncedEvent, Attempt, EventKind, Fetched, NewDelivery, Outcome, Watch, WatchState
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.ports.values import NewRevision, ObservedCheck
from storage.engine import open_engine
from storage.schema import HEAD, MIGRATIONS, upgrade
from storage.serialization import watch_to_json
from storage.tables import metadata
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WATCH = Watch("county", "The county", "https://county.example/")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'bevaka.db'}")
    upgrade(opened)
    yield opened
    opened.dispose()


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_of_the_program(engine: Engine) -> None:
    with engine.connect() as connection:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Alembic cannot compare an index on an expression; the indexes are compared below
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master"))
        made = {name: sql for name, sql in rows}  # noqa: C416  to the type checker, a Row is not a pair
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                assert f"CONSTRAINT {constraint.name} CHECK ({constraint.sqltext})" in made[table.name]
        for index in table.indexes:
            assert made[str(index.name)] == str(CreateIndex(index).compile(engine))


def test_an_upgrade_with_nothing_to_do_is_one_query(engine: Engine) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    upgrade(engine)
    assert asked == ["BEGIN", "SELECT version_num FROM alembic_version"]


def test_no_query_of_the_daily_work_reads_a_whole_table(engine: Engine) -> None:
    plans = _Plans(engine)
    _daily_work(SqlUnitOfWork(engine))
    plans.close()
    assert plans.seen > 30
    assert plans.scans == []


class _Plans:
    """Asks SQLite for the plan of each statement; `scans` has those that would read a whole table."""

    def __init__(self, engine: Engine) -> None:
        self._file = sqlite3.connect(str(engine.url.database))
        self.seen = 0
        self.scans: list[tuple[str, str]] = []
        event.listen(engine, "before_cursor_execute", self._explain)

    def _explain(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        self.seen += 1
        for *_, detail in self._file.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            words = detail.split()
            if (
                words[0] == "SCAN"
                and words[1] not in {"CONSTANT", "anon_1", "anon_2"}
                and not words[1].startswith("(subquery")
            ):
                self.scans.append((detail, statement))

    def close(self) -> None:
        self._file.close()


def _daily_work(unit_of_work: SqlUnitOfWork) -> None:
    """Run the queries of the tick, a check, the outbox and the history."""
    with unit_of_work.write() as work:
        # The schedule is the only thing that is read as a whole: it is compared with all of the table.
        ids = {"county": 1}
        work._connection.exec_driver_sql(
            "INSERT INTO watches (id, key, url, definition, paused, next_check_at, lease_token, failures, checks,"
            " chain_length) VALUES (1, 'county', 'https://county.example/', ?, 0, 0, 0, 0, 0, 0)",
            (watch_to_json(WATCH),),
        )
    for number in range(3):
        with unit_of_work.write() as work:
            work.watches.due(NOW, 10)
            later = NOW + number * timedelta(minutes=1)
            [turn] = work.hosts.begin_turns(
                [TurnWish("county.example", timedelta(minutes=1), "asker")], later, timedelta(seconds=1)
            )
            assert isinstance(turn, HostTurn)
            assert work.hosts.extend_turns({turn: timedelta(minutes=1)}, later) == {turn: False}
            work.hosts.want_turn("county.example", "another", later)
            work.hosts.end_turns([(turn, later)])
            claim = work.watches.claim("county", NOW, timedelta(minutes=1), force=bool(number))
            assert claim is not None
            fetched = Fetched(WATCH.url, 200, (), f"body {number}".encode(), NOW)
            snapshot = work.snapshots.add(
                NewRevision(ids["county"], WATCH.url, fetched, WATCH.recipe, "ab" * 32, "page/1", "The text\n")
            )
            work.snapshots.add_extraction(snapshot, WATCH.recipe, "ab" * 32, "page/2", "The text\n", NOW)
            work.history.observe_all([ObservedCheck(1, Outcome.UNCHANGED, snapshot.number, NOW)])
            work.watches.settle(claim, WatchState(Outcome.UNCHANGED), NOW, None, None)
    with unit_of_work.write() as work:
        announced = AnnouncedEvent(date(2027, 1, 1), "2027-01-01 section 2 §", {})
        work.announced_events.replace(1, [announced], NOW.date(), NOW)
        work.announced_events.replace(1, [announced], NOW.date(), NOW)
        (waiting,) = work.announced_events.due(date(2027, 1, 1))
        work.announced_events.come_true(waiting, NOW)
        work.announced_events.of(1)
    with unit_of_work.write() as work:
        subscriber = work.subscribers.add("anna@example.org", "sv", NOW, how="operator")
        subscription = work.subscribers.subscribe(subscriber, 1, "immediately", NOW)
        happened = work.history.add_event(1, EventKind.BLIND, NOW)
        items = ((subscription.id, happened.id),)
        work.outbox.add([NewDelivery(subscriber.id, "mail", "k", "<k@x>", "<t@x>", NOW, items)], NOW)
        work.subscribers.following(1)
        (delivery_id,) = work.outbox.due(NOW, 10)
        delivery = work.outbox.claim(delivery_id, NOW, timedelta(minutes=1))
        assert delivery is not None
        work.outbox.deferred(delivery, Attempt(NOW, "deferred", 451, "later"), NOW)
        work.outbox.retry(delivery_id, NOW)
        work.outbox.attempts(delivery_id)
        work.subscribers.subscriptions(subscriber)
        work.subscribers.unsubscribe(subscriber, 1, NOW, reason="operator")
        work.subscribers.remove(subscriber.address, NOW)
    with unit_of_work.read() as work:
        work.history.observations(1)
        work.history.changes(1)
        revisions = work.snapshots.all(1)
        work.snapshots.get(1, 2)
        work.snapshots.recipe(revisions[0].id)
        assert work.snapshots.body(revisions[-1].sha256) == b"body 2"
