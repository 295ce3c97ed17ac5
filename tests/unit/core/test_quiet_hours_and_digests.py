"""When deliveries wait: quiet hours, the time of digests, and mass changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Cadence, Preferences
from monitor.core.people.quiet_hours_and_digests import is_mass_change, next_digest, quiet_until, round_length

ZONE = "Europe/Stockholm"
NIGHT = Preferences(quiet=(time(21, 0), time(6, 30)))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive
zones = st.sampled_from(["Europe/Stockholm", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Europe/London"])
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-01T19:59+00:00", None),
        ("2026-03-01T20:00+00:00", "2026-03-02T05:30+00:00"),
        ("2026-03-02T05:29+00:00", "2026-03-02T05:30+00:00"),
        ("2026-03-02T05:30+00:00", None),
        ("2026-03-28T22:00+00:00", "2026-03-29T04:30+00:00"),  # the clocks go forward that night
        ("2026-10-24T22:00+00:00", "2026-10-25T05:30+00:00"),  # the clocks go back that night
    ],
)
def test_quiet_hours_end_by_the_wall_clock(now: str, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(now), NIGHT, ZONE)
    assert found == (datetime.fromisoformat(until) if until else None)


def test_quiet_hours_may_lie_within_a_day_and_in_the_persons_own_zone() -> None:
    lunch = Preferences("Europe/Helsinki", quiet=(time(12, 0), time(13, 0)))
    assert quiet_until(datetime(2026, 3, 2, 10, 15, tzinfo=UTC), lunch, ZONE) == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert quiet_until(datetime(2026, 3, 2, 11, 15, tzinfo=UTC), lunch, ZONE) is None


def test_no_quiet_hours_and_empty_ones_are_never() -> None:
    now = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
    assert quiet_until(now, Preferences(), ZONE) is None
    assert quiet_until(now, Preferences(quiet=(time(11, 15), time(11, 15))), ZONE) is None


def test_the_end_in_an_hour_that_comes_twice_is_waited_for_in_the_second_round_too() -> None:
    night = Preferences(quiet=(time(22, 0), time(2, 30)))
    second_round = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 local time, for the second time
    assert quiet_until(second_round, night, ZONE) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(moments, zones, clocks, clocks)
def test_quiet_hours_always_end_within_a_day_or_so(now: datetime, zone: str, begin: time, end: time) -> None:
    preferences = Preferences(zone, quiet=(begin, end))
    until = quiet_until(now, preferences, ZONE)
    if until is not None:
        assert timedelta(0) < until - now <= timedelta(hours=25)
        assert quiet_until(until, preferences, ZONE) is None or until.astimezone(ZoneInfo(zone)).fold == 0


@given(now=moments, zone=zones, at=clocks, weekday=st.integers(0, 6), weekly=st.booleans())
def test_a_digest_is_due_on_a_later_day_at_the_hour_and_weekday_that_she_prefers(
    now: datetime, zone: str, at: time, weekday: int, *, weekly: bool
) -> None:
    due = next_digest(now, Preferences(zone, at, weekday), ZONE, weekly=weekly)
    there, today = due.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    assert 1 <= (there.date() - today.date()).days <= (7 if weekly else 1)
    assert not weekly or there.weekday() == weekday
    skipped = datetime.combine(there.date(), at, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).time() != at
    assert skipped or there.time() == at


@pytest.mark.parametrize(
    ("changed", "watched", "mass_change"),
    [(4, 4, False), (5, 5, True), (5, 9, True), (5, 10, False), (6, 11, True), (50, 100, False), (51, 100, True)],
)
def test_more_than_half_and_at_least_five_are_a_mass_change(changed: int, watched: int, *, mass_change: bool) -> None:
    assert is_mass_change(changed, watched) is mass_change


def test_a_round_is_as_long_as_the_rarest_check_and_an_hour_at_most() -> None:
    minutes = [Cadence(timedelta(minutes=minutes)) for minutes in (5, 30)]
    assert round_length(minutes) == timedelta(minutes=30)
    assert round_length([*minutes, Cadence(timedelta(hours=6))]) == timedelta(hours=1)
    assert round_length([Cadence(None, cron="0 7 * * *")]) == timedelta(hours=1)
    assert round_length([]) == timedelta(hours=1)
