"""Dates in the headers of HTTP (RFC 9110, 5.6.7)."""

from __future__ import annotations

from datetime import UTC, datetime


def http_date(text: str | None) -> datetime | None:
    """Return the time that a header gives; None where it gives none, or is none."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  costs each start of a command 20 ms

    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
