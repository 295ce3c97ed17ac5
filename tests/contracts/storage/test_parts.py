"""Parts of revisions: kept under their hash, links of the chain, found for each revision, verified, never removed."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.core.model import DocumentOutcome, DocumentState, EventKind, Fetched, Part, Validators
from monitor.errors import Reason
from monitor.ports.values import NewPart, Settlement
from tests.contracts.storage.conftest import LEASE, Store

PLAN, LETTER = "https://example.org/plan.pdf", "https://example.org/brev.pdf"


def part(url: str, body: bytes) -> NewPart:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return NewPart("document", url, Fetched(url, 200, (("ETag", '"åäö"'),), body, at))


def add(store: Store, *parts: NewPart) -> None:
    with store.unit_of_work.write() as work:
        work.snapshots.add_parts(store.snapshots()[-1], parts)


def at(store: Store, number: int) -> list[Part]:
    with store.unit_of_work.read() as work:
        return work.snapshots.parts(work.watches.get("county").id, number)


def test_a_revision_has_the_newest_part_of_each_address_up_to_it(store: Store) -> None:
    store.check(b"one")
    add(store, part(PLAN, b"first plan"), part(LETTER, b"letter"))
    store.check(b"two")
    add(store, part(PLAN, b"second plan"))
    with store.unit_of_work.read() as work:
        bodies = [{each.url: work.snapshots.body(each.sha256) for each in at(store, number)} for number in (1, 2)]
    assert bodies == [{PLAN: b"first plan", LETTER: b"letter"}, {LETTER: b"letter", PLAN: b"second plan"}]
    [letter, plan] = at(store, 2)
    assert (plan.number, plan.role, plan.size, plan.status, plan.headers) == (
        2,
        "document",
        11,
        200,
        (("ETag", '"åäö"'),),
    )
    assert letter.number == 1


def test_parts_are_links_of_the_chain_and_are_verified(store: Store) -> None:
    store.check(b"one")
    add(store, part(PLAN, b"plan"))
    add(store)
    with store.unit_of_work.read() as work:
        links = work.history.links(work.watches.get("county").id)
        assert [link.facts["url"] for link in links if link.kind == "part"] == [PLAN]
        assert work.history.verify()[1] == []
    store.sql("UPDATE parts SET url = 'https://example.org/annan.pdf'")
    with store.unit_of_work.read() as work:
        [flaw] = work.history.verify()[1]
    assert flaw.what.startswith("the part is not as it was sealed")


def test_the_bytes_of_a_part_are_not_removed_as_kept_aside_or_as_an_old_revision(store: Store) -> None:
    store.check(b"the plan itself")
    store.check(b"another page")
    store.sql("UPDATE changes SET material = false")
    add(store, part(PLAN, b"the plan itself"), part(LETTER, b"letter"))
    with store.unit_of_work.read() as work:
        assert work.retention.aside() == []
        assert work.retention.removable(None, 1) == []


def test_what_is_known_of_documents_comes_back_as_it_was_written(store: Store) -> None:
    store.check(b"one")
    since = datetime(2026, 3, 1, tzinfo=UTC)
    states = (
        DocumentState(PLAN, "Plan", "aa", 9, "application/pdf", "bb", "pdf/2", Validators('"1"', None, PLAN)),
        DocumentState(LETTER, "Brev", failing_since=since, reason=Reason("timeout", {"seconds": 30}), told=True),
        DocumentState("https://example.org/18", "x", unread=Reason("file-locked"), is_page=True),
    )
    with store.unit_of_work.write() as work:
        claim = work.watches.claim("county", store.clock.now(), LEASE, force=True)
        assert claim is not None
        assert claim.documents is None
        work.watches.settle_all([Settlement(claim, claim.watch_state, store.clock.now(), None, None, documents=states)])
    claim = store.claim(force=True)
    assert claim is not None
    assert claim.documents == states
    with store.unit_of_work.read() as work:
        assert work.watches.get("county").documents == states


def test_two_documents_that_are_not_seen_since_the_same_time_are_two_events(store: Store) -> None:
    store.check(b"one")
    facts: dict[str, object] = {"since": "2026-03-01T00:00:00+00:00", "title": "Plan"}
    with store.unit_of_work.write() as work:
        watch_id = work.watches.get("county").id
        found = [
            work.history.add_event(watch_id, EventKind.BLIND, store.clock.now(), None, facts | {"document": url})
            for url in (PLAN, LETTER, PLAN)
        ]
    assert found[0].id == found[2].id != found[1].id


def test_what_was_found_of_documents_is_in_the_log_under_a_recipe_with_documents_alone(store: Store) -> None:
    store.check(b"one")
    with store.unit_of_work.read() as work:
        [row] = work.history.log(work.watches.get("county").id)
    assert row.documents is None
    assert DocumentOutcome(PLAN, "Plan", "first", None, 0).outcome == "first"
