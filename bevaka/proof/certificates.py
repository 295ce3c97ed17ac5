"""Certificates of what a page said at a time; `bevaka.proof.verify` words them, from what is sealed alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bevaka.proof.verify import Certified, Record, known_of
from bevaka.proof.watch_record import watch_record
from monitor.core.model import Language
from monitor.errors import MonitorError
from monitor.history import History
from monitor.ports.storage import Work

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class NotSealedYet(MonitorError):
    """The checks of that time are not sealed yet: they are when the run ends, at midnight UTC at the latest."""


def certified_record(
    work: Work, history: History, asked: str, now: datetime, *, program: str, language: Language | None = None
) -> Record:
    """Return what certifies a time, e.g. "county@2026-03-01", from a transaction; `program` is its name and version.

    Raises UnknownWatch; UnknownRevision for a time that no check can tell of; NotSealedYet.
    """
    watch, known = history.as_of(asked)
    is_after = known.after is not None and (known.is_between or known.revision is None)
    shows = known.after.at if known.after and is_after else min(known.last_seen or known.until, known.until)
    certified = Certified(_microseconds(known.since), _microseconds(known.until), language or watch.language)
    record = watch_record(work, watch.key, now, program, shows, certified)
    found = known_of(record, certified.since, certified.until)
    if found is None or (found.seen.revision if found.seen else None) != known.revision:
        raise NotSealedYet("the checks of that time are not sealed yet: they are when they end, or at midnight (UTC)")
    return record


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
