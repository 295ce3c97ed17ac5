"""Events that the text of a law announces for a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.core.model import AnnouncedEvent, Event, EventKind, Watch
from tests.contracts.storage.conftest import LAW, Store

TODAY = date(2026, 3, 1)
NEW_YEAR = date(2027, 1, 1)
JULY = date(2027, 7, 1)


def expectation(day: date, label: str = "2 §", **facts: object) -> AnnouncedEvent:
    return AnnouncedEvent(day, f"{day} section {label}", {"name": label, **facts})


def announce(store: Store, *announced: AnnouncedEvent, today: date = TODAY) -> None:
    with store.unit_of_work.write() as work:
        work.announced_events.replace(work.watches.get("law").id, announced, today, store.clock.now())


def waiting(store: Store, until: date = date(2099, 1, 1)) -> list[tuple[date | None, object]]:
    with store.unit_of_work.read() as work:
        return [(event.due_on, event.facts["name"]) for event in work.announced_events.due(until)]


def notify_waiting(store: Store) -> list[Event | None]:
    """Turn everything that waits into events."""
    with store.unit_of_work.write() as work:
        return [
            work.announced_events.come_true(event, store.clock.now())
            for event in work.announced_events.due(date(2099, 1, 1))
        ]


def test_what_is_announced_waits_in_the_order_of_its_days(store: Store) -> None:
    announce(store, expectation(JULY), expectation(NEW_YEAR, "3 §"), expectation(NEW_YEAR))
    assert waiting(store) == [(NEW_YEAR, "3 §"), (NEW_YEAR, "2 §"), (JULY, "2 §")]
    assert waiting(store, date(2026, 12, 31)) == []
    assert waiting(store, NEW_YEAR) == [(NEW_YEAR, "3 §"), (NEW_YEAR, "2 §")]


def test_a_day_that_moves_takes_the_old_one_away(store: Store) -> None:
    announce(store, expectation(NEW_YEAR), expectation(NEW_YEAR, "3 §"))
    announce(store, expectation(JULY), expectation(NEW_YEAR, "3 §"))
    assert waiting(store) == [(NEW_YEAR, "3 §"), (JULY, "2 §")]


def test_what_is_withdrawn_waits_no_more_and_may_be_announced_again(store: Store) -> None:
    announce(store, expectation(NEW_YEAR))
    announce(store)
    assert waiting(store) == []
    announce(store, expectation(NEW_YEAR))
    assert waiting(store) == [(NEW_YEAR, "2 §")]


def test_what_is_due_stays_due_when_the_text_no_longer_announces_it(store: Store) -> None:
    announce(store, expectation(NEW_YEAR))
    announce(store, today=NEW_YEAR)
    assert waiting(store) == [(NEW_YEAR, "2 §")]


def test_the_wording_that_is_to_come_is_the_one_announced_last(store: Store) -> None:
    announce(store, expectation(NEW_YEAR, after="one"))
    announce(store, expectation(NEW_YEAR, after="two"))
    with store.unit_of_work.read() as work:
        (event,) = work.announced_events.due(NEW_YEAR)
    assert event.facts["after"] == "two"


def test_what_was_told_is_told_once(store: Store) -> None:
    announce(store, expectation(NEW_YEAR))
    with store.unit_of_work.read() as work:
        (event,) = work.announced_events.due(NEW_YEAR)
    store.clock.move(days=306)
    told, late = notify_waiting(store), None
    with store.unit_of_work.write() as work:
        late = work.announced_events.come_true(event, store.clock.now())
    assert [each and (each.id, each.kind, each.at, each.due_on) for each in told] == [
        (event.id, EventKind.IN_FORCE, store.clock.now(), NEW_YEAR)
    ]
    assert late is None
    announce(store, expectation(NEW_YEAR, after="again"), today=TODAY)
    assert waiting(store) == []


def test_the_history_of_a_watch_has_what_was_told_and_what_waits(store: Store) -> None:
    announce(store, expectation(NEW_YEAR))
    notify_waiting(store)
    announce(store, expectation(JULY))
    with store.unit_of_work.read() as work:
        assert [event.due_on for event in work.announced_events.of(work.watches.get("law").id)] == [NEW_YEAR, JULY]
        assert work.announced_events.of(work.watches.get("county").id) == []


def test_only_what_takes_effect_has_a_day_to_wait_for(store: Store) -> None:
    announce(store, expectation(NEW_YEAR))
    with pytest.raises(IntegrityError, match="due"):
        store.sql("UPDATE events SET kind = 'blind'")


def test_a_subscription_keeps_its_parts_and_gets_others_when_it_is_said_again(store: Store) -> None:
    with store.unit_of_work.write() as work:
        subscriber = work.subscribers.add("ann@example.org", "sv", store.clock.now(), how="operator")
        law = work.watches.get("law").id
        new = work.subscribers.subscribe(subscriber, law, "immediately", store.clock.now(), only=("2 §", "Avgifter"))
        assert (new.only, work.subscribers.following(law)) == (("2 §", "Avgifter"), [new])
        again = work.subscribers.subscribe(subscriber, law, "weekly", store.clock.now() + timedelta(days=1))
        assert (again.id, again.only) == (new.id, ())
        assert work.subscribers.following(law)[0].only == ()


@pytest.mark.parametrize(("name", "known_as"), [("plain", "Förordning om prov"), ("Vår lag", "Vår lag")])
def test_a_law_without_a_name_in_the_schedule_is_known_by_its_title(store: Store, name: str, known_as: str) -> None:
    watch = Watch("plain", name, LAW.url, sfs=LAW.sfs)
    store.sync(watch)
    for title in ("Förordning om prov", None):  # an answer without a title removes none
        claim = store.claim("plain", force=True)
        assert claim is not None
        with store.unit_of_work.write() as work:
            work.watches.settle(claim, claim.watch_state, store.clock.now(), None, None, title=title)
    with store.unit_of_work.read() as work:
        assert work.watches.get("plain").watch.name == known_as
    store.sync(Watch("plain", name, "https://mirror.example/law", sfs=LAW.sfs))
    with store.unit_of_work.read() as work:
        assert work.watches.get("plain").watch.name == name
