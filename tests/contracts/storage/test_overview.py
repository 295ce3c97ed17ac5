"""Data of the overview: the latest events of all watches, and the number of deliveries in each state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from monitor.core.model import AnnouncedEvent, EventKind, NewDelivery, Tag, Watch
from tests.contracts.storage.conftest import COUNTY, Store

LAW = Watch("law", "Lagen", "https://law.example/")


def latest(
    store: Store, limit: int = 10, of: str | None = None, tag: str | None = None, **only: Collection[EventKind]
) -> list[str]:
    """Return the latest events: "county 2" for a change, "county blind" for another event."""
    with store.unit_of_work.read() as work:
        keys = {row.id: row.watch.key for row in work.watches.all(archived=True)}
        watch_id = work.watches.get(of).id if of else None
        return [
            f"{keys[event.watch_id]} {event.change.after_number if event.change else event.kind.value}"
            for event in work.history.latest_events(limit, watch_id=watch_id, tag=tag, **only)
        ]


def happen(store: Store, body: bytes, watch: Watch) -> None:
    """Record a check, and the event of its change."""
    record = store.check(body, watch)
    if record is not None:
        with store.unit_of_work.write() as work:
            work.history.add_event(record.watch_id, EventKind.CHANGED, store.clock.now(), record)


def absent(store: Store, key: str, kind: EventKind = EventKind.BLIND) -> None:
    with store.unit_of_work.write() as work:
        work.history.add_event(work.watches.get(key).id, kind, store.clock.now())


def test_the_latest_material_changes_come_first_whatever_their_watch(store: Store) -> None:
    store.sync(COUNTY, LAW)
    for body in (b"one", b"two", b"three"):
        for watch in (COUNTY, LAW):
            store.clock.move(hours=1)
            happen(store, body, watch)
    assert latest(store) == ["law 3", "county 3", "law 2", "county 2"]
    assert latest(store, 1) == ["law 3"]
    assert latest(store, of="county") == ["county 3", "county 2"]


def test_what_is_held_back_or_of_an_archived_watch_is_not_among_them(store: Store) -> None:
    store.sync(COUNTY, LAW)
    for watch in (COUNTY, LAW):
        happen(store, b"one", watch)
        store.clock.move(hours=1)
        happen(store, b"two", watch)
    store.sync(COUNTY)
    assert latest(store) == ["county 2"]
    assert latest(store, of="law") == ["law 2"]
    store.sql_unguarded("UPDATE changes SET material = false")
    assert latest(store) == []


def test_a_page_that_could_not_be_seen_is_among_the_latest_events(store: Store) -> None:
    store.sync(COUNTY)
    happen(store, b"one", COUNTY)
    happen(store, b"two", COUNTY)
    store.clock.move(hours=1)
    absent(store, "county")
    store.clock.move(hours=1)
    absent(store, "county", EventKind.SEEN_AGAIN)
    assert latest(store) == ["county seen_again", "county blind", "county 2"]
    assert latest(store, kinds={EventKind.CHANGED}) == ["county 2"]


def test_the_latest_events_of_a_tag_are_those_of_the_watches_that_have_it(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.tags.sync([Tag("vald", "Våld"), Tag("other", "Annat")], store.clock.now())
    store.sync(replace(COUNTY, tags=("vald",)), LAW)
    for key in ("county", "law"):
        absent(store, key)
    assert latest(store, tag="vald") == ["county blind"]
    assert latest(store, tag="other") == latest(store, tag="nix") == []
    store.sync(LAW)
    assert latest(store, tag="vald") == []


def test_what_takes_effect_on_one_day_is_one_event_from_that_day_on(store: Store) -> None:
    store.sync(LAW)
    day = date(2027, 1, 1)
    announced = [AnnouncedEvent(day, f"{day} section {label}", {"name": label}) for label in ("2 §", "3 §")]
    with store.unit_of_work.write() as work:
        watch_id = work.watches.get("law").id
        work.announced_events.replace(watch_id, announced, date(2026, 3, 1), store.clock.now())
    assert latest(store) == []
    with store.unit_of_work.write() as work:
        for event in work.announced_events.due(day):
            work.announced_events.come_true(event, store.clock.now())
    assert latest(store) == ["law in_force"]


def test_deliveries_are_counted_by_state(store: Store) -> None:
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        assert work.outbox.counts() == {}
        ann = work.subscribers.add("ann@kommun.example", "sv", now, how="operator")
        for number in range(3):
            message_id = f"<{number}@bevaka.example>"
            work.outbox.add([NewDelivery(ann.id, "mail", str(number), message_id, message_id, now, ())], now)
        delivery = work.outbox.claim(work.outbox.due(now, 1)[0], now, timedelta(minutes=1))
        assert delivery
        work.outbox.cancel(delivery, "she left")
        assert work.outbox.counts() == {"pending": 2, "cancelled": 1}
