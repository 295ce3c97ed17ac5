"""What a process still holds when the database goes away under it, and gives back when it is there again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.checking.claims import ClaimRequest, Claims
from monitor.checking.leftovers import Leftovers
from monitor.checking.recorder import Recorder, UneventfulCheck
from monitor.core.model import Outcome, Watch
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.errors import DatabaseAway
from monitor.ports.values import Claim, NewRevision, ObservedCheck, Settlement
from storage.unit_of_work import SqlUnitOfWork, SqlWork
from tests.contracts.storage.conftest import Store

HOST = "county.example"
PAGES = tuple(Watch(f"page-{number}", "", f"https://{HOST}/{number}") for number in range(3))
KEYS = tuple(watch.key for watch in PAGES)


class Failing:
    """Transactions whose outcome nobody hears of; what they wrote is there if `commits`."""

    def __init__(self, unit_of_work: SqlUnitOfWork) -> None:
        self._unit_of_work = unit_of_work
        self.is_away, self.commits, self.is_back_at_once = False, True, False

    @contextmanager
    def write_shared(self) -> Iterator[SqlWork]:
        if self.is_away and not self.commits:
            raise DatabaseAway("the server has ended")
        with self._unit_of_work.write_shared() as work:
            yield work
        if self.is_away:
            self.is_away = not self.is_back_at_once
            raise DatabaseAway("the server ended before it answered")

    def write(self) -> Any:
        if self.is_back_at_once:
            return self.write_shared()
        if self.is_away:
            raise DatabaseAway("the server has ended")
        return self._unit_of_work.write()


@pytest.fixture
def failing(store: Store) -> Failing:
    store.sync(*PAGES)
    return Failing(store.unit_of_work)


@pytest.fixture
def claims(store: Store, failing: Failing) -> Claims:
    return Claims(failing, store.clock.now, worker=lambda: "one")  # type: ignore[arg-type]


def request(turn: Any = None, keys: tuple[str, ...] = KEYS) -> ClaimRequest:
    return ClaimRequest(HOST, keys, timedelta(seconds=30), "asker", turn)


@pytest.mark.parametrize("commits", [True, False], ids=["it was granted", "it was not"])
def test_a_claim_that_was_not_answered_is_given_back_before_the_next_one(
    claims: Claims,
    failing: Failing,
    commits: bool,  # noqa: FBT001  parametrised
) -> None:
    failing.is_away, failing.commits = True, commits
    with pytest.raises(DatabaseAway):
        claims.ask(request())
    with pytest.raises(DatabaseAway):  # it is still away
        claims.ask(request())
    failing.is_away = False
    claimed = claims.ask(request())
    assert claimed.turn is not None
    assert set(claimed.claims) == set(KEYS)


@pytest.mark.parametrize("commits", [True, False], ids=["it was granted", "it was not"])
def test_the_turn_that_a_process_had_before_stays_its_own(
    claims: Claims,
    failing: Failing,
    commits: bool,  # noqa: FBT001  parametrised
) -> None:
    turn = claims.ask(request(keys=KEYS[:1])).turn
    failing.is_away, failing.commits = True, commits
    with pytest.raises(DatabaseAway):
        claims.ask(request(turn, KEYS[1:]))
    failing.is_away = False
    claimed = claims.ask(request(turn, KEYS[1:]))
    assert claimed.turn == turn
    assert set(claimed.claims) == set(KEYS[1:])


def test_what_another_worker_has_taken_over_since_stays_with_it(claims: Claims, failing: Failing, store: Store) -> None:
    failing.is_away = True
    with pytest.raises(DatabaseAway):
        claims.ask(request())
    store.clock.move(hours=1)
    other = Claims(store.unit_of_work, store.clock.now, worker=lambda: "other").ask(request())
    failing.is_away = False
    assert claims.ask(request()).turn is None
    with store.unit_of_work.write() as work:
        assert work.watches.held(list(other.claims.values())) == {claim.watch_id for claim in other.claims.values()}
        assert work.watches.claim_all(KEYS, store.clock.now(), timedelta(minutes=1)) == []


def test_a_turn_that_the_process_has_taken_since_stays_its_own(claims: Claims, failing: Failing, store: Store) -> None:
    failing.is_away, failing.commits = True, False
    with pytest.raises(DatabaseAway):
        claims.ask(request())
    failing.is_away = False
    with store.unit_of_work.write() as work:  # a redirect from elsewhere leads to the host
        wish = TurnWish(HOST, timedelta(minutes=11), "redirect", "one")
        [turn] = work.hosts.begin_turns([wish], store.clock.now(), timedelta(0))
        assert isinstance(turn, HostTurn)
    assert claims.ask(request()).turn is None, "the host is being asked"
    with store.unit_of_work.write() as work:
        assert turn in work.hosts.extend_turns({turn: timedelta(minutes=11)}, store.clock.now())


def test_what_a_claim_without_a_sign_of_life_may_have_been_granted_is_given_back_too(
    failing: Failing, store: Store
) -> None:
    claims = Claims(failing, store.clock.now)  # type: ignore[arg-type]
    failing.is_away = True
    with pytest.raises(DatabaseAway):
        claims.ask(request())
    failing.is_away = False
    assert set(claims.ask(request()).claims) == set(KEYS)


@pytest.mark.parametrize("is_first", [True, False], ids=["first revisions", "unchanged"])
def test_what_was_recorded_without_an_answer_is_not_recorded_again(
    failing: Failing,
    store: Store,
    is_first: bool,  # noqa: FBT001  parametrised
) -> None:
    for number, page in enumerate(() if is_first else PAGES):
        store.check(b"%d" % number, page)
        with store.unit_of_work.write() as work:
            work.watches.claim(page.key, store.clock.now(), timedelta(minutes=1), force=True)
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        claimed = work.watches.claim_all(KEYS, now, timedelta(minutes=1), force=True)
    before = checks(store)
    recorder: Recorder[str] = Recorder(
        failing,  # type: ignore[arg-type]
        Leftovers(failing, store.clock.now),  # type: ignore[arg-type]
    )
    written = [unchanged(store, claim, is_first=is_first) for claim in claimed]
    failing.is_away = failing.is_back_at_once = True
    results = recorder._record(written, ())
    assert all(isinstance(result, DatabaseAway) for result in results)
    assert {key: count - before[key] for key, count in checks(store).items()} == dict.fromkeys(KEYS, 1)
    assert [len(store.snapshots(key)) for key in KEYS] == [1] * len(KEYS)
    with store.unit_of_work.read() as work:
        assert work.history.verify()[1] == []


def checks(store: Store) -> dict[str, int]:
    """Return how many checks are recorded of each watch."""
    with store.unit_of_work.read() as work:
        rows = work.watches.all()
        runs = {row.watch.key: sum(run.count for run in work.history.observations(row.id)) for row in rows}
        assert runs == {row.watch.key: row.checks for row in rows}
    return runs


def unchanged(store: Store, claim: Claim, *, is_first: bool) -> UneventfulCheck[str]:
    """Return a check that nobody is notified of."""
    now, page = store.clock.now(), next(page for page in PAGES if page.key == claim.key)
    outcome = Outcome.FIRST if is_first else Outcome.UNCHANGED
    revision = NewRevision(
        claim.watch_id, page.url, store.fetched(page.key.encode(), page), page.recipe, "ab" * 32, "page/1", "The text\n"
    )
    return UneventfulCheck(
        ObservedCheck(claim.watch_id, outcome, 1, now),
        Settlement(claim, replace(claim.watch_state, outcome=outcome), now + timedelta(hours=1), None, None),
        "",
        revision if is_first else None,
    )
