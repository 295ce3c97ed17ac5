"""Observations, changes and events."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.core.model import Change, EventKind, Observation, Outcome
from monitor.errors import Reason, StorageError
from monitor.ports.values import ObservedCheck
from tests.contracts.storage.conftest import BLOCK, COUNTY, SUMMARY, Store


def observe(store: Store, outcome: Outcome, at: datetime, reason: Reason | None = None) -> None:
    with store.unit_of_work.write() as work:
        row = work.watches.get("county")
        revisions = work.snapshots.all(row.id)
        work.history.observe_all(
            [ObservedCheck(row.id, outcome, revisions[-1].number if revisions else None, at, reason)]
        )


def observations(store: Store) -> list[Observation]:
    with store.unit_of_work.read() as work:
        return work.history.observations(work.watches.get("county").id)


def rows(store: Store) -> int:
    return store.sql("UPDATE observations SET looks = looks")


def test_equal_outcomes_are_one_run_from_first_to_last(store: Store) -> None:
    start = store.clock.now()
    for hour in range(4):
        observe(store, Outcome.UNCHANGED, start + timedelta(hours=hour))
    assert observations(store) == [Observation(Outcome.UNCHANGED, start, start + timedelta(hours=3), 4)]
    assert rows(store) == 1


def test_a_run_over_many_days_reads_as_one_and_only_today_is_open(store: Store) -> None:
    start = store.clock.now()
    for hour in range(0, 24 * 5, 6):
        observe(store, Outcome.UNCHANGED, start + timedelta(hours=hour))
    assert observations(store) == [Observation(Outcome.UNCHANGED, start, start + timedelta(hours=114), 20)]
    assert rows(store) == 6
    assert store.sql("UPDATE observations SET link = link WHERE link IS NULL") == 1


def test_another_outcome_another_reason_and_another_revision_begin_a_run(store: Store) -> None:
    at = store.clock.now()
    observe(store, Outcome.NOT_SEEN, at, Reason("timeout", {"seconds": 30}))
    observe(store, Outcome.NOT_SEEN, at, Reason("timeout", {"seconds": 31}))
    observe(store, Outcome.NOT_SEEN, at, Reason("dns-failed", {"host": "county.example"}))
    store.check(b"one")
    store.check(None)
    store.check(b"two")
    store.check(None)
    assert [(run.outcome, run.count, run.revision, run.reason) for run in observations(store)] == [
        (Outcome.NOT_SEEN, 2, None, Reason("timeout", {"seconds": 30})),
        (Outcome.NOT_SEEN, 1, None, Reason("dns-failed", {"host": "county.example"})),
        (Outcome.FIRST, 1, 1, None),
        (Outcome.UNCHANGED, 1, 1, None),
        (Outcome.CHANGED, 1, 2, None),
        (Outcome.UNCHANGED, 1, 2, None),
    ]


def test_a_run_that_is_interrupted_begins_anew(store: Store) -> None:
    at = store.clock.now()
    for outcome in (Outcome.UNCHANGED, Outcome.NOT_SEEN, Outcome.UNCHANGED):
        observe(store, outcome, at)
    assert [run.count for run in observations(store)] == [1, 1, 1]


def test_hours_that_a_clock_goes_through_twice_are_two_runs_and_read_as_one(store: Store) -> None:
    noon = store.clock.now().replace(hour=12)
    for hour in (0, 1, 2, -1, 0):
        observe(store, Outcome.UNCHANGED, noon + timedelta(hours=hour))
    with store.unit_of_work.read() as work:
        sealed = work.history.sealed_observations(work.watches.get("county").id)
    assert [(run.first_at - noon, run.last_at - noon, run.count) for run in sealed] == [
        (timedelta(hours=0), timedelta(hours=2), 3),
        (timedelta(hours=-1), timedelta(hours=0), 2),
    ]
    assert observations(store) == [Observation(Outcome.UNCHANGED, noon, noon + timedelta(hours=2), 5)]


def test_a_change_comes_back_as_it_was_judged(store: Store) -> None:
    store.check(b"one")
    record = store.check(b"two")
    first, second = store.snapshots()
    with store.unit_of_work.read() as work:
        assert record is not None
        assert work.history.changes(record.watch_id) == [record]
    assert (record.before_number, record.after_number) == (first.number, second.number)
    assert (record.detected_at, record.summary, record.recipe) == (second.taken_at, SUMMARY, COUNTY.recipe)
    assert (record.category, record.material, record.rule) == (BLOCK.category, True, BLOCK.rule)


def test_the_past_is_the_latest_revisions_with_what_brought_them(store: Store) -> None:
    for body in (b"one", b"two", b"three"):
        store.check(body)
    newest = [snapshot.taken_at for snapshot in reversed(store.snapshots())]
    with store.unit_of_work.read() as work:
        watch_id = work.watches.get("county").id
        past = work.history.past(watch_id, 4)
        assert work.history.past(watch_id, 2) == past[:2]
        seen = [change.seen_before for change in reversed(work.history.changes(watch_id))]
    assert [revision.taken_at for revision in past] == newest
    assert [(revision.rule, revision.seen_before) for revision in past] == [
        (BLOCK.rule, seen[0]),
        (BLOCK.rule, seen[1]),
        (None, None),
    ]
    assert len({revision.text_sha256 for revision in past}) == 1


def test_the_same_kind_and_cause_twice_is_the_same_event(store: Store) -> None:
    store.check(b"one")
    record = store.check(b"two")
    assert record is not None
    now, since = store.clock.now(), {"since": "2026-03-01T09:00:00+00:00"}
    with store.unit_of_work.write() as work:
        changed = work.history.add_event(record.watch_id, EventKind.CHANGED, now, record)
        blind = work.history.add_event(record.watch_id, EventKind.BLIND, now, None, dict(since))
        moved = work.history.add_event(record.watch_id, EventKind.MOVED, now, None, {"to": "https://b.example"})
    later = store.clock.move(days=1)
    with store.unit_of_work.write() as work:
        assert work.history.add_event(record.watch_id, EventKind.CHANGED, later, record) == changed
        assert work.history.add_event(record.watch_id, EventKind.BLIND, later, None, dict(since)) == blind
        again = work.history.add_event(record.watch_id, EventKind.MOVED, later, None, {"to": "https://b.example"})
    assert changed.change == record
    assert again.id != moved.id


def test_a_change_is_kept_once_for_a_revision(store: Store) -> None:
    store.check(b"one")
    record = store.check(b"two")
    assert record is not None
    first, second = store.snapshots()
    now = store.clock.now()
    with pytest.raises(StorageError, match=r"(?i)unique"), store.unit_of_work.write() as work:
        work.history.add_change(record.watch_id, first, second, Change((BLOCK,)), dict(SUMMARY), COUNTY.recipe, now)
