"""Definitions and texts: each a link of the chain, stored as it was when it was sealed (format 2, docs/proof.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.model import Recipe
from monitor.ports.values import AttestedText, ChainLink
from tests.contracts.storage.conftest import COUNTY, LAW, TEXT, Store


def links(store: Store, kind: str, key: str = "county") -> list[ChainLink]:
    with store.unit_of_work.read() as work:
        return [link for link in work.history.links(work.watches.get(key).id) if link.kind == kind]


def flaws(store: Store) -> list[str]:
    with store.unit_of_work.read() as work:
        return [flaw.what for flaw in work.history.verify()[1]]


def test_what_a_watch_reads_is_sealed_with_its_first_revision_and_at_each_edit(store: Store) -> None:
    assert links(store, "definition") == []
    store.check(b"one")
    store.check(b"two")
    [first] = links(store, "definition")
    assert first.number == 1
    assert (first.facts["url"], first.facts["recipe"]) == (COUNTY.url, COUNTY.recipe.to_json())
    moved = replace(COUNTY, url="https://county.example/new", recipe=Recipe(keep="main"))
    store.sync(moved, LAW)
    _, edited = links(store, "definition")
    assert (edited.facts["url"], edited.facts["recipe_hash"]) == (moved.url, moved.recipe.hash)
    assert edited.facts["attested"] == 0
    store.sync(replace(moved, name="Another name"), LAW)
    store.sync(moved)
    store.sync(moved, LAW)
    assert len(links(store, "definition")) == 2, "a name, or a watch that goes and comes, is no other definition"
    assert flaws(store) == []


def test_an_edit_before_the_first_revision_is_sealed_with_it(store: Store) -> None:
    edited = replace(COUNTY, recipe=Recipe(drop=(".ad",)))
    store.sync(edited, LAW)
    store.check(b"one", edited)
    [only] = links(store, "definition")
    assert only.facts["recipe_hash"] == edited.recipe.hash
    assert flaws(store) == []


def test_a_text_is_sealed_with_its_revision_and_read_back(store: Store) -> None:
    store.check(b"one")
    [text] = links(store, "text")
    assert (text.number, text.facts["number"], text.facts["attested"]) == (3, 1, 0)
    with store.unit_of_work.read() as work:
        assert work.snapshots.body(str(text.facts["sha256"])) == b"The text\n"
        assert text.facts["read_at"] == work.history.links(work.watches.get("county").id)[1].facts["taken_at"]


def test_a_text_that_is_read_again_is_sealed_beside_the_first_one(store: Store) -> None:
    store.check(b"one")
    with store.unit_of_work.write() as work:
        snapshot = work.snapshots.get(work.watches.get("county").id, 1)
        work.snapshots.add_extraction(snapshot, Recipe(keep="main"), TEXT, "page/2", "Less\n", store.clock.now())
    first, second = links(store, "text")
    assert (first.facts["reader"], second.facts["reader"]) == ("page/1", "page/2")
    with store.unit_of_work.read() as work:
        assert work.snapshots.body(str(first.facts["sha256"])) == b"The text\n"
        assert work.snapshots.body(str(second.facts["sha256"])) == b"Less\n"


def test_a_text_stays_when_its_body_is_removed(store: Store) -> None:
    store.check(b"one" * 50)
    store.check(b"two" * 50)
    first = store.snapshots()[0].sha256
    with store.unit_of_work.write() as work:
        work.retention.remove([first], store.clock.now(), "a rule")
        assert work.retention.aside() == [], "a text is not kept aside"
    with store.unit_of_work.read() as work:
        for text in links(store, "text"):
            assert work.snapshots.body(str(text.facts["sha256"])) == b"The text\n"
    assert flaws(store) == []


def test_a_body_that_is_a_text_as_well_is_not_removed(store: Store) -> None:
    store.check(b"The text\n")
    store.check(b"another")
    with store.unit_of_work.read() as work:
        assert work.retention.removable(None, keep_newest=1) == []


@pytest.fixture
def old(store: Store) -> Store:
    """Return a store as an upgrade leaves it: two watches with revisions and no link of format 2."""
    for body in (b"one", b"two", b"three"):
        store.check(body)
    store.check(b"the ordinance", LAW)
    for table in ("definitions", "texts"):
        store.sql(f"DELETE FROM {table}")  # noqa: S608  one of two names
    for table in ("snapshots", "changes", "observations"):
        store.sql(f"UPDATE {table} SET link = link WHERE link IS NOT NULL")  # noqa: S608  one of three names
    store.sql("UPDATE watches SET attestation_owed = true")
    return store


def test_what_is_owed_is_sealed_once_and_in_order(old: Store) -> None:
    with old.unit_of_work.read() as work:
        watch_id = work.attestation.next_watch()
        assert watch_id is not None
        owed = work.attestation.owed(watch_id, 0, 2)
        assert [each.snapshot.number for each in owed] == [1, 2]
        assert [each.snapshot.number for each in work.attestation.owed(watch_id, 2, 2)] == [3]
    texts = [AttestedText(each.snapshot, each.recipe, "page/9", f"text {each.snapshot.number}\n") for each in owed]
    for _ in range(2):  # two programs at once, or one that was interrupted
        with old.unit_of_work.write() as work:
            work.attestation.seal(watch_id, texts, old.clock.now(), is_last=False)
    assert [(link.facts["number"], link.facts["attested"]) for link in links(old, "text")] == [(1, 1), (2, 1)]
    [definition] = links(old, "definition")
    assert definition.facts["attested"] == 1
    with old.unit_of_work.write() as work:
        work.attestation.seal(watch_id, [], old.clock.now(), is_last=True)
        assert work.attestation.next_watch() not in {None, watch_id}
        assert work.attestation.next_watch(99) is None


def texts(store: Store, until: int | None = None, url: str = COUNTY.url) -> list[tuple[int, str]]:
    with store.unit_of_work.read() as work:
        return list(work.snapshots.texts(work.watches.get("county").id, url, until))


def test_the_texts_of_a_page_are_given_the_newest_first_and_each_once(store: Store) -> None:
    for number in range(1, 40):
        store.check(f"body {number}".encode(), text=f"The text {number % 36}\n")
    newest_first = [f"The text {number % 36}\n" for number in range(39, 3, -1)]
    assert [text for _, text in texts(store)] == newest_first
    assert [number for number, _ in texts(store)][:5] == [3, 2, 1, 36, 35], "the first revision that has each"
    assert texts(store, until=2) == [(2, "The text 2\n"), (1, "The text 1\n")]
    assert texts(store, until=0) == []
    moved = replace(COUNTY, url="https://county.example/new")
    store.sync(moved, LAW)
    store.check(b"elsewhere", moved, text="Another page\n")
    assert texts(store, url=moved.url) == [(40, "Another page\n")]
    assert "Another page\n" not in dict(texts(store)).values()


def test_a_damaged_text_is_left_out_and_the_others_are_given(store: Store) -> None:
    for number in range(1, 6):
        store.check(f"body {number}".encode(), text=f"The text {number}\n" * 9)
    hashes = {link.facts["number"]: str(link.facts["sha256"]) for link in links(store, "text")}
    junk = {"junk": b"junk", "sha256": bytes.fromhex(hashes[5])}
    assert store.sql("UPDATE bodies SET bytes = :junk WHERE sha256 = :sha256", **junk) == 1
    assert [number for number, _ in texts(store)] == [4, 3, 2, 1]
