"""The timeline of a watch: when the page was seen, when it was not, and where it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bevaka.web.timeline import WIDTH, Bar, Mark, gaps, strip
from monitor.core.model import Observation, Outcome

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)


def run(outcome: Outcome, first: float, last: float) -> Observation:
    """Return a run of equal outcomes between two days, counted from START."""
    return Observation(outcome, START + first * DAY, START + last * DAY, 2)


def test_nothing_is_drawn_before_the_first_check() -> None:
    assert strip([], [], START) is None


def test_what_a_run_found_holds_until_the_next_one_begins() -> None:
    drawn = strip([run(Outcome.UNCHANGED, 0, 4), run(Outcome.NOT_SEEN, 5, 6), run(Outcome.UNCHANGED, 8, 10)], [], START)
    assert drawn is not None
    assert drawn.bars == (Bar("seen", 0.0, 500.0), Bar("seen", 800.0, 200.0), Bar("gap", 500.0, 300.0))
    assert drawn.gaps == 1


def test_after_the_last_check_nothing_is_known() -> None:
    drawn = strip([run(Outcome.UNCHANGED, 0, 5)], [], START + 10 * DAY)
    assert drawn is not None
    assert drawn.bars == (Bar("seen", 0.0, 500.0),)


def test_a_short_gap_can_still_be_seen_and_stays_inside() -> None:
    runs = [run(Outcome.UNCHANGED, 0, 89.9), run(Outcome.NOT_SEEN, 90, 90)]
    drawn = strip(runs, [], START + 90 * DAY)
    assert drawn is not None
    assert drawn.bars[-1] == Bar("gap", 996.0, 4.0)


def test_what_came_before_the_strip_begins_is_left_out() -> None:
    runs = [run(Outcome.NOT_SEEN, 0, 1), run(Outcome.UNCHANGED, 2, 200)]
    changes = [(START + 3 * DAY, True), (START + 155 * DAY, False), (START + 200 * DAY, True)]
    drawn = strip(runs, changes, START + 200 * DAY)
    assert drawn is not None
    assert (drawn.start, drawn.gaps) == (START + 110 * DAY, 0)
    assert drawn.marks == (Mark(material=False, x=500.0), Mark(material=True, x=1000.0))
    assert drawn.changes == 1


def test_neighbours_of_one_kind_are_one_bar() -> None:
    runs = [
        run(Outcome.FIRST, 0, 0),
        run(Outcome.UNCHANGED, 1, 2),
        run(Outcome.CHANGED, 3, 3),
        run(Outcome.MOVED, 4, 5),
    ]
    drawn = strip(runs, [], START)
    assert drawn is not None
    assert [bar.kind for bar in drawn.bars] == ["seen", "gone"]


def test_a_gap_lasts_until_the_page_is_seen_again_or_until_now() -> None:
    ended, open_ = gaps(
        [run(Outcome.NOT_SEEN, 0, 1), run(Outcome.UNCHANGED, 3, 4), run(Outcome.SUSPECT, 5, 6)],
    )
    now = START + 9 * DAY
    assert (ended.until, ended.lasted(now)) == (START + 3 * DAY, 3 * DAY)
    assert (open_.until, open_.lasted(now)) == (None, 4 * DAY)


@given(
    st.lists(st.tuples(st.sampled_from(list(Outcome)), st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=30),
    st.floats(0, 400),
)
def test_everything_is_drawn_inside_the_strip(parts: list[tuple[Outcome, float, float]], later: float) -> None:
    at, runs = 0.0, []
    for outcome, pause, length in parts:
        runs.append(run(outcome, at + pause, at + pause + length))
        at += pause + length
    drawn = strip(runs, [], START + (at + later) * DAY)
    assert drawn is not None
    assert all(bar.width >= 0 and bar.x >= -0.1 and bar.x + bar.width <= WIDTH + 0.2 for bar in drawn.bars)
