"""SQLite's query plans for the queries of every tick, delivery and history command: by an index, whatever the size.

The statements are taken from the repositories as they run, so that a new query is covered as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from monitor.core.model import Outcome, Schedule, Watch
from monitor.ports.storage import Work
from monitor.ports.values import ObservedCheck
from storage.engine import open_engine
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LEASE = timedelta(minutes=3)
KEYS = [f"page-{number}" for number in range(40)]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/plans.db")
    upgrade(engine)
    with SqlUnitOfWork(engine).write() as work:
        watches = tuple(Watch(key, "Page", f"https://county.example/{key}") for key in KEYS)
        work.watches.sync(Schedule(watches, "Europe/Stockholm", "sv", timedelta(0)), NOW)
    yield engine
    engine.dispose()


@contextmanager
def asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Yield a list to which the statements that run in the block are appended, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: Any) -> None:
        if re.match(r"SELECT|UPDATE|WITH|DELETE", statement):
            statements.append((statement, parameters[0] if many else parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def scans(engine: Engine, statements: list[tuple[str, Any]]) -> list[str]:
    """Return the steps that scan a whole table."""
    found = []
    with engine.connect() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            found += [
                f"{row[3]}: {statement}" for row in plan if re.match(r"SCAN (?!CONSTANT|\(subquery|anon_)", row[3])
            ]
    return found


QUESTIONS: dict[str, Callable[[Work], object]] = {
    "what is due": lambda work: work.watches.due(NOW, 1000),
    "what waits": lambda work: work.watches.waiting(NOW, 100),
    "how many wait": lambda work: work.watches.count_waiting(NOW, but=[1, 2]),
    "watches by their ids": lambda work: work.watches.by_ids([1, 2]),
    "claims": lambda work: work.watches.claim_all(KEYS, NOW, LEASE),
    "forced claims": lambda work: work.watches.claim_all(KEYS, NOW, LEASE, force=True),
    "open runs": lambda work: work.history.observe_all([ObservedCheck(1, Outcome.UNCHANGED, None, NOW)]),
    "held leases": lambda work: work.watches.held(work.watches.claim_all(KEYS, NOW, LEASE)),
    "robots": lambda work: work.hosts.robots("https://county.example:443"),
    "Retry-After": lambda work: work.hosts.held(NOW, ["county.example"]),
    "a circuit breaker": lambda work: work.hosts.breaker("county.example"),
    "hosts that nobody could reach": lambda work: work.hosts.silent(),
    "who follows": lambda work: work.subscribers.following(1),
    "what is owed": lambda work: work.outbox.due(NOW, 100),
    "what waits first": lambda work: work.outbox.waiting_since(NOW),
    "a delivery": lambda work: work.outbox.claim(1, NOW, LEASE),
    "what takes effect": lambda work: work.announced_events.due(date(2026, 3, 1)),
    "what a law announced": lambda work: work.announced_events.of(1),
    "one revision": lambda work: work.snapshots.of(1).numbered(9_000),
    "the newest revision": lambda work: work.snapshots.of(1).newest(),
    "some before it": lambda work: work.snapshots.of(1).newest(3),
    "as of a date": lambda work: work.history.sealed_observations(1),
    "a change": lambda work: work.history.change(1, 2),
    "the log": lambda work: work.history.log(1, 200),
    "runs": lambda work: work.history.observations(1, NOW),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_of_every_day_goes_through_a_whole_table(question: str, engine: Engine) -> None:
    with asked(engine) as statements, SqlUnitOfWork(engine).write() as work:
        QUESTIONS[question](work)
    assert statements
    assert scans(engine, statements) == []
