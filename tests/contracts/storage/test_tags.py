"""Tags, the watches that have them, and subscriptions to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.model import KnownTag, NewDelivery, Schedule, Subscription, Tag, Watch
from tests.contracts.storage.conftest import COUNTY, LAW, Store

VIOLENCE, KALMAR = Tag("vald", "Mäns våld mot kvinnor"), Tag("kalmar", "Kalmar")


def put(store: Store, tags: tuple[Tag, ...], *watches: Watch) -> None:
    with store.unit_of_work.write() as work:
        work.tags.sync(tags, store.clock.now())
        work.watches.sync(Schedule(watches), store.clock.now())


def names(store: Store, *, archived: bool = False) -> list[tuple[str, str]]:
    with store.unit_of_work.read() as work:
        return [(tag.key, tag.name) for tag in work.tags.all(archived=archived)]


def having(store: Store, key: str) -> list[str]:
    with store.unit_of_work.read() as work:
        (tag,) = [tag for tag in work.tags.all(archived=True) if tag.key == key]
        rows = work.watches.by_ids(work.tags.watch_ids(tag.id))
        return [rows[watch_id].watch.key for watch_id in work.tags.watch_ids(tag.id)]


def follow(store: Store, tag: str, address: str = "anna@example.org") -> Subscription:
    now = store.clock.now()
    with store.unit_of_work.write() as work:
        subscriber = work.subscribers.add(address, "sv", now, how="operator")
        (known,) = [each for each in work.tags.all() if each.key == tag]
        return work.subscribers.subscribe(subscriber, None, "daily", now, only_if=("jour",), tag_id=known.id)


def following(store: Store, key: str) -> list[Subscription]:
    with store.unit_of_work.read() as work:
        return work.subscribers.following(work.watches.get(key).id)


def test_tags_are_kept_in_the_order_of_the_schedule_and_archived_when_it_names_them_no_more(store: Store) -> None:
    put(store, (VIOLENCE, KALMAR), COUNTY, LAW)
    assert names(store) == [("vald", "Mäns våld mot kvinnor"), ("kalmar", "Kalmar")]
    put(store, (KALMAR, replace(VIOLENCE, name="Våld")), COUNTY, LAW)
    assert names(store) == [("kalmar", "Kalmar"), ("vald", "Våld")]
    put(store, (VIOLENCE,), COUNTY, LAW)
    assert names(store) == [("vald", "Mäns våld mot kvinnor")]
    assert names(store, archived=True) == [("vald", "Mäns våld mot kvinnor"), ("kalmar", "Kalmar")]
    put(store, (KALMAR,), COUNTY, LAW)
    assert names(store) == [("kalmar", "Kalmar")]


def test_whether_tags_differ_is_told_by_keys_names_and_order(store: Store) -> None:
    put(store, (VIOLENCE, KALMAR), COUNTY, LAW)
    with store.unit_of_work.read() as work:
        asked = [(VIOLENCE, KALMAR), (KALMAR, VIOLENCE), (VIOLENCE,), (replace(VIOLENCE, name="V"), KALMAR)]
        assert [work.tags.differ(tags) for tags in asked] == [False, True, True, True]
        assert not work.tags.differ((replace(VIOLENCE, match=("x",)), KALMAR))  # its watches have it already


def test_a_watch_has_the_tags_that_the_schedule_gives_it(store: Store) -> None:
    both = replace(LAW, tags=("vald", "kalmar"))
    put(store, (VIOLENCE, KALMAR), replace(COUNTY, tags=("vald",)), both)
    assert (having(store, "vald"), having(store, "kalmar")) == (["county", "law"], ["law"])
    with store.unit_of_work.read() as work:
        assert work.watches.get("law").watch == both
        assert work.watches.differing(Schedule((COUNTY, both))) == ["county"]
    put(store, (VIOLENCE, KALMAR), COUNTY, both)
    assert having(store, "vald") == ["law"]
    put(store, (VIOLENCE, KALMAR), COUNTY)
    assert having(store, "vald") == []
    put(store, (VIOLENCE, KALMAR), COUNTY, both)
    assert having(store, "vald") == ["law"]


def test_a_watch_with_a_tag_that_is_not_kept_is_refused_whole(store: Store) -> None:
    with pytest.raises(KeyError):
        put(store, (), replace(COUNTY, tags=("vald",)), LAW)
    assert names(store) == []


def test_who_follows_a_tag_follows_the_watches_that_have_it(store: Store) -> None:
    put(store, (VIOLENCE, KALMAR), replace(COUNTY, tags=("vald",)), LAW)
    subscription = follow(store, "vald")
    assert subscription.tag == KnownTag(1, "vald", "Mäns våld mot kvinnor")
    assert (subscription.watch_id, subscription.only_if, subscription.is_to_every_watch) == (None, ("jour",), False)
    assert following(store, "county") == [subscription]
    assert following(store, "law") == []
    put(store, (VIOLENCE, KALMAR), COUNTY, replace(LAW, tags=("kalmar", "vald")))
    assert following(store, "county") == []
    assert following(store, "law") == [subscription]
    assert follow(store, "vald").id == subscription.id
    assert [each.tag and each.tag.key for each in (follow(store, "kalmar"), *following(store, "law"))] == [
        "kalmar", "vald", "kalmar"
    ]  # fmt: skip


def test_a_person_may_follow_a_tag_a_watch_and_all_beside_each_other(store: Store) -> None:
    put(store, (VIOLENCE, KALMAR), replace(COUNTY, tags=("vald",)), LAW)
    tag, now = follow(store, "vald"), store.clock.now()
    with store.unit_of_work.write() as work:
        county = work.watches.get("county").id
        to_all = work.subscribers.subscribe(tag.subscriber, None, "weekly", now)
        to_county = work.subscribers.subscribe(tag.subscriber, county, "weekly", now)
        assert [key for _, key in work.subscribers.subscriptions(tag.subscriber)] == [None, None, "county"]
    assert {each.id for each in following(store, "county")} == {tag.id, to_all.id, to_county.id}
    assert [each.id for each in following(store, "law")] == [to_all.id]
    assert tag.tag is not None
    with store.unit_of_work.write() as work:
        assert work.subscribers.unsubscribe(tag.subscriber, None, now, reason="reader", tag_id=tag.tag.id)
        assert not work.subscribers.unsubscribe(tag.subscriber, None, now, reason="reader", tag_id=tag.tag.id)
    assert {each.id for each in following(store, "county")} == {to_all.id, to_county.id}


def test_what_is_owed_through_a_tag_comes_back_with_it(store: Store) -> None:
    put(store, (VIOLENCE,), replace(COUNTY, tags=("vald",)), LAW)
    subscription, event, now = follow(store, "vald"), store.event(), store.clock.now()
    with store.unit_of_work.write() as work:
        items = ((subscription.id, event.id),)
        owed = work.outbox.add(
            [NewDelivery(subscription.subscriber.id, "mail", "k", "<k@x>", "<t@x>", now, items)], now
        )
    put(store, (), COUNTY, LAW)  # the tag is gone, and what is owed stays
    with store.unit_of_work.read() as work:
        delivery = work.outbox.get(owed[0])
    assert delivery is not None
    assert [(item.subscription, item.watch_key) for item in delivery.items] == [(subscription, "county")]
