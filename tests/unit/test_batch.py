"""Batches, whose checks share transactions: which result waits for which, and lost leases and failed writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.checking.batch import LARGEST_BATCH, MOST_WAITING_BYTES, SHARED_FOR, Batch
from monitor.checking.shared_transactions import (
    MOST_TOGETHER,
    ClaimRequest,
    SharedTransactions,
    Together,
    UneventfulCheck,
)
from monitor.core.model import Fetched, Outcome, Watch, WatchState
from monitor.errors import DatabaseBusy, LeaseLost, UnknownWatch
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
    unwritable: set[int] = field(default_factory=set)
    """The ids of watches whose observations cannot be written."""

    @contextmanager
    def write(self) -> Iterator[Any]:
        if self.busy:
            self.busy -= 1
            raise DatabaseBusy("busy")
        self.writes.append([])
        yield self

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


def run(store: Store, count: int, check: Answer, stopping: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    batch: Batch[str] = Batch(store, store.clock, check, stopping=stopping)  # type: ignore[arg-type]
    answers = [(watch.key, answer) for watch, answer in batch.run(watches(count), force=False)]
    assert sorted(key for key, _ in answers) == sorted(watch.key for watch in watches(count))  # each watch once
    return dict(answers)


def test_uneventful_checks_of_a_quick_site_share_transactions(store: Store) -> None:
    answers = run(store, 200, lambda watch, claim: uneventful(watch, claim, store.clock))
    assert answers["page-199"] == "page-199 unchanged"
    assert store.leased == set()
    sizes = [sum(line.startswith("settle") for line in written) for written in store.writes]
    assert [size for size in sizes if size] == [1, 2, 4, 8, 16, 32, 64, LARGEST_BATCH, 9]


def test_a_slow_site_has_a_transaction_per_check_and_holds_no_lease_for_later(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        assert store.leased <= {watch.key, f"page-{number_of(watch.key) + 1}"}
        store.clock.move(seconds=2)
        return uneventful(watch, claim, store.clock)

    run(store, 5, check)
    assert [line for line in store.written if line.startswith("settle")] == [f"settle page-{n}" for n in range(5)]
    assert max(sum(line.startswith("settle") for line in written) for written in store.writes) == 1


def test_a_change_does_not_wait_for_the_checks_around_it(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str] | str:
        if watch.key != "page-4":
            return uneventful(watch, claim, store.clock)
        assert "settle page-3" not in store.written  # the results before it still wait
        store.leased.discard(watch.key)  # as if the change was recorded
        return "changed"

    answers = run(store, 7, check)
    assert list(answers).index("page-4") < list(answers).index("page-3")
    assert answers["page-4"] == "changed"
    assert "release page-4" not in store.written


def test_first_revisions_of_a_quick_site_share_transactions_with_the_other_checks(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        return (first if number_of(watch.key) % 2 else uneventful)(watch, claim, store.clock)

    answers = run(store, 15, check)
    assert answers["page-13"] == "page-13 first"
    assert store.leased == set()
    settled = [written for written in store.writes if any(line.startswith("settle") for line in written)]
    assert [len([line for line in written if line.startswith("copy")]) for written in settled] == [0, 1, 2, 4]
    assert all(written.index("copy 7") < written.index("observe 7") for written in settled if "copy 7" in written)


def test_first_copies_that_are_large_wait_no_longer_than_they_have_room(store: Store) -> None:
    body = bytes(MOST_WAITING_BYTES // 2 + 1)
    sizes = []

    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        sizes.append(sum(line.startswith("copy") for line in store.written))
        return first(watch, claim, store.clock, body)

    run(store, 15, check)
    waiting = [number - written for number, written in enumerate(sizes)]
    assert max(waiting) == 1  # two together exceed the limit
    assert sum(line.startswith("settle") for line in store.written) == 15
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
            store.busy = 1  # the transaction that would settle page-1 and page-2
        return uneventful(watch, claim, store.clock)

    answers = run(store, 4, check)
    assert isinstance(answers["page-1"], DatabaseBusy)
    assert isinstance(answers["page-2"], DatabaseBusy)
    assert answers["page-3"] == "page-3 unchanged"
    assert store.leased == set()


def test_leases_that_cannot_be_given_back_run_out_by_themselves(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        store.busy = 2  # neither settling nor releasing succeeds
        return uneventful(watch, claim, store.clock)

    assert isinstance(run(store, 1, check)["page-0"], DatabaseBusy)
    assert store.leased == {"page-0"}


def test_watches_that_cannot_be_claimed_together_are_tried_one_by_one(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-0":
            settled = uneventful(watch, claim, store.clock)
            store.known.discard("page-1")
            return settled
        return uneventful(watch, claim, store.clock)

    batch: Batch[str] = Batch(store, store.clock, check, stopping=lambda: False)  # type: ignore[arg-type]
    answers: dict[str, Any] = {}
    for watch, answer in batch.run(watches(4), force=False):
        answers[watch.key] = answer
        if watch.key == "page-0":
            store.busy = 1  # the claim of the next two
    assert answers["page-1"] is None or isinstance(answers["page-1"], UnknownWatch)
    assert answers["page-2"] == "page-2 unchanged"


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


def test_a_turn_that_nobody_listens_to_any_more_gives_its_leases_back(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str] | str:
        if watch.key == "page-1":
            store.leased.discard(watch.key)
            return "changed"
        return uneventful(watch, claim, store.clock)

    batch: Batch[str] = Batch(store, store.clock, check, stopping=lambda: False)  # type: ignore[arg-type]
    answers = batch.run(watches(5), force=False)
    assert [next(answers)[0].key, next(answers)[0].key] == ["page-0", "page-1"]
    answers.close()  # type: ignore[attr-defined]
    assert store.leased == set()


def test_a_clock_that_is_set_back_ends_a_second_too(store: Store) -> None:
    def check(watch: Watch, claim: Claim) -> UneventfulCheck[str]:
        if watch.key == "page-1":
            store.clock.move(seconds=-2 * SHARED_FOR.total_seconds())
        return uneventful(watch, claim, store.clock)

    answers = run(store, 4, check)
    assert answers["page-3"] == "page-3 unchanged"
    assert "release page-2" in store.written


# Turns of several hosts


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
    shared: SharedTransactions[str] = SharedTransactions(store, store.clock.now)  # type: ignore[arg-type]
    found = watches(3)
    claims = shared.claim(found, timedelta(minutes=1), force=False)
    store.unwritable = {1}
    checks = [[uneventful(watch, claims[watch.key], store.clock)] for watch in found]
    results = shared._record_all(checks)
    assert [type(each[0]).__name__ for each in results if not isinstance(each, Exception)] == [
        "bool", "UnicodeEncodeError", "bool"
    ]  # fmt: skip


def test_turns_that_claim_together_get_each_their_own(store: Store) -> None:
    shared: SharedTransactions[str] = SharedTransactions(store, store.clock.now)  # type: ignore[arg-type]
    keys = [(f"page-{number}", f"page-{number + 10}") for number in range(3)]
    requests = [ClaimRequest(pair, timedelta(minutes=1), force=False) for pair in keys]
    found = shared._claim_all(requests)
    assert [sorted(claims) for claims in found if not isinstance(claims, Exception)] == [
        ["page-0", "page-10"], ["page-1", "page-11"], ["page-12", "page-2"]
    ]  # fmt: skip
    assert len(store.writes) == 1
