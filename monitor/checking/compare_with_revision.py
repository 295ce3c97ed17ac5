"""Comparison of a text that differs from the known revision, in view of the earlier revisions of the watch.

This module is imported with the first such text: importing what comparing needs takes a quarter of the start-up time,
and most rounds need none of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from monitor.checking.check_outcome import FetchOutcome, last_seen
from monitor.comparer import Comparer
from monitor.core.diff.align import extraction_fingerprint
from monitor.core.judging.decide import PageNotSeen, PageSeen
from monitor.core.judging.documents import with_first_sights
from monitor.core.judging.flapping import REVISIONS_BACK, flapping, seen_once, with_history
from monitor.core.judging.moves_at_each_check import as_moving, moving_places
from monitor.core.judging.section_changes import with_known_items
from monitor.core.judging.suspicion import answered_elsewhere
from monitor.core.model import (
    Baseline,
    Change,
    Changed,
    Document,
    Extraction,
    Fetched,
    MovingPlace,
    Part,
    PastRevision,
    Snapshot,
    Suspect,
    Unchanged,
    Watch,
)
from monitor.core.page.document_links import DocumentLink
from monitor.core.record.never_seen import Lines, seen_in
from monitor.documents import kept_documents, lines_in_documents, not_read
from monitor.errors import ExtractError, Reason, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, KnownBody, KnownRevision, NewPart
from monitor.reader import Reader, VersionedExtraction

if TYPE_CHECKING:
    from monitor.checking.fetch_documents import SeenDocuments


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
        seen: SeenDocuments | None = None,
    ) -> FetchOutcome:
        """Compare with the known revision, in view of how it and the revisions before it came to be.

        `seen` are the documents of the page, where they are part of it.
        """
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
        if seen is not None:
            before, re_extracted = self._with_documents(watch, claim, known, before, after, extracted)
        last_seen_at = last_seen(claim, known.snapshot)
        timezone = watch.cadence.timezone
        earlier = partial(self._earlier, watch, known.snapshot)
        seen_by = _History(claim, past, last_seen_at, timezone, known.snapshot.number, _next_number(claim, known))
        known_items = self._known_items(claim.watch_id) if watch.is_section else None
        verdict = self._comparer.compare(
            before,
            after,
            fetched_before=last_seen_at,
            fetched_after=fetched.taken_at,
            timezone=timezone,
            recipe=watch.recipe,
            earlier=earlier,
            in_view_of_history=known_items or seen_by,
        )
        if isinstance(verdict, Changed) and (reason := answered_elsewhere(before, after, stored.url, fetched.url)):
            verdict = Suspect(reason)
        underlying = None
        if isinstance(verdict, Suspect):
            underlying = self._comparer.judge(
                before,
                after,
                fetched_before=last_seen_at,
                fetched_after=fetched.taken_at,
                timezone=timezone,
                recipe=watch.recipe,
                earlier=earlier,
                in_view_of_history=known_items,
            )
        result = PageSeen(verdict, extracted.text_sha256, raw_sha256, underlying)
        if not watch.is_section and (isinstance(verdict, Changed) or isinstance(underlying, Changed)):
            result = replace(result, flapping=flapping(past, result.text_sha256, fetched.taken_at))
        moving = seen_by.moving if isinstance(verdict, Changed) else claim.moving
        body = KnownBody(known.snapshot.sha256, stored.body)
        outcome = FetchOutcome(result, fetched, extracted, known, body, re_extracted, moving=moving)
        if seen is None:
            return outcome
        return replace(outcome, documents=seen.states, parts=self.unsealed_parts(known, seen, result))

    def unsealed_parts(self, known: KnownRevision, seen: SeenDocuments, result: PageSeen) -> tuple[NewPart, ...]:
        """Return the documents that came and are to be sealed.

        With a new revision that is what differs from what is sealed; else only a document of which nothing is sealed
        yet: other bytes alone are unchanged. After the recipe made documents part of the page, it is all of them.
        """
        if not seen.answers:
            return ()
        with self._unit_of_work.read() as work:
            sealed = work.snapshots.parts(known.snapshot.watch_id, known.snapshot.number)
        if not known.recipe.documents and isinstance(result.verdict, Unchanged):
            return seen.parts((part.url, part.sha256) for part in sealed)
        if isinstance(result.verdict, Unchanged):
            addresses = {part.url for part in sealed}
            return tuple(part for part in seen.parts(()) if part.url not in addresses)
        return seen.parts((part.url, part.sha256) for part in sealed)

    def _with_documents(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision,
        before: Extraction,
        after: Extraction,
        extracted: VersionedExtraction,
    ) -> tuple[Extraction, VersionedExtraction | None]:
        """Return the known page with its documents, and as an extraction of its own where that is not the known one.

        Of a page whose documents were no part of it until now, all that it linked to are seen for the first time.
        """
        states = {state.url: state for state in claim.documents or ()}
        now = {document.url: document for document in after.documents}

        def unread(link: DocumentLink, part: Part) -> Document | None:
            state, document = states.get(link.url), now.get(link.url)
            if state is None or document is None:
                return None
            is_same = (state.text_sha256, state.reader) == (document.text_sha256, document.reader)
            return not_read(link, part, state.text_sha256, state.reader) if is_same else None

        kept: tuple[Document, ...] = ()
        if known.recipe.documents:
            with self._unit_of_work.read() as work:
                kept = kept_documents(work, self._reader, known.snapshot, before, watch.recipe, unread)
        whole = with_first_sights(replace(before, documents=kept), after)
        fingerprint = extraction_fingerprint(whole)
        is_known = (fingerprint, known.recipe, known.reader) == (known.text_sha256, watch.recipe, extracted.reader)
        return whole, None if is_known else VersionedExtraction(whole, fingerprint, extracted.reader)

    def _known_items(self, watch_id: int) -> Callable[[Change], Change]:
        """Return what judges a change of a section in view of the items that it ever had."""
        with self._unit_of_work.read() as work:
            known = work.sections.identities(watch_id)
        return partial(with_known_items, known=known)

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

    def _earlier(self, watch: Watch, latest: Snapshot, lines: Lines) -> Lines:
        """Return those of some lines that a revision of the page had, or a document of it."""
        with self._unit_of_work.read() as work:
            seen = seen_in(work.snapshots.texts(latest.watch_id, watch.url), lines)
            if not watch.recipe.documents:
                return seen
            return seen | lines_in_documents(work, self._reader, latest, watch.recipe, lines - seen)

    def _load(self, claim: Claim, snapshot: Snapshot, known_body: bytes | None) -> tuple[Fetched, list[PastRevision]]:
        """Return a revision's answer as it was sent, and how that revision and those before it came to be.

        `known_body` is its body, where the caller has it already.
        """
        with self._unit_of_work.read() as work:
            body = work.snapshots.body(snapshot.sha256) if known_body is None else known_body
            return snapshot.fetched(body), work.history.past(claim.watch_id, REVISIONS_BACK)


class _History:
    """What the history of a page says about a change; afterwards, `moving` is what is known to move by itself."""

    def __init__(
        self,
        claim: Claim,
        past: Sequence[PastRevision],
        last_seen_at: datetime,
        timezone: str,
        number: int,
        following: int,
    ) -> None:
        self.moving: tuple[MovingPlace, ...] = claim.moving
        self._past, self._last_seen_at, self._timezone = past, last_seen_at, timezone
        self._number, self._following = number, following

    def __call__(self, change: Change) -> Change:
        once = seen_once(self._past, self._last_seen_at)
        self.moving = moving_places(self.moving, change, self._number, self._following, seen_once=once)
        judged = Changed(as_moving(change, self.moving, self._following))
        return with_history(judged, self._past, self._last_seen_at, self._timezone).change


def _next_number(claim: Claim, known: KnownRevision) -> int:
    """Return the number that the next revision gets; the latest one may be damaged, and another be compared with."""
    return max(known.snapshot.number, claim.latest.snapshot.number if claim.latest else 0) + 1
