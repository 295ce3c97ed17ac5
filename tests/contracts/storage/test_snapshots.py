"""Snapshots, their bodies and their extractions."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

import pytest

from monitor.core.model import Recipe
from monitor.core.record.chain_heads import genesis
from monitor.errors import StorageError, UnknownRevision
from monitor.ports.values import ChainLink, KnownBody, NewRevision
from storage.chain import seal
from storage.engine import translated
from tests.contracts.storage.conftest import COUNTY, LAW, TEXT, Store


def test_a_snapshot_comes_back_as_it_was_sent(store: Store) -> None:
    fetched = store.fetched("<p>åäö</p>".encode("latin-1"))
    with store.unit_of_work.write() as work:
        watch_id = work.watches.get("county").id
        kept = work.snapshots.add(
            NewRevision(watch_id, COUNTY.url, fetched, COUNTY.recipe, TEXT, "page/1", "The text\n")
        )
    with store.unit_of_work.read() as work:
        assert work.snapshots.get(watch_id, 1) == kept
        assert work.snapshots.all(watch_id) == [kept]
        assert kept.fetched(work.snapshots.body(kept.sha256)) == fetched
        assert kept.size == len(fetched.body)


def test_revisions_are_numbered_for_each_watch_from_one(store: Store) -> None:
    for body in (b"one", b"two", b"one"):
        store.check(body)
    store.check(b"law", LAW)
    assert [snapshot.number for snapshot in store.snapshots()] == [1, 2, 3]
    assert [snapshot.number for snapshot in store.snapshots("law")] == [1]


def test_copies_that_are_kept_together_are_kept_as_each_would_be_alone(store: Store) -> None:
    school = replace(COUNTY, key="school", url="https://school.example/")
    store.sync(COUNTY, LAW, school)
    store.check(b"<p>an earlier copy</p>", LAW)
    body = b"<p>a page</p>"
    watches = (COUNTY, LAW, school)
    with store.unit_of_work.write() as work:
        ids = [work.watches.get(watch.key).id for watch in watches]
        new = [
            NewRevision(watch_id, watch.url, store.fetched(body, watch), watch.recipe, TEXT, "page/1", "The text\n")
            for watch_id, watch in zip(ids, watches, strict=True)
        ]
        work.snapshots.add_all(new)
    heads = [store.snapshots(watch.key)[-1] for watch in watches]
    assert [(revision.number, revision.source_url) for revision in heads] == [
        *((1, COUNTY.url), (2, LAW.url), (1, "https://school.example/")),
    ]
    assert store.sql("UPDATE bodies SET depth = depth WHERE size = :size", size=len(body)) == 1
    with store.unit_of_work.read() as work:
        assert [work.snapshots.recipe(revision.id) for revision in heads] == [watch.recipe for watch in watches]
        assert work.snapshots.body(heads[1].sha256) == body
        county, law, _ = (work.history.links(watch_id) for watch_id in ids)
        assert work.history.verify()[1] == []
    defined = county[0]
    facts = {**county[1].facts, "url": COUNTY.url, "raw_sha256": heads[0].sha256}
    assert [link.kind for link in county] == ["definition", "snapshot", "text"]
    assert defined.chain == seal(genesis("county"), "definition", defined.facts)
    assert county[1] == ChainLink(2, "snapshot", facts, seal(defined.chain, "snapshot", facts))
    assert [link.kind for link in law] == ["definition", "snapshot", "text", "snapshot", "text"]


@pytest.mark.parametrize("is_newest", [True, False])
def test_a_body_that_is_at_hand_is_used_where_it_is_the_newest(store: Store, *, is_newest: bool) -> None:
    older, newest = os.urandom(2000), os.urandom(2000)
    for body in (older, newest):
        store.check(body)
    at_hand = newest if is_newest else older
    with store.unit_of_work.write() as work:
        watch_id = work.watches.get("county").id
        known = KnownBody(hashlib.sha256(at_hand).hexdigest(), at_hand)
        fetched = store.fetched(b"edited" + newest)
        revision = work.snapshots.add(
            NewRevision(watch_id, COUNTY.url, fetched, COUNTY.recipe, TEXT, "page/1", "The text\n"), before=known
        )
    with store.unit_of_work.read() as work:
        assert work.snapshots.body(revision.sha256) == b"edited" + newest
    assert store.sql("UPDATE bodies SET size = size WHERE size > 2000 AND length(bytes) < 100") == 1


def test_equal_bytes_are_stored_once_and_both_revisions_are_kept(store: Store) -> None:
    for body in (b"A" * 1000, b"B" * 1000, b"A" * 1000):
        store.check(body)
    store.check(b"A" * 1000, LAW)
    first, second, third = store.snapshots()
    assert first.sha256 == third.sha256 == store.snapshots("law")[0].sha256 != second.sha256
    with store.unit_of_work.write() as work:
        assert work.snapshots.keep_aside(store.fetched(b"A" * 1000)) == first.sha256
    assert store.sql("UPDATE bodies SET depth = depth WHERE size = 1000") == 2


def test_a_body_kept_aside_is_no_revision_and_can_become_one(store: Store) -> None:
    with store.unit_of_work.write() as work:
        aside = work.snapshots.keep_aside(store.fetched(b"log in"))
    assert store.snapshots() == []
    with store.unit_of_work.read() as work:
        assert work.snapshots.body(aside) == b"log in"
    store.check(b"log in")
    assert [snapshot.sha256 for snapshot in store.snapshots()] == [aside]


def test_an_unknown_revision_is_refused_with_the_newest_one(store: Store) -> None:
    store.check(b"one")
    with store.unit_of_work.read() as work, pytest.raises(UnknownRevision) as refused:
        work.snapshots.get(work.watches.get("county").id, 7)
    assert (refused.value.asked, refused.value.newest) == ("county#7", 1)
    with store.unit_of_work.read() as work, pytest.raises(UnknownRevision) as refused:
        work.snapshots.get(work.watches.get("law").id, 1)
    assert refused.value.newest == 0


def test_the_recipe_of_a_revision_is_the_one_it_was_last_read_with(store: Store) -> None:
    store.check(b"one")
    snapshot = store.snapshots()[0]
    for recipe in (Recipe(keep="body"), COUNTY.recipe):
        with store.unit_of_work.write() as work:
            work.snapshots.add_extraction(snapshot, recipe, TEXT, "page/1", "The text\n", store.clock.now())
            assert work.snapshots.recipe(snapshot.id) == recipe
    assert store.sql("UPDATE extractions SET reader = reader") == 2


def test_a_body_that_another_is_based_on_cannot_be_deleted(store: Store) -> None:
    store.check(b"first" + b"one" * 400)
    store.check(b"second" + b"one" * 400)
    base = store.snapshots()[0].sha256
    with pytest.raises(StorageError, match=r"(?i)foreign key"), translated():
        store.sql("DELETE FROM bodies WHERE sha256 = :base", base=bytes.fromhex(base))
