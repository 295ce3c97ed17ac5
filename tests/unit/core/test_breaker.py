"""The circuit breaker of a host: when it opens, for how long, and what closes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule.breaker import (
    CLOSED,
    HOLD_FIRST,
    LONGEST_HOLD,
    OPENS_AT,
    TRIAL,
    Breaker,
    after_failure,
    due_again,
    during_trial,
    half_open,
    is_open,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def failed(times: int, breaker: Breaker = CLOSED) -> Breaker:
    for _ in range(times):
        breaker = after_failure(breaker, NOW)
    return breaker


def test_two_failures_in_a_row_leave_it_closed_and_the_third_opens_it() -> None:
    assert [is_open(failed(times), NOW) for times in range(5)] == [False, False, False, True, True]


def test_it_is_open_until_its_moment_and_not_at_it() -> None:
    breaker = failed(OPENS_AT)
    assert breaker.until == NOW + HOLD_FIRST
    assert is_open(breaker, NOW + HOLD_FIRST - MOMENT)
    assert not is_open(breaker, NOW + HOLD_FIRST)


def test_each_failure_after_that_doubles_the_hold_up_to_the_longest() -> None:
    holds = [(failed(times).until or NOW) - NOW for times in range(OPENS_AT, OPENS_AT + 6)]
    assert [hold // timedelta(minutes=1) for hold in holds] == [1, 2, 4, 8, 15, 15]


def test_while_one_tries_the_others_are_refused() -> None:
    breaker = failed(OPENS_AT + 1)
    later = NOW + 2 * HOLD_FIRST
    assert not is_open(breaker, later)
    trying = during_trial(breaker, later)
    assert is_open(trying, later)
    assert after_failure(trying, later).until == later + 4 * HOLD_FIRST


def test_who_dies_trying_holds_the_host_up_for_one_hold_and_no_longer() -> None:
    later = NOW + HOLD_FIRST
    trying = during_trial(failed(OPENS_AT), later)
    assert not is_open(trying, later + HOLD_FIRST)


def test_a_person_who_asks_is_let_through_and_forgets_no_failure() -> None:
    asked = half_open(failed(OPENS_AT + 2), NOW)
    assert not is_open(asked, NOW)
    assert after_failure(asked, NOW).until == NOW + 8 * HOLD_FIRST
    assert half_open(failed(1), NOW) == failed(1)


def test_a_moment_that_lies_absurdly_far_ahead_holds_up_nobody() -> None:
    before_the_clock_was_set_back = Breaker(7, NOW + timedelta(days=400))
    assert not is_open(before_the_clock_was_set_back, NOW)


@given(st.lists(st.tuples(st.sampled_from(["fails", "answers", "asked"]), st.integers(0, 3_000)), max_size=60))
def test_a_host_is_left_alone_after_three_failures_at_least_and_for_the_longest_hold_at_most(
    story: list[tuple[str, int]],
) -> None:
    breaker, now = CLOSED, NOW
    for what, seconds in story:
        now += timedelta(seconds=seconds)
        if what == "answers":
            breaker = CLOSED
        elif what == "asked":
            breaker = half_open(breaker, now)
        elif not is_open(breaker, now):
            breaker = after_failure(during_trial(breaker, now) if breaker.until else breaker, now)
        hold = (breaker.until or now) - now
        assert hold <= LONGEST_HOLD
        assert is_open(breaker, now) == (hold > timedelta())
        if what == "answers":
            assert not is_open(breaker, now)
        if is_open(breaker, now):
            assert breaker.failures >= OPENS_AT


def test_what_was_not_asked_for_is_due_once_the_one_attempt_has_its_answer() -> None:
    opens = NOW + timedelta(minutes=1)
    assert due_again(Breaker(OPENS_AT, opens), NOW) == opens + TRIAL
    assert due_again(CLOSED, NOW) == NOW + TRIAL
