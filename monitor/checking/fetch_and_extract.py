"""Fetching, extraction and comparison of one page: from a claim to a page result.

An unchanged page costs little: a 304 and equal bytes are not extracted, nor is equal markup
(docs/decisions/0027-noise-is-told-by-the-markup.md); an equal text is not compared. After an edit of the recipe, equal
bytes are extracted all the same: only that shows whether the recipe still finds the page. After an edit of the request,
another text is a new first copy, as after an edit of the address. A failure of any kind leaves the latest revision
unchanged.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from traceback import walk_tb
from typing import TYPE_CHECKING

from monitor.checking.check_outcome import FetchOutcome
from monitor.comparer import Comparer
from monitor.core.judging.decide import PageMoved, PageNotSeen, PageSeen
from monitor.core.judging.validator_trust import (
    after_conditional_request,
    after_full_answer,
    is_same_validator,
    may_be_conditional,
)
from monitor.core.model import (
    SEEN,
    DocumentState,
    Fetched,
    HeavyBody,
    NotModified,
    Recipe,
    Redirected,
    Suspect,
    Unchanged,
    Validators,
    ValidatorTrust,
    Watch,
)
from monitor.errors import (
    DatabaseBusy,
    EmptyText,
    ExtractError,
    FetchError,
    HeavyWorkBusy,
    HeavyWorkFailed,
    HeavyWorkStopped,
    MonitorError,
    PluginError,
    Reason,
    StorageError,
    TooHeavy,
    TurnPaused,
)
from monitor.fetcher_choice import choose_fetcher
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, KnownRevision
from monitor.ports.world import Fetcher
from monitor.reader import Reader, VersionedExtraction

if TYPE_CHECKING:
    from monitor.checking.compare_with_revision import CompareWithRevision
    from monitor.checking.fetch_documents import FetchDocuments, SeenDocuments

log = logging.getLogger("bevaka.check")

NOISE_IN_MARKUP = ""
"""Stored in place of a markup hash: the markup differs at each check, so its hash is of no use until the text changes.

