"""Old bodies may be removed; the history that they were part of stays, and still verifies."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from monitor.core.model import EventKind, NewDelivery, SuspectRun
from monitor.core.record.chain_heads import genesis
from monitor.errors import BodyRemoved, Flaw, Reason
from monitor.ports.values import Removable
from storage.chain import Chain
from tests.contracts.storage.conftest import LAW, LEASE, Store

AT = datetime(2027, 1, 1, tzinfo=UTC)
RULE = "older than 30 days"


@pytest.fixture
def noisy(store: Store) -> Store:
    """Return twenty revisions of a page, of which only the tenth is a material change, and one of another page."""
    page = os.urandom(3000).hex().encode()
    for number in range(1, 21):
        store.check(page + f"<p>{number}</p>".encode())
        store.clock.move(days=1)
    store.sql("UPDATE changes SET material = false WHERE after_number <> 10")
    store.check(b"the ordinance", LAW)
    return store


def reseal(store: Store) -> None:
    """Make the chain valid again after `noisy` changed rows without it."""
    with store.unit_of_work.write() as work:
        connection = work._connection
        chain = Chain(connection)
        watch_id = work.watches.get("county").id
        links = work.history.links(watch_id)
        chain._heads[watch_id] = (0, genesis("county"))
        for link in links:
            row = {name: value for name, value in link.facts.items() if name != "kind"}
            number, sealed = chain.append(watch_id, link.kind, row)
            connection.execute(
                text(f"UPDATE {link.kind}s SET chain = :chain WHERE watch_id = :watch AND link = :link"),  # noqa: S608  a kind, not input
                {"chain": bytes.fromhex(sealed), "watch": watch_id, "link": number},
            )
        chain.flush()


def removable(store: Store, before: datetime | None = None, keep: int | None = None) -> list[Removable]:
    with store.unit_of_work.read() as work:
        return work.retention.removable(before, keep)


def remove(store: Store, revisions: list[Removable]) -> None:
    with store.unit_of_work.write() as work:
        work.retention.remove([each.sha256 for each in revisions], AT, RULE)


def flaws(store: Store) -> list[Flaw]:
    with store.unit_of_work.read() as work:
        return work.history.verify()[1]


def numbers(revisions: list[Removable]) -> list[int]:
    return [each.revision for each in revisions]


def test_the_latest_copy_and_both_sides_of_a_material_change_stay(noisy: Store) -> None:
    assert numbers(removable(noisy)) == [*range(1, 9), *range(11, 20)]


def test_the_latest_copy_stays_also_where_it_was_not_the_last_that_was_seen(noisy: Store) -> None:
    noisy.sql("UPDATE watches SET last_raw_sha256 = NULL")  # as after an edit of the address
    assert 20 not in numbers(removable(noisy))
    assert 20 not in numbers(removable(noisy, keep=0))


def test_age_and_count_must_both_allow_it(noisy: Store) -> None:
    middle = noisy.snapshots()[4].taken_at
    assert numbers(removable(noisy, before=middle)) == [1, 2, 3, 4]
    assert numbers(removable(noisy, keep=15)) == [1, 2, 3, 4, 5]
    assert numbers(removable(noisy, before=middle, keep=18)) == [1, 2]
    assert numbers(removable(noisy, keep=0)) == numbers(removable(noisy)), "the latest stays whatever is asked for"


def test_a_copy_that_a_message_is_about_stays(noisy: Store) -> None:
    with noisy.unit_of_work.write() as work:
        watch_id = work.watches.get("county").id
        change = next(change for change in work.history.changes(watch_id) if change.after_number == 5)
        event = work.history.add_event(watch_id, EventKind.CHANGED, noisy.clock.now(), change)
        subscriber = work.subscribers.add("ann@example.org", "sv", noisy.clock.now(), how="operator")
        following = work.subscribers.subscribe(subscriber, None, "immediately", noisy.clock.now())
        work.outbox.add(
            [NewDelivery(subscriber.id, "mail", "k", "<m@x>", "<t@x>", noisy.clock.now(), ((following.id, event.id),))],
            noisy.clock.now(),
        )
    assert not {4, 5} & set(numbers(removable(noisy)))


def test_a_copy_whose_text_announced_a_day_stays(noisy: Store) -> None:
    with noisy.unit_of_work.write() as work:
        watch_id = work.watches.get("county").id
        work.history.add_event(watch_id, EventKind.BLIND, noisy.clock.now(), None, {"revision": 3})
    assert {2, 3, 4} - set(numbers(removable(noisy))) == {3}


def test_what_may_go_is_asked_again_of_a_few_bodies_alone(noisy: Store) -> None:
    planned = [each.sha256 for each in removable(noisy)]
    with noisy.unit_of_work.read() as work:
        assert numbers(work.retention.removable(None, None, planned[2:5])) == [3, 4, 5]
        assert work.retention.removable(None, 19, planned[2:5]) == []
        third = work.snapshots.body(planned[2])
        tenth = noisy.snapshots()[9].sha256
        assert work.retention.removable(None, None, [tenth]) == []
    noisy.check(third)  # meanwhile the page is as it was at its third revision
    with noisy.unit_of_work.read() as work:
        assert numbers(work.retention.removable(None, None, planned[2:5])) == [4, 5]
    remove(noisy, [each for each in removable(noisy) if each.revision == 4])
    with noisy.unit_of_work.read() as work:
        assert numbers(work.retention.removable(None, None, planned[2:5])) == [5]


def test_what_stays_is_put_on_nothing_that_goes_later(noisy: Store) -> None:
    going = [each.sha256 for each in removable(noisy)]  # all but the ninth, the tenth and the latest
    eighth, ninth = noisy.snapshots()[7].sha256, noisy.snapshots()[8].sha256
    with noisy.unit_of_work.write() as work:
        work.retention.remove([eighth], AT, RULE, frozenset(going))
    lies_on = "SELECT count(*) FROM bodies WHERE sha256 = :sha256 AND base_sha256 IS NOT NULL"
    with noisy.engine.connect() as connection:
        assert connection.execute(text(lies_on), {"sha256": bytes.fromhex(ninth)}).scalar_one() == 0
    with noisy.unit_of_work.read() as work:
        assert work.snapshots.body(ninth)


def test_a_body_that_another_revision_needs_stays(noisy: Store) -> None:
    with noisy.unit_of_work.read() as work:
        first = work.snapshots.body(noisy.snapshots()[0].sha256)
    noisy.check(first)  # the page is as it was at its first revision
    noisy.sql("UPDATE changes SET material = false WHERE after_number = 21")
    assert 1 not in numbers(removable(noisy))
    assert 20 in numbers(removable(noisy))


def test_what_stays_can_be_read_and_what_went_says_when_and_why(noisy: Store) -> None:
    with noisy.unit_of_work.read() as work:
        bodies = {revision.number: work.snapshots.body(revision.sha256) for revision in noisy.snapshots()}
    reseal(noisy)
    gone = removable(noisy)
    remove(noisy, gone)
    assert flaws(noisy) == []
    with noisy.unit_of_work.read() as work:
        assert [(each.watch, each.revision, each.removed_at, each.rule) for each in work.retention.removals()] == [
            ("county", number, AT, RULE) for number in numbers(gone)
        ]
        assert work.retention.removals(work.watches.get("law").id) == []
        for revision in noisy.snapshots():
            if revision.number in numbers(gone):
                with pytest.raises(BodyRemoved, match=r"removed on 2027-01-01 by retention \(older than 30 days\)"):
                    work.snapshots.body(revision.sha256)
            else:
                assert work.snapshots.body(revision.sha256) == bodies[revision.number]
    assert removable(noisy) == []


def test_what_went_frees_most_of_its_bytes(noisy: Store) -> None:
    size = "SELECT sum(length(bytes)) FROM bodies"
    with noisy.engine.connect() as connection:
        before = connection.exec_driver_sql(size).scalar_one()
    remove(noisy, removable(noisy))
    with noisy.engine.connect() as connection:
        assert connection.exec_driver_sql(size).scalar_one() < before


def test_a_body_that_is_gone_without_a_word_in_the_chain_is_a_flaw(noisy: Store) -> None:
    reseal(noisy)
    sha256 = noisy.snapshots()[-1].sha256
    noisy.sql(
        "UPDATE bodies SET bytes = NULL, codec = 'zstd', base_sha256 = NULL, depth = 0 WHERE sha256 = :sha256",
        sha256=bytes.fromhex(sha256),
    )
    assert flaws(noisy) == [Flaw("county", 20, "the body is gone, and nothing in the chain says that it was removed")]


@pytest.mark.parametrize("column", ["number", "raw_sha256", "removed_at", "rule", "link", "chain"])
def test_a_removal_that_was_touched_is_a_flaw(noisy: Store, column: str) -> None:
    reseal(noisy)
    remove(noisy, removable(noisy))
    at = 1 if noisy.is_sqlite else AT + timedelta(seconds=1)
    value: object = {"number": 2, "link": 900, "removed_at": at, "rule": "x"}.get(column, bytes(32))
    noisy.sql(f"UPDATE removals SET {column} = :value WHERE number = 1", value=value)  # noqa: S608  from the list above
    assert flaws(noisy)


def test_a_text_that_comes_back_is_kept_again(noisy: Store) -> None:
    with noisy.unit_of_work.read() as work:
        first = work.snapshots.body(noisy.snapshots()[0].sha256)
    reseal(noisy)
    remove(noisy, removable(noisy))
    noisy.check(first)
    with noisy.unit_of_work.read() as work:
        assert work.snapshots.body(noisy.snapshots()[0].sha256) == first
    assert flaws(noisy) == []


def test_a_suspect_body_that_waits_for_another_look_stays(noisy: Store) -> None:
    with noisy.unit_of_work.write() as work:
        aside = work.snapshots.keep_aside(noisy.fetched(b"log in, please"))
        claim = work.watches.claim("county", noisy.clock.now(), LEASE, force=True)
        assert claim is not None
        waiting = SuspectRun("ab" * 32, aside, Reason("login-page"), 1, noisy.clock.now(), noisy.clock.now())
        watch_state = replace(claim.watch_state, suspect=waiting)
        work.watches.settle(claim, watch_state, noisy.clock.now() + timedelta(hours=1), None, None)
    with noisy.unit_of_work.write() as work:
        assert work.retention.aside() == []
        assert work.retention.remove_aside([aside]) == 0
        assert work.snapshots.body(aside) == b"log in, please"


def test_suspect_bodies_go_once_nobody_waits_for_them(noisy: Store) -> None:
    with noisy.unit_of_work.write() as work:
        aside = work.snapshots.keep_aside(noisy.fetched(b"log in, please"))
    with noisy.unit_of_work.write() as work:
        assert work.retention.aside() == [aside]
        assert work.retention.remove_aside([aside]) == 1
        assert work.retention.remove_aside([aside]) == 0
    with noisy.unit_of_work.read() as work, pytest.raises(Exception, match="missing"):
        work.snapshots.body(aside)
