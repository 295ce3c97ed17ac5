"""Due times after a clock that jumped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bevaka.daemon.clock_jumps import pull_in_due_times
from monitor.core.model import Cadence, NewDelivery, Schedule, Watch, WatchState
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

WATCH = Watch("county", "County", "https://county.example/", cadence=Cadence(timedelta(hours=6)))


@pytest.fixture
def now(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> datetime:
    """Add WATCH to the database and return the current time."""
    with unit_of_work.write() as work:
        work.watches.sync(Schedule((WATCH,)), clock.now())
    return clock.now()


def due_at(unit_of_work: SqlUnitOfWork, at: datetime, now: datetime) -> None:
    """Make WATCH due at `at`."""
    with unit_of_work.write() as work:
        claim = work.watches.claim(WATCH.key, now, timedelta(minutes=1), force=True)
        assert claim is not None
        work.watches.settle(claim, WatchState(last_seen=now), at, None, None)


def next_check_at(unit_of_work: SqlUnitOfWork) -> datetime | None:
    """Return when WATCH is due."""
    with unit_of_work.read() as work:
        return work.watches.get(WATCH.key).next_check_at


def test_a_check_that_lies_absurdly_far_ahead_is_pulled_in(unit_of_work: SqlUnitOfWork, now: datetime) -> None:
    due_at(unit_of_work, now + timedelta(days=3650), now)
    assert pull_in_due_times(unit_of_work, now, lambda: 0.0) == 1
    assert next_check_at(unit_of_work) == now + timedelta(hours=6)


def test_what_is_known_of_the_watch_stays(unit_of_work: SqlUnitOfWork, now: datetime) -> None:
    due_at(unit_of_work, now + timedelta(days=3650), now)
    pull_in_due_times(unit_of_work, now, lambda: 0.0)
    with unit_of_work.read() as work:
        assert work.watches.get(WATCH.key).watch_state == WatchState(last_seen=now)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=5), timedelta(hours=6, minutes=5)])
def test_a_check_that_may_well_be_due_then_stays(unit_of_work: SqlUnitOfWork, now: datetime, ahead: timedelta) -> None:
    due_at(unit_of_work, now + ahead, now)
    assert pull_in_due_times(unit_of_work, now, lambda: 0.0) == 0
    assert next_check_at(unit_of_work) == now + ahead


def test_a_check_that_waits_until_its_host_may_be_asked_again_stays(unit_of_work: SqlUnitOfWork, now: datetime) -> None:
    until = now + timedelta(hours=20)
    due_at(unit_of_work, until, now)
    with unit_of_work.write() as work:
        work.hosts.hold("county.example", until)
    assert pull_in_due_times(unit_of_work, now, lambda: 0.0) == 0
    assert next_check_at(unit_of_work) == until


def test_a_clock_set_back_by_an_hour_makes_no_check_wait_an_hour_longer(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, now: datetime
) -> None:
    due_at(unit_of_work, now + timedelta(hours=6), now)
    earlier = clock.move(hours=-1)
    pull_in_due_times(unit_of_work, earlier, lambda: 0.0)
    assert next_check_at(unit_of_work) == earlier + timedelta(hours=6)


def test_of_very_many_each_is_pulled_in_once(unit_of_work: SqlUnitOfWork, tmp_path: Path, now: datetime) -> None:
    watches = tuple(replace(WATCH, key=f"page-{number}") for number in range(1203))
    with unit_of_work.write() as work:
        work.watches.sync(Schedule(watches), now)
    far = int((now + timedelta(days=3650)).timestamp() * 1_000_000)
    with closing(sqlite3.connect(tmp_path / "bevaka.db")) as database, database:
        database.execute("UPDATE watches SET next_check_at = ? WHERE key != 'page-7'", (far,))
    assert pull_in_due_times(unit_of_work, now, lambda: 0.0) == 1202
    assert pull_in_due_times(unit_of_work, now, lambda: 0.0) == 0
    with unit_of_work.read() as work:
        due = {row.next_check_at for row in work.watches.each()}
    assert due == {now, now + timedelta(hours=6)}


@pytest.mark.parametrize(
    ("kind", "ahead", "is_pulled"),
    [("mail", 10, True), ("mail", 1, False), ("digest", 10, True), ("digest", 8, False)],
)
def test_a_mail_that_was_owed_while_the_clock_ran_ahead_is_pulled_in(
    unit_of_work: SqlUnitOfWork, now: datetime, kind: Literal["mail", "digest"], ahead: int, *, is_pulled: bool
) -> None:
    due = now + timedelta(days=ahead)
    with unit_of_work.write() as work:
        ann = work.subscribers.add("ann@kommun.example", "sv", now, how="operator")
        work.outbox.add([NewDelivery(ann.id, kind, "k", "<m@x>", "<t@x>", due, ())], due)
    assert pull_in_due_times(unit_of_work, now, lambda: 0.0) == is_pulled
    with unit_of_work.read() as work:
        assert bool(work.outbox.due(now, 10)) is is_pulled
