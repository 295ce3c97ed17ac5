"""The host gate: one request at a time to a host, a delay apart, also among processes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from monitor.core.schedule.breaker import TRIAL
from monitor.errors import ConnectionBroken, FetchError, HostSilent, HostTaken, Timeout, TooLarge, TurnPaused
from storage.host_gate import SqlHostGate
from tests.contracts.storage.conftest import Store

DELAY = timedelta(seconds=2)


def gate_of(store: Store, delay: timedelta = DELAY) -> SqlHostGate:
    """Return a gate of a process of its own, whose monotonic clock goes with the clock of the test."""
    return SqlHostGate(store.unit_of_work, store.clock, delay, monotonic=lambda: store.clock.now().timestamp())


def test_requests_are_spaced_from_the_end_of_the_last_one_also_among_processes(store: Store) -> None:
    one, other = gate_of(store), gate_of(store)
    start = store.clock.now()
    with one.request("a.example"):
        assert store.clock.now() == start
        store.clock.move(seconds=5)
    with other.request("a.example"):
        assert store.clock.now() >= start + timedelta(seconds=5) + DELAY
    before = store.clock.now()
    with one.request("b.example"):
        assert store.clock.now() == before


def test_one_who_holds_the_hosts_turn_waits_for_the_spacing_alone_and_writes_nothing(store: Store) -> None:
    gate = gate_of(store)
    start = store.clock.now()
    with gate.holding("a.example"):
        with gate.request("a.example"):
            assert store.clock.now() == start
            store.clock.move(seconds=5)
        assert gate.pause("a.example") == DELAY.total_seconds()
        with gate.request("a.example"):
            assert store.clock.now() == start + timedelta(seconds=5) + DELAY
    assert store.sql("UPDATE hosts SET host = host") == 0
    store.clock.move(minutes=1)
    assert gate.pause("a.example") == 0


def test_a_turn_is_paused_only_where_it_can_be_and_the_host_may_not_be_asked_yet(store: Store) -> None:
    gate = gate_of(store)
    gate.pause_turn("a.example")
    with gate.holding("a.example", can_pause=True):
        gate.pause_turn("a.example")
        with gate.request("a.example"):
            pass
        with pytest.raises(TurnPaused):
            gate.pause_turn("a.example")
        gate.pause_turn("b.example")
        store.clock.move(minutes=1)
        gate.pause_turn("a.example")
    with gate.holding("a.example"):
        with gate.request("a.example"):
            pass
        gate.pause_turn("a.example")
    gate.pause_turn("a.example")


def test_while_a_request_is_under_way_no_other_one_is(store: Store) -> None:
    one, other = gate_of(store, timedelta()), gate_of(store, timedelta())
    with (
        one.request("a.example"),
        pytest.raises(HostTaken, match=r"a\.example: another request"),
        other.request("a.example"),
    ):
        pytest.fail("two requests at once")
    with other.request("a.example"):
        pass


def test_robots_txt_and_holds_are_kept_where_all_processes_see_them(store: Store) -> None:
    gate = gate_of(store)
    now = store.clock.now()
    gate.keep_robots("https://a.example:443", "User-agent: *", now)
    gate.hold("a.example", now + DELAY)
    assert gate.robots("https://a.example:443") == ("User-agent: *", now)
    with store.unit_of_work.read() as work:
        assert work.hosts.held(now, ["a.example"]).get("a.example") == now + DELAY


def fail(gate: SqlHostGate, host: str = "a.example", *, times: int = 1) -> FetchError:
    """Let this many turns in a row fail to reach the host; return the last one's error."""
    for _ in range(times):
        with pytest.raises(FetchError) as failed, gate.request(host):
            raise Timeout(seconds=30)
    return failed.value


def test_three_turns_that_reach_nobody_leave_the_host_alone_in_every_process(store: Store) -> None:
    gate = gate_of(store)
    assert fail(gate, times=2).host_until is None
    until = fail(gate).host_until
    assert until is not None
    assert until > store.clock.now()
    for other in (gate, gate_of(store)):
        before = store.clock.now()
        with pytest.raises(HostSilent) as refused, other.request("a.example"):
            pytest.fail("nobody is to be asked")
        assert refused.value.host_until == until + TRIAL, "when the one attempt has its answer"
        assert store.clock.now() == before, "who is refused waits for nothing"
    with gate.request("b.example"):
        pass


def test_after_the_hold_one_is_let_through_and_an_answer_lets_everybody(store: Store) -> None:
    one, other = (gate_of(store, timedelta()) for _ in range(2))
    fail(one, times=3)
    fail(other, times=1)
    store.clock.move(minutes=2)
    with one.request("a.example"), pytest.raises(HostSilent), other.request("a.example"):
        pytest.fail("one tries, and one alone")
    with other.request("a.example"), other.request("b.example"):
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
    gate = gate_of(store, timedelta())
    fail(gate, times=2)
    with pytest.raises(type(error)), gate.request("a.example"):
        raise error
    assert (fail(gate).host_until is None) == is_over


def test_a_person_who_asks_is_let_through_once(store: Store) -> None:
    gate = gate_of(store, timedelta())
    fail(gate, times=3)
    gate.try_now(["a.example", "b.example"])
    longer = fail(gate).host_until
    assert longer == store.clock.now() + timedelta(minutes=2)
    with pytest.raises(HostSilent), gate.request("a.example"):
        pytest.fail("nobody is to be asked")


def test_a_host_of_which_nothing_bad_is_known_costs_its_holder_no_statement(store: Store) -> None:
    gate = gate_of(store, timedelta())
    with gate.request("a.example"):
        pass
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    for host in ("a.example", "b.example"):
        with gate.holding(host), gate.request(host):
            pass
    assert said == []


def test_what_is_stored_of_hosts_is_read_in_somebodys_transaction_and_costs_none_of_its_own(store: Store) -> None:
    gate, now = gate_of(store, timedelta()), store.clock.now()
    gate.keep_robots("https://a.example:443", "User-agent: *", now)
    gate.keep_robots("http://b.example:8080", "", now)
    with store.unit_of_work.write() as work:
        gate.prefetch(work, ["a.example", "b.example:8080", "[::1]"])
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    assert gate.robots("https://a.example:443") == ("User-agent: *", now)
    assert gate.robots("http://a.example:80") is None
    assert gate.robots("http://b.example:8080") == ("", now)
    assert gate.robots("https://[::1]:443") is None
    assert said == []
    assert gate.robots("https://a.example:443") == ("User-agent: *", now)
    assert said
