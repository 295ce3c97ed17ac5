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

    `back` counts revisions back from the newest, `number` is that of a revision, and `until` asks for the revision that
    was current just before that moment.
    """

    watch: str
    asked: str
    back: int = 0
    number: int | None = None
    until: datetime | None = None


def parse_revision(text: str, timezone: str) -> RevisionSpec:
    """Parse a revision spec; times without an offset are wall-clock times in `timezone`.

    A date means the end of that day, 09:00 the end of that minute, as `log` shows times.

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
        until=_until(when, text, ZoneInfo(timezone)) if when else None,
    )


class RevisionLookup(Protocol):
    """A watch's revisions, found one at a time: a history may be long."""

    def newest(self, back: int = 0) -> Snapshot | None:
        """Return the newest revision, or the one `back` revisions before it; None if there is none."""
        ...

    def numbered(self, number: int) -> Snapshot | None:
        """Return the revision with this number; None if there is none."""
        ...

    def before(self, moment: datetime) -> Snapshot | None:
        """Return the newest revision taken before a moment; None if there is none."""
        ...


def resolve_revision(spec: RevisionSpec, revisions: RevisionLookup) -> Snapshot:
    """Return the revision that a spec names. Raises UnknownRevision."""
    if spec.number is not None:
        found = revisions.numbered(spec.number)
    elif spec.until is not None:
        found = revisions.before(spec.until)
    else:
        found = revisions.newest(spec.back)
    if found is not None:
        return found
    newest, first = revisions.newest(), revisions.numbered(1)
    first_at = first.taken_at if first is not None and spec.until is not None else None
    raise UnknownRevision(spec.asked, newest.number if newest else 0, first_at=first_at)


def _until(when: str, asked: str, zone: ZoneInfo) -> datetime:
    """Return the first moment that is too late, in UTC. Raises UnknownRevision (with `malformed`)."""
    try:
        try:
            day = date.fromisoformat(when)
        except ValueError:
            moment = datetime.fromisoformat(when)
            local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            precision = timedelta(seconds=1) if _SECONDS.search(when) else timedelta(minutes=1)
            return local.astimezone(UTC) + precision
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnknownRevision(asked, malformed=True) from error
