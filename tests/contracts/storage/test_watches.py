"""Watches: the schedule in the table, which watches are due, and the watch state."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.core.model import (
    Cadence,
    EventKind,
    MovingPlace,
    Outcome,
    Recipe,
    Schedule,
    SuspectRun,
    Validators,
    ValidatorTrust,
    Watch,
    WatchState,
)
from monitor.core.request import Request
from monitor.errors import LeaseLost, Reason, UnknownWatch
from monitor.ports.values import Claim, NewRevision, Settlement, Synced
from tests.contracts.storage.conftest import COUNTY, LAW, LEASE, TEXT, Store


def settle(
    store: Store,
    watch_state: WatchState,
    *,
    validators: Validators | None = None,
    raw: str | None = None,
    after: timedelta = timedelta(hours=1),
) -> None:
    claim = store.claim(force=True)
    assert claim is not None
    with store.unit_of_work.write() as work:
        work.watches.settle(claim, watch_state, store.clock.now() + after, validators, raw)


def due(store: Store) -> list[str]:
    with store.unit_of_work.read() as work:
        return [watch.key for watch in work.watches.due(store.clock.now(), 10)]


def test_a_watch_comes_back_exactly_as_the_schedule_said_it(store: Store) -> None:
    watch = Watch(
        "all",
        "Allt: åäö",
        "https://a.example/ö?id=16",
        sfs="2021:995",
        recipe=Recipe("main", (".related", "#ads"), ("Antal besök: \\d+",), "Länsstyrelsen"),
        cadence=Cadence(None, "0 7 * * mon-fri", (time(22, 0), time(6, 30)), "Europe/London"),
        alert="content",
        language="en",
        timeout=timedelta(seconds=12.5),
        max_size=1,
        patience=timedelta(days=3),
        ca_file="ca.pem",
    )
    store.sync(watch)
    with store.unit_of_work.read() as work:
        assert work.watches.get("all").watch == watch


def test_what_a_watch_sends_comes_back_with_the_names_of_its_credentials(store: Store) -> None:
    request = Request(
        "POST",
        headers=(("X-B", "${TOKEN}"), ("X-A", "1")),
        cookies=(("z", "1"), ("a", "2")),
        form=(("q", "våld"), ("a", "")),
        auth=("anna", "${PASSWORD}"),
    )
    proxied = Watch(
        "sends", "Sänder", "https://a.example", recipe=Recipe(request=request), proxy="http://${USER}:${PASSWORD}@p:1"
    )
    with store.unit_of_work.write() as work:
        work.watches.sync(Schedule((proxied,)), store.clock.now())
    with store.unit_of_work.read() as work:
        assert work.watches.get("sends").watch == proxied
        assert work.watches.differing(Schedule((proxied,))) == []


def test_a_new_watch_is_due_now_and_the_longest_waiting_comes_first(store: Store) -> None:
    assert due(store) == ["county", "law"]
    store.clock.move(hours=1)
    settle(store, WatchState(Outcome.FIRST), after=timedelta())
    store.clock.move(hours=1)
    assert due(store) == ["law", "county"]


def test_due_gives_what_the_schedule_says_and_no_more_than_asked_for(store: Store) -> None:
    with store.unit_of_work.read() as work:
        assert work.watches.due(store.clock.now(), 1) == [COUNTY]


def test_one_host_with_very_many_pages_leaves_room_for_the_others(store: Store) -> None:
    big = [Watch(f"big-{number:03}", "x", f"https://big.example/{number}") for number in range(200)]
    store.sync(*big)
    store.clock.move(hours=5)
    small = [Watch(f"small-{number}", "x", f"https://small-{number}.example/") for number in range(3)]
    store.sync(*big, *small)
    with store.unit_of_work.read() as work:
        found = [watch.key for watch in work.watches.due(store.clock.now(), 20, a_host=5)]
        assert found == [*(f"big-{number:03}" for number in range(5)), *(f"small-{number}" for number in range(3))]
        others = work.watches.due(store.clock.now(), 20, a_host=5, but={"big.example", "small-0.example"})
        assert [watch.key for watch in others] == ["small-1", "small-2"]
        ours = work.watches.due(store.clock.now(), 20, a_host=5, is_ours=lambda host: host.startswith("small-2"))
        assert [watch.key for watch in ours] == ["small-2"]
        assert work.watches.due_hosts(store.clock.now(), 2, but={"small-0.example"}) == {
            "big.example",
            "small-1.example",
        }


def test_the_host_of_a_watch_follows_its_address(store: Store) -> None:
    store.sync(replace(COUNTY, url="https://Other.example:8443/page"))
    with store.unit_of_work.read() as work:
        assert work.watches.due(store.clock.now(), 9, but={"other.example:8443"}) == []


def test_a_leased_watch_is_neither_due_nor_claimed_until_its_lease_runs_out(store: Store) -> None:
    first = store.claim()
    assert first is not None
    assert due(store) == ["law"]
    assert store.claim() is None
    store.clock.move(seconds=LEASE.total_seconds())
    second = store.claim()
    assert second is not None
    assert second.token > first.token


def test_a_watch_that_is_not_due_is_claimed_only_by_force(store: Store) -> None:
    settle(store, WatchState(Outcome.FIRST))
    assert store.claim() is None
    assert store.claim(force=True) is not None


def test_force_takes_a_watch_out_of_anothers_hands_and_the_other_is_refused(store: Store) -> None:
    first = store.claim()
    second = store.claim(force=True)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost), store.unit_of_work.write() as work:
        work.watches.settle(first, WatchState(Outcome.UNCHANGED), store.clock.now(), None, None)
    assert store.watch_state() == WatchState()


def test_what_was_recorded_under_a_lost_lease_is_undone_altogether(store: Store) -> None:
    first = store.claim()
    store.claim(force=True)
    assert first is not None
    with pytest.raises(LeaseLost), store.unit_of_work.write() as work:  # noqa: PT012  what came before must be undone
        work.snapshots.add(
            NewRevision(first.watch_id, COUNTY.url, store.fetched(b"late"), COUNTY.recipe, TEXT, "page/1", "The text\n")
        )
        work.watches.settle(first, WatchState(Outcome.FIRST), store.clock.now(), None, None)
    assert store.snapshots() == []


def test_of_several_leases_those_are_named_that_nobody_took_over(store: Store) -> None:
    county, law = store.claim(), store.claim("law")
    again = store.claim(force=True)
    assert county is not None
    assert law is not None
    assert again is not None
    with store.unit_of_work.write() as work:
        assert work.watches.held([county, law]) == {law.watch_id}
        assert work.watches.held([again, law]) == {again.watch_id, law.watch_id}


def test_release_gives_the_lease_back_but_not_anothers(store: Store) -> None:
    first = store.claim()
    assert first is not None
    with store.unit_of_work.write() as work:
        work.watches.release(first)
    second = store.claim()
    assert second is not None
    with store.unit_of_work.write() as work:
        work.watches.release(first)
    assert store.claim() is None


def test_paused_and_archived_watches_are_not_due(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.watches.pause("county", paused=True)
    store.sync(COUNTY)
    assert due(store) == []
    assert store.claim() is None
    with store.unit_of_work.write() as work:
        work.watches.pause("county", paused=False)
    assert due(store) == ["county"]


def test_an_unknown_watch_is_refused_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownWatch) as refused:
        store.claim("nobody")
    assert refused.value.known == ("county", "law")
    with pytest.raises(UnknownWatch), store.unit_of_work.read() as work:
        work.watches.get("nobody")
    with pytest.raises(UnknownWatch), store.unit_of_work.write() as work:
        work.watches.pause("nobody", paused=True)


def test_everything_that_stands_comes_back_with_the_next_claim(store: Store) -> None:
    now = store.clock.now()
    run = SuspectRun(TEXT, "cd" * 32, Reason("shrunk", {"share": 12}), checks=2, first_at=now, last_at=now)
    watch_state = WatchState(
        outcome=Outcome.SUSPECT,
        failures=2,
        failing_since=now,
        gone_since=now,
        told=frozenset({EventKind.BLIND, EventKind.MOVED}),
        suspect=run,
        last_seen=now,
        last_changed=now,
        reason=Reason("timeout", {"seconds": 30, "url": None}),
        lost_as=Outcome.MOVED,
        lost_since=now,
    )
    validators = Validators('"tag"', "Sun, 01 Mar 2026 09:00:00 GMT", COUNTY.url)
    settle(store, watch_state, validators=validators, raw=TEXT)
    claim = store.claim(force=True)
    assert claim is not None
    assert (claim.watch_state, claim.validators, claim.last_raw_sha256) == (watch_state, validators, TEXT)


def test_what_is_known_of_the_validators_comes_back_and_stays_until_it_is_written_anew(store: Store) -> None:
    now = store.clock.now()
    trust = ValidatorTrust(now, 3, now + timedelta(hours=1))
    claim = store.claim(force=True)
    assert claim is not None
    assert claim.validator_trust == ValidatorTrust()
    with store.unit_of_work.write() as work:
        work.watches.settle_all([Settlement(claim, WatchState(), now, None, None, validator_trust=trust)])
    settle(store, WatchState(Outcome.UNCHANGED))  # says nothing of it
    again = store.claim(force=True)
    assert again is not None
    assert again.validator_trust == trust
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").validator_trust == trust
    store.sync(replace(COUNTY, url="https://elsewhere.example/"), LAW)
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").validator_trust == ValidatorTrust()


def test_what_moves_by_itself_stays_known_until_the_watch_is_another_page(store: Store) -> None:
    places = (MovingPlace("counter", ("Start", "Nu"), "Kö: #", 3, 4, learnt=4), MovingPlace("rotating", (), "", 1, 4))
    claim = store.claim(force=True)
    assert claim is not None
    assert claim.moving == ()
    with store.unit_of_work.write() as work:
        work.watches.settle_all([Settlement(claim, WatchState(), claim.lease_until, None, None, moving=places)])
    settle(store, WatchState(Outcome.UNCHANGED))  # says nothing of it
    again = store.claim(force=True)
    assert again is not None
    assert again.moving == places
    store.sync(replace(COUNTY, url="https://elsewhere.example/"), LAW)
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").moving == ()


def test_a_body_that_was_not_seen_leaves_the_one_that_is_known(store: Store) -> None:
    settle(store, WatchState(Outcome.FIRST), raw=TEXT)
    settle(store, WatchState(Outcome.NOT_SEEN, failures=1))
    claim = store.claim(force=True)
    assert claim is not None
    assert claim.last_raw_sha256 == TEXT


def test_checks_are_counted(store: Store) -> None:
    settle(store, WatchState(Outcome.FIRST))
    settle(store, WatchState(Outcome.UNCHANGED))
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").checks == 2


def test_a_claim_carries_the_latest_revision_as_it_was_last_read(store: Store) -> None:
    store.check(b"one")
    store.check(b"two")
    wider = Recipe(keep="body")
    newest = store.snapshots()[-1]
    with store.unit_of_work.write() as work:
        work.snapshots.add_extraction(newest, wider, "cd" * 32, "page/2", "The text\n", store.clock.now())
    claim = store.claim(force=True)
    assert claim is not None
    assert claim.latest is not None
    assert claim.latest.snapshot == newest
    assert (claim.latest.recipe, claim.latest.text_sha256, claim.latest.reader) == (wider, "cd" * 32, "page/2")


def test_an_edited_cadence_is_due_at_once_but_never_later_than_it_was(store: Store) -> None:
    settle(store, WatchState(Outcome.FIRST), after=timedelta(hours=6))
    rarely = replace(COUNTY, cadence=Cadence(every=timedelta(days=1)))
    store.sync(rarely, LAW)
    assert due(store) == ["county", "law"]


def test_an_edited_recipe_is_not_looked_at_sooner(store: Store) -> None:
    settle(store, WatchState(Outcome.FIRST))
    store.sync(replace(COUNTY, recipe=Recipe(keep="body")), LAW)
    assert due(store) == ["law"]
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").watch.recipe == Recipe(keep="body")


def test_an_edited_url_forgets_the_old_address_and_keeps_the_history(store: Store) -> None:
    store.check(b"one")
    seen = store.clock.now()
    trouble = WatchState(Outcome.NOT_SEEN, failures=9, failing_since=seen, told=frozenset({EventKind.BLIND}))
    settle(store, replace(trouble, last_seen=seen), validators=Validators('"tag"', None, COUNTY.url), raw=TEXT)
    under_way = store.claim(force=True)
    store.sync(replace(COUNTY, url="https://elsewhere.example/"), LAW)
    assert under_way is not None
    with pytest.raises(LeaseLost), store.unit_of_work.write() as work:
        work.watches.settle(under_way, trouble, store.clock.now(), None, None)
    claim = store.claim()
    assert claim is not None
    assert claim.watch_state == WatchState(last_seen=seen)
    assert (claim.validators, claim.last_raw_sha256) == (None, None)
    assert [snapshot.number for snapshot in store.snapshots()] == [1]


def test_a_watch_taken_out_is_archived_and_its_history_is_there_when_it_returns(store: Store) -> None:
    store.check(b"one")
    store.sync(LAW)
    with store.unit_of_work.read() as work:
        assert [row.watch.key for row in work.watches.all()] == ["law"]
        assert [row.archived for row in work.watches.all(archived=True)] == [True, False]
    store.sync(COUNTY, LAW)
    assert due(store) == ["law", "county"]
    assert [snapshot.number for snapshot in store.snapshots()] == [1]


def test_the_same_schedule_again_changes_nothing(store: Store) -> None:
    settle(store, WatchState(Outcome.FIRST))
    with store.unit_of_work.read() as work:
        before = work.watches.all()
    store.clock.move(minutes=1)
    store.sync(COUNTY, LAW)
    with store.unit_of_work.read() as work:
        assert work.watches.all() == before


# Many watches


OTHERS = tuple(replace(COUNTY, key=f"page-{number}", name=f"Sida {number}") for number in range(3))


def test_each_gives_what_all_gives_in_the_order_of_coming_and_no_archived_one(store: Store) -> None:
    store.sync(LAW, *OTHERS)
    with store.unit_of_work.read() as work:
        assert [row.watch for row in work.watches.each()] == [LAW, *OTHERS]
        assert sorted(work.watches.each(), key=lambda row: row.watch.key) == work.watches.all()


def test_going_through_each_may_end_early_and_lets_others_write(store: Store) -> None:
    store.sync(COUNTY, LAW, *OTHERS)
    with store.unit_of_work.read() as work:
        rows = work.watches.each()
        assert next(rows).watch == COUNTY
        store.sync(COUNTY)
        assert [row.watch for row in rows] == [LAW, *OTHERS]  # a reader sees one moment
    with store.unit_of_work.read() as work:
        next(work.watches.each())


def test_some_are_found_by_their_ids_also_archived_ones(store: Store) -> None:
    store.sync(LAW, *OTHERS)
    with store.unit_of_work.read() as work:
        county, law, *_ = ids = work.watches.ids()
        assert len(ids) == 5
        rows = work.watches.by_ids([county, law, 10_000])
        assert {key: (row.watch, row.archived) for key, row in rows.items()} == {
            county: (COUNTY, True),
            law: (LAW, False),
        }


def test_what_is_looked_at_is_counted_without_paused_and_archived_ones(store: Store) -> None:
    store.sync(LAW, *OTHERS)
    with store.unit_of_work.write() as work:
        work.watches.pause("page-1", paused=True)
    with store.unit_of_work.read() as work:
        ids = work.watches.ids()
        assert work.watches.count() == 3
        assert work.watches.count(at_most=2) == 2
        assert work.watches.count(among=ids[:3]) == 2  # the archived one is not counted
        assert work.watches.count(among=[]) == 0


def test_states_are_counted_as_status_says_them(store: Store) -> None:
    store.sync(COUNTY, LAW, *OTHERS)
    settle(store, WatchState(Outcome.UNCHANGED))
    with store.unit_of_work.write() as work:
        work.watches.pause("page-1", paused=True)
    store.sync(COUNTY, LAW, *OTHERS[:2])
    with store.unit_of_work.read() as work:
        assert work.watches.count_states() == {"unchanged": 1, "waiting": 2, "paused": 1}


def test_what_waits_is_found_the_longest_waiting_first(store: Store) -> None:
    began = store.clock.now()
    settle(store, WatchState(Outcome.FIRST), after=timedelta(hours=1))
    store.clock.move(hours=2)
    later = store.clock.now()
    with store.unit_of_work.write() as work:
        assert work.watches.waiting(began - timedelta(seconds=1), 10) == []
        assert work.watches.waiting(later, 10) == ["law", "county"]
        assert work.watches.waiting(later, 1) == ["law"]
        _, law = work.watches.ids()
        assert work.watches.count_waiting(later) == 2
        assert work.watches.count_waiting(began, but=[law]) == 0
        assert work.watches.count_waiting(later, but=[law]) == 1
        assert work.watches.next_due() == began
        work.watches.pause("law", paused=True)
        assert work.watches.next_due() == began + timedelta(hours=1)
        assert work.watches.waiting(later, 10) == ["county"]
        work.watches.pause("county", paused=True)
        assert work.watches.next_due() is None
    assert store.claim("law", force=True) is not None
    with store.unit_of_work.write() as work:
        work.watches.pause("law", paused=False)
        assert work.watches.waiting(later, 10) == ["law"]  # leased, and overdue all the same


def test_what_differs_from_a_schedule_is_named_new_ones_first_in_its_order(store: Store) -> None:
    two, one, *_ = OTHERS
    with store.unit_of_work.read() as work:
        assert work.watches.differing(Schedule((LAW, COUNTY))) == []
        edited = replace(LAW, language="sv" if LAW.language == "en" else "en")
        assert work.watches.differing(Schedule((two, edited, one))) == [two.key, one.key, COUNTY.key, LAW.key]
    store.sync(LAW)
    with store.unit_of_work.read() as work:
        assert work.watches.differing(Schedule((LAW,))) == []
        assert work.watches.differing(Schedule((LAW, COUNTY))) == [COUNTY.key]


def test_a_schedule_can_be_taken_over_in_parts(store: Store) -> None:
    schedule = Schedule((LAW, *OTHERS))
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        assert work.watches.sync(schedule, now, among=["page-0", "county"]) == Synced(("page-0",), ("county",))
    with store.unit_of_work.write() as work:
        assert [row.watch.key for row in work.watches.all()] == ["law", "page-0"]
        assert work.watches.sync(schedule, now, among=["page-0", "page-2"]) == Synced(("page-2",), ())
        assert work.watches.sync(schedule, now) == Synced(("page-1",), ())
        assert work.watches.sync(Schedule((COUNTY, LAW)), now).added == ("county",)  # the archived watch returns


def test_a_claim_says_whether_the_check_before_it_came_to_an_end(store: Store) -> None:
    def claim() -> Claim:
        claim = store.claim(force=True)
        assert claim is not None
        return claim

    assert not claim().was_abandoned
    assert not claim().was_abandoned  # another process has it, and may well end it
    store.clock.move(seconds=LEASE.total_seconds())
    again = claim()
    assert again.was_abandoned
    with store.unit_of_work.write() as work:
        work.watches.release(again)
    assert not claim().was_abandoned
    store.check(b"a")
    assert not claim().was_abandoned
