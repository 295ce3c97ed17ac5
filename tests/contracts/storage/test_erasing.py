"""Erasing a subscriber: what stays owed until nothing of the address is in the database's files."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.core.model import Attempt, NewDelivery
from storage.engine import writing
from storage.overwriting import is_owed, overwrite
from tests.contracts.storage.conftest import Store

ANN = "ann.with.a.long.name@kommun.example"


@pytest.fixture
def joined(store: Store) -> Store:
    """Return a store with one subscriber."""
    with store.unit_of_work.write() as work:
        work.subscribers.add(ANN, "sv", store.clock.now(), how="operator")
    return store


def erase(store: Store) -> None:
    with store.unit_of_work.write() as work:
        found = work.subscribers.with_address(ANN)
        assert found is not None
        work.subscribers.forget(found, store.clock.now())


def owed(store: Store) -> bool:
    with store.engine.connect() as connection:
        return is_owed(connection)


def test_nothing_is_owed_once_the_files_are_clean(joined: Store) -> None:
    erase(joined)
    assert not owed(joined)
    assert joined.unit_of_work.finish_erasures()
    if joined.is_sqlite:
        place = Path(str(joined.engine.url.database))
        files = [path for path in place.parent.glob(f"{place.name}*") if path.is_file()]
        assert not any(ANN.encode() in path.read_bytes() for path in files)


def test_what_is_found_again_after_rewriting_stays_owed(joined: Store) -> None:
    if not joined.is_sqlite:
        pytest.skip("the files of PostgreSQL are not searched, its tables are rewritten in any case")
    with joined.unit_of_work.write() as work:
        work.hosts.keep_robots("https://county.example", f"# {ANN}", joined.clock.now())
    erase(joined)
    assert owed(joined), "the address stands somewhere that no erasing reaches"
    joined.sql("UPDATE robots SET text = ''")
    assert joined.unit_of_work.finish_erasures()
    assert not owed(joined)


def test_what_is_owed_to_another_is_not_forgotten_with_the_next_one(joined: Store) -> None:
    joined.sql("INSERT INTO erasures (since) VALUES (NULL)")
    erase(joined)
    assert owed(joined), "of whom it was is not known: everything is to be rewritten"
    assert joined.unit_of_work.finish_erasures()
    assert not owed(joined)


def test_a_reply_to_a_mail_that_was_under_way_is_not_kept(joined: Store) -> None:
    joined.check(b"one")
    event = joined.event()
    with joined.unit_of_work.write() as work:
        subscriber = work.subscribers.with_address(ANN)
        assert subscriber is not None
        following = work.subscribers.subscribe(subscriber, None, "immediately", joined.clock.now())
        now, items = joined.clock.now(), ((following.id, event.id),)
        work.outbox.add([NewDelivery(subscriber.id, "mail", "k", "<a@b>", "<a@b>", now, items)], now)
    with joined.unit_of_work.write() as work:
        [due] = work.outbox.due(joined.clock.now(), 1)
        under_way = work.outbox.claim(due, joined.clock.now(), timedelta(minutes=5))
        assert under_way is not None
    erase(joined)
    with joined.unit_of_work.write() as work:
        work.outbox.sent(under_way, Attempt(joined.clock.now(), "sent", 250, f"250 <{ANN}> is fine"))
    with joined.engine.connect() as connection:
        replies = connection.execute(text("SELECT last_reply FROM deliveries UNION SELECT reply FROM attempts"))
        assert set(replies.scalars()) == {"erased"}


def test_a_transaction_that_fails_erases_nothing_and_owes_nothing(joined: Store) -> None:
    def fail() -> None:
        with joined.unit_of_work.write() as work:
            found = work.subscribers.with_address(ANN)
            assert found is not None
            work.subscribers.forget(found, joined.clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not owed(joined)
    with joined.unit_of_work.read() as work:
        assert work.subscribers.find(ANN) is not None


def test_nothing_is_rewritten_where_nothing_is_owed(joined: Store) -> None:
    assert overwrite(joined.engine, {1: ANN})


def test_what_cannot_be_done_yet_stays_owed_and_is_done_later(joined: Store) -> None:
    if not joined.is_sqlite:
        pytest.skip("a reader of SQLite keeps its write-ahead log from being emptied")
    with joined.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM watches")
        with writing(joined.engine).begin() as writer:
            writer.exec_driver_sql("UPDATE watches SET failures = failures")
        erase(joined)
        assert owed(joined)
    assert joined.unit_of_work.finish_erasures()
    assert not owed(joined)


OTHER_PROGRAM = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("SELECT count(*) FROM subscribers").fetchall()
database.close()
"""


def test_another_program_does_not_remove_the_log_of_a_process_that_erased_somebody(joined: Store) -> None:
    """A process that closes the database's file loses SQLite's locks on it (sqlite.org/howtocorrupt.html, 2.2)."""
    if not joined.is_sqlite:
        pytest.skip("PostgreSQL keeps its log itself")
    with joined.engine.connect(), joined.engine.connect():
        pass  # several connections are in the pool, as the daemon's are
    erase(joined)
    name = str(joined.engine.url.database)
    with joined.unit_of_work.read() as work:
        log = Path(f"{name}-wal")
        before = log.stat().st_ino
        subprocess.run([sys.executable, "-c", OTHER_PROGRAM, name], check=True)
        assert log.exists(), "the log of an open database was removed"
        assert log.stat().st_ino == before
        work.subscribers.all()
