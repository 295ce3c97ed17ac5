"""Revision specs: WATCH (newest), WATCH~1, WATCH#12, WATCH@2026-03-01, WATCH@2026-03-01T09:00."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.core.model import Snapshot
from monitor.errors import UnknownRevision

_FORM = re.compile(r"(?P<watch>[^~#@\s]+)(?:~(?P<back>\d{1,9})|#(?P<number>\d{1,9})|@(?P<when>\S+))?", re.ASCII)

_SECONDS = re.compile(r":\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class RevisionSpec:
    """A revision as it was asked for. At most one of the last three is set; none means the newest.

    `back` counts revisions back from the newest, `number` is that of a revision, and `period` is the day, the minute or
    the second of which is asked what the page said: its first moment, and the first one after it.
    """

    watch: str
    asked: str
    back: int = 0
    number: int | None = None
    period: tuple[datetime, datetime] | None = None


def parse_revision(text: str, timezone: str) -> RevisionSpec:
    """Parse a revision spec; times without an offset are wall-clock times in `timezone`.

    A date means that whole day, 09:00 that minute, as `log` shows times.

    Raises UnknownRevision (with `malformed`).
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise UnknownRevision(text, malformed=True)
    number, when = form["number"], form["when"]
    return RevisionSpec(
        watch=form["watch"],
        asked=text,
        back=int(form["back"] or 0),
        number=int(number) if number else None,
        period=_period(when, text, ZoneInfo(timezone)) if when else None,
    )


class RevisionLookup(Protocol):
    """A watch's revisions, found one at a time: a history may be long."""

    def newest(self, back: int = 0) -> Snapshot | None:
        """Return the newest revision, or the one `back` revisions before it; None if there is none."""
        ...

    def numbered(self, number: int) -> Snapshot | None:
        """Return the revision with this number; None if there is none."""
        ...


def resolve_revision(spec: RevisionSpec, revisions: RevisionLookup) -> Snapshot:
    """Return the revision that a spec names by its number or its place. Raises UnknownRevision."""
    found = revisions.newest(spec.back) if spec.number is None else revisions.numbered(spec.number)
    if found is not None:
        return found
    newest = revisions.newest()
    raise UnknownRevision(spec.asked, newest.number if newest else 0)


def _period(when: str, asked: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a time and the first one after it, in UTC. Raises UnknownRevision (`malformed`)."""
    try:
        try:
            day = date.fromisoformat(when)
        except ValueError:
            moment = datetime.fromisoformat(when)
            local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            precision = timedelta(seconds=1) if _SECONDS.search(when) else timedelta(minutes=1)
            begins = local.astimezone(UTC)
            return begins, begins + precision
        midnights = (datetime.combine(day + timedelta(days=days), time(), zone) for days in (0, 1))
        begins, ends = (midnight.astimezone(UTC) for midnight in midnights)
        return begins, ends
    except (ValueError, OverflowError) as error:
        raise UnknownRevision(asked, malformed=True) from error
