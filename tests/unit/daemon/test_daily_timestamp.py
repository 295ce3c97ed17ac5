"""The daily time stamp."""

from __future__ import annotations

from datetime import timedelta

from bevaka.daemon.daily_timestamp import DailyTimestamp
from monitor.ports.values import Timestamp
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock


def test_it_is_asked_for_once_a_day(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    asked = []

    def stamp() -> Timestamp | None:
        asked.append(clock.now())
        with unit_of_work.write() as work:
            work.timestamps.add(clock.now(), "https://tsa.example/", "bevaka heads 1\n", b"token")
            return work.timestamps.latest()

    keepers = [
        DailyTimestamp(unit_of_work, stamp, clock) for _ in range(2)
    ]  # one after the other, or both for a moment
    for hour in range(49):
        keepers[hour // 7 % 2].round()
        if hour % 7 == 0:
            keepers[1].round()
        clock.move(hours=1)
    assert [at - asked[0] for at in asked] == [timedelta(days=day) for day in range(3)]


def test_a_round_in_which_nothing_is_new_is_asked_again(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    asked = []
    daily = DailyTimestamp(unit_of_work, lambda: asked.append(clock.now()), clock)
    daily.round()
    daily.round()
    assert len(asked) == 2
