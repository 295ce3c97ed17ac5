"""Data of the overview: the latest changes of all watches, and the number of deliveries in each state."""

from __future__ import annotations

from datetime import timedelta

from monitor.core.model import NewDelivery, Watch
from tests.contracts.storage.conftest import COUNTY, Store

LAW = Watch("law", "Lagen", "https://law.example/")


def latest(store: Store, limit: int = 10) -> list[tuple[str, int]]:
    with store.unit_of_work.read() as work:
        keys = {row.id: row.watch.key for row in work.watches.all(archived=True)}
        return [(keys[change.watch_id], change.after_number) for change in work.history.latest_changes(limit)]


def test_the_latest_material_changes_come_first_whatever_their_watch(store: Store) -> None:
    store.sync(COUNTY, LAW)
    for body in (b"one", b"two", b"three"):
        for watch in (COUNTY, LAW):
            store.clock.move(hours=1)
            store.check(body, watch)
    assert latest(store) == [("law", 3), ("county", 3), ("law", 2), ("county", 2)]
    assert latest(store, 1) == [("law", 3)]


def test_what_is_held_back_or_of_an_archived_watch_is_not_among_them(store: Store) -> None:
    store.sync(COUNTY, LAW)
    for watch in (COUNTY, LAW):
        store.check(b"one", watch)
        store.clock.move(hours=1)
        store.check(b"two", watch)
    store.sync(COUNTY)
    assert latest(store) == [("county", 2)]
    store.sql_unguarded("UPDATE changes SET material = false")
    assert latest(store) == []


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
