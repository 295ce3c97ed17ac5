"""Transactions on every engine that the contract holds for, and a small world to write into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
from sqlalchemy import Engine, text

from monitor.core.model import (
    BlockChange,
    Change,
    ChangeRecord,
    Event,
    EventKind,
    Fetched,
    Language,
    Outcome,
    Recipe,
    Schedule,
    Snapshot,
    Watch,
    WatchState,
)
from monitor.ports.values import Claim, NewRevision, ObservedCheck
from storage.engine import open_engine, writing
from storage.unit_of_work import SqlUnitOfWork, SqlWork
from tests.fakes.clock import FakeClock
from tests.faults.lab import scaled

TEXT = "ab" * 32
LEASE = timedelta(minutes=3)
COUNTY = Watch("county", "The county", "https://county.example/violence", recipe=Recipe(keep="main"))
LAW = Watch("law", "The ordinance", "https://law.example/sfs-2021-995", sfs="2021:995")
BLOCK = BlockChange("edited", "p", (), None, "den 1 mars", "den 1 april", "deadline", material=True, rule="deadline")
SUMMARY: dict[Language, str] = {"sv": "ett datum ändrat", "en": "one date changed"}


TWO_WRITERS = "postgresql with two writers"
SERVERS = scaled([TWO_WRITERS], ["postgresql", TWO_WRITERS])
"""What asks more of the server always; what asks less as well in `make long-runs`."""


@pytest.fixture(params=["sqlite", *(pytest.param(server, marks=pytest.mark.slow) for server in SERVERS)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the URL of a new database with the newest schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('new_database')}"
        return
    with request.getfixturevalue("postgresql").database() as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Yield the engine of a new database with the newest schema."""
    opened = open_engine(url)
    yield opened
    opened.dispose()


class TakingTurns(SqlUnitOfWork):
    """Transactions of two processes, as it were: each has connections of its own, and every other transaction."""

    def __init__(self, *engines: Engine) -> None:
        super().__init__(engines[0])
        self._turns = cycle(map(SqlUnitOfWork, engines))

    @contextmanager
    def write(self) -> Iterator[SqlWork]:
        with next(self._turns).write() as work:
            yield work

    @contextmanager
    def write_shared(self) -> Iterator[SqlWork]:
        with next(self._turns).write_shared() as work:
            yield work

    @contextmanager
    def read(self) -> Iterator[SqlWork]:
        with next(self._turns).read() as work:
            yield work


@pytest.fixture
def unit_of_work(engine: Engine, url: str, request: pytest.FixtureRequest) -> Iterator[SqlUnitOfWork]:
    """Yield transactions on that database, of one process or in turns of two."""
    if request.node.callspec.params["url"] != TWO_WRITERS:
        yield SqlUnitOfWork(engine)
        return
    other = open_engine(url)
    yield TakingTurns(engine, other)
    other.dispose()


class Store:
    """Short names for what many tests do; each method is a transaction of its own."""

    def __init__(self, engine: Engine, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self.engine = engine
        self.unit_of_work = unit_of_work
        self.clock = clock

    def sync(self, *watches: Watch) -> None:
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule(watches), self.clock.now())

    def claim(self, key: str = "county", *, force: bool = False) -> Claim | None:
        with self.unit_of_work.write() as work:
            return work.watches.claim(key, self.clock.now(), LEASE, force=force)

    def fetched(self, body: bytes, watch: Watch = COUNTY) -> Fetched:
        headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"åäö"'))
        return Fetched(watch.url, 200, headers, body, self.clock.now())

    def check(self, body: bytes | None, watch: Watch = COUNTY, text: str = "The text\n") -> ChangeRecord | None:
        """Record one check: first revision, change (other bytes), or unchanged (None). Return the change, if any."""
        self.clock.move(minutes=10)
        now = self.clock.now()
        with self.unit_of_work.write() as work:
            claim = work.watches.claim(watch.key, now, LEASE, force=True)
            assert claim is not None
            before = claim.latest.snapshot if claim.latest else None
            record, snapshot, outcome = None, before, Outcome.UNCHANGED
            if body is not None:
                fetched = self.fetched(body, watch)
                snapshot = work.snapshots.add(
                    NewRevision(claim.watch_id, watch.url, fetched, watch.recipe, TEXT, "page/1", text)
                )
                outcome = Outcome.CHANGED if before else Outcome.FIRST
                if before:
                    record = work.history.add_change(
                        claim.watch_id, before, snapshot, Change((BLOCK,)), dict(SUMMARY), watch.recipe, now
                    )
            work.history.observe_all(
                [ObservedCheck(claim.watch_id, outcome, snapshot.number if snapshot else None, now)]
            )
            watch_state = replace(claim.watch_state, outcome=outcome, last_seen=now)
            work.watches.settle(
                claim, watch_state, now + timedelta(hours=1), None, snapshot.sha256 if snapshot else None
            )
        return record

    def event(self, number: int = 0, watch: Watch = COUNTY) -> Event:
        """Record an event with a cause of its own."""
        with self.unit_of_work.write() as work:
            watch_id = work.watches.get(watch.key).id
            since = self.clock.now() + timedelta(seconds=number)
            return work.history.add_event(watch_id, EventKind.BLIND, since, None, {"since": since.isoformat()})

    def snapshots(self, key: str = "county") -> list[Snapshot]:
        with self.unit_of_work.read() as work:
            return work.snapshots.all(work.watches.get(key).id)

    def watch_state(self, key: str = "county") -> WatchState:
        with self.unit_of_work.read() as work:
            return work.watches.get(key).watch_state

    def sql(self, statement: str, **values: object) -> int:
        """Execute a statement without the repositories, as a manual edit would; return the number of affected rows."""
        with writing(self.engine).begin() as connection:
            return connection.execute(text(statement), values).rowcount

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def as_inserted(self) -> str:
        """The column that orders rows as they were inserted, if none was rewritten."""
        return "rowid" if self.is_sqlite else "ctid"

    def sql_unguarded(self, statement: str, **values: object) -> None:
        """Execute a statement without the constraints too, as a damaged disk would."""
        if not self.is_sqlite:
            with writing(self.engine).begin() as connection:
                connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
                checks = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
                for table, name in connection.execute(text(checks)).all():
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
                connection.execute(text(statement), values)
            return
        file = sqlite3.connect(str(self.engine.url.database))
        file.execute("PRAGMA ignore_check_constraints = ON")
        with file:
            file.execute(statement, values)
        file.close()


@pytest.fixture
def store(engine: Engine, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Store:
    """Return a database that watches the county's page and the ordinance."""
    store = Store(engine, unit_of_work, clock)
    store.sync(COUNTY, LAW)
    return store
