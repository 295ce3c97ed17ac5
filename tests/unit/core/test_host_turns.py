"""When a host's turn may begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule.host_turns import LONGEST_LEASE, WANTED_FOR, HostState, begins_at, is_wanted

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DELAY = timedelta(seconds=2)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_host_that_nobody_asks_is_free() -> None:
    assert begins_at(HostState(), NOW, "me", DELAY) == NOW
    assert begins_at(HostState(7, None, after(-1)), NOW, "me", DELAY) == NOW


def test_the_latest_of_what_keeps_the_host_counts() -> None:
    state = HostState(7, after(30), after(1), after(2), "person")
    assert begins_at(state, NOW, "me", DELAY) == after(30)
    assert begins_at(HostState(7, None, after(1), after(2.5), "person"), NOW, "me", DELAY) == after(2.5)
    assert begins_at(HostState(7, None, after(1), after(2.5), "person"), NOW, "person", DELAY) == after(1)


def test_a_holder_that_was_lost_counts_as_a_request_at_the_end_of_its_lease() -> None:
    assert begins_at(HostState(7, NOW, after(-60)), NOW, "me", DELAY) == NOW + DELAY
    assert begins_at(HostState(7, after(-2), after(-60)), NOW, "me", DELAY) == NOW


_MOMENTS = st.none() | st.integers(-40 * 24 * 3600, 40 * 24 * 3600).map(after)


@given(st.builds(HostState, st.integers(0, 9), _MOMENTS, _MOMENTS, _MOMENTS, st.sampled_from(["me", "other", None])))
def test_nothing_keeps_a_host_for_longer_than_a_program_may_have_asked(state: HostState) -> None:
    at = begins_at(state, NOW, "me", DELAY)
    assert NOW <= at <= NOW + max(LONGEST_LEASE, DELAY, WANTED_FOR)
    if state.held_until is not None and NOW < state.held_until <= NOW + LONGEST_LEASE:
        assert at >= state.held_until
    if is_wanted(state, NOW):
        assert state.wanted_until is not None
        assert at >= state.wanted_until or state.wanted_by == "me"
