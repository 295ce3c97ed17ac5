"""Retry-After: the time until which a server asks to be left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.http_date import http_date

SHORTEST = timedelta(seconds=1)
LONGEST_WAIT_ASKED = timedelta(days=1)
"""A server that asks for more is requested again after this: one header must not end the checks of a page for good."""


def retry_at(value: str, now: datetime) -> datetime | None:
    """Return when to send the next request, from seconds or an HTTP date (RFC 9110, 10.2.3); None for neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), LONGEST_WAIT_ASKED.total_seconds()))
    else:
        at = http_date(text)
        if at is None:
            return None
        wait = at - now
    return now + min(max(wait, SHORTEST), LONGEST_WAIT_ASKED)
