"""Certificates of what a page said at a time; `bevaka.proof.verify` words them, from what is sealed alone."""

from __future__ import annotations

from datetime import datetime

from bevaka.proof.verify import Certified, Known, Record, as_microseconds, known_of, read_stamp
from bevaka.proof.watch_record import watch_record
from monitor.core.model import Language
from monitor.core.record.as_of import AsOf
from monitor.errors import MonitorError, StorageError
from monitor.history import History
from monitor.ports.storage import Work

_WAIT = (
    "the first check of the page after the next midnight (UTC) seals the checks before it (it adds them to the chain of"
    " hashes), and then it can be certified"
)


class NotSealedYet(MonitorError):
    """What is known of that time is not sealed yet, or the sealed checks alone do not tell it."""


def certified_record(
    work: Work, history: History, asked: str, now: datetime, *, program: str, language: Language | None = None
) -> Record:
    """Return what certifies a time, e.g. "county@2026-03-01", from a transaction; `program` is its name and version.

    It goes to the first check after that time that saw the page, so that it holds every gap. Raises UnknownWatch;
    UnknownRevision for a time that no check can tell of; NotSealedYet.
    """
    watch, known = history.as_of(asked)
    certified = Certified(as_microseconds(known.since), as_microseconds(known.until), language or watch.language)
    record = watch_record(work, watch.key, now, program, known.until, certified)
    for number, stamp in enumerate(record.stamps, start=1):
        try:
            read_stamp(stamp)
        except (ValueError, IndexError) as error:
            raise StorageError(f"time stamp {number} cannot be relied on: {error}; bevaka verify says more") from error
    latest = max((link.facts["last_at"] for link in record.of("observation")), default=0)
    if latest < certified.until:
        if known.until > now:
            raise NotSealedYet(f"that time is not over, and can only be certified when it is: {_WAIT}")
        raise NotSealedYet(f"no check that was made after that time is sealed yet: {_WAIT}")
    if _told_by_seals(known_of(record, certified.since, certified.until)) != _told(known):
        raise NotSealedYet(
            f"not all checks of that time are sealed yet: {_WAIT}. A time at which the clock of this machine was wrong"
            " cannot be certified"
        )
    return record


def _told(known: AsOf) -> object:
    """Return what a certificate says of a time, in one form for both sides."""
    gaps = [(gap.kind, _maybe(gap.since), _maybe(gap.until)) for gap in known.gaps]
    before, also = known.before.revision if known.before else None, [each.revision for each in known.also]
    after = known.after.revision if known.after and (known.is_between or known.revision is None) else None
    return known.revision, known.is_between, before, after, sorted(gaps, key=str), also


def _told_by_seals(known: Known | None) -> object:
    if known is None:
        return None
    seen = known.seen.revision if known.seen else None
    before, also = known.before.revision if known.before else None, [each.revision for each in known.also]
    after = known.after.revision if known.after and (known.is_between or known.seen is None) else None
    return (
        seen,
        known.is_between,
        before,
        after,
        sorted([(gap.kind, gap.since, gap.until) for gap in known.gaps], key=str),
        also,
    )


def _maybe(at: datetime | None) -> int | None:
    return None if at is None else as_microseconds(at)
