"""What a process still holds when the database goes away under it, and gives back when it is there again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from monitor.checking.claims import ClaimRequest, Claims
from monitor.core.model import Watch
from monitor.core.schedule.host_turns import TurnWish
from monitor.errors import DatabaseAway
from storage.unit_of_work import SqlUnitOfWork, SqlWork
from tests.contracts.storage.conftest import Store

HOST = "county.example"
PAGES = tuple(Watch(f"page-{number}", "", f"https://{HOST}/{number}") for number in range(3))
KEYS = tuple(watch.key for watch in PAGES)


class Failing:
    """Transactions whose outcome nobody hears of; what they wrote is there if `commits`."""

    def __init__(self, unit_of_work: SqlUnitOfWork) -> None:
        self._unit_of_work = unit_of_work
        self.is_away, self.commits = False, True

    @contextmanager
    def write_shared(self) -> Iterator[SqlWork]:
        if self.is_away and not self.commits:
            raise DatabaseAway("the server has ended")
        with self._unit_of_work.write_shared() as work:
            yield work
        if self.is_away:
            raise DatabaseAway("the server ended before it answered")

    def write(self) -> Any:
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
