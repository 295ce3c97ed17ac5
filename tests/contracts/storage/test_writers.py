"""Concurrent writers: what one read is still so when it writes, and none must restart (docs/reliability.md, row 14)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import text

from monitor.core.model import Outcome
from monitor.ports.values import ObservedCheck
from storage.engine import open_engine
from storage.unit_of_work import SqlUnitOfWork, SqlWork
from tests.contracts.storage.conftest import Store

EACH = 25


def together(url: str, work_on: Callable[[SqlWork], None]) -> list[Exception]:
    """Run four writers, as of two processes, each with `EACH` transactions; return the errors."""
    engines = [open_engine(url) for _ in range(2)]
    start, wrong = threading.Barrier(4), list[Exception]()

    def write(unit_of_work: SqlUnitOfWork) -> None:
        start.wait()
        try:
            for _ in range(EACH):
                with unit_of_work.write() as work:
                    work_on(work)
        except Exception as error:  # noqa: BLE001  a thread's error, for the test to examine
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(SqlUnitOfWork(engine),)) for engine in engines * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.dispose()
    return wrong


def test_a_writer_that_reads_before_it_writes_loses_nobodys_writing(store: Store, url: str) -> None:
    def count(work: SqlWork) -> None:
        connection = work._connection
        found = connection.scalar(text("SELECT checks FROM watches WHERE key = 'county'"))
        connection.execute(text("UPDATE watches SET checks = :more WHERE key = 'county'"), {"more": found + 1})

    assert together(url, count) == []
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").checks == 4 * EACH


def test_one_run_of_looks_is_one_run_whoever_looks(store: Store, url: str) -> None:
    store.check(b"one")
    now = store.clock.now()
    errors = together(url, lambda work: work.history.observe_all([ObservedCheck(1, Outcome.UNCHANGED, 1, now)]))
    assert errors == []
    with store.unit_of_work.read() as work:
        [run] = [run for run in work.history.observations(1) if run.outcome is Outcome.UNCHANGED]
        assert run.count == 4 * EACH
        assert work.history.verify(1)[1] == []
