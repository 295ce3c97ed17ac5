"""What a look brought, before anything is decided, and what can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.judging.decide import PageResult, PageSeen
from monitor.core.model import Changed, Fetched, Snapshot
from monitor.ports import Claim, KnownBody, KnownRevision
from monitor.reader import ReadExtraction


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What a look brought, before anything is decided. `known` is the revision it was compared with.

    `before` is that revision's body, where it was read back.
    """

    look: PageResult
    fetched: Fetched | None = None
    reading: ReadExtraction | None = None
    known: KnownRevision | None = None
    before: KnownBody | None = None
    reread: ReadExtraction | None = None
    markup: str | None = None
    retry_at: datetime | None = None
    host_until: datetime | None = None
    passed_over: int | None = None
    """The latest revision, where it cannot be read back and the operator vouches for what is seen all the same."""


def may_announce(claim: Claim, seen: FetchOutcome) -> bool:
    """Whether a text is a law, or takes the place of one: nothing else announces anything for a day, or did."""
    look, reading = seen.look, seen.reading
    if reading is not None and reading.extraction.law is not None:
        return True
    if claim.latest is not None and seen.known is None:  # another address: what was announced at the old one is void
        return True
    verdict = look.underlying or look.verdict if isinstance(look, PageSeen) else None
    return isinstance(verdict, Changed) and verdict.change.law is not None


def last_seen(claim: Claim, copy: Snapshot) -> datetime:
    """When the page was last seen as this revision has it; of one that another followed, when it was taken."""
    is_latest = claim.latest is not None and claim.latest.snapshot.id == copy.id
    return (claim.standing.last_seen if is_latest else None) or copy.taken_at


def number_of(known: KnownRevision | None) -> int | None:
    """The number of a known revision."""
    return known.snapshot.number if known else None
