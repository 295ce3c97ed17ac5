"""Dates in the headers of HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.http_date import http_date


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("Sun, 06 Nov 1994 08:49:37 -0000", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("soon", None),
        (None, None),
    ],
)
def test_a_header_gives_a_time_with_its_zone_or_none(text: str | None, time: datetime | None) -> None:
    assert http_date(text) == time
