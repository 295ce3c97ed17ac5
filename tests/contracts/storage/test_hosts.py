"""Hosts: slots, holds and robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.schedule.breaker import CLOSED, Breaker
from tests.contracts.storage.conftest import Store

DELAY = timedelta(seconds=2)


def reserve(store: Store, host: str = "a.example") -> datetime:
    with store.unit_of_work.write() as work:
        return work.hosts.reserve(host, store.clock.now(), DELAY)


def test_slots_at_one_host_are_a_delay_apart_and_other_hosts_are_free(store: Store) -> None:
    now = store.clock.now()
    assert [reserve(store) for _ in range(3)] == [now, now + DELAY, now + 2 * DELAY]
    assert reserve(store, "b.example:8080") == now


def test_a_host_that_was_left_alone_is_free_at_once(store: Store) -> None:
    reserve(store)
    assert reserve(store) == store.clock.now() + DELAY
    later = store.clock.move(minutes=1)
    assert reserve(store) == later


def test_a_clock_that_is_set_back_makes_nobody_wait_for_it(store: Store) -> None:
    reserve(store)
    earlier = store.clock.move(hours=-1)
    assert reserve(store) == earlier


def test_a_hold_is_kept_beside_the_slots(store: Store) -> None:
    until = store.clock.now() + timedelta(hours=1)
    with store.unit_of_work.write() as work:
        assert work.hosts.held_until("a.example", store.clock.now()) is None
        work.hosts.hold("a.example", until)
    assert reserve(store) == store.clock.now()
    with store.unit_of_work.read() as work:
        assert work.hosts.held_until("a.example", store.clock.now()) == until
        assert work.hosts.held_until("a.example", until) is None
        assert work.hosts.held(store.clock.now()) == {"a.example": until}
        assert work.hosts.held(until) == {}


def test_a_hold_that_lies_absurdly_far_ahead_holds_up_nobody(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.hosts.hold("a.example", store.clock.now() + timedelta(hours=1))
    now = store.clock.move(days=-400)
    with store.unit_of_work.read() as work:
        assert work.hosts.held_until("a.example", now) is None
        assert work.hosts.held(now) == {}


def test_a_breaker_is_kept_beside_the_slots_and_the_holds(store: Store) -> None:
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        assert work.hosts.breaker("a.example") == CLOSED
        work.hosts.keep_breaker("a.example", Breaker(3, now + DELAY))
        work.hosts.keep_breaker("b.example", Breaker(1))
        work.hosts.hold("a.example", now + 2 * DELAY)
    reserve(store)
    with store.unit_of_work.write() as work:
        assert work.hosts.breaker("a.example") == Breaker(3, now + DELAY)
        assert work.hosts.silent() == {"a.example", "b.example"}
        work.hosts.keep_breaker("a.example", CLOSED)
    with store.unit_of_work.read() as work:
        assert work.hosts.breaker("a.example") == CLOSED
        assert work.hosts.silent() == {"b.example"}
        assert work.hosts.held_until("a.example", now) == now + 2 * DELAY


def test_a_robots_txt_with_a_nul_in_it_is_kept(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.hosts.keep_robots("https://a.example:443", "User-agent: *\0\nDisallow: /", store.clock.now())
    with store.unit_of_work.read() as work:
        kept = work.hosts.robots("https://a.example:443")
    assert kept is not None
    assert [kept[0][:13], kept[0][14:]] == ["User-agent: *", "\nDisallow: /"]


def test_the_newest_robots_txt_is_kept_for_an_origin(store: Store) -> None:
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        assert work.hosts.robots("https://a.example:443") is None
        work.hosts.keep_robots("https://a.example:443", "User-agent: *", now)
        work.hosts.keep_robots("https://a.example:443", "", now + DELAY)
    with store.unit_of_work.read() as work:
        assert work.hosts.robots("https://a.example:443") == ("", now + DELAY)
        assert work.hosts.robots("http://a.example:80") is None
