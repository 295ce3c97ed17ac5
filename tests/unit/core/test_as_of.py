"""What a page said at a time: the checks between which a text was seen, gaps, and nothing beyond the last check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.model import SEEN, Observation, Outcome
from monitor.core.record.as_of import AsOf, Sight, as_of, is_whole
from monitor.core.record.coverage import Gap
from monitor.errors import Reason

DOWN = Reason("timeout", {"seconds": 30})


def at(day: int, hour: float = 0) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)


def run(
    first: datetime,
    last: datetime,
    revision: int | None = 1,
    outcome: Outcome = Outcome.UNCHANGED,
    *,
    checks: int = 4,
    due: datetime | None = None,
) -> Observation:
    reason = None if outcome in SEEN else DOWN
    return Observation(outcome, first, last, checks, revision, reason, due or first, 1)


RUNS = [
    run(at(1), at(1, 18)),
    run(at(2), at(2, 18)),
    run(at(3), at(3, 6), 1, Outcome.NOT_SEEN, checks=2),
    run(at(3, 12), at(3, 12), 2, Outcome.CHANGED, checks=1),
    run(at(3, 18), at(3, 18), 2, checks=1),
    run(at(4), at(4), 3, Outcome.CHANGED, checks=1),
    run(at(6), at(6, 18), 3, due=at(4, 6)),
]
"""Two quiet days, an outage, two changes six hours apart, a day without checks."""


def known(since: datetime, length: timedelta = timedelta(minutes=1), runs: list[Observation] | None = None) -> AsOf:
    found = as_of(RUNS if runs is None else runs, since, since + length)
    assert found is not None
    return found


def test_a_text_is_between_its_first_and_its_last_check() -> None:
    found = known(at(1, 20))
    assert (found.revision, found.first_seen, found.last_seen, found.checks) == (1, at(1), at(2, 18), 8)
    assert (found.before, found.after, found.is_between, found.gaps) == (None, Sight(2, at(3, 12)), False, ())


def test_within_an_outage_nothing_is_known() -> None:
    found = known(at(3, 3))
    assert (found.revision, found.before, found.after) == (None, Sight(1, at(2, 18)), Sight(2, at(3, 12)))
    assert found.gaps == (Gap("not_seen", at(2, 18), at(3, 12), 2, (DOWN,), at(3)),)


def test_a_time_without_checks_before_the_first_that_failed_is_told_beside_the_outage_and_no_time_twice() -> None:
    runs = [
        run(at(1), at(1, 6)),
        run(at(3), at(3, 6), outcome=Outcome.NOT_SEEN, due=at(1, 12)),
        run(at(4), at(4), outcome=Outcome.NOT_SEEN, due=at(3, 12)),
        run(at(5), at(5), 2),
    ]
    assert [(gap.kind, gap.since, gap.until) for gap in known(at(2), runs=runs).gaps] == [
        ("not_looked", at(1, 6), at(3)),
        ("not_seen", at(3), at(5)),
    ]


def test_between_two_checks_that_saw_other_texts_the_change_happened() -> None:
    found = known(at(3, 21))
    assert (found.revision, found.is_between, found.last_seen) == (2, True, at(3, 18))
    assert (found.before, found.after) == (Sight(1, at(2, 18)), Sight(3, at(4)))


def test_a_time_without_checks_is_a_gap_even_if_the_text_is_the_same() -> None:
    found = known(at(5))
    assert (found.revision, found.before, found.after) == (None, Sight(3, at(4)), Sight(3, at(6)))
    assert [gap.kind for gap in found.gaps] == ["not_looked"]


def test_a_day_is_what_was_seen_last_on_it_with_the_gaps_that_touch_it() -> None:
    found = known(at(3), timedelta(days=1))
    assert (found.revision, found.first_seen, found.last_seen, found.checks) == (2, at(3, 12), at(3, 18), 2)
    assert (found.before, found.after) == (Sight(1, at(2, 18)), Sight(3, at(4)))
    assert [gap.kind for gap in found.gaps] == ["not_seen"]


def test_the_day_of_the_last_check_is_known_until_that_check_and_no_time_after_it() -> None:
    assert known(at(6), timedelta(days=1)).last_seen == at(6, 18)
    assert as_of(RUNS, at(6, 19), at(6, 20)) is None
    assert as_of(RUNS, at(40), at(41)) is None


def test_nothing_is_known_before_the_first_check_or_without_any() -> None:
    assert as_of(RUNS, at(1) - timedelta(hours=2), at(1)) is None
    assert as_of([], at(1), at(2)) is None


def test_a_page_that_was_never_seen_has_no_text() -> None:
    found = known(at(1, 1), runs=[run(at(1), at(1, 18), None, Outcome.NOT_SEEN)])
    assert (found.revision, found.before, found.after) == (None, None, None)
    assert [gap.kind for gap in found.gaps] == ["not_seen"]


def test_a_page_that_was_not_seen_since_has_no_text_after() -> None:
    found = known(at(2, 3), runs=[run(at(1), at(1, 18)), run(at(2), at(2, 18), 1, Outcome.NOT_SEEN)])
    assert (found.revision, found.before, found.after) == (None, Sight(1, at(1, 18)), None)


def test_hours_that_a_clock_went_through_twice_are_two_stretches() -> None:
    runs = [run(at(1), at(1, 18)), run(at(1, 12), at(1, 20), due=at(1, 19))]
    found = known(at(1, 13), runs=runs)
    assert (found.revision, found.last_seen) == (1, at(1, 20))


CHECKED = (at(1), at(6, 18))


@example(1801, 1800, 12)  # the period takes in another text before it, whose beginning is not among the runs
@given(st.integers(0, 5 * 24 * 60), st.integers(1, 2000), st.integers(0, 72))
def test_what_the_runs_near_a_time_tell_is_what_all_tell_unless_it_is_not_whole(
    minutes: int, length: int, hours: int
) -> None:
    since = at(1) + timedelta(minutes=minutes)
    until, near = since + timedelta(minutes=length), timedelta(hours=hours)
    some = [each for each in RUNS if each.last_at >= since - near and each.first_at <= until + near]
    found = as_of(some, since, until)
    if found is not None and is_whole(found, some, CHECKED):
        assert found == as_of(RUNS, since, until)


def test_a_text_whose_beginning_is_not_among_the_runs_is_not_whole() -> None:
    some = RUNS[1:3]
    found = as_of(some, at(2), at(2, 1))
    assert found is not None
    assert not is_whole(found, some, CHECKED)
    assert is_whole(known(at(1)), RUNS, CHECKED)


@given(st.integers(0, 5 * 24 * 60), st.integers(1, 2000))
def test_what_was_seen_is_never_beyond_a_check(minutes: int, length: int) -> None:
    since = at(1) + timedelta(minutes=minutes)
    until = since + timedelta(minutes=length)
    found = as_of(RUNS, since, until)
    assert found is not None
    if found.revision is None:
        assert found.gaps
        return
    assert found.first_seen is not None
    assert found.last_seen is not None
    assert found.first_seen < until
    assert found.last_seen >= since or found.is_between
    assert {found.first_seen, found.last_seen} <= {moment for each in RUNS for moment in (each.first_at, each.last_at)}
