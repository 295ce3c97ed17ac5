"""Subscribers and their subscriptions."""

from __future__ import annotations

import pytest

from monitor.core.model import NewDelivery, Subscriber, Subscription
from tests.contracts.storage.conftest import COUNTY, LAW, Store


def add(store: Store, address: str = "Anna@Example.org", language: str = "sv") -> Subscriber:
    with store.unit_of_work.write() as work:
        return work.subscribers.add(address, language, store.clock.now(), how="operator")  # type: ignore[arg-type]


def follow(
    store: Store, subscriber: Subscriber, key: str | None = None, frequency: str = "immediately"
) -> Subscription:
    with store.unit_of_work.write() as work:
        watch_id = work.watches.get(key).id if key else None
        return work.subscribers.subscribe(subscriber, watch_id, frequency, store.clock.now())  # type: ignore[arg-type]


def following(store: Store, key: str) -> list[Subscription]:
    with store.unit_of_work.read() as work:
        return work.subscribers.following(work.watches.get(key).id)


def test_an_address_is_one_person_however_it_is_written(store: Store) -> None:
    subscriber = add(store)
    assert subscriber == Subscriber(1, "anna@example.org", "confirmed", "sv", store.clock.now(), "operator")
    assert add(store, " ANNA@example.ORG ").id == subscriber.id
    with store.unit_of_work.read() as work:
        assert work.subscribers.find("anna@EXAMPLE.org") == subscriber
        assert work.subscribers.all() == [subscriber]
        assert work.subscribers.find("nobody@example.org") is None


def test_who_is_confirmed_already_keeps_her_consent_and_gets_the_language(store: Store) -> None:
    subscriber = add(store)
    store.clock.move(days=1)
    again = add(store, language="en")
    assert (again.consent_at, again.language) == (subscriber.consent_at, "en")


def test_a_suspended_person_is_confirmed_again_by_the_operator(store: Store) -> None:
    subscriber = add(store)
    follow(store, subscriber)
    with store.unit_of_work.write() as work:
        work.outbox.suspend(subscriber, store.clock.now(), why="550 no such user")
    assert following(store, "county") == []
    later = store.clock.move(days=1)
    again = add(store)
    assert (again.state, again.consent_at) == ("confirmed", later)
    assert [subscription.subscriber for subscription in following(store, "county")] == [again]


def test_one_can_follow_a_watch_or_all_and_each_only_once(store: Store) -> None:
    subscriber = add(store)
    county, everything = follow(store, subscriber, "county"), follow(store, subscriber)
    assert follow(store, subscriber, "county", "daily").id == county.id
    assert follow(store, subscriber, None, "weekly").id == everything.id
    assert [(s.id, s.frequency) for s in following(store, "county")] == [
        (county.id, "daily"),
        (everything.id, "weekly"),
    ]
    assert [s.id for s in following(store, "law")] == [everything.id]
    with store.unit_of_work.read() as work:
        mine = work.subscribers.subscriptions(subscriber)
    assert [(s.id, key) for s, key in mine] == [(everything.id, None), (county.id, "county")]


def test_who_unsubscribes_is_followed_no_more_and_may_come_back(store: Store) -> None:
    subscriber = add(store)
    first = follow(store, subscriber, "county")
    with store.unit_of_work.write() as work:
        assert work.subscribers.unsubscribe(subscriber, first.watch_id, store.clock.now(), reason="operator")
        assert not work.subscribers.unsubscribe(subscriber, first.watch_id, store.clock.now(), reason="operator")
    assert following(store, "county") == []
    assert follow(store, subscriber, "county").id != first.id


def test_a_removed_person_is_gone_with_all_she_followed(store: Store) -> None:
    subscriber = add(store)
    follow(store, subscriber)
    follow(store, subscriber, "law")
    with store.unit_of_work.write() as work:
        assert work.subscribers.remove("ANNA@example.org", store.clock.now())
        assert not work.subscribers.remove("anna@example.org", store.clock.now())
    assert following(store, "law") == []
    with store.unit_of_work.read() as work:
        assert work.subscribers.find("anna@example.org") is None
        assert work.subscribers.all() == []
        assert work.subscribers.subscriptions(subscriber) == []
    assert add(store).state == "confirmed"
    assert following(store, "law") == []


@pytest.mark.parametrize("leave", ["unsubscribe", "remove"])
def test_who_leaves_is_owed_nothing_that_came_through_it(store: Store, leave: str) -> None:
    subscriber, other = add(store), add(store, "bo@example.org")
    mine, everything, others = follow(store, subscriber, "county"), follow(store, subscriber), follow(store, other)
    first, second = store.event(1), store.event(2)
    now = store.clock.now()

    def owe(key: str, who: Subscriber, *items: tuple[int, int]) -> NewDelivery:
        return NewDelivery(who.id, "digest", key, f"<{key}@x>", "<t@x>", now, items)

    with store.unit_of_work.write() as work:
        alone, mixed, hers, his = work.outbox.add(
            [
                owe("alone", subscriber, (mine.id, first.id)),
                owe("mixed", subscriber, (mine.id, second.id), (everything.id, first.id)),
                owe("hers", subscriber, (everything.id, second.id)),
                owe("his", other, (others.id, first.id)),
            ],
            now,
        )
    with store.unit_of_work.write() as work:
        if leave == "remove":
            work.subscribers.remove(subscriber.address, now)
        else:
            work.subscribers.unsubscribe(subscriber, mine.watch_id, now, reason="operator")
    with store.unit_of_work.read() as work:
        kept = {delivery.id: delivery for delivery in work.outbox.deliveries()}
        owed = set(work.outbox.due(now, 10))
    assert owed == ({his} if leave == "remove" else {mixed, hers, his})
    assert kept[alone].state == "cancelled"
    if leave == "unsubscribe":
        assert [item.subscription.id for item in kept[mixed].items] == [everything.id]


def test_a_subscription_to_one_watch_says_nothing_of_another(store: Store) -> None:
    follow(store, add(store), "county")
    assert following(store, LAW.key) == []
    assert len(following(store, COUNTY.key)) == 1
