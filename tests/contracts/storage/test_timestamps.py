"""The statement of a time stamp about the heads of the chains is compared with the chains."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.core.record.chain_heads import ChainHead, genesis, heads_in, heads_text
from tests.contracts.storage.conftest import LAW, Store

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def stamped(store: Store) -> Store:
    """Return two watches with some history, time-stamped, and some history after it."""
    for number in range(3):
        store.check(f"page {number}".encode())
    store.check(b"law", LAW)
    with store.unit_of_work.write() as work:
        work.timestamps.add(AT, "https://tsa.example/", heads_text(work.timestamps.heads()), b"token")
    store.check(b"page 3")
    return store


def flaws(store: Store) -> list[str]:
    with store.unit_of_work.read() as work:
        return [flaw.what for flaw in work.history.verify()[1]]


def test_the_heads_are_those_of_every_chain_and_read_back(stamped: Store) -> None:
    with stamped.unit_of_work.read() as work:
        heads = work.timestamps.heads()
        [stamp] = work.timestamps.all()
        assert work.timestamps.latest() == stamp
        law = work.history.links(work.watches.get("law").id)
        assert [head for head in heads if head.genesis == genesis("law")] == [
            ChainHead(genesis("law"), len(law), law[-1].chain)
        ]
    assert (stamp.at, stamp.authority, stamp.token) == (AT, "https://tsa.example/", b"token")
    assert heads_in(heads_text(heads)) == sorted(heads, key=lambda head: head.genesis)


def test_a_store_without_a_stamp_has_no_latest(store: Store) -> None:
    with store.unit_of_work.read() as work:
        assert (work.timestamps.latest(), work.timestamps.all(), work.timestamps.heads()) == (None, [], [])


def test_what_came_after_the_stamp_is_no_flaw(stamped: Store) -> None:
    assert flaws(stamped) == []


def test_a_chain_that_was_written_anew_is_found_by_its_stamp(stamped: Store) -> None:
    with stamped.unit_of_work.write() as work:  # as if the time stamp were of another chain
        heads = [ChainHead(head.genesis, head.link, "00" * 32) for head in heads_in(work.timestamps.all()[0].statement)]
        work.timestamps.add(AT, "https://tsa.example/", heads_text(heads), b"token")
    assert sorted(flaws(stamped)) == sorted(
        f"link {head.link} of the chain is not the one that was time-stamped" for head in heads
    )


def test_a_statement_that_was_touched_is_a_flaw(stamped: Store) -> None:
    stamped.sql("UPDATE timestamps SET statement = 'x' || statement")
    assert flaws(stamped) == ["what a time stamp is about is not as it was written"]


def test_a_day_on_which_the_operator_was_written_to_is_remembered(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.operator_mails.sent(date(2026, 3, 1), AT)
        work.operator_mails.sent(date(2026, 3, 1), AT)
        assert work.operator_mails.is_sent(date(2026, 3, 1))
        assert not work.operator_mails.is_sent(date(2026, 3, 2))
        work.operator_mails.sent(date(2026, 3, 2), AT)
        assert not work.operator_mails.is_sent(date(2026, 3, 1))
