"""Turns of a host: which check shares a transaction, which waits for none; lost leases, failed writes, taken hosts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.checking import recorder
from monitor.checking.claims import MOST_TOGETHER, Claimed, ClaimRequest, Claims, Together
from monitor.checking.host_turn import ASK_AGAIN, LONGEST_PAUSE, PATIENCE, SHARED_FOR, TurnAtHost
from monitor.checking.leftovers import Leftovers
from monitor.checking.recorder import MOST_BYTES, Recorder, UneventfulCheck
from monitor.core.model import Fetched, Outcome, Watch, WatchState
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.errors import DatabaseBusy, LeaseLost, TurnPaused, UnknownWatch
from monitor.ports.values import Claim, NewRevision, ObservedCheck, Settlement
from tests.fakes.clock import FakeClock


@dataclass
class Store:
    """A storage that records the leases, and what was written in which transaction."""

    clock: FakeClock
    known: set[str]
    writes: list[list[str]] = field(default_factory=list)
    leased: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    busy: int = 0
    """The number of transactions that fail from now on."""
    taken: set[str] = field(default_factory=set)
    """The hosts whose turn is held."""
    wanted: set[str] = field(default_factory=set)
    """The hosts that somebody else waits for."""
    tokens: dict[str, int] = field(default_factory=dict)
    turns: list[str] = field(default_factory=list)
    """What was done with turns, in order."""
    unwritable: set[int] = field(default_factory=set)
    """The ids of watches whose observations cannot be written."""

    @contextmanager
    def write(self) -> Iterator[Any]:
        if self.busy:
            self.busy -= 1
            raise DatabaseBusy("busy")
        self.writes.append([])
        yield self

    write_shared = write

    def lock(self, names: Collection[str]) -> None:
        pass

    @property
    def written(self) -> list[str]:
        """Everything that was written, in order."""
        return [line for lines in self.writes for line in lines]

    @property
    def watches(self) -> Any:
        return self

    @property
    def history(self) -> Any:
        return self

    def claim(self, key: str, now: Any, lease: timedelta, *, force: bool) -> Claim | None:
        if key not in self.known:
            raise UnknownWatch(key, ())
        return next(iter(self.claim_all([key], now, lease, force=force)), None)

    def claim_all(self, keys: list[str], now: Any, lease: timedelta, *, force: bool) -> list[Claim]:
        given = [key for key in keys if key in self.known and key not in self.leased]
        self.leased |= set(given)
        self.writes[-1] += [f"claim {key}" for key in given]
        return [Claim(number_of(key), key, 1, now + lease, WatchState(), None, None, None) for key in given]

    def held(self, claims: list[Claim]) -> set[int]:
        return {claim.watch_id for claim in claims if claim.key not in self.lost}

    @property
    def snapshots(self) -> Any:
        return self

    @property
    def hosts(self) -> Any:
        return self

    def begin_turns(self, wishes: Sequence[TurnWish], now: datetime, spacing: timedelta) -> list[HostTurn | datetime]:
        del spacing
        found: list[HostTurn | datetime] = []
        for wish in wishes:
            if wish.host in self.taken:
                found.append(now + timedelta(minutes=1))
                continue
            self.tokens[wish.host] = self.tokens.get(wish.host, 0) + 1
            self.taken.add(wish.host)
            self.turns.append(f"begin {wish.host}")
            found.append(HostTurn(wish.host, self.tokens[wish.host]))
        return found

    def extend_turns(self, leases: Mapping[HostTurn, timedelta], now: datetime) -> dict[HostTurn, bool]:
        del now
        return {turn: turn.host in self.wanted for turn in leases if self.tokens[turn.host] == turn.token}

    def end_turns(self, ends: Sequence[tuple[HostTurn, datetime]]) -> None:
        for turn, _ in ends:
            self.taken.discard(turn.host)
            self.turns.append(f"end {turn.host}")

    def want_turn(self, host: str, asker: str, now: datetime) -> None:
        del asker, now
        self.turns.append(f"want {host}")

    def add_all(self, revisions: list[NewRevision]) -> None:
        self.writes[-1] += [f"copy {revision.watch_id}" for revision in revisions]

    def observe_all(self, checks: list[ObservedCheck]) -> None:
        if self.unwritable & {check.watch_id for check in checks}:
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        self.writes[-1] += [f"observe {check.watch_id}" for check in checks]

    def settle_all(self, settlements: list[Settlement]) -> None:
        self.writes[-1] += [f"settle {settlement.claim.key}" for settlement in settlements]
        self.leased -= {settlement.claim.key for settlement in settlements}

    def release(self, claim: Claim) -> None:
        self.writes[-1].append(f"release {claim.key}")
        self.leased.discard(claim.key)


def number_of(key: str) -> int:
    return int(key.partition("-")[2])


def watches(count: int) -> list[Watch]:
    return [Watch(f"page-{number}", "Page", f"https://county.example/{number}") for number in range(count)]


@pytest.fixture
def store(clock: FakeClock) -> Store:
    return Store(clock, {watch.key for watch in watches(300)})


Answer = Callable[[Watch, Claim], Any]


def uneventful(watch: Watch, claim: Claim, clock: FakeClock) -> UneventfulCheck[str]:
    now = clock.now()
    return UneventfulCheck(
        ObservedCheck(claim.watch_id, Outcome.UNCHANGED, 1, now),
        Settlement(claim, WatchState(Outcome.UNCHANGED), now, None, None),
        f"{watch.key} unchanged",
    )


def first(watch: Watch, claim: Claim, clock: FakeClock, body: bytes = b"a page") -> UneventfulCheck[str]:
    fetched = Fetched(watch.url, 200, (), body, clock.now())
    revision = NewRevision(claim.watch_id, watch.url, fetched, watch.recipe, "ab" * 32, "page/1", "The text\n")
    return replace(uneventful(watch, claim, clock), result=f"{watch.key} first", new_revision=revision)


@dataclass
class Gate:
    """A host gate that asks for these pauses."""

    seconds: float = 0.0
    asks_to_be_left: bool = False
    holds: set[str] = field(default_factory=set)
    can_pause: list[bool] = field(default_factory=list)

    @contextmanager
    def holding(self, host: str, *, can_pause: bool) -> Iterator[None]:
        self.holds.add(host)
        self.can_pause.append(can_pause)
        yield
        self.holds.discard(host)

    def pause(self, host: str) -> float:
        del host
        return self.seconds

    def is_left_alone(self, host: str) -> bool:
        del host
        return self.asks_to_be_left

    def prefetch(self, work: Any, hosts: Sequence[str]) -> None:
        pass


HOST = "county.example"


def turn_of(
    store: Store,
    check: Answer,
    told: Callable[[Watch, Any], None],
    *,
    gate: Gate | None = None,
    stopping: Callable[[], bool] = lambda: False,
    count: int = 4,
    force: bool = False,
    leftovers: Leftovers | None = None,
) -> tuple[Generator[float, None, None], Recorder[str]]:
    unit_of_work: Any = store
    leftovers = leftovers or Leftovers(unit_of_work, store.clock.now)
    writer: Recorder[str] = Recorder(unit_of_work, leftovers)
    claims = Claims(unit_of_work, store.clock.now)
    turn = TurnAtHost(store.clock, gate or Gate(), claims, writer, leftovers, check, stopping=stopping)
    return turn.run(HOST, watches(count), told, force=force), writer


def run(store: Store, count: int, check: Answer, **given: Any) -> dict[str, Any]:
    answers: list[tuple[str, Any]] = []
    steps, writer = turn_of(
        store, check, lambda watch, answer: answers.append((watch.key, answer)), count=count, **given
    )
    for _ in steps:
        pass
    writer.flush()
    assert sorted(key for key, _ in answers) == sorted(watch.key for watch in watches(count))  # each watch once
    return dict(answers)


def test_uneventful_checks_of_a_quick_site_share_transactions(store: Store) -> None:
    answers = run(store, 200, lambda watch, claim: uneventful(watch, claim, store.clock))
    assert answers["page-199"] == "page-199 unchanged"
    assert store.leased == set()
    claimed = [sum(line.startswith("claim") for line in written) for written in store.writes]
    assert [size for size in claimed if size] == [1, 2, 4, 8, 16, 32, 64, 64, 9]
    settled = [written for written in store.writes if any(line.startswith("settle") for line in written)]
    assert len(settled) <= 4  # by time or number, not one for each batch


def test_a_slow_site_has_a_claim_per_check_and_holds_no_lease_for_later(store: Store) -> None:
    checked: set[str] = set()

    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        assert store.leased - checked <= {watch.key, f"page-{number_of(watch.key) + 1}"}
        checked.add(watch.key)
        store.clock.move(seconds=2)
        return uneventful(watch, claim, store.clock)

    run(store, 5, check)
    assert [line for line in store.written if line.startswith("settle")] == [f"settle page-{n}" for n in range(5)]
    assert max(sum(line.startswith("claim") for line in written) for written in store.writes) <= 2


def test_a_change_does_not_wait_for_the_checks_around_it(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str] | str:
        if watch.key != "page-4":
            return uneventful(watch, claim, store.clock)
        store.leased.discard(watch.key)  # as if the change was recorded
        return "changed"

    answers = run(store, 7, check)
    assert list(answers).index("page-4") == 0  # the results before it still wait for company
    assert answers["page-4"] == "changed"
    assert "release page-4" not in store.written


def test_first_revisions_of_a_quick_site_share_transactions_with_the_other_checks(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        return (first if number_of(watch.key) % 2 else uneventful)(watch, claim, store.clock)

    answers = run(store, 15, check)
    assert answers["page-13"] == "page-13 first"
    assert store.leased == set()
    [settled] = [written for written in store.writes if any(line.startswith("settle") for line in written)]
    assert sum(line.startswith("copy") for line in settled) == 7
    assert settled.index("copy 7") < settled.index("observe 7")


def test_first_copies_that_are_large_wait_no_longer_than_they_have_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LONGEST_WAIT", 60.0)
    body = bytes(MOST_BYTES // 2 + 1)
    run(store, 15, lambda watch, claim: first(watch, claim, store.clock, body))
    assert sum(line.startswith("settle") for line in store.written) == 15
    assert max(sum(line.startswith("copy") for line in written) for written in store.writes) <= 3
    assert store.leased == set()


def test_one_check_that_cannot_be_written_does_not_keep_the_others_from_it(store: Store) -> None:
    store.unwritable = {4}
    answers = run(store, 7, lambda watch, claim: first(watch, claim, store.clock))
    assert isinstance(answers.pop("page-4"), UnicodeEncodeError)
    assert set(answers.values()) == {f"page-{number} first" for number in (0, 1, 2, 3, 5, 6)}
    assert store.leased == set()


def test_what_another_worker_took_over_is_not_written(store: Store) -> None:
    store.lost = {"page-2"}
    answers = run(store, 3, lambda watch, claim: uneventful(watch, claim, store.clock))
    assert answers == {"page-0": "page-0 unchanged", "page-1": "page-1 unchanged", "page-2": None}
    assert "observe 2" not in store.written
    assert "settle page-2" not in store.written


def test_a_lease_that_is_lost_during_the_check_ends_that_check_alone(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-1":
            raise LeaseLost(watch.key)
        return uneventful(watch, claim, store.clock)

    assert run(store, 3, check)["page-1"] is None


def test_an_error_is_given_for_its_watch_and_the_lease_goes_back(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-2":
            raise ZeroDivisionError
        return uneventful(watch, claim, store.clock)

    answers = run(store, 4, check)
    assert isinstance(answers["page-2"], ZeroDivisionError)
    assert answers["page-3"] == "page-3 unchanged"
    assert store.leased == set()


def test_checks_that_could_not_be_written_are_all_told_and_their_leases_go_back(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-2":
            store.busy = 1  # the transaction that would settle them
        return uneventful(watch, claim, store.clock)

    answers = run(store, 3, check)
    assert {type(answer) for answer in answers.values()} == {DatabaseBusy}
    assert store.leased == set()
    assert store.taken == set()


def test_what_could_not_be_given_back_is_given_back_when_the_database_can_be_written(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        store.busy = 4  # neither settling, nor ending the turn, nor giving either back succeeds
        return uneventful(watch, claim, store.clock)

    unit_of_work: Any = store
    leftovers = Leftovers(unit_of_work, store.clock.now)
    answers: list[Any] = []
    steps, writer = turn_of(store, check, lambda _, answer: answers.append(answer), count=1, leftovers=leftovers)
    for _ in steps:
        pass
    writer.flush()
    assert isinstance(answers[0], DatabaseBusy)
    assert (store.leased, store.taken) == ({"page-0"}, {HOST})
    leftovers.settle()
    assert (store.leased, store.taken) == (set(), set())
    leftovers.settle()  # nothing is left
    assert store.turns.count(f"end {HOST}") == 1


def test_watches_that_cannot_be_claimed_together_are_tried_one_by_one(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-0":
            store.busy = 1  # the claim of the next two
        return uneventful(watch, claim, store.clock)

    answers = run(store, 4, check)
    assert set(answers.values()) == {f"page-{number} unchanged" for number in range(4)}


def test_an_unknown_watch_alone_is_said_to_be_unknown(store: Store) -> None:
    store.known.clear()
    assert isinstance(run(store, 1, lambda watch, claim: "never")["page-0"], UnknownWatch)


def test_one_that_is_in_anothers_hands_is_left_alone(store: Store) -> None:
    store.leased = {"page-0", "page-2"}
    answers = run(store, 3, lambda watch, claim: uneventful(watch, claim, store.clock))
    assert answers == {"page-0": None, "page-1": "page-1 unchanged", "page-2": None}
    assert store.leased == {"page-0", "page-2"}


def test_told_to_stop_it_writes_what_it_has_and_gives_the_rest_back(store: Store) -> None:
    seen: list[str] = []

    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        seen.append(watch.key)
        return uneventful(watch, claim, store.clock)

    answers = run(store, 7, check, stopping=lambda: len(seen) == 4)
    assert [key for key, answer in answers.items() if answer is not None] == [f"page-{n}" for n in range(4)]
    assert store.leased == set()


def test_a_turn_that_is_closed_gives_its_leases_and_its_host_back(store: Store) -> None:
    answers: list[str] = []
    steps, writer = turn_of(
        store,
        lambda watch, claim: uneventful(watch, claim, store.clock),
        lambda watch, _: answers.append(watch.key),
        count=5,
    )
    next(steps)
    next(steps)
    steps.close()
    writer.flush()
    assert sorted(answers) == ["page-0", "page-1"]
    assert store.leased == set()
    assert store.turns == [f"begin {HOST}", f"end {HOST}"]


def test_a_clock_that_is_set_back_ends_a_second_too(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-1":
            store.clock.move(seconds=-2 * SHARED_FOR.total_seconds())
        return uneventful(watch, claim, store.clock)

    answers = run(store, 4, check)
    assert answers["page-3"] == "page-3 unchanged"
    assert "release page-2" in store.written


# The host


def test_a_host_that_is_taken_is_asked_for_again_and_wanted_where_a_person_asks(store: Store) -> None:
    store.taken = {HOST}
    answers: dict[str, Any] = {}
    for force in (False, True):
        steps, writer = turn_of(
            store,
            lambda watch, claim: uneventful(watch, claim, store.clock),
            lambda watch, answer: answers.update({watch.key: answer}),
            count=1,
            force=force,
        )
        store.taken = {HOST}
        assert [next(steps), next(steps)] == [ASK_AGAIN, ASK_AGAIN]
        assert answers == {}
        store.taken = set()
        assert list(steps) == []
        writer.flush()
        assert answers.pop("page-0") == "page-0 unchanged"
        wants = store.turns.count(f"want {HOST}")
        assert wants == (2 if force else 0)


def test_a_turn_ends_for_one_who_waits_and_begins_again(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        store.wanted = {HOST} if watch.key == "page-0" else set()
        return uneventful(watch, claim, store.clock)

    run(store, 4, check)
    assert store.turns == [f"begin {HOST}", f"end {HOST}", f"begin {HOST}", f"end {HOST}"]


def test_one_who_has_waited_for_a_minute_asks_the_holder_to_end(store: Store) -> None:
    store.taken = {HOST}
    steps, _ = turn_of(store, lambda *_: None, lambda *_: None, count=1)
    next(steps)
    store.clock.move(seconds=PATIENCE.total_seconds())
    next(steps)
    assert f"want {HOST}" not in store.turns
    store.clock.move(seconds=1)
    next(steps)
    assert store.turns == [f"want {HOST}"]
    steps.close()


def test_a_host_that_asks_to_be_left_alone_is_asked_no_more_unless_a_person_asks(store: Store) -> None:
    gate = Gate()

    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        gate.asks_to_be_left = number_of(watch.key) >= 1  # the second page says so, in a batch with a third
        return uneventful(watch, claim, store.clock)

    answers = run(store, 5, check, gate=gate)
    assert [key for key, answer in answers.items() if answer is not None] == ["page-0", "page-1"]
    assert store.leased == set()
    assert all(run(store, 5, check, gate=gate, force=True).values())


def test_a_turn_is_not_held_through_a_long_pause(store: Store) -> None:
    gate = Gate(LONGEST_PAUSE + 1)
    run(store, 2, lambda watch, claim: uneventful(watch, claim, store.clock), gate=gate)
    assert store.turns == [f"begin {HOST}", f"end {HOST}"] * 2
    store.turns.clear()
    run(store, 2, lambda watch, claim: uneventful(watch, claim, store.clock), gate=Gate(LONGEST_PAUSE))
    assert store.turns == [f"begin {HOST}", f"end {HOST}"]


def test_a_check_that_paused_goes_on_after_the_pause_with_a_claim_of_its_own(store: Store) -> None:
    gate = Gate(2.0)

    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        assert watch.key in store.leased
        if gate.can_pause[-1]:
            raise TurnPaused
        return uneventful(watch, claim, store.clock)

    answers: dict[str, str] = {}
    steps, writer = turn_of(store, check, lambda watch, answer: answers.update({watch.key: answer}), gate=gate, count=2)
    assert next(steps) == 2.0
    assert store.leased == set()  # nothing is held meanwhile but the host's turn
    assert store.turns == [f"begin {HOST}"]
    assert list(steps) == [2.0, 2.0]
    writer.flush()
    assert gate.can_pause == [True, False, True, False]  # a check pauses once
    assert answers == {"page-0": "page-0 unchanged", "page-1": "page-1 unchanged"}
    assert store.turns == [f"begin {HOST}", f"end {HOST}"]


def test_a_turn_that_was_lost_is_begun_anew(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-0":
            store.tokens[HOST] += 1  # somebody else had it when the lease ran out, and has ended it
            store.taken = set()
        return uneventful(watch, claim, store.clock)

    answers = run(store, 3, check)
    assert answers["page-2"] == "page-2 unchanged"
    assert store.turns.count(f"begin {HOST}") == 2


# Several turns


def test_what_several_threads_ask_meanwhile_is_served_together() -> None:
    begun, go_on = threading.Event(), threading.Event()
    served: list[list[int]] = []

    def serve(requests: Sequence[int]) -> list[int | Exception]:
        served.append(list(requests))
        begun.set()
        assert go_on.wait(20)
        return [ValueError(str(each)) if each < 0 else each * 2 for each in requests]

    together: Together[int, int] = Together(serve)
    with ThreadPoolExecutor(MOST_TOGETHER + 20) as pool:
        first = pool.submit(together.ask, 1)
        assert begun.wait(20)
        others = [pool.submit(together.ask, number) for number in [*range(2, MOST_TOGETHER + 10), -5]]
        while len(together._queue) < len(others):
            time.sleep(0.005)
        go_on.set()
        assert first.result(20) == 2
        assert sorted(other.result(20) for other in others[:-1]) == [2 * n for n in range(2, MOST_TOGETHER + 10)]
        with pytest.raises(ValueError, match="-5"):
            others[-1].result(20)
    assert [len(requests) for requests in served] == [1, MOST_TOGETHER, len(others) - MOST_TOGETHER]
    assert together.ask(7) == 14


def test_an_error_of_a_transaction_is_that_of_each_request_in_it_and_the_next_one_is_served() -> None:
    failing = [True]

    def serve(requests: Sequence[int]) -> list[int | Exception]:
        if failing.pop():
            raise DatabaseBusy("busy")
        return list(requests)

    together: Together[int, int] = Together(serve)
    with pytest.raises(DatabaseBusy):
        together.ask(1)
    failing.append(False)
    assert together.ask(2) == 2


def test_a_check_that_cannot_be_written_fails_alone_though_other_turns_share_its_transaction(store: Store) -> None:
    unit_of_work: Any = store
    writer: Recorder[str] = Recorder(unit_of_work, Leftovers(unit_of_work, FakeClock().now))
    claims = store_claims(store, 3)
    store.unwritable = {1}
    answers: dict[int, Any] = {}
    for number, claim in enumerate(claims):
        check = uneventful(watches(3)[number], claim, store.clock)
        writer.record(check, lambda answer, number=number: answers.update({number: answer}))  # type: ignore[misc]
    writer.flush()
    assert {number: type(answer).__name__ for number, answer in answers.items()} == {
        0: "str", 1: "UnicodeEncodeError", 2: "str"
    }  # fmt: skip


def store_claims(store: Store, count: int) -> list[Claim]:
    with store.write() as work:
        claims: list[Claim] = work.claim_all(
            [watch.key for watch in watches(count)], store.clock.now(), timedelta(minutes=1), force=False
        )
    return claims


def test_turns_that_claim_together_get_each_their_own(store: Store) -> None:
    unit_of_work: Any = store
    claims = Claims(unit_of_work, store.clock.now)
    requests = [
        ClaimRequest(f"h{number}", (f"page-{number}", f"page-{number + 10}"), timedelta(seconds=30), f"asker {number}")
        for number in (0, 1, 2, 0)
    ]
    found = claims._claim_all(requests)
    assert [sorted(claimed.claims) for claimed in found if isinstance(claimed, Claimed)] == [
        ["page-0", "page-10"], ["page-1", "page-11"], ["page-12", "page-2"], []
    ]  # fmt: skip
    assert [isinstance(claimed, Claimed) and claimed.turn is not None for claimed in found] == [True, True, True, False]
    assert len(store.writes) == 1


# The recorder


def test_what_waits_for_company_waits_a_quarter_of_a_second_at_most(store: Store) -> None:
    unit_of_work: Any = store
    writer: Recorder[str] = Recorder(unit_of_work, Leftovers(unit_of_work, FakeClock().now))
    [claim] = store_claims(store, 1)
    written = threading.Event()
    began = time.monotonic()
    writer.record(uneventful(watches(1)[0], claim, store.clock), lambda _: written.set())
    assert written.wait(20)
    assert recorder.LONGEST_WAIT * 0.9 <= time.monotonic() - began < 5
    assert store.written[-1] == "settle page-0"


def test_one_who_cannot_be_told_ends_no_other(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    unit_of_work: Any = store
    writer: Recorder[str] = Recorder(unit_of_work, Leftovers(unit_of_work, FakeClock().now))
    told: list[Any] = []

    def broken(answer: object) -> None:
        raise RuntimeError("broken")

    for number, claim in enumerate(store_claims(store, 2)):
        writer.record(uneventful(watches(2)[number], claim, store.clock), told.append if number else broken)
    writer.flush()
    assert told == ["page-1 unchanged"]
    assert "the result of a check could not be told" in caplog.text


def test_a_recorder_without_work_keeps_no_thread(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "IDLE", 0.05)
    unit_of_work: Any = store
    writer: Recorder[str] = Recorder(unit_of_work, Leftovers(unit_of_work, FakeClock().now))
    for number, claim in enumerate(store_claims(store, 2)):
        writer.record(uneventful(watches(2)[number], claim, store.clock), lambda _: None)
        writer.flush()
        deadline = time.monotonic() + 20
        while writer._thread is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert writer._thread is None
    assert store.leased == set()


def test_what_else_is_to_be_written_is_written_too_and_a_failure_is_logged(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    unit_of_work: Any = store
    writer: Recorder[str] = Recorder(unit_of_work, Leftovers(unit_of_work, FakeClock().now))
    for _ in range(2):
        writer.note(lambda _: store.writes[-1].append("robots.txt"))
        writer.flush()
        store.busy = 1
    assert store.written == ["robots.txt"]
    assert "what was learnt of hosts could not be written" in caplog.text
