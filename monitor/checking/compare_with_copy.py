"""A text that is not the known one: what it is, in view of the copies and of how they came to be.

Imported with the first such text: what comparing needs takes a quarter of a start, and most rounds need none of it.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from itertools import count

from monitor.checking.check_outcome import FetchOutcome, last_seen
from monitor.core.judging.compare import compare, judge
from monitor.core.judging.decide import PageNotSeen, PageSeen
from monitor.core.judging.flapping import STEPS, flapping, in_view_of_history
from monitor.core.model import (
    Baseline,
    Changed,
    Extraction,
    Fetched,
    PastRevision,
    Recipe,
    Snapshot,
    Suspect,
    Unchanged,
    Watch,
)
from monitor.errors import ExtractError, Reason, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, KnownBody, KnownRevision
from monitor.reader import Reader, VersionedExtraction


class CompareWithCopy:
    """Compares what was read with the copies that are kept. Raises StorageError, ExtractError."""

    def __init__(self, unit_of_work: UnitOfWork, reader: Reader) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader

    def first(self, fetched: Fetched, extracted: VersionedExtraction, raw: str) -> PageSeen:
        """A page that nothing is known of."""
        verdict = compare(None, extracted.extraction, fetched_after=fetched.taken_at)
        underlying = Baseline() if isinstance(verdict, Suspect) else None
        return PageSeen(verdict, extracted.text_sha256, raw, underlying)

    def compared(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision,
        fetched: Fetched,
        extracted: VersionedExtraction,
        raw: str,
    ) -> FetchOutcome:
        """What differs from the known text, in view of how that came to be."""
        at_hand = fetched.body if raw == known.snapshot.sha256 else None
        stored, past = self._stored(claim, known.snapshot, at_hand)
        if known.recipe == watch.recipe and known.reader == extracted.reader:
            before, after, re_extracted = self._reader.read(stored, watch.recipe).extraction, extracted.extraction, None
        else:
            before, after, re_extracted = self._read_again(watch, stored, fetched, extracted)
        seen_last = last_seen(claim, known.snapshot)
        times = {"fetched_before": seen_last, "fetched_after": fetched.taken_at}
        verdict = compare(before, after, **times)
        underlying = judge(before, after, **times) if isinstance(verdict, Suspect) else None
        result = PageSeen(verdict, extracted.text_sha256, raw, underlying)
        if isinstance(verdict, Changed) or isinstance(underlying, Changed):
            if isinstance(verdict, Changed):
                verdict = in_view_of_history(verdict, past, seen_last)
            result = replace(result, verdict=verdict, flapping=flapping(past, result.text_sha256, fetched.taken_at))
        body = KnownBody(known.snapshot.sha256, stored.body)
        return FetchOutcome(result, fetched, extracted, known, body, re_extracted)

    def past_damage(
        self, watch: Watch, claim: Claim, known: KnownRevision | None, fetched: Fetched, *, accept: bool
    ) -> FetchOutcome:
        """The latest copy cannot be read back: not seen, unless an operator vouches for what is.

        Then it is compared with the newest copy that can, or is a first copy where that one says the same. The damaged
        one stays where it is, in the chain as well, and `verify` goes on naming it.
        """
        if known is None or not accept:
            return FetchOutcome(PageNotSeen(Reason("copy-unreadable")), fetched=fetched, known=known)
        extracted = self._reader.read(fetched, watch.recipe)
        raw, number = hashlib.sha256(fetched.body).hexdigest(), known.snapshot.number
        whole = self._newest_whole(watch, claim)
        if whole is not None:
            seen = self.compared(watch, claim, whole, fetched, extracted, raw)
            if not (isinstance(seen.result, PageSeen) and isinstance(seen.result.verdict, Unchanged)):
                return replace(seen, passed_over=number)
        result = PageSeen(Baseline(), extracted.text_sha256, raw)
        return FetchOutcome(result, fetched=fetched, extracted=extracted, passed_over=number)

    def _newest_whole(self, watch: Watch, claim: Claim) -> KnownRevision | None:
        """The newest revision before the latest one that can be read back, to be read again; None: there is none."""
        with self._unit_of_work.read() as work:
            copies = work.snapshots.of(claim.watch_id)
            for back in count(1):
                snapshot = copies.newest(back)
                if snapshot is None or snapshot.source_url != watch.url:
                    return None
                with suppress(StorageError):
                    work.snapshots.body(snapshot.sha256)
                    return KnownRevision(snapshot, work.snapshots.recipe(snapshot.id), text_sha256="", reader="")
        return None

    def _read_again(
        self, watch: Watch, stored: Fetched, fetched: Fetched, extracted: VersionedExtraction
    ) -> tuple[Extraction, Extraction, VersionedExtraction | None]:
        """The old copy under today's recipe and reader, so that an edited recipe alone is no change.

        Where the old copy has no place for today's recipe (`keep` was mended after a redesign), both copies are
        compared whole: what changed on the page is still told.
        """
        try:
            re_extracted = self._reader.read(stored, watch.recipe)
        except ExtractError:
            whole = Recipe(drop=watch.recipe.drop, ignore=watch.recipe.ignore)
            return self._reader.read(stored, whole).extraction, self._reader.read(fetched, whole).extraction, None
        return re_extracted.extraction, extracted.extraction, re_extracted

    def _stored(self, claim: Claim, snapshot: Snapshot, at_hand: bytes | None) -> tuple[Fetched, list[PastRevision]]:
        """A revision's answer as it came, and how it and those before it came to be; `at_hand`: its very bytes."""
        with self._unit_of_work.read() as work:
            body = work.snapshots.body(snapshot.sha256) if at_hand is None else at_hand
            return snapshot.fetched(body), work.history.past(claim.watch_id, STEPS)
