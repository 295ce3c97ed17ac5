"""Coverage: what was seen in a period, how often, and every gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.model import Observation, Outcome
from monitor.core.record.coverage import Coverage, Gap, coverage, is_late
from monitor.errors import Reason

START = datetime(2026, 3, 1, tzinfo=UTC)
END = datetime(2026, 3, 8, tzinfo=UTC)
DOWN = Reason("timeout", {"seconds": 30})


def day(number: int, hour: float = 0) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number, hours=hour)


def run(
    first: datetime,
    last: datetime,
    checks: int = 24,
    outcome: Outcome = Outcome.UNCHANGED,
    *,
    due: datetime | None = None,
    revision: int | None = 1,
    link: int | None = 1,
    reason: Reason | None = None,
) -> Observation:
    return Observation(outcome, first, last, checks, revision, reason, due or first, link)


def covered(*runs: Observation, due: datetime | None = None) -> Coverage:
    return coverage(runs, due, START, END)


def test_a_quiet_week_has_no_gap() -> None:
    runs = [run(day(number), day(number, 23), link=number + 10) for number in range(-1, 8)]
    found = covered(*runs, due=day(8))
    assert (found.checks, found.checks_at_edges, found.outcomes) == (168, 0, {Outcome.UNCHANGED: 168})
    assert (found.revisions, found.gaps) == ((1,), ())
    assert (found.first_check, found.last_check) == (day(0), day(6, 23))
    assert (found.sealed_to, found.is_sealed) == (16, True)


def test_a_run_that_reaches_over_the_edge_is_counted_apart() -> None:
    found = covered(run(day(-1, 20), day(0, 5), 10), run(day(0, 6), day(1), 18), run(day(6, 20), day(7, 5), 9))
    assert (found.checks, found.checks_at_edges) == (18, 19)


def test_an_open_run_is_not_sealed() -> None:
    found = covered(run(day(0), day(0, 23), link=4), run(day(1), day(1, 5), link=None))
    assert (found.sealed_to, found.is_sealed) == (4, False)


def test_the_time_between_two_runs_without_a_check_is_a_gap() -> None:
    found = covered(run(day(0), day(1)), run(day(2), day(6, 23), due=day(1, 1)), due=day(7, 1))
    assert found.gaps == (Gap("not_looked", None, day(0)), Gap("not_looked", day(1), day(2)))[1:]


def test_before_the_first_check_nothing_is_known() -> None:
    found = covered(run(day(2), day(6)))
    assert found.gaps == (Gap("not_looked", None, day(2)),)


def test_a_check_that_should_have_come_since_is_a_gap() -> None:
    assert covered(run(day(0), day(5)), due=day(5, 1)).gaps == (Gap("not_looked", day(5), None),)
    assert covered(run(day(0), day(5)), due=day(9)).gaps == ()


@pytest.mark.parametrize(("hours", "gaps"), [(2, []), (30, [(day(3, 22), day(3, 52))])])
def test_a_clock_that_began_in_1970_and_was_put_right_makes_no_gap_of_half_a_century(
    hours: int, gaps: list[tuple[datetime, datetime]]
) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    again = day(3, 22 + hours)
    found = covered(
        *(run(day(number), day(number, 22), 12) for number in range(-1, 4)),
        run(epoch, epoch + timedelta(hours=4), 3, due=day(4)),
        run(again, day(6, 23), due=epoch + timedelta(hours=6)),
        due=day(7),
    )
    assert [(gap.since, gap.until) for gap in found.gaps] == gaps


def test_a_clock_that_was_years_ahead_and_was_put_right_makes_no_gap_of_years() -> None:
    ahead = datetime(2030, 1, 1, tzinfo=UTC)
    runs = [run(day(-1), day(3), 90), run(ahead, ahead, 1, due=day(3, 1)), run(day(3, 2), day(6, 23), due=day(3, 2))]
    assert covered(*runs, due=day(7)).gaps == (Gap("not_looked", day(3), day(3, 2)),)


def test_hours_that_a_clock_went_through_twice_are_a_gap_when_the_second_time_has_no_check() -> None:
    found = covered(
        run(day(-1), day(3, 7), 90),
        run(day(3, 1), day(3, 5), 5, due=day(3, 1)),  # the clock was set back by six hours
        run(day(3, 8), day(6, 23), due=day(3, 6)),
        due=day(7),
    )
    assert found.gaps == (Gap("not_looked", day(3, 5), day(3, 8)),)


def test_without_a_check_all_of_it_is_a_gap() -> None:
    found = covered()
    assert found.gaps == (Gap("not_looked", None, None),)
    assert (found.checks, found.first_check, found.sealed_to, found.is_sealed) == (0, None, None, True)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.NOT_SEEN, "not_seen"),
        (Outcome.SUSPECT, "suspect"),
        (Outcome.MOVED, "moved"),
        (Outcome.WITHDRAWN, "withdrawn"),
    ],
)
def test_a_page_that_was_not_seen_is_a_gap_from_good_check_to_good_check(outcome: Outcome, kind: str) -> None:
    found = covered(
        run(day(0), day(1)),
        run(day(1, 1), day(1, 2), 2, outcome, reason=DOWN),
        run(day(1, 3), day(1, 9), 7, Outcome.NOT_SEEN),
        run(day(1, 10), day(6)),
    )
    assert [(gap.since, gap.until, gap.checks, gap.reasons, gap.failed_at) for gap in found.gaps] == [
        (day(1), day(1, 10), 9, (DOWN,), day(1, 1))
    ]
    alone = covered(run(day(0), day(1)), run(day(1, 1), day(1, 2), 2, outcome, reason=DOWN), run(day(1, 3), day(6)))
    assert [gap.kind for gap in alone.gaps] == [kind]
    assert found.checks == 24 + 2 + 7 + 24


def test_a_page_that_failed_in_several_ways_is_said_to_be_not_seen_with_all_its_reasons() -> None:
    gone, missing = Reason("http-status", {"status": 410}), Reason("http-status", {"status": 404})
    found = covered(
        run(day(0), day(1)),
        run(day(1, 1), day(1, 2), 2, Outcome.WITHDRAWN, reason=gone),
        run(day(1, 3), day(1, 5), 3, Outcome.NOT_SEEN, reason=missing),
        run(day(1, 6), day(1, 6), 1, Outcome.WITHDRAWN, reason=gone),
    )
    assert found.gaps == (Gap("not_seen", day(1), None, 6, (gone, missing), day(1, 1)),)


def test_a_page_that_is_still_not_seen_is_a_gap_without_an_end() -> None:
    found = covered(run(day(0), day(0, 1), 2, Outcome.NOT_SEEN, revision=None, reason=DOWN))
    assert found.gaps == (Gap("not_seen", day(0), None, 2, (DOWN,), day(0)),)
    assert found.revisions == ()


def test_gaps_outside_the_period_are_not_told() -> None:
    runs = [
        run(day(-9), day(-8)),
        run(day(-5), day(-1), due=day(-8, 1)),
        run(day(0), day(6, 23)),
        run(day(9), day(10), due=day(7)),
    ]
    assert [gap.since for gap in covered(*runs).gaps] == [day(6, 23)]


@pytest.mark.parametrize(
    ("planned", "minutes", "late"),
    [
        (60, 14, False),
        (60, 16, True),
        (0.5, 0.9, False),
        (0.5, 1.1, True),
        (5, 4, False),
        (5, 6, True),
        (1440, 16, True),
    ],
)
def test_a_check_is_late_by_a_quarter_of_an_hour_or_by_its_own_interval(
    planned: float, minutes: float, *, late: bool
) -> None:
    due = START + timedelta(minutes=planned)
    assert is_late(START, due, due + timedelta(minutes=minutes)) is late


def test_a_check_that_nobody_planned_is_not_late() -> None:
    assert not is_late(START, None, END)
    assert not is_late(START, START, END)


@settings(deadline=None)  # a machine that is busy with other tests may be slow
@given(st.lists(st.tuples(st.integers(1, 600), st.booleans()), min_size=2, max_size=40))
def test_stated_gaps_are_the_true_ones(steps: list[tuple[int, bool]]) -> None:
    """Each check is due five minutes after the one before, and comes after a random time."""
    at = START
    runs: list[Observation] = []
    true: list[tuple[datetime, datetime]] = []
    for minutes, seen in steps:
        due, before = at + timedelta(minutes=5), at
        at += timedelta(minutes=minutes)
        outcome = Outcome.UNCHANGED if seen else Outcome.NOT_SEEN
        if runs and minutes > 10:
            true.append((before, at))
        runs.append(run(at, at, 1, outcome, due=due))
    found = coverage(runs, None, START, at + timedelta(minutes=1))
    assert [(gap.since, gap.until) for gap in found.gaps if gap.kind == "not_looked" and gap.since] == true
    assert found.checks == len(steps)
