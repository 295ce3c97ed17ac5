"""Fetch and read one page: from a claim to what was seen.

What an equal page costs stands here: a 304 and equal bytes are not read, nor is equal markup (docs/decisions, 0027);
an equal text is not compared. A failure of any kind leaves the old text as it is.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.checking.check_outcome import FetchOutcome
from monitor.core.judging.decide import PageMoved, PageNotSeen, PageSeen
from monitor.core.model import SEEN, Fetched, NotModified, Redirected, Unchanged, Watch
from monitor.errors import DatabaseBusy, ExtractError, FetchError, Reason, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, KnownRevision
from monitor.ports.world import Fetcher
from monitor.reader import Reader

if TYPE_CHECKING:
    from monitor.checking.compare_with_copy import CompareWithCopy

log = logging.getLogger("bevaka.check")


class FetchAndRead:
    """Looks at pages. Raises DatabaseBusy; everything else that goes wrong is something that was seen."""

    def __init__(self, unit_of_work: UnitOfWork, fetchers: Mapping[str, Fetcher], reader: Reader) -> None:
        self._unit_of_work = unit_of_work
        self._fetchers = fetchers
        self._reader = reader

    @cached_property
    def _compare(self) -> CompareWithCopy:
        from monitor.checking.compare_with_copy import CompareWithCopy  # noqa: PLC0415  see there

        return CompareWithCopy(self._unit_of_work, self._reader)

    def __call__(self, watch: Watch, claim: Claim, *, accept: bool) -> FetchOutcome:
        latest = claim.latest
        known = latest if latest is not None and latest.snapshot.source_url == watch.url else None
        current = known is not None and known.recipe == watch.recipe
        fetcher = self._fetchers["riksdagen" if watch.sfs else "http"]
        validators = claim.validators if current and not accept else None
        try:
            answer = fetcher.fetch(watch, validators)
        except FetchError as error:
            return FetchOutcome(
                PageNotSeen(error.reason()), known=known, retry_at=error.retry_at, host_until=error.host_until
            )
        if isinstance(answer, Redirected):
            return FetchOutcome(PageMoved(answer.to), known=known)
        if isinstance(answer, NotModified):
            if known is None:  # nothing was asked conditionally, so the server is wrong
                return FetchOutcome(PageNotSeen(Reason("http-status", {"status": 304, "url": watch.url})))
            result = PageSeen(Unchanged(), known.text_sha256, claim.last_raw_sha256 or "")
            return FetchOutcome(result, known=known, markup=claim.markup_sha256)
        try:
            return self._read(watch, claim, known, answer)
        except ExtractError as error:
            reason = error.reason()
            if reason.code == "sentinel-missing":
                reason = replace(reason, facts={**reason.facts, "status": answer.status})
            return FetchOutcome(PageNotSeen(reason), fetched=answer, known=known)
        except DatabaseBusy:
            raise  # says nothing about the page, and passes
        except StorageError as error:
            log.error("the latest copy cannot be read back: %s", error, extra={"watch": watch.key})  # noqa: TRY400  the operator needs to know which, not our stack
            return self._compare.past_damage(watch, claim, known, answer, accept=accept)
        except Exception as error:  # a boundary: whatever a page does to a reader, the other watches go on
            log.exception("the page could not be read", extra={"watch": watch.key})
            return FetchOutcome(
                PageNotSeen(Reason("reader-failed", {"detail": type(error).__name__})), fetched=answer, known=known
            )

    def _read(self, watch: Watch, claim: Claim, known: KnownRevision | None, fetched: Fetched) -> FetchOutcome:
        raw = hashlib.sha256(fetched.body).hexdigest()
        markup = claim.markup_sha256
        if known is not None and claim.watch_state.outcome in SEEN and known.reader == self._reader.name_for(fetched):
            unread = FetchOutcome(PageSeen(Unchanged(), known.text_sha256, raw), fetched, known=known, markup=markup)
            if raw == claim.last_raw_sha256:
                return unread
            if markup and known.recipe == watch.recipe:
                if markup == self._reader.markup_sha256(fetched, watch.recipe):
                    return unread
                markup = ""  # this page's noise stands where it is read
        extracted = self._reader.read(fetched, watch.recipe)
        if known is None:
            return FetchOutcome(self._compare.first(fetched, extracted, raw), fetched=fetched, extracted=extracted)
        is_read_alike = known.recipe == watch.recipe and known.reader == extracted.reader
        if is_read_alike and known.text_sha256 == extracted.text_sha256:
            if markup is None:
                markup = self._reader.markup_sha256(fetched, watch.recipe) or ""
            result = PageSeen(Unchanged(), extracted.text_sha256, raw)
            return FetchOutcome(result, fetched=fetched, extracted=extracted, known=known, markup=markup)
        return self._compare.compared(watch, claim, known, fetched, extracted, raw)
