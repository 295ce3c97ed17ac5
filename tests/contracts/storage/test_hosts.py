"""Hosts: turns, holds and robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.schedule.breaker import CLOSED, Breaker
from monitor.core.schedule.host_turns import WANTED_FOR, HostTurn, TurnWish
from tests.contracts.storage.conftest import Store

DELAY = timedelta(seconds=2)


LEASE = timedelta(minutes=1)


def begin(
    store: Store, host: str = "a.example", asker: str = "asker", *, spacing: timedelta = DELAY
) -> HostTurn | datetime:
    with store.unit_of_work.write() as work:
        [found] = work.hosts.begin_turns([TurnWish(host, LEASE, asker)], store.clock.now(), spacing)
    return found


def begun(store: Store, host: str = "a.example", asker: str = "asker") -> HostTurn:
    found = begin(store, host, asker)
    assert isinstance(found, HostTurn), found
    return found


def end(store: Store, turn: HostTurn, free_at: datetime | None = None) -> None:
    with store.unit_of_work.write() as work:
        work.hosts.end_turns([(turn, store.clock.now() + DELAY if free_at is None else free_at)])


def test_a_hosts_turn_is_held_by_one_and_other_hosts_are_free(store: Store) -> None:
    now = store.clock.now()
    turn = begun(store)
    assert begin(store) == now + LEASE
    assert begun(store, "b.example:8080").token == 1
    end(store, turn)
    assert begin(store) == now + DELAY
    store.clock.move(seconds=DELAY.total_seconds())
    assert begun(store).token == turn.token + 1


def test_of_several_wishes_at_once_the_first_at_each_host_is_granted(store: Store) -> None:
    now = store.clock.now()
    wishes = [TurnWish(host, LEASE, "asker") for host in ("a.example", "b.example", "a.example")]
    with store.unit_of_work.write() as work:
        assert work.hosts.begin_turns(wishes, now, DELAY) == [
            HostTurn("a.example", 1), HostTurn("b.example", 1), now + LEASE
        ]  # fmt: skip


def test_a_turn_may_be_extended_while_nobody_else_has_begun_one(store: Store) -> None:
    lost, kept = begun(store), begun(store, "b.example")
    store.clock.move(seconds=50)
    with store.unit_of_work.write() as work:
        assert work.hosts.extend_turns({kept: LEASE}, store.clock.now()) == {kept: False}
    store.clock.move(seconds=50)
    assert begin(store, "b.example") == store.clock.now() + timedelta(seconds=10)
    begun(store)
    with store.unit_of_work.write() as work:
        assert work.hosts.extend_turns({lost: LEASE, kept: LEASE}, store.clock.now()) == {kept: False}
    end(store, lost)
    assert begin(store) == store.clock.now() + LEASE, "one who was late ends nobody else's turn"


def test_a_turn_that_is_extended_late_is_not_given_to_another_in_the_same_transaction(store: Store) -> None:
    late = begun(store)
    now = store.clock.move(minutes=5)
    with store.unit_of_work.write_shared() as work:
        work.hosts.lock(["a.example", "new.example"])
        assert work.hosts.extend_turns({late: LEASE}, now) == {late: False}
        assert work.hosts.begin_turns([TurnWish("a.example", LEASE, "person")], now, DELAY) == [now + LEASE]
        [turn] = work.hosts.begin_turns([TurnWish("new.example", LEASE, "asker")], now, DELAY)
        assert turn == HostTurn("new.example", 1)
        assert work.hosts.begin_turns([TurnWish("new.example", LEASE, "person")], now, DELAY) == [now + LEASE]


def test_after_a_holder_that_was_lost_the_spacing_counts_from_the_end_of_its_lease(store: Store) -> None:
    begun(store)
    store.clock.move(seconds=LEASE.total_seconds())
    assert begin(store) == store.clock.now() + DELAY
    store.clock.move(seconds=DELAY.total_seconds())
    begun(store)


def test_one_who_waits_has_the_next_turn(store: Store) -> None:
    turn = begun(store)
    with store.unit_of_work.write() as work:
        work.hosts.want_turn("a.example", "person", store.clock.now())
        assert work.hosts.extend_turns({turn: LEASE}, store.clock.now()) == {turn: True}
    end(store, turn, store.clock.now())
    assert begin(store) == store.clock.now() + WANTED_FOR
    begun(store, asker="person")
    store.clock.move(minutes=5)
    begun(store)


def test_one_who_waited_and_is_gone_keeps_nobody_waiting(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.hosts.want_turn("a.example", "person", store.clock.now())
    store.clock.move(seconds=WANTED_FOR.total_seconds())
    begun(store)


def test_a_clock_that_is_set_back_makes_nobody_wait_for_it(store: Store) -> None:
    turn = begun(store)
    end(store, turn)
    with store.unit_of_work.write() as work:
        work.hosts.want_turn("a.example", "person", store.clock.now())
    store.clock.move(hours=-1)
    begun(store)
    store.clock.move(hours=-1)
    begun(store)


def test_a_hold_is_kept_beside_the_turns(store: Store) -> None:
    until = store.clock.now() + timedelta(hours=1)
    with store.unit_of_work.write() as work:
        assert work.hosts.held(store.clock.now(), ["a.example"]).get("a.example") is None
        work.hosts.hold("a.example", until)
    begun(store)
    with store.unit_of_work.read() as work:
        assert work.hosts.held(store.clock.now(), ["a.example"]).get("a.example") == until
        assert work.hosts.held(until, ["a.example"]).get("a.example") is None
        assert work.hosts.held(store.clock.now()) == {"a.example": until}
        assert work.hosts.held(store.clock.now(), {"a.example", "c.example"}) == {"a.example": until}
        assert work.hosts.held(store.clock.now(), {"b.example"}) == {}
        assert work.hosts.held(until) == {}


def test_a_hold_that_lies_absurdly_far_ahead_holds_up_nobody(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.hosts.hold("a.example", store.clock.now() + timedelta(hours=1))
    now = store.clock.move(days=-400)
    with store.unit_of_work.read() as work:
        assert work.hosts.held(now, ["a.example"]).get("a.example") is None
        assert work.hosts.held(now) == {}


def test_a_breaker_is_kept_beside_the_turns_and_the_holds(store: Store) -> None:
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        assert work.hosts.breaker("a.example") == CLOSED
        work.hosts.keep_breaker("a.example", Breaker(3, now + DELAY))
        work.hosts.keep_breaker("b.example", Breaker(1))
        work.hosts.hold("a.example", now + 2 * DELAY)
    begun(store)
    with store.unit_of_work.write() as work:
        assert work.hosts.breaker("a.example") == Breaker(3, now + DELAY)
        assert work.hosts.silent() == {"a.example", "b.example"}
        work.hosts.keep_breaker("a.example", CLOSED)
    with store.unit_of_work.read() as work:
        assert work.hosts.breaker("a.example") == CLOSED
        assert work.hosts.silent() == {"b.example"}
        assert work.hosts.held(now, ["a.example"]).get("a.example") == now + 2 * DELAY


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