Stored as well where the extractor gives no hash.
"""


class FetchAndExtract:
    """Fetches a page, extracts it and compares it with the latest revision.

    A FetchError, an ExtractError, a latest revision that cannot be read back, and a crash of a fetcher, of an extractor
    or of the comparison become page results. Raises DatabaseBusy and PluginError, which say nothing about the page;
    StorageError of a fetcher; and, where the latest revision is damaged, what `compare_past_damage` raises.
    """

    def __init__(
        self, unit_of_work: UnitOfWork, fetchers: Mapping[str, Fetcher], reader: Reader, comparer: Comparer
    ) -> None:
        self._unit_of_work = unit_of_work
        self._fetchers = fetchers
        self._reader = reader
        self._comparer = comparer

    @cached_property
    def _fetch_documents(self) -> FetchDocuments:
        from monitor.checking.fetch_documents import FetchDocuments  # noqa: PLC0415  most watches have none

        return FetchDocuments(self._fetchers, self._reader)

    @cached_property
    def _compare(self) -> CompareWithRevision:
        from monitor.checking.compare_with_revision import CompareWithRevision  # noqa: PLC0415  see that module's docstring

        return CompareWithRevision(self._unit_of_work, self._reader, self._comparer)

    def __call__(
        self,
        watch: Watch,
        claim: Claim,
        now: datetime,
        *,
        accept: bool,
        fresh: bool = False,
        retry_heavy: bool = False,
    ) -> FetchOutcome:
        """Check the page against the latest revision.

        `accept`: the operator vouches for the page. It is then fetched unconditionally, since a 304 would bring no page
        to accept, and a damaged latest revision is passed over. `fresh`: it is fetched unconditionally. So it is after
        an edit of the recipe, and where the server's validators must not be relied on (`may_be_conditional`).
        `retry_heavy`: a body that was too heavy to read is read once more.
        """
        latest = claim.latest
        # A revision from another address is another page: after an edit of the URL there is nothing to compare with.
        known = latest if latest is not None and latest.snapshot.source_url == watch.url else None
        is_recipe_current = known is not None and known.recipe == watch.recipe
        request = watch.recipe.request
        is_get = request is None or request.method == "GET"
        may_ask = is_recipe_current and is_get and not (accept or fresh)
        is_conditional = may_ask and may_be_conditional(claim.validator_trust, now)
        if watch.recipe.documents and claim.documents is None:
            is_conditional = False  # which they are, only the page can say
        validators = claim.validators if is_conditional else None
        given = claim if not retry_heavy else replace(claim, too_heavy=None)
        if not is_conditional and claim.documents is not None:
            given = replace(given, documents=tuple(map(_to_ask_anew, claim.documents)))
        outcome = self._fetch(watch, given, known, validators, is_recipe_current=is_recipe_current, accept=accept)
        if outcome.fetched is None:  # no body came: nothing new is known of the latest one
            outcome = replace(outcome, too_heavy=claim.too_heavy)
        return replace(outcome, validator_trust=_trust_after(claim, validators, outcome.fetched))

    def _fetch(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision | None,
        validators: Validators | None,
        *,
        is_recipe_current: bool,
        accept: bool,
    ) -> FetchOutcome:
        fetcher = choose_fetcher(self._fetchers, watch)
        try:
            answer = fetcher.fetch(watch, validators)
        except FetchError as error:
            return FetchOutcome(
                PageNotSeen(error.reason()), known=known, retry_at=error.retry_at, host_until=error.host_until
            )
        except MonitorError:
            raise
        except Exception as error:  # a boundary: whatever an installed fetcher does, the other watches go on
            log.exception("the page could not be fetched", extra={"watch": watch.key})
            return FetchOutcome(PageNotSeen(self._defect(error)), known=known)
        return self._outcome(watch, claim, known, answer, is_recipe_current=is_recipe_current, accept=accept)

    def _outcome(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision | None,
        answer: Fetched | NotModified | Redirected,
        *,
        is_recipe_current: bool,
        accept: bool,
    ) -> FetchOutcome:
        if isinstance(answer, Redirected):
            return FetchOutcome(PageMoved(answer.to), known=known)
        if isinstance(answer, NotModified):
            if known is None:  # nothing was asked conditionally, so the server is wrong
                return FetchOutcome(PageNotSeen(Reason("http-status", {"status": 304, "url": watch.url})))
            result = PageSeen(Unchanged(), known.text_sha256, claim.last_raw_sha256 or "")
            unchanged = FetchOutcome(result, known=known, markup_sha256=claim.markup_sha256)
            if not watch.recipe.documents:
                return unchanged
            at = answer.taken_at
            return self._not_modified(watch, claim, known, unchanged, at, is_recipe_current=is_recipe_current)
        return self._body(watch, claim, known, answer, is_recipe_current=is_recipe_current, accept=accept)

    def _not_modified(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision,
        unchanged: FetchOutcome,
        at: datetime,
        *,
        is_recipe_current: bool,
    ) -> FetchOutcome:
        """Look at the documents of a page that is as it was; where one is not, the whole page is fetched for that."""
        try:
            seen = self._documents_known(watch, claim, at)
        except (DatabaseBusy, PluginError, HeavyWorkBusy, HeavyWorkStopped, TurnPaused):
            raise
        except Exception as error:  # a boundary: whatever a document does to a reader, the other watches go on
            log.exception("the documents could not be read", extra={"watch": watch.key})
            return FetchOutcome(PageNotSeen(self._defect(error)), known=known)
        if not seen.has_news:
            return replace(unchanged, documents=seen.states)
        try:
            answer = choose_fetcher(self._fetchers, watch).fetch(watch, None)
        except FetchError as error:
            return FetchOutcome(
                PageNotSeen(error.reason()), known=known, retry_at=error.retry_at, host_until=error.host_until
            )
        if not isinstance(answer, Fetched):
            return unchanged  # it moved in between: the next check says so
        return self._body(watch, claim, known, answer, is_recipe_current=is_recipe_current, accept=False, seen=seen)

    def _body(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision | None,
        answer: Fetched,
        *,
        is_recipe_current: bool,
        accept: bool,
        seen: SeenDocuments | None = None,
    ) -> FetchOutcome:
        try:
            if watch.recipe.documents:
                outcome = self._extract_with_documents(
                    watch, claim, known, answer, is_recipe_current=is_recipe_current, seen=seen
                )
            else:
                outcome = self._extract(watch, claim, known, answer, is_recipe_current=is_recipe_current)
            return outcome if accept else _unless_moved(outcome)
        except ExtractError as error:
            if isinstance(error, TooHeavy):
                return self._too_heavy(watch, claim, known, answer, error)
            return FetchOutcome(self._not_extracted(known, answer, error), fetched=answer, known=known)
        except (DatabaseBusy, PluginError, HeavyWorkBusy, HeavyWorkStopped, TurnPaused):
            raise  # says nothing about the page: the program is busy for now or stops, or a plug-in is broken
        except StorageError as error:
            log.error("the latest copy cannot be read back: %s", error, extra={"watch": watch.key})  # noqa: TRY400  the operator needs the revision, not our stack
            return self._compare.compare_past_damage(watch, claim, known, answer, accept=accept)
        except Exception as error:  # a boundary: whatever a page does to an extractor, the other watches go on
            log.exception("the page could not be read", extra={"watch": watch.key})
            return FetchOutcome(PageNotSeen(self._defect(error)), fetched=answer, known=known)

    def _defect(self, error: Exception) -> Reason:
        """Return the reason for an error that nobody foresaw; it names the installed package in whose code it arose."""
        parts = (*self._fetchers.values(), *self._reader.extractors)
        packages = {_package(type(part).__module__) for part in parts} - {_package(__name__)}
        if isinstance(error, HeavyWorkFailed):
            name, modules = error.name, error.modules
        else:
            name = type(error).__name__
            modules = tuple(frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
        plugin = next((package for package in map(_package, modules) if package in packages), None)
        facts: dict[str, str | int | None] = {"detail": name}
        return Reason("reader-failed", facts | ({"plugin": plugin} if plugin else {}))

    def _too_heavy(
        self, watch: Watch, claim: Claim, known: KnownRevision | None, fetched: Fetched, error: TooHeavy
    ) -> FetchOutcome:
        """Return that the page is not seen, and the body, which is not read again until the page changes."""
        limit = tuple((name, value) for name, value in error.facts.items() if isinstance(value, int))
        body = HeavyBody(_hash_under(watch.recipe, fetched), self._reader.extractor_name(fetched, watch.recipe), limit)
        if body != claim.too_heavy:
            log.warning("too heavy to read: not read again until it changes", extra={"watch": watch.key, **error.facts})
        return FetchOutcome(PageNotSeen(error.reason()), fetched=fetched, known=known, too_heavy=body)

    def _not_extracted(
        self, known: KnownRevision | None, fetched: Fetched, error: ExtractError
    ) -> PageNotSeen | PageMoved:
        """Return why the page is not seen, unless it says that it has moved.

        Such a page has nothing of what the recipe keeps or expects, so the whole of it is read for that.
        """
        reason = error.reason()
        if reason.code == "sentinel-missing":
            reason = replace(reason, facts={**reason.facts, "status": fetched.status})
        if reason.code in {"sentinel-missing", "selector-matched-nothing"}:
            try:
                to = self._reader.extract(fetched, Recipe()).extraction.moved_to
            except EmptyText as empty:
                return PageNotSeen(empty.reason() if empty.facts.get("to") else reason)
            except ExtractError:
                return PageNotSeen(reason)
            if to is not None and known is not None:
                return PageMoved(to)
        return PageNotSeen(reason)

    def _extract(
        self, watch: Watch, claim: Claim, known: KnownRevision | None, fetched: Fetched, *, is_recipe_current: bool
    ) -> FetchOutcome:
        """Extract and compare, unless the bytes or the markup show that the text is the same under the same recipe.

        Raises TooHeavy, also where an earlier check found this body to be.
        """
        raw_sha256 = hashlib.sha256(fetched.body).hexdigest()
        self._refuse_heavy(watch, claim, fetched)
        markup_sha256 = claim.markup_sha256
        if (
            known is not None
            and is_recipe_current
            and claim.watch_state.outcome in SEEN
            and known.reader == self._reader.extractor_name(fetched, watch.recipe)
        ):
            result = PageSeen(Unchanged(), known.text_sha256, raw_sha256)
            unchanged = FetchOutcome(result, fetched, known=known, markup_sha256=markup_sha256)
            if raw_sha256 == claim.last_raw_sha256:
                return unchanged
            if markup_sha256:
                if markup_sha256 == self._reader.markup_sha256(fetched, watch.recipe):
                    return unchanged
                markup_sha256 = NOISE_IN_MARKUP  # stored only if the text is the same, which is not known yet
        extracted = self._reader.extract(fetched, watch.recipe)
        if known is None:
            result = self._compare.compare_first(fetched, extracted, raw_sha256)
            return FetchOutcome(result, fetched=fetched, extracted=extracted)
        is_extracted_alike = is_recipe_current and known.reader == extracted.reader
        if is_extracted_alike and known.text_sha256 == extracted.text_sha256:
            if markup_sha256 is None:  # the first other bytes of this text: from now on its markup is compared
                markup_sha256 = self._reader.markup_sha256(fetched, watch.recipe) or NOISE_IN_MARKUP
            result = PageSeen(Unchanged(), extracted.text_sha256, raw_sha256)
            return FetchOutcome(result, fetched=fetched, extracted=extracted, known=known, markup_sha256=markup_sha256)
        return self._compare_or_begin(watch, claim, known, fetched, extracted, raw_sha256)

    def _compare_or_begin(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision,
        fetched: Fetched,
        extracted: VersionedExtraction,
        raw_sha256: str,
        seen: SeenDocuments | None = None,
    ) -> FetchOutcome:
        """Compare with the known revision; begin anew where what is asked is another than before.

        Nobody knows then whether the page or the request made the difference. The same holds for a document that is
        another than when it was part of the page last: the known revision keeps what was sealed with it.
        """
        outcome = self._compare.compare(watch, claim, known, fetched, extracted, raw_sha256, seen)
        if _is_unchanged(outcome):
            goes_on = seen is None or known.recipe.documents or not seen.differ_from(claim.documents or ())
        else:
            goes_on = known.recipe.request == watch.recipe.request
        if goes_on:
            return outcome
        result = self._compare.compare_first(fetched, extracted, raw_sha256)
        outcome = FetchOutcome(result, fetched=fetched, extracted=extracted)
        return outcome if seen is None else replace(outcome, documents=seen.states, parts=seen.parts(()))

    def _refuse_heavy(self, watch: Watch, claim: Claim, fetched: Fetched) -> None:
        """Raise TooHeavy where an earlier check found this body to be, under the same recipe and reader."""
        heavy = claim.too_heavy
        if heavy is not None and (heavy.sha256, heavy.reader) == (
            _hash_under(watch.recipe, fetched),
            self._reader.extractor_name(fetched, watch.recipe),
        ):
            raise TooHeavy(**dict(heavy.facts))

    def _documents_known(self, watch: Watch, claim: Claim, at: datetime) -> SeenDocuments:
        """Look at the documents of a page that links to the same ones as at the check before."""
        from monitor.core.page.document_links import DocumentLink, leads_to_file  # noqa: PLC0415  see above

        states = claim.documents or ()
        links = [DocumentLink(state.url, state.title, leads_to_file(state.url), state.is_left_out) for state in states]
        return self._fetch_documents(watch, links, states, at)

    def _extract_with_documents(
        self,
        watch: Watch,
        claim: Claim,
        known: KnownRevision | None,
        fetched: Fetched,
        *,
        is_recipe_current: bool,
        seen: SeenDocuments | None,
    ) -> FetchOutcome:
        """Extract and compare a page and its documents, unless nothing in either is other than it was."""
        from monitor.core.page.document_links import every_document_link  # noqa: PLC0415  see above

        raw_sha256 = hashlib.sha256(fetched.body).hexdigest()
        self._refuse_heavy(watch, claim, fetched)
        if (
            known is not None
            and is_recipe_current
            and claim.documents is not None
            and claim.watch_state.outcome in SEEN
            and known.reader == self._reader.extractor_name(fetched, watch.recipe)
            and raw_sha256 == claim.last_raw_sha256
        ):
            seen = seen or self._documents_known(watch, claim, fetched.taken_at)
            if not seen.has_news:
                result = PageSeen(Unchanged(), known.text_sha256, raw_sha256)
                return FetchOutcome(result, fetched, known=known, documents=seen.states)
        page = self._reader.extract(fetched, watch.recipe)
        links = every_document_link(page.extraction.blocks)
        seen = self._fetch_documents(watch, links, claim.documents or (), fetched.taken_at, seen=seen)
        extracted = page.with_documents(seen.documents)
        if known is None:
            result = self._compare.compare_first(fetched, extracted, raw_sha256)
            return FetchOutcome(result, fetched, extracted, documents=seen.states, parts=seen.parts(()))
        is_extracted_alike = is_recipe_current and known.reader == extracted.reader
        if is_extracted_alike and known.text_sha256 == extracted.text_sha256:
            result = PageSeen(Unchanged(), extracted.text_sha256, raw_sha256)
            parts = self._compare.unsealed_parts(known, seen, result)
            return FetchOutcome(result, fetched, extracted, known, documents=seen.states, parts=parts)
        return self._compare_or_begin(watch, claim, known, fetched, extracted, raw_sha256, seen)


def _to_ask_anew(state: DocumentState) -> DocumentState:
    """Return a document to be asked for unconditionally, also where its link led to a page before."""
    return replace(state, validators=None, is_page=False)


def _hash_under(recipe: Recipe, fetched: Fetched) -> str:
    """Return the hash of a body and of the recipe: under another one, less of it may have to be read."""
    return hashlib.sha256(fetched.body + recipe.to_json().encode()).hexdigest()


def _is_unchanged(outcome: FetchOutcome) -> bool:
    return isinstance(outcome.result, PageSeen) and isinstance(outcome.result.verdict, Unchanged)


def _package(module: str) -> str:
    return module.partition(".")[0]


def _trust_after(claim: Claim, sent: Validators | None, fetched: Fetched | None) -> ValidatorTrust:
    """Return how far the server's validators can be relied on after this answer; None: no full one."""
    trust = claim.validator_trust
    if fetched is None:
        return trust if sent is None else after_conditional_request(trust)
    contradicts = (
        is_same_validator(claim.validators, fetched.validators)
        and claim.last_raw_sha256 is not None
        and claim.last_raw_sha256 != hashlib.sha256(fetched.body).hexdigest()
    )
    return after_full_answer(trust, fetched.taken_at, contradicts=contradicts)


def _unless_moved(outcome: FetchOutcome) -> FetchOutcome:
    """Return the outcome, or that a known page has moved where its words and a refresh or script say so."""
    result, extracted = outcome.result, outcome.extracted
    if outcome.known is None or extracted is None or not isinstance(result, PageSeen):
        return outcome
    is_moved_page = isinstance(result.verdict, Suspect) and result.verdict.reason.code == "moved-page"
    to = extracted.extraction.moved_to if is_moved_page else None
    return FetchOutcome(PageMoved(to), fetched=outcome.fetched, known=outcome.known) if to is not None else outcome
