"""Removal of many old bodies, a bounded number in a transaction, so that others can write in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from monitor.core.model import BlockChange, Change, Fetched, Outcome, Schedule, Watch
from monitor.ports.values import NewRevision, ObservedCheck
from monitor.retention import BODIES_AT_A_TIME, BREATH, BYTES_AT_A_TIME, remove_old_bodies
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
WATCH = Watch("county", "The county", "https://county.example/violence")
HELD_BACK = BlockChange("edited", "p", (), None, "1", "2", "noise", material=False, rule="counter")
REVISIONS = 2 * BODIES_AT_A_TIME + 30


class Stopped(Exception):
    """Raised to stop between two batches."""


def fill(unit: SqlUnitOfWork, bodies: list[bytes]) -> None:
    """Record a page whose revisions differ only by changes that are not material."""
    with unit.write() as work:
        work.watches.sync(Schedule((WATCH,)), NOW)
    with unit.write() as work:
        claim = work.watches.claim(WATCH.key, NOW, timedelta(minutes=1))
        assert claim is not None
        before = None
        for number, body in enumerate(bodies):
            at = NOW + timedelta(minutes=number)
            fetched = Fetched(WATCH.url, 200, (), body, at)
            after = work.snapshots.add(
                NewRevision(claim.watch_id, WATCH.url, fetched, WATCH.recipe, "ab" * 32, "page/1", "The text\n")
            )
            if before is not None:
                work.history.add_change(
                    claim.watch_id, before, after, Change((HELD_BACK,)), {"sv": "1", "en": "1"}, WATCH.recipe, at
                )
            work.history.observe_all([ObservedCheck(claim.watch_id, Outcome.CHANGED, after.number, at)])
            before = after
        work.watches.settle(claim, claim.watch_state, NOW, None, None)


@pytest.fixture
def batches(unit_of_work: SqlUnitOfWork) -> Iterator[Counter[int]]:
    """Yield the number of removals of each transaction, by its place in the order of the commits."""
    written: Counter[int] = Counter()
    place = 0

    def statement(_c: object, _cursor: object, sql: str, parameters: object, _context: object, many: bool) -> None:  # noqa: FBT001  SQLAlchemy's signature
        if sql.startswith("INSERT INTO removals"):
            written[place] += len(parameters) if many and isinstance(parameters, list) else 1

    def commit(_c: object) -> None:
        nonlocal place
        place += 1

    event.listen(unit_of_work._engine, "before_cursor_execute", statement)
    event.listen(unit_of_work._engine, "commit", commit)
    yield written
    event.remove(unit_of_work._engine, "before_cursor_execute", statement)
    event.remove(unit_of_work._engine, "commit", commit)


def no_pause(_seconds: float) -> None:
    """Do not pause: no other process writes."""


def flaws(unit: SqlUnitOfWork) -> list[object]:
    with unit.read() as work:
        return [*work.history.verify()[1]]


def test_many_copies_go_in_bounded_transactions_with_a_breath_between(
    unit_of_work: SqlUnitOfWork, batches: Counter[int]
) -> None:
    fill(unit_of_work, [f"<p>{number}</p>".encode() * 20 for number in range(REVISIONS)])
    batches.clear()
    pauses: list[float] = []
    gone = remove_old_bodies(unit_of_work, pauses.append, None, 1, now=NOW, rule="not among the 1 newest")
    assert [each.revision for each in gone] == [*range(1, REVISIONS)]
    assert sorted(batches.values()) == [REVISIONS - 1 - 2 * BODIES_AT_A_TIME, BODIES_AT_A_TIME, BODIES_AT_A_TIME]
    assert pauses == [BREATH, BREATH]
    assert flaws(unit_of_work) == []
    assert remove_old_bodies(unit_of_work, pauses.append, None, 1, now=NOW, rule="again") == []


def test_large_copies_go_a_few_at_a_time(unit_of_work: SqlUnitOfWork, batches: Counter[int]) -> None:
    large = BYTES_AT_A_TIME // 2 - 20
    fill(unit_of_work, [str(number).encode() * (large // len(str(number))) for number in range(10, 16)])
    batches.clear()
    assert len(remove_old_bodies(unit_of_work, no_pause, None, 1, now=NOW, rule="old")) == 5
    assert sorted(batches.values()) == [1, 2, 2]
    assert flaws(unit_of_work) == []


def test_ended_in_the_middle_it_leaves_a_valid_chain_and_goes_on_from_there(unit_of_work: SqlUnitOfWork) -> None:
    fill(unit_of_work, [f"<p>{number}</p>".encode() * 20 for number in range(REVISIONS)])

    def stop(_seconds: float) -> None:
        assert flaws(unit_of_work) == []
        raise Stopped

    with pytest.raises(Stopped):
        remove_old_bodies(unit_of_work, stop, None, 1, now=NOW, rule="old")
    with unit_of_work.read() as work:
        removed = [each.revision for each in work.retention.removals()]
        kept = work.snapshots.all(work.watches.get(WATCH.key).id)[BODIES_AT_A_TIME:]
        assert [len(work.snapshots.body(each.sha256)) > 0 for each in kept] == [True] * (REVISIONS - BODIES_AT_A_TIME)
    assert removed == [*range(1, BODIES_AT_A_TIME + 1)]
    left = remove_old_bodies(unit_of_work, no_pause, None, 1, now=NOW, rule="old")
    assert [each.revision for each in left] == [*range(BODIES_AT_A_TIME + 1, REVISIONS)]
    assert flaws(unit_of_work) == []


def test_a_copy_that_is_wanted_again_between_two_batches_stays(unit_of_work: SqlUnitOfWork) -> None:
    bodies = [f"<p>{number}</p>".encode() * 20 for number in range(REVISIONS)]
    fill(unit_of_work, bodies)
    came_back = 2 * BODIES_AT_A_TIME + 5

    def check_again(_seconds: float) -> None:
        with unit_of_work.write() as work:
            row = work.watches.get(WATCH.key)
            if len(work.snapshots.all(row.id)) == REVISIONS:
                fetched = Fetched(WATCH.url, 200, (), bodies[came_back - 1], NOW + timedelta(days=1))
                work.snapshots.add(
                    NewRevision(row.id, WATCH.url, fetched, WATCH.recipe, "ab" * 32, "page/1", "The text\n")
                )

    gone = remove_old_bodies(unit_of_work, check_again, None, 1, now=NOW, rule="old")
    assert came_back not in [each.revision for each in gone]
    assert len(gone) == REVISIONS - 2
    with unit_of_work.read() as work:
        newest = work.snapshots.of(work.watches.get(WATCH.key).id).newest()
        assert newest is not None
        assert work.snapshots.body(newest.sha256) == bodies[came_back - 1]
    assert flaws(unit_of_work) == []
