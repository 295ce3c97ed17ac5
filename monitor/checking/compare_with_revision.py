"""Comparison of a text that differs from the known revision, in view of the earlier revisions of the watch.

This module is imported with the first such text: importing what comparing needs takes a quarter of the start-up time,
and most rounds need none of it.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from itertools import count

from monitor.checking.check_outcome import FetchOutcome, last_seen
from monitor.comparer import Comparer
from monitor.core.judging.decide import PageNotSeen, PageSeen
from monitor.core.judging.flapping import REVISIONS_BACK, flapping, seen_once, with_history
from monitor.core.judging.moves_at_each_check import as_moving, moving_places
from monitor.core.judging.only_if import only_if
from monitor.core.judging.section_changes import with_known_items
from monitor.core.judging.suspicion import answered_elsewhere
from monitor.core.model import (
    Baseline,
    Changed,
    Extraction,
    Fetched,
    PastRevision,
    Snapshot,
    Suspect,
    Unchanged,
    Watch,
)
from monitor.errors import ExtractError, Reason, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, KnownBody, KnownRevision
from monitor.reader import Reader, VersionedExtraction


class CompareWithRevision:
    """Compares an extraction with the stored revisions. Raises StorageError, ExtractError, HeavyWorkError."""

    def __init__(self, unit_of_work: UnitOfWork, reader: Reader, comparer: Comparer) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader
        self._comparer = comparer

    def compare_first(self, fetched: Fetched, extracted: VersionedExtraction, raw_sha256: str) -> PageSeen:
        """Return the result for a page that has no revision yet."""
        verdict = self._comparer.compare(None, extracted.extraction, fetched_after=fetched.taken_at)
        underlying = Baseline() if isinstance(verdict, Suspect) else None
        return PageSeen(verdict, extracted.text_sha256, raw_sha256, underlying)

    def compare(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision,
        fetched: Fetched,
        extracted: VersionedExtraction,
        raw_sha256: str,
    ) -> FetchOutcome:
        """Compare with the known revision, in view of how it and the revisions before it came to be."""
        known_body = fetched.body if raw_sha256 == known.snapshot.sha256 else None
        stored, past = self._load(claim, known.snapshot, known_body)
        if known.recipe == watch.recipe and known.reader == extracted.reader:
            before, after, re_extracted = (
                self._reader.extract(stored, watch.recipe).extraction,
                extracted.extraction,
                None,
            )
        else:
            before, after, re_extracted = self._extract_again(watch, stored, fetched, extracted)
        last_seen_at = last_seen(claim, known.snapshot)
        timezone = watch.cadence.timezone
        times = {"fetched_before": last_seen_at, "fetched_after": fetched.taken_at}
        verdict = self._comparer.compare(before, after, **times, timezone=timezone)
        if isinstance(verdict, Changed) and (reason := answered_elsewhere(before, after, stored.url, fetched.url)):
            verdict = Suspect(reason)
        is_suspect = isinstance(verdict, Suspect)
        underlying = self._comparer.judge(before, after, **times, timezone=timezone) if is_suspect else None
        result = PageSeen(verdict, extracted.text_sha256, raw_sha256, underlying)
        moving = claim.moving
        if watch.is_section:
            result = self._of_section(watch, claim, result)
        elif isinstance(verdict, Changed) or isinstance(underlying, Changed):
            if isinstance(verdict, Changed):
                number, following = known.snapshot.number, _next_number(claim, known)
                once = seen_once(past, last_seen_at)
                moving = moving_places(moving, verdict.change, number, following, seen_once=once)
                verdict = with_history(
                    Changed(as_moving(verdict.change, moving, following)), past, last_seen_at, timezone
                )
                verdict = Changed(only_if(verdict.change, watch.recipe.only_if))
            if isinstance(underlying, Changed):
                result = replace(result, underlying=Changed(only_if(underlying.change, watch.recipe.only_if)))
            result = replace(result, verdict=verdict, flapping=flapping(past, result.text_sha256, fetched.taken_at))
        body = KnownBody(known.snapshot.sha256, stored.body)
        return FetchOutcome(result, fetched, extracted, known, body, re_extracted, moving=moving)

    def _of_section(self, watch: Watch, claim: Claim, result: PageSeen) -> PageSeen:
        """Return the result for a section, in view of the items that it ever had."""
        with self._unit_of_work.read() as work:
            known = work.sections.identities(claim.watch_id)

        def judged(verdict: Changed) -> Changed:
            return Changed(only_if(with_known_items(verdict.change, known), watch.recipe.only_if))

        if isinstance(result.verdict, Changed):
            result = replace(result, verdict=judged(result.verdict))
        if isinstance(result.underlying, Changed):
            result = replace(result, underlying=judged(result.underlying))
        return result

    def compare_past_damage(
        self, watch: Watch, claim: Claim, known: KnownRevision | None, fetched: Fetched, *, accept: bool
    ) -> FetchOutcome:
        """Return the outcome where the latest revision is damaged: not seen, unless the operator accepts the page.

        An accepted page is compared with the newest intact revision. Where there is none, or where it has the same
        text, the page becomes a baseline. The damaged revision stays in place, in the chain as well, and `verify`
        continues to name it.
        """
        if known is None or not accept:
            return FetchOutcome(PageNotSeen(Reason("copy-unreadable")), fetched=fetched, known=known)
        extracted = self._reader.extract(fetched, watch.recipe)
        raw_sha256, number = hashlib.sha256(fetched.body).hexdigest(), known.snapshot.number
        intact = self._newest_intact(watch, claim)
        if intact is not None:
            outcome = self.compare(watch, claim, intact, fetched, extracted, raw_sha256)
            if not (isinstance(outcome.result, PageSeen) and isinstance(outcome.result.verdict, Unchanged)):
                return replace(outcome, passed_over=number)
        result = PageSeen(Baseline(), extracted.text_sha256, raw_sha256)
        return FetchOutcome(result, fetched=fetched, extracted=extracted, passed_over=number)

    def _newest_intact(self, watch: Watch, claim: Claim) -> KnownRevision | None:
        """Return the newest intact revision before the latest one, to be extracted again; None if there is none."""
        with self._unit_of_work.read() as work:
            revisions = work.snapshots.of(claim.watch_id)
            for back in count(1):
                snapshot = revisions.newest(back)
                if snapshot is None or snapshot.source_url != watch.url:
                    return None
                with suppress(StorageError):
                    work.snapshots.body(snapshot.sha256)
                    return KnownRevision(snapshot, work.snapshots.recipe(snapshot.id), text_sha256="", reader="")
        return None

    def _extract_again(
        self, watch: Watch, stored: Fetched, fetched: Fetched, extracted: VersionedExtraction
    ) -> tuple[Extraction, Extraction, VersionedExtraction | None]:
        """Extract the stored revision under today's recipe and extractor, so that an edited recipe alone is no change.

        Where today's recipe finds nothing in the stored revision (`keep` was corrected after a redesign), both texts
        are compared whole: what changed on the page is still reported.
        """
        try:
            re_extracted = self._reader.extract(stored, watch.recipe)
        except ExtractError:
            whole = watch.recipe.whole
            return self._reader.extract(stored, whole).extraction, self._reader.extract(fetched, whole).extraction, None
        return re_extracted.extraction, extracted.extraction, re_extracted

    def _load(self, claim: Claim, snapshot: Snapshot, known_body: bytes | None) -> tuple[Fetched, list[PastRevision]]:
        """Return a revision's answer as it was sent, and how that revision and those before it came to be.

        `known_body` is its body, where the caller has it already.
        """
        with self._unit_of_work.read() as work:
            body = work.snapshots.body(snapshot.sha256) if known_body is None else known_body
            return snapshot.fetched(body), work.history.past(claim.watch_id, REVISIONS_BACK)


def _next_number(claim: Claim, known: KnownRevision) -> int:
    """Return the number that the next revision gets; the latest one may be damaged, and another be compared with."""
    return max(known.snapshot.number, claim.latest.snapshot.number if claim.latest else 0) + 1
