"""The gate: one request at a time at a host, a delay apart, also among processes."""

from __future__ import annotations

from datetime import timedelta

from storage.gate import StoredGate
from tests.contracts.storage.conftest import Store

DELAY = timedelta(seconds=2)


def test_a_second_turn_waits_for_its_slot_also_in_another_process(store: Store) -> None:
    one, other = (StoredGate(store.unit_of_work, store.clock, DELAY) for _ in range(2))
    start = store.clock.now()
    with one.turn("a.example"):
        assert store.clock.now() == start
    with other.turn("a.example"):
        assert store.clock.now() == start + DELAY
    with one.turn("b.example"):
        assert store.clock.now() == start + DELAY


def test_without_a_delay_nobody_waits_and_nothing_is_written(store: Store) -> None:
    gate = StoredGate(store.unit_of_work, store.clock, timedelta())
    start = store.clock.now()
    for _ in range(2):
        with gate.turn("a.example"):
            assert store.clock.now() == start
    assert store.sql("UPDATE hosts SET host = host") == 0


def test_robots_txt_and_holds_are_kept_where_all_processes_see_them(store: Store) -> None:
    gate = StoredGate(store.unit_of_work, store.clock, DELAY)
    now = store.clock.now()
    gate.keep_robots("https://a.example:443", "User-agent: *", now)
    gate.hold("a.example", now + DELAY)
    assert gate.robots("https://a.example:443") == ("User-agent: *", now)
    with store.unit_of_work.read() as work:
        assert work.hosts.held_until("a.example") == now + DELAY
