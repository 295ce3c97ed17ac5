"""Several workers: each takes up its own share of what is due, and what waits for long is anybody's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.checking.dispatch import due_watches
from monitor.core.model import Schedule, Watch
from monitor.core.schedule.host_turns import TurnWish
from monitor.core.schedule.sharing import ANYBODYS_AFTER
from monitor.ports.values import Role, Worker
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

HOSTS = 60


@pytest.fixture
def watched(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> list[str]:
    """Watch a page of each of many hosts, all due now; return the keys."""
    watches = tuple(Watch(f"page-{n}", "", f"https://h{n}.example/") for n in range(HOSTS))
    with unit_of_work.write() as work:
        work.watches.sync(Schedule(watches), clock.now())
    return [watch.key for watch in watches]


def sign(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, *names: str, roles: frozenset[Role] = frozenset(["check"])
) -> None:
    with unit_of_work.write() as work:
        for name in names:
            work.workers.sign(Worker(name, "machine", "1.2.3", roles), clock.now())


def due(unit_of_work: SqlUnitOfWork, clock: FakeClock, worker: str | None) -> list[str]:
    return [watch.key for watch in due_watches(unit_of_work, clock.now(), 1000, worker=worker)]


def test_each_of_several_workers_takes_up_its_share(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, watched: list[str]
) -> None:
    clock.move(seconds=5)
    sign(unit_of_work, clock, "one", "two", "three")
    shares = [due(unit_of_work, clock, worker) for worker in ("one", "two", "three")]
    assert sorted(key for share in shares for key in share) == sorted(watched)
    assert all(shares)


def test_a_worker_alone_takes_up_everything(unit_of_work: SqlUnitOfWork, clock: FakeClock, watched: list[str]) -> None:
    clock.move(seconds=5)
    sign(unit_of_work, clock, "one")
    sign(unit_of_work, clock, "a command", roles=frozenset())
    sign(unit_of_work, clock, "mails", roles=frozenset(["deliver"]))
    assert sorted(due(unit_of_work, clock, "one")) == sorted(watched)
    assert sorted(due(unit_of_work, clock, None)) == sorted(watched)


def test_a_dead_workers_share_is_the_others(unit_of_work: SqlUnitOfWork, clock: FakeClock, watched: list[str]) -> None:
    sign(unit_of_work, clock, "one", "dead")
    clock.move(seconds=16)
    sign(unit_of_work, clock, "one")
    assert sorted(due(unit_of_work, clock, "one")) == sorted(watched)


def test_what_waits_for_long_is_anybodys_unless_its_host_is_being_asked(
    unit_of_work: SqlUnitOfWork, clock: FakeClock, watched: list[str]
) -> None:
    clock.move(seconds=ANYBODYS_AFTER.total_seconds() + 1)
    sign(unit_of_work, clock, "one", "busy")
    with unit_of_work.write() as work:
        work.hosts.begin_turns(
            [TurnWish("h7.example", timedelta(minutes=1), "asker", "busy")], clock.now(), timedelta()
        )
    assert sorted(due(unit_of_work, clock, "one")) == sorted(set(watched) - {"page-7"})
