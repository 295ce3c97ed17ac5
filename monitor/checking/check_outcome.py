"""The values of one check: the outcome of fetching, the outcome of deciding, and the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from monitor.core.judging.decide import Decision, PageResult, PageSeen
from monitor.core.model import (
    SEEN,
    Changed,
    DocumentOutcome,
    DocumentState,
    EventKind,
    Fetched,
    HeavyBody,
    Item,
    Language,
    MovingPlace,
    Outcome,
    Snapshot,
    ValidatorTrust,
    Watch,
)
from monitor.errors import Reason
from monitor.ports.values import Claim, KnownBody, KnownRevision, NewPart, NewRevision, ObservedCheck
from monitor.reader import VersionedExtraction

LONGEST_TITLE = 200
"""Characters of a page's title that name a watch."""


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """The outcome of fetching, extracting and comparing one page, before anything is decided.

    `known` is the revision that the page was compared with, `before` that revision's body where it was loaded,
    `re_extracted` its new extraction where recipe or extractor changed. `markup_sha256` is the hash of the page's
    markup. `retry_at` and `host_until` are the earliest times at which the server, or the breaker of a silent host,
    allows the next request. `validator_trust` is how far the server's validators can be relied on after this request;
    `moving` is what moves by itself, None where the page was not compared; `too_heavy` is the body that this check, or
    an earlier one, could not read within its budget.
    """

    result: PageResult
    fetched: Fetched | None = None
    extracted: VersionedExtraction | None = None
    known: KnownRevision | None = None
    before: KnownBody | None = None
    re_extracted: VersionedExtraction | None = None
    markup_sha256: str | None = None
    retry_at: datetime | None = None
    host_until: datetime | None = None
    passed_over: int | None = None
    """The number of the latest revision, where its body is damaged and the operator accepts the page all the same."""
    validator_trust: ValidatorTrust = field(default_factory=ValidatorTrust)
    moving: tuple[MovingPlace, ...] | None = None
    too_heavy: HeavyBody | None = None
    documents: tuple[DocumentState, ...] | None = None
    """What is known of the page's documents after this check; None where none were looked at."""
    parts: tuple[NewPart, ...] = ()
    """The documents that came and are not sealed yet."""

    @property
    def known_number(self) -> int | None:
        """The number of the revision that the page was compared with."""
        return self.known.snapshot.number if self.known else None


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One check that was decided at `at` and is not recorded yet: the watch, its claim, the fetch, the decision."""

    watch: Watch
    claim: Claim
    fetched: FetchOutcome
    decision: Decision
    at: datetime
    documents: tuple[DocumentState, ...] | None = None
    """What is known of the page's documents from now on; None: what was known before."""
    document_events: tuple[tuple[EventKind, dict[str, object]], ...] = ()
    """What subscribers are told of documents that are not seen, or are seen again."""

    @property
    def is_seen(self) -> bool:
        """True if the page was seen and counts: first, unchanged or changed."""
        return self.decision.outcome in SEEN

    @property
    def may_wait(self) -> bool:
        """True if the check may be recorded a little later, together with others.

        The page is unchanged, or was seen for the first time: nobody is notified, and the next check would find it too.
        """
        if self.is_seen and self.watch.is_section and (self.watch.each is not None or not self.decision.is_uneventful):
            return False  # its items are recorded with it
        is_first = self.decision.outcome is Outcome.FIRST and not self.decision.events and self.claim.latest is None
        if self.document_events:
            return False
        is_unchanged = self.decision.is_uneventful and self.fetched.re_extracted is None and not self.fetched.parts
        return is_unchanged or (is_first and not self.may_announce)

    @property
    def may_announce(self) -> bool:
        """True if the text is a law or replaces one: only a law announces events, or has announced some."""
        result, extracted = self.fetched.result, self.fetched.extracted
        if extracted is not None and extracted.extraction.law is not None:
            return True
        if self.claim.latest is not None and self.fetched.known is None:
            return True  # another address: what was announced at the old one is void
        verdict = result.underlying or result.verdict if isinstance(result, PageSeen) else None
        return isinstance(verdict, Changed) and verdict.change.law is not None

    @property
    def new_revision(self) -> NewRevision | None:
        """The revision to keep, None where the decision keeps none."""
        fetched, extracted = self.fetched.fetched, self.fetched.extracted
        if not self.decision.keep or fetched is None or extracted is None:
            return None
        return NewRevision(
            watch_id=self.claim.watch_id,
            source_url=self.watch.url,
            fetched=fetched,
            recipe=self.watch.recipe,
            text_sha256=extracted.text_sha256,
            reader=extracted.reader,
            text=extracted.text,
            parts=self.fetched.parts,
            documents=self.document_outcomes,
        )

    @property
    def document_outcomes(self) -> tuple[DocumentOutcome, ...]:
        """What was found of each document of the page."""
        if self.documents is None:
            return ()
        from monitor.core.judging.documents import document_outcomes  # noqa: PLC0415  most pages have none

        return document_outcomes(self.claim.documents or (), self.documents, self.decision.change)

    @property
    def title(self) -> str | None:
        """The title of the page, which names the watch where the schedule gives no name; None where it has none."""
        extraction = self.fetched.extracted.extraction if self.fetched.extracted else None
        if extraction is None or (extraction.law is not None and extraction.main_heading is None):
            return None
        return " ".join(extraction.title.split())[:LONGEST_TITLE] or None

    def observed(self, revision: int | None) -> ObservedCheck:
        """Return the check as the history observes it; `revision` is the number that was current at the time."""
        return ObservedCheck(self.claim.watch_id, self.decision.outcome, revision, self.at, self.decision.reason)

    def result(self, revision: int | None, *, owed: int = 0, summary: dict[Language, str] | None = None) -> CheckResult:
        """Return the result of the check; `revision` is the current number, `owed` counts deliveries."""
        change, claim = self.decision.change, self.claim
        return CheckResult(
            key=self.watch.key,
            outcome=self.decision.outcome,
            revision=revision,
            before=self.fetched.known_number if change else None,
            material=change.material if change else None,
            summary=summary,
            reason=self.decision.reason,
            owed=owed,
            failures=self.decision.watch_state.failures,
            since=claim.watch_state.last_changed if self.decision.outcome is Outcome.UNCHANGED else None,
            documents=self.document_outcomes,
            has_documents=self.watch.recipe.documents,
            documents_left_out=tuple(state for state in self.documents or () if state.is_left_out),
            items=self.items,
        )

    @property
    def items(self) -> tuple[CheckedItem, ...] | None:
        """The items of a section, in its order, then those that are gone; None where the answer was not extracted."""
        if not self.watch.is_section:
            return None
        extraction = self.fetched.extracted.extraction if self.fetched.extracted and self.is_seen else None
        if extraction is None or extraction.items is None:
            return None
        from monitor.core.judging.section_changes import BACK  # noqa: PLC0415  most watches are no sections

        changed = self.decision.change.blocks if self.decision.change else ()
        new = {block.links_after[0].target for block in changed if block.op == "added" and block.rule != BACK}
        gone = [block.links_before[0] for block in changed if block.op == "removed"]
        return (
            *(CheckedItem(item, "new" if item.url in new else "known") for item in extraction.items),
            *(CheckedItem(Item("" if link.text == link.target else link.text, link.target), "gone") for link in gone),
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check. `revision` is the current number (None before the first), `before` the one it replaced.

    `owed` counts the deliveries that the check caused; `since` is when an unchanged page last changed.
    """

    key: str
    outcome: Outcome
    revision: int | None = None
    before: int | None = None
    material: bool | None = None
    summary: dict[Language, str] | None = None
    reason: Reason | None = None
    owed: int = 0
    failures: int = 0
    since: datetime | None = None
    documents: tuple[DocumentOutcome, ...] = ()
    has_documents: bool = False
    """True if the documents of the page are read as part of it."""
    documents_left_out: tuple[DocumentState, ...] = ()
    """Files that the page links to and that are not read, since it links to more than are read of one page."""
    items: tuple[CheckedItem, ...] | None = None
    """The items of a section; None for any other watch."""


class CheckedItem(NamedTuple):
    """An item as a check found it: new, gone with this check, or known before."""

    item: Item
    outcome: Literal["new", "gone", "known"]


def last_seen(claim: Claim, revision: Snapshot) -> datetime:
    """Return when the page was last seen as in this revision; for a replaced revision, when it was taken."""
    is_latest = claim.latest is not None and claim.latest.snapshot.id == revision.id
    return (claim.watch_state.last_seen if is_latest else None) or revision.taken_at
