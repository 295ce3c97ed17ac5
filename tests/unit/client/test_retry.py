"""Retry-After, in its two valid forms and in invalid ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.client.retry_after import LONGEST_WAIT_ASKED, SHORTEST, retry_at

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("0", SHORTEST),
        ("99999999999999999999", LONGEST_WAIT_ASKED),
        ("Sun, 01 Mar 2026 09:30:00 GMT", timedelta(minutes=30)),
        ("Sun, 01 Mar 2026 08:00:00 GMT", SHORTEST),
        ("Sun, 01 Mar 2026 10:30:00 +0100", timedelta(minutes=30)),
        ("Sun, 01 Mar 2026 09:30:00 -0000", timedelta(minutes=30)),
        ("Sun, 01 Mar 2099 09:00:00 GMT", LONGEST_WAIT_ASKED),
    ],
)
def test_what_the_server_asks_for_is_obeyed_within_a_second_and_a_day(value: str, wait: timedelta) -> None:
    assert retry_at(value, NOW) == NOW + wait


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "Sun, 99 Mar 2026 09:30:00 GMT"])
def test_a_header_that_says_nothing_is_none(value: str) -> None:
    assert retry_at(value, NOW) is None


@given(st.text())
def test_no_header_breaks_it_or_silences_us_for_good(value: str) -> None:
    until = retry_at(value, NOW)
    assert until is None or NOW + SHORTEST <= until <= NOW + LONGEST_WAIT_ASKED
