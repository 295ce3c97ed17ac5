"""Signs of life: who is taken for dead, who is not, and who may judge."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.ports.values import Worker
from monitor.signs_of_life import DEAD_AFTER, EVERY, SignsOfLife
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

HOST = "county.example"


class Time:
    """The wall clock and the monotonic clock of a machine."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.monotonic = 100.0

    def pass_(self, seconds: float) -> None:
        """Let both clocks run on."""
        self.clock.move(seconds=seconds)
        self.monotonic += seconds


@pytest.fixture
def passing(clock: FakeClock) -> Time:
    return Time(clock)


@pytest.fixture
def worker(unit_of_work: SqlUnitOfWork, passing: Time) -> Callable[[str], SignsOfLife]:
    def of(name: str) -> SignsOfLife:
        given = Worker(name, f"machine of {name}", "1.2.3", frozenset(["keeper"]))
        return SignsOfLife(unit_of_work, passing.clock, given, monotonic=lambda: passing.monotonic)

    return of


def known(unit_of_work: SqlUnitOfWork) -> list[str]:
    with unit_of_work.read() as work:
        return sorted(found.id for found in work.workers.all())


def hold(unit_of_work: SqlUnitOfWork, passing: Time, worker: SignsOfLife) -> bool:
    """Begin a long turn at the host; return whether it could be begun."""
    wish = TurnWish(HOST, timedelta(minutes=10), "asker", worker.worker_id)
    with unit_of_work.write() as work:
        [found] = work.hosts.begin_turns([wish], passing.clock.now(), timedelta(seconds=2))
    return isinstance(found, HostTurn)


def test_who_gives_no_sign_for_long_is_dead_and_its_host_is_free(
    unit_of_work: SqlUnitOfWork,
    passing: Time,
    worker: Callable[[str], SignsOfLife],
    caplog: pytest.LogCaptureFixture,
) -> None:
    lost, left = worker("lost"), worker("left")
    lost.sign()
    assert hold(unit_of_work, passing, lost)
    with caplog.at_level(logging.WARNING):
        for _ in range(int(DEAD_AFTER.total_seconds() // EVERY)):
            passing.pass_(EVERY)
            left.sign()
            assert known(unit_of_work) == ["left", "lost"]
        assert not hold(unit_of_work, passing, left)
        passing.pass_(EVERY)
        left.sign()
    assert known(unit_of_work) == ["left"]
    [said] = caplog.records
    assert (said.__dict__["machine"], said.__dict__["hosts"]) == ("machine of lost", 1)
    passing.pass_(EVERY)
    assert hold(unit_of_work, passing, left)


def test_who_was_taken_for_dead_and_is_not_signs_on(
    unit_of_work: SqlUnitOfWork, passing: Time, worker: Callable[[str], SignsOfLife]
) -> None:
    stopped, other = worker("stopped"), worker("other")
    stopped.sign()
    for _ in range(5):
        passing.pass_(EVERY)
        other.sign()
    assert known(unit_of_work) == ["other"]
    stopped.sign()
    assert known(unit_of_work) == ["other", "stopped"]


def test_nobody_is_judged_after_a_time_in_which_nobody_could_write(
    unit_of_work: SqlUnitOfWork, passing: Time, worker: Callable[[str], SignsOfLife]
) -> None:
    one, other = worker("one"), worker("other")
    one.sign()
    other.sign()
    passing.pass_(60)  # another program wrote for a minute
    one.sign()
    assert known(unit_of_work) == ["one", "other"]
    other.sign()
    passing.pass_(EVERY)
    one.sign()
    assert known(unit_of_work) == ["one", "other"]


@pytest.mark.parametrize("hours", [1, -1])
def test_nobody_is_judged_by_a_clock_that_was_set(
    unit_of_work: SqlUnitOfWork, passing: Time, worker: Callable[[str], SignsOfLife], hours: int
) -> None:
    one, other = worker("one"), worker("other")
    one.sign()
    other.sign()
    passing.clock.move(hours=hours)
    passing.pass_(EVERY)
    one.sign()
    assert known(unit_of_work) == ["one", "other"]
    other.sign()
    passing.pass_(EVERY)
    one.sign()
    assert known(unit_of_work) == ["one", "other"]


def test_a_dead_worker_is_found_also_after_the_clock_was_set_back(
    unit_of_work: SqlUnitOfWork, passing: Time, worker: Callable[[str], SignsOfLife]
) -> None:
    worker("lost").sign()
    passing.clock.move(hours=-1)
    one = worker("one")
    one.sign()
    passing.pass_(EVERY)
    one.sign()
    assert known(unit_of_work) == ["one"]


def test_signs_are_given_from_the_beginning_to_the_end(
    unit_of_work: SqlUnitOfWork, worker: Callable[[str], SignsOfLife]
) -> None:
    one, names = worker("one"), []
    names.append(one.worker_id)
    with one:
        names.append(one.worker_id)
        assert known(unit_of_work) == ["one"]
    names.append(one.worker_id)
    assert names == [None, "one", None]
    assert known(unit_of_work) == []


def keeping(*workers: SignsOfLife) -> list[str]:
    """Return who is the keeper."""
    return [str(worker.worker_id) for worker in workers if worker.is_keeper]


def test_the_one_that_lives_the_longest_is_the_keeper_and_another_one_after_it(
    unit_of_work: SqlUnitOfWork, passing: Time, worker: Callable[[str], SignsOfLife]
) -> None:
    first, second = worker("first"), worker("second")
    assert keeping(first, second) == []
    first.sign()
    passing.pass_(1)
    second.sign()
    assert keeping(first, second) == ["first"]
    for _ in range(3):
        passing.pass_(EVERY)
        second.sign()
        assert len(keeping(first, second)) <= 1
    passing.pass_(EVERY)
    second.sign()
    assert keeping(first, second) == ["second"]
    first.sign()  # it was stopped, and goes on
    passing.pass_(EVERY)
    second.sign()
    first.sign()
    assert keeping(first, second) == ["second"]
