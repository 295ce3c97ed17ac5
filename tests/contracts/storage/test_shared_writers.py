"""Claims and uneventful checks beside each other on PostgreSQL, stopped before every statement of one of them.

One transaction stops before its n-th statement. The other one then runs until it is done or waits for a row. Then the
first goes on. Whatever n is, both end without an error, and what they left is what some order of the two would leave.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.checking.claims import Claimed, ClaimRequest, Claims
from monitor.checking.leftovers import Leftovers
from monitor.checking.recorder import Recorder, UneventfulCheck
from monitor.core.model import Outcome, Watch
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.ports import values
from monitor.ports.storage import Work
from monitor.ports.values import ObservedCheck, Settlement
from monitor.signs_of_life import SignsOfLife
from storage.engine import open_engine
from storage.unit_of_work import SqlUnitOfWork
from tests.conftest import Postgresql
from tests.contracts.storage.conftest import Store
from tests.contracts.storage.statement_boundaries import PATIENCE, Stop, beside, waiting
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.slow

HOSTS = ("a.example", "b.example", "c.example")
WATCHES = tuple(Watch(host[0] + page, "", f"https://{host}/{page}") for host in HOSTS for page in "12")
LEAST_STATEMENTS, MOST_STATEMENTS = 3, 30


class Worker:
    """One process of the fleet: connections of its own, and a stop before a statement of its transaction."""

    def __init__(self, name: str, url: str, clock: FakeClock) -> None:
        self.engine = open_engine(url)
        self.unit_of_work = SqlUnitOfWork(self.engine)
        self._clock = clock
        self.claims = Claims(self.unit_of_work, clock.now, worker=lambda: name)
        self.recorder: Recorder[str] = Recorder(self.unit_of_work, Leftovers(self.unit_of_work, clock.now))
        self.stop = Stop(self.engine)

    def claim(self, *hosts: str, force: bool = False) -> list[Claimed]:
        """Claim both watches of each of these hosts, all in one transaction."""
        requests = [
            ClaimRequest(host, (host[0] + "1", host[0] + "2"), timedelta(seconds=30), f"{id(self)}", force=force)
            for host in hosts
        ]
        return [found for found in self.claims._claim_all(requests) if isinstance(found, Claimed)]

    def record(self, claimed: list[Claimed], *, ends: bool = True) -> list[bool | Exception]:
        """Record that all of these are unchanged, and end their turns, in one transaction."""
        now = self._clock.now()
        checks = [
            UneventfulCheck(
                ObservedCheck(claim.watch_id, Outcome.UNCHANGED, 1, now),
                Settlement(
                    *(claim, replace(claim.watch_state, outcome=Outcome.UNCHANGED), now + timedelta(hours=1), None),
                    None,
                ),
                "",
            )
            for found in claimed
            for claim in reversed(found.claims.values())
        ]
        turns = [found.turn for found in reversed(claimed) if found.turn is not None]
        return self.recorder._record(checks, [(turn, now) for turn in turns] if ends else [])


class Two:
    """Two workers on one database, and what they do beside each other."""

    def __init__(self, url: str, engine: Engine, clock: FakeClock) -> None:
        self.clock = clock
        self.one, self.other = (Worker(name, url, clock) for name in ("one", "other"))
        self.unit_of_work = SqlUnitOfWork(engine)
        self._engine = engine
        self.store = Store(engine, self.unit_of_work, clock)

    def beside(self, number: int, first: Callable[[], object], second: Callable[[], object]) -> list[object] | None:
        """Return what both found, where the first stops before that statement; None where it has fewer."""
        return beside(self._engine, self.one.stop, number, first, second)

    def checks(self) -> dict[str, int]:
        """Return how often each watch has been checked."""
        with self.unit_of_work.read() as work:
            return {row.watch.key: row.checks for row in work.watches.all()}

    def waiting(self) -> int:
        """Return how many wait for a lock."""
        return waiting(self._engine)


@pytest.fixture
def two(postgresql: Postgresql, clock: FakeClock) -> Iterator[Two]:
    """Yield two workers on a database with six watches on three hosts, each with a first revision."""
    with postgresql.database() as url:
        engine = open_engine(url)
        two = Two(url, engine, clock)
        two.store.sync(*WATCHES)
        for watch in WATCHES:
            two.store.check(watch.key.encode(), watch)
        yield two
        with two.unit_of_work.read() as work:
            assert work.history.verify()[1] == []
        for opened in (engine, two.one.engine, two.other.engine):
            opened.dispose()


Actions = tuple[Callable[[], object], Callable[[], object]]


def every_boundary(two: Two, begin: Callable[[], Actions]) -> Iterator[tuple[list[Any], dict[str, int]]]:
    """Yield what both found and how often each watch was checked, for each statement before which the first stops."""
    for number in range(1, MOST_STATEMENTS):
        two.clock.move(hours=2)  # everything is due, and whatever was leased has run out
        first, second = begin()
        before = two.checks()
        found = two.beside(number, first, second)
        if found is None:
            assert number > LEAST_STATEMENTS, "the first had no statement to stop before"
            return
        assert not [each for each in found if isinstance(each, Exception)], (number, found)
        yield found, {key: checks - before[key] for key, checks in two.checks().items()}
    raise AssertionError("more statements than that")


def holders(*found: list[Claimed]) -> list[str]:
    """Return the keys of all watches that somebody has claimed."""
    return sorted(key for claims in found for claim in claims for key in claim.claims)


@pytest.mark.parametrize("known", [True, False], ids=["known hosts", "new hosts"])
def test_two_that_claim_the_same_hosts_share_them_out(two: Two, known: bool) -> None:  # noqa: FBT001  parametrised
    def begin() -> Actions:
        if not known:
            two.store.sql("DELETE FROM hosts")
        return lambda: two.one.claim(*HOSTS), lambda: two.other.claim(*reversed(HOSTS))

    two.one.claim(*HOSTS)
    for found, _ in every_boundary(two, begin):
        assert holders(*found) == sorted(watch.key for watch in WATCHES)
        assert sorted(claimed.turn.host for claims in found for claimed in claims if claimed.turn) == list(HOSTS)


@pytest.mark.parametrize("ends", [True, False], ids=["with ends of turns", "before they end"])
@pytest.mark.parametrize("late_stops", [True, False], ids=["the late one stops", "the new one stops"])
def test_what_is_recorded_late_counts_where_nobody_else_has_claimed_since(
    two: Two,
    ends: bool,  # noqa: FBT001  parametrised
    late_stops: bool,  # noqa: FBT001  parametrised
) -> None:
    late, new = (two.one, two.other) if late_stops else (two.other, two.one)

    def begin() -> Actions:
        claims = late.claim(*HOSTS)
        two.clock.move(hours=1)  # every lease and turn of it has run out
        actions = (lambda: late.record(claims, ends=ends), lambda: new.claim("b.example", "a.example"))
        return actions if late_stops else (actions[1], actions[0])

    for found, checks in every_boundary(two, begin):
        recorded, claimed = found if late_stops else reversed(found)
        kept = {watch.key for watch in WATCHES if watch.key not in holders(claimed)}
        assert kept >= {"c1", "c2"}
        assert sum(recorded) == len(kept)
        assert checks == {watch.key: int(watch.key in kept) for watch in WATCHES}


def test_what_two_record_of_their_own_is_both_kept(two: Two) -> None:
    def begin() -> Actions:
        mine, theirs = two.one.claim("a.example", "c.example"), two.other.claim("b.example")
        return lambda: two.one.record(mine), lambda: two.other.record(theirs)

    for found, checks in every_boundary(two, begin):
        assert found == [[True] * 4, [True] * 2]
        assert set(checks.values()) == {1}


def test_what_two_record_of_the_same_watches_counts_once(two: Two) -> None:
    def begin() -> Actions:
        late = two.one.claim("a.example", "b.example")
        two.clock.move(hours=1)
        newer = two.other.claim("b.example", "a.example")
        return lambda: two.one.record(late), lambda: two.other.record(newer)

    for found, checks in every_boundary(two, begin):
        assert found == [[False] * 4, [True] * 4]
        assert checks == {watch.key: int(watch.key[0] in "ab") for watch in WATCHES}


def test_a_change_waits_for_what_is_recorded_beside_it(two: Two) -> None:
    def begin() -> Actions:
        mine = two.one.claim("a.example")
        body = two.clock.now().isoformat().encode()
        return lambda: two.one.record(mine), lambda: two.store.check(body, WATCHES[2])

    for found, checks in every_boundary(two, begin):
        assert found[0] == [True] * 2
        assert (checks["a1"], checks["a2"], checks["b1"]) == (1, 1, 1)


NOTES: dict[str, Callable[[Work, FakeClock], None]] = {
    "robots.txt": lambda work, clock: work.hosts.keep_robots("https://new.example", "Disallow:", clock.now()),
    "Retry-After": lambda work, clock: work.hosts.hold("new.example", clock.now()),
}


@pytest.mark.parametrize("noted", NOTES)
def test_what_two_note_of_a_new_host_at_once_is_noted_once(two: Two, noted: str) -> None:
    def note(worker: Worker) -> None:
        with worker.unit_of_work.write_shared() as work:
            NOTES[noted](work, two.clock)

    number = 0
    found: list[object] | None = []
    while found is not None:
        number += 1
        two.store.sql("DELETE FROM hosts WHERE host = 'new.example'")
        two.store.sql("DELETE FROM robots")
        found = two.beside(number, lambda: note(two.one), lambda: note(two.other))
        assert found in ([None, None], None)
    assert number > 2, "the first had no statement to stop before"
    with two.unit_of_work.read() as work:
        now = two.clock.now()
        expected = {"robots.txt": ({}, ("Disallow:", now)), "Retry-After": ({"new.example": now}, None)}
        assert (work.hosts.holds(), work.hosts.robots("https://new.example")) == expected[noted]


def test_a_sign_of_life_waits_neither_for_claims_nor_for_other_signs(two: Two) -> None:
    given = [values.Worker(name, "machine", "1.2.3", frozenset()) for name in ("one", "other")]
    with two.unit_of_work.write_shared() as work:
        work.hosts.lock(HOSTS)
        work.workers.sign(given[0], two.clock.now())
        SignsOfLife(two.other.unit_of_work, two.clock, given[1]).sign()
    with two.unit_of_work.read() as work:
        assert {worker.id for worker in work.workers.all()} == {"one", "other"}


def test_hosts_are_locked_in_one_order_whatever_the_database_sorts_by(two: Two) -> None:
    names = ("a.example.se", "a.example:8080")  # in Swedish, and in most collations, the other way round
    two.store.sql('ALTER TABLE hosts ALTER COLUMN host TYPE varchar COLLATE "sv-x-icu"')
    now, found = two.clock.now(), list[object]()
    with two.unit_of_work.write() as work:
        turns = work.hosts.begin_turns(
            [TurnWish(name, timedelta(minutes=1), "asker") for name in names], now, timedelta(0)
        )

    def run(action: Callable[[Work], None], worker: Worker) -> None:
        try:
            with worker.unit_of_work.write_shared() as work:
                action(work)
        except Exception as error:  # noqa: BLE001  a thread's error, for the test to examine
            found.append(error)

    def locks(work: Work) -> None:
        work.hosts.lock(names)

    def ends(work: Work) -> None:
        work.hosts.end_turns([(turn, now) for turn in turns if isinstance(turn, HostTurn)])

    threads = [
        threading.Thread(target=run, args=(locks, two.one)),
        threading.Thread(target=run, args=(ends, two.other)),
    ]
    with two.unit_of_work.write_shared() as work:
        work.hosts.lock(names[1:])  # both come to wait for it, or for each other
        for waiting, thread in enumerate(threads, 1):
            thread.start()
            while two.waiting() < waiting:
                thread.join(0.005)
    for thread in threads:
        thread.join(PATIENCE)
    assert found == []
