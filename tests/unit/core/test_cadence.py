"""When the next check is due: properties of every cadence, and days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Cadence
from monitor.core.schedule.cadence import LONGEST_RETRY, LONGEST_RETRY_AFTER, RETRY_FIRST, next_check, planned_check

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def due(
    cadence: Cadence,
    now: datetime = NOON,
    *,
    failures: int = 0,
    suspect: bool = False,
    retry_at: datetime | None = None,
    jitter: float = 0.0,
    host_until: datetime | None = None,
) -> datetime:
    return next_check(
        cadence, now, failures=failures, suspect=suspect, retry_at=retry_at, jitter=jitter, host_until=host_until
    )


def stockholm(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)  # type: ignore[misc, arg-type]


# Regular checks


def test_a_check_follows_the_last_one_by_the_cadence() -> None:
    assert due(Cadence(every=6 * HOUR)) == NOON + 6 * HOUR


def test_jitter_makes_a_check_later_by_at_most_a_twentieth_and_five_minutes() -> None:
    assert due(Cadence(every=HOUR), jitter=1.0) == NOON + HOUR + 3 * MINUTE
    assert due(Cadence(every=7 * DAY), jitter=1.0) == NOON + 7 * DAY + 5 * MINUTE


def test_a_cron_time_is_kept_to_the_second_whatever_the_jitter() -> None:
    cadence = Cadence(every=None, cron="0 7 * * mon-fri")
    friday = stockholm(2026, 3, 6, 7, 0, 3)
    assert due(cadence, friday, jitter=0.9) == stockholm(2026, 3, 9, 7, 0)


def test_an_absurd_cadence_is_at_most_a_year() -> None:
    assert due(Cadence(every=timedelta.max)) == NOON + 366 * DAY


def test_the_answer_is_in_utc_whatever_the_zone_of_now() -> None:
    found = due(Cadence(every=HOUR), NOON.astimezone(STOCKHOLM))
    assert (found, found.tzinfo) == (NOON + HOUR, UTC)


# After failures


def test_a_page_of_long_cadence_that_fails_is_checked_again_soon_and_then_more_rarely() -> None:
    waits = [due(Cadence(every=DAY), failures=failures) - NOON for failures in range(1, 10)]
    assert waits == [wait * MINUTE for wait in (5, 10, 20, 40, 80, 160, 320, 360, 360)]


def test_a_page_of_short_cadence_that_fails_is_checked_more_rarely_up_to_five_minutes() -> None:
    waits = [due(Cadence(every=30 * timedelta(seconds=1)), failures=failures) - NOON for failures in range(1, 7)]
    assert waits == [timedelta(seconds=wait) for wait in (30, 60, 120, 240, 300, 300)]


def test_thousands_of_failures_are_no_overflow() -> None:
    assert due(Cadence(every=7 * DAY), failures=10_000) == NOON + LONGEST_RETRY


def test_a_cron_time_between_two_tries_is_kept() -> None:
    cadence = Cadence(every=None, cron="3 13 * * *")  # 12:03 UTC in winter
    assert due(cadence, failures=1) == NOON + 3 * MINUTE


def test_a_cron_watch_that_failed_is_checked_before_its_next_time() -> None:
    assert due(Cadence(every=None, cron="0 7 * * *"), failures=2) == NOON + 10 * MINUTE


def test_three_suspicious_checks_span_an_hour() -> None:
    now, cadence = NOON, Cadence(every=6 * HOUR)
    for failures in (1, 2):
        now = due(cadence, now, failures=failures, suspect=True)
    assert now == NOON + HOUR


def test_a_suspicious_page_of_short_cadence_keeps_its_cadence() -> None:
    assert due(Cadence(every=10 * MINUTE), failures=1, suspect=True) == NOON + 10 * MINUTE


def test_a_page_that_stays_suspicious_is_checked_more_rarely() -> None:
    assert due(Cadence(every=6 * HOUR), failures=7, suspect=True) == NOON + 320 * MINUTE


# Retry-After


def test_retry_after_is_obeyed_when_it_is_later() -> None:
    assert due(Cadence(every=HOUR), failures=1, retry_at=NOON + 3 * HOUR) == NOON + 3 * HOUR


def test_retry_after_makes_no_check_sooner() -> None:
    assert due(Cadence(every=HOUR), failures=1, retry_at=NOON - HOUR) == NOON + RETRY_FIRST


def test_a_retry_after_in_ten_years_is_obeyed_for_a_day() -> None:
    assert due(Cadence(every=HOUR), failures=1, retry_at=NOON + 3650 * DAY) == NOON + DAY


# An unreachable host


@pytest.mark.parametrize("failures", [1, 100])
def test_the_host_decides_when_its_pages_are_tried_again_however_often_they_failed(failures: int) -> None:
    assert due(Cadence(every=DAY), failures=failures, jitter=0.5, host_until=NOON + MINUTE) == NOON + MINUTE
    assert due(Cadence(every=MINUTE), failures=failures, host_until=NOON + 15 * MINUTE) == NOON + 15 * MINUTE


def test_a_hold_that_is_over_or_absurd_counts_for_nothing_or_a_day() -> None:
    assert due(Cadence(every=HOUR), failures=1, host_until=NOON) == NOON + RETRY_FIRST
    assert due(Cadence(every=HOUR), failures=1, host_until=NOON + 3650 * DAY) == NOON + DAY
    assert due(Cadence(every=HOUR), host_until=NOON + MINUTE) == NOON + HOUR


# Windows

OFFICE = Cadence(every=HOUR, between=(time(6), time(22)))
NIGHT = Cadence(every=HOUR, between=(time(22), time(6)))


@pytest.mark.parametrize(
    ("cadence", "now", "expected"),
    [
        (OFFICE, stockholm(2026, 3, 2, 12), stockholm(2026, 3, 2, 13)),
        (OFFICE, stockholm(2026, 3, 2, 21), stockholm(2026, 3, 2, 22)),
        (OFFICE, stockholm(2026, 3, 2, 21, 1), stockholm(2026, 3, 3, 6)),
        (OFFICE, stockholm(2026, 3, 2, 3), stockholm(2026, 3, 2, 6)),
        (NIGHT, stockholm(2026, 3, 6, 0, 30), stockholm(2026, 3, 6, 1, 30)),  # also open after 01:00
        (NIGHT, stockholm(2026, 3, 6, 23, 30), stockholm(2026, 3, 7, 0, 30)),
        (NIGHT, stockholm(2026, 3, 6, 5, 30), stockholm(2026, 3, 6, 22)),
        (Cadence(every=HOUR, between=(time(6), time(0))), stockholm(2026, 3, 6, 23, 1), stockholm(2026, 3, 7, 6)),
    ],
)
def test_a_check_outside_the_window_waits_until_it_opens(cadence: Cadence, now: datetime, expected: datetime) -> None:
    assert due(cadence, now) == expected


def test_tries_after_a_failure_hold_to_the_window_too() -> None:
    assert due(OFFICE, stockholm(2026, 3, 2, 21, 58), failures=1) == stockholm(2026, 3, 3, 6)


def test_retry_after_that_ends_outside_the_window_waits_until_it_opens() -> None:
    now = stockholm(2026, 3, 2, 21)
    assert due(OFFICE, now, failures=1, retry_at=now + 2 * HOUR) == stockholm(2026, 3, 3, 6)


def test_a_cron_time_outside_the_window_is_passed_over() -> None:
    cadence = Cadence(every=None, cron="15 */4 * * *", between=(time(6), time(22)))
    assert due(cadence, stockholm(2026, 3, 2, 20, 15)) == stockholm(2026, 3, 3, 8, 15)


def test_a_cron_watch_that_never_meets_its_window_is_checked_when_the_window_opens() -> None:
    cadence = Cadence(every=None, cron="0 3 * * *", between=(time(6), time(22)))
    found = due(cadence, stockholm(2026, 3, 2, 12))
    assert found.astimezone(STOCKHOLM).time() == time(6)


# Nights on which clocks change: 2026-03-29 has no 02:00-03:00, 2026-10-25 has it twice


def test_a_repeated_hour_is_checked_once() -> None:
    cadence, now, checks = Cadence(every=None, cron="30 2 * * *"), stockholm(2026, 10, 24, 12), []
    for _ in range(3):
        now = due(cadence, now)
        checks.append(now)
    assert checks == [stockholm(2026, 10, day, 2, 30) for day in (25, 26, 27)]


def test_the_second_round_of_a_repeated_hour_does_not_lead_into_the_past() -> None:
    now = stockholm(2026, 10, 25, 2, 10, fold=1)
    assert due(Cadence(every=None, cron="30 2 * * *"), now) == stockholm(2026, 10, 26, 2, 30)


def test_a_skipped_time_is_checked_once_after_the_gap() -> None:
    cadence = Cadence(every=None, cron="30 2 * * *")
    first = due(cadence, stockholm(2026, 3, 28, 12))
    assert first == stockholm(2026, 3, 29, 3, 0)
    assert due(cadence, first) == stockholm(2026, 3, 30, 2, 30)


def test_every_hour_is_every_hour_on_both_nights() -> None:
    for start in (stockholm(2026, 3, 29, 0), stockholm(2026, 10, 25, 0)):
        assert due(Cadence(every=HOUR), start + HOUR) == start + 2 * HOUR


def test_a_window_that_opens_in_the_skipped_hour_opens_after_it() -> None:
    cadence = Cadence(every=HOUR, between=(time(2, 30), time(5)))
    assert due(cadence, stockholm(2026, 3, 28, 12)) == stockholm(2026, 3, 29, 3, 30)


def test_a_window_that_opens_in_the_repeated_hour_opens_in_its_second_round_too() -> None:
    cadence = Cadence(every=MINUTE, between=(time(2, 30), time(5)))
    now = stockholm(2026, 10, 25, 2, 10, fold=1)
    assert due(cadence, now) == stockholm(2026, 10, 25, 2, 30, fold=1)


def test_after_a_long_downtime_there_is_one_check_and_not_one_for_each_that_was_missed() -> None:
    cadence, back = Cadence(every=None, cron="0 * * * *"), NOON + 23 * DAY
    assert due(cadence, back) == back + HOUR


# Properties

windows = st.none() | st.tuples(st.times(), st.times())
zones = st.sampled_from(["Europe/Stockholm", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
cadences = st.builds(
    Cadence,
    every=st.timedeltas(timedelta(seconds=1), 400 * DAY),
    between=windows,
    timezone=zones,
) | st.builds(
    Cadence,
    every=st.none(),
    cron=st.sampled_from(["0 7 * * mon-fri", "*/5 * * * *", "30 2 * * *", "59 23 L * *", "0 */6 1,15 * *"]),
    between=windows,
    timezone=zones,
)
nows = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  `timezones` adds the zone
failing = st.fixed_dictionaries(
    {
        "failures": st.integers(0, 10_000),
        "suspect": st.booleans(),
        "retry_at": st.none() | nows,
        "host_until": st.none() | nows,
        "jitter": st.floats(0, 1, exclude_max=True),
    }
)


@given(cadences, nows, failing)
def test_the_next_check_is_never_in_the_past(cadence: Cadence, now: datetime, rest: dict[str, object]) -> None:
    assert next_check(cadence, now, **rest) > now  # type: ignore[arg-type]


@given(cadences, nows, failing)
def test_the_same_arguments_give_the_same_time(cadence: Cadence, now: datetime, rest: dict[str, object]) -> None:
    assert next_check(cadence, now, **rest) == next_check(cadence, now, **rest)  # type: ignore[arg-type]


@given(cadences, nows, failing)
def test_a_check_is_inside_the_window(cadence: Cadence, now: datetime, rest: dict[str, object]) -> None:
    found = next_check(cadence, now, **rest).astimezone(ZoneInfo(cadence.timezone))  # type: ignore[arg-type]
    if cadence.between is not None:
        start, end = cadence.between
        clock = found.time()
        assert start <= clock <= end if start <= end else clock >= start or clock <= end


@given(st.timedeltas(timedelta(seconds=1), 30 * DAY), nows, failing)
def test_a_page_without_a_window_is_not_left_alone_for_longer_than_it_should(
    every: timedelta, now: datetime, rest: dict[str, object]
) -> None:
    wait = next_check(Cadence(every=every), now, **rest) - now  # type: ignore[arg-type]
    assert wait <= max(every, RETRY_FIRST, LONGEST_RETRY_AFTER) + 5 * MINUTE


@given(cadences, nows, st.floats(0, 1, exclude_max=True))
def test_a_page_that_is_well_is_checked_no_sooner_than_its_cadence(
    cadence: Cadence, now: datetime, jitter: float
) -> None:
    if cadence.every is not None:
        found = next_check(cadence, now, failures=0, suspect=False, retry_at=None, jitter=jitter)
        assert found - now >= min(cadence.every, 366 * DAY)


@pytest.mark.parametrize(
    ("due", "held", "planned"),
    [
        (None, 1, None),
        (0, None, 0),
        (1, 0, 1),
        (0, 1, 1),
        (0, 47, 47),
        (0, 49, 0),
    ],
)
def test_at_a_host_that_asks_to_be_left_alone_the_next_check_is_when_it_may_be_asked(
    due: int | None, held: int | None, planned: int | None
) -> None:
    def at(hours: int | None) -> datetime | None:
        return None if hours is None else datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)

    assert planned_check(at(due), at(held)) == at(planned)
