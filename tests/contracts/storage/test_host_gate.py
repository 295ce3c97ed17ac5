"""The host gate: one request at a time to a host, a delay apart, also among processes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from monitor.errors import ConnectionBroken, FetchError, HostSilent, Timeout, TooLarge
from storage.host_gate import SqlHostGate
from tests.contracts.storage.conftest import Store

DELAY = timedelta(seconds=2)


def test_a_second_turn_waits_for_its_slot_also_in_another_process(store: Store) -> None:
    one, other = (SqlHostGate(store.unit_of_work, store.clock, DELAY) for _ in range(2))
    start = store.clock.now()
    with one.turn("a.example"):
        assert store.clock.now() == start
    with other.turn("a.example"):
        assert store.clock.now() == start + DELAY
    with one.turn("b.example"):
        assert store.clock.now() == start + DELAY


def test_without_a_delay_nobody_waits_and_nothing_is_written(store: Store) -> None:
    gate = SqlHostGate(store.unit_of_work, store.clock, timedelta())
    start = store.clock.now()
    for _ in range(2):
        with gate.turn("a.example"):
            assert store.clock.now() == start
    assert store.sql("UPDATE hosts SET host = host") == 0


def test_robots_txt_and_holds_are_kept_where_all_processes_see_them(store: Store) -> None:
    gate = SqlHostGate(store.unit_of_work, store.clock, DELAY)
    now = store.clock.now()
    gate.keep_robots("https://a.example:443", "User-agent: *", now)
    gate.hold("a.example", now + DELAY)
    assert gate.robots("https://a.example:443") == ("User-agent: *", now)
    with store.unit_of_work.read() as work:
        assert work.hosts.held_until("a.example", now) == now + DELAY


def fail(gate: SqlHostGate, host: str = "a.example", *, times: int = 1) -> FetchError:
    """Let this many turns in a row fail to reach the host; return the last one's error."""
    for _ in range(times):
        with pytest.raises(FetchError) as failed, gate.turn(host):
            raise Timeout(seconds=30)
    return failed.value


def test_three_turns_that_reach_nobody_leave_the_host_alone_in_every_process(store: Store) -> None:
    gate = SqlHostGate(store.unit_of_work, store.clock, DELAY)
    assert fail(gate, times=2).host_until is None
    until = fail(gate).host_until
    assert until is not None
    assert until > store.clock.now()
    for other in (gate, SqlHostGate(store.unit_of_work, store.clock, DELAY)):
        before = store.clock.now()
        with pytest.raises(HostSilent) as refused, other.turn("a.example"):
            pytest.fail("nobody is to be asked")
        assert refused.value.host_until == until
        assert store.clock.now() == before, "who is refused waits for nothing"
    with gate.turn("b.example"):
        pass


def test_after_the_hold_one_is_let_through_and_an_answer_lets_everybody(store: Store) -> None:
    one, other = (SqlHostGate(store.unit_of_work, store.clock, timedelta()) for _ in range(2))
    fail(one, times=3)
    fail(other, times=1)
    store.clock.move(minutes=2)
    with one.turn("a.example"), pytest.raises(HostSilent), other.turn("a.example"):
        pytest.fail("one tries, and one alone")
    with other.turn("a.example"), other.turn("b.example"):
        pass
    assert fail(other).host_until is None, "what an answer has closed begins anew"


@pytest.mark.parametrize(
    ("error", "is_over"),
    [(TooLarge(limit=1), True), (ConnectionBroken(host="a", detail="aborted"), False)],
)
def test_an_error_that_proves_the_host_is_there_closes_it_and_one_that_proves_nothing_changes_nothing(
    store: Store,
    error: FetchError,
    is_over: bool,  # noqa: FBT001  the outcome of a case
) -> None:
    gate = SqlHostGate(store.unit_of_work, store.clock, timedelta())
    fail(gate, times=2)
    with pytest.raises(type(error)), gate.turn("a.example"):
        raise error
    assert (fail(gate).host_until is None) == is_over


def test_a_person_who_asks_is_let_through_once(store: Store) -> None:
    gate = SqlHostGate(store.unit_of_work, store.clock, timedelta())
    fail(gate, times=3)
    gate.try_now(["a.example", "b.example"])
    longer = fail(gate).host_until
    assert longer == store.clock.now() + timedelta(minutes=2)
    with pytest.raises(HostSilent), gate.turn("a.example"):
        pytest.fail("nobody is to be asked")


def test_a_host_of_which_nothing_bad_is_known_costs_no_statement(store: Store) -> None:
    gate = SqlHostGate(store.unit_of_work, store.clock, timedelta())
    with gate.turn("a.example"):
        pass
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    with gate.turn("a.example"), gate.turn("b.example"):
        pass
    assert said == []
