"""Fetching and reading of the documents of a page: of each, what its server says now or what it said last.

Each file is asked for behind the same guards as a page, in the turn of its own host, conditionally. One that cannot be
seen leaves what is known of it as it was.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.client.outgoing import along_with
from monitor.core.model import (
    LONGEST_FOR_DOCUMENTS,
    Document,
    DocumentState,
    Fetched,
    NotModified,
    Recipe,
    Redirected,
    Validators,
    Watch,
)
from monitor.core.page.document_links import DocumentLink
from monitor.documents import ROLE
from monitor.errors import (
    BadRedirect,
    DocumentsTooLarge,
    EmptyText,
    HeavyWorkFailed,
    HostTaken,
    NotADocument,
    NotSeen,
    Reason,
)
from monitor.ports.values import NewPart
from monitor.ports.world import Fetcher
from monitor.reader import Reader

log = logging.getLogger("bevaka.check")

MOST_BYTES = 100_000_000
"""Bytes of all documents of a page together."""
LARGEST = 30_000_000
"""Bytes of one document, unless the watch allows more of its page."""


@dataclass(frozen=True, slots=True)
class SeenDocuments:
    """The documents of a page at one check. `answers` are the bodies that came, by address."""

    states: tuple[DocumentState, ...] = ()
    documents: tuple[Document, ...] = ()
    answers: Mapping[str, Fetched] = field(default_factory=dict)
    has_news: bool = False
    """True if a document has another text than when it was seen last, or is seen for the first time."""

    def parts(self, but: Iterable[tuple[str, str]]) -> tuple[NewPart, ...]:
        """Return what is to be sealed: the bodies that came, without those that are there, by address and hash."""
        kept = set(but)
        hashes = {document.url: document.sha256 for document in self.documents}
        return tuple(
            NewPart(ROLE, url, answer) for url, answer in self.answers.items() if (url, hashes.get(url, "")) not in kept
        )

    def differ_from(self, known: Iterable[DocumentState]) -> bool:
        """True if one of them has another text than when it was seen last."""
        texts = {state.url: state.text_sha256 for state in known if state.sha256 is not None}
        return any(document.text_sha256 != texts.get(document.url, document.text_sha256) for document in self.documents)


class FetchDocuments:
    """Fetches the documents of pages. Raises HeavyWorkError, and what a fetcher raises that says nothing of a page."""

    def __init__(
        self, fetchers: Mapping[str, Fetcher], reader: Reader, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetchers = fetchers
        self._reader = reader
        self._monotonic = monotonic

    def __call__(
        self,
        watch: Watch,
        links: Sequence[DocumentLink],
        known: Sequence[DocumentState],
        now: datetime,
        *,
        seen: SeenDocuments | None = None,
    ) -> SeenDocuments:
        """Look at the documents that these links lead to; those that this check has `seen` already are not asked again.

        `known` is what was known of them before the check.
        """
        before = {state.url: state for state in known}
        done = {state.url: state for state in seen.states} if seen else {}
        documents = {document.url: document for document in seen.documents} if seen else {}
        answers = dict(seen.answers) if seen else {}
        states: list[DocumentState] = []
        taken, until = 0, self._monotonic() + LONGEST_FOR_DOCUMENTS.total_seconds()
        silent: set[str] = set()
        for link in links:
            if link.is_left_out:
                states.append(DocumentState(link.url, link.title, is_left_out=True))
                continue
            state = before.get(link.url) or DocumentState(link.url, link.title)
            state = replace(state, title=link.title, is_left_out=False)
            if link.url in done:
                states.append(replace(done[link.url], title=link.title))
                if link.url in documents:
                    documents[link.url] = replace(documents[link.url], title=link.title)
                continue
            if state.is_page or self._monotonic() > until:
                states.append(state)
            else:
                found = self._look(watch, link, state, now, MOST_BYTES - taken, silent)
                states.append(found.state)
                if found.answer is not None:
                    answers[link.url] = found.answer
                if found.document is not None:
                    documents[link.url] = found.document
            if link.url not in documents and (known_one := _as_last_seen(states[-1])) is not None:
                documents[link.url] = known_one
            taken += states[-1].size
        ordered = tuple(documents[state.url] for state in states if state.url in documents and not state.is_left_out)
        return SeenDocuments(tuple(states), ordered, answers, any(_is_news(before.get(s.url), s) for s in states))

    def _look(
        self,
        watch: Watch,
        link: DocumentLink,
        state: DocumentState,
        now: datetime,
        left: int,
        silent: set[str],
    ) -> _Found:
        """Look at one document. `silent` are the hosts of which this check has had no turn."""
        host = link.url.split("/")[2]
        if host in silent:
            return _Found(state)
        try:
            if left <= 0:
                raise DocumentsTooLarge(limit=MOST_BYTES)
            validators = state.validators if state.sha256 else None
            answer = self._fetch(watch, link.url, validators, min(left, max(LARGEST, watch.max_size)))
            if answer is None:
                return _Found(_seen_again(state))
            return self._read(watch, link, state, answer)
        except HostTaken:  # says nothing about the document: it is asked for at the next check
            silent.add(host)
            return _Found(state)
        except NotADocument as error:
            if not link.is_certain and state.sha256 is None:
                return _Found(DocumentState(link.url, link.title, is_page=True))
            return _Found(_not_seen(state, error, now))
        except NotSeen as error:
            return _Found(_not_seen(state, error, now))

    def _fetch(self, watch: Watch, url: str, validators: Validators | None, largest: int) -> Fetched | None:
        """Return a document, None if it is as it was. Raises FetchError, HostTaken."""
        fetcher = self._fetchers["http"]
        asked = Watch(
            *(watch.key, watch.name, url),
            recipe=Recipe(request=along_with(watch.url, watch.recipe.request, url)),
            timeout=watch.timeout,
            max_size=largest,
            ca_file=watch.ca_file,
            proxy=watch.proxy,
        )
        answer = fetcher.fetch(asked, validators)
        if isinstance(answer, Redirected):  # the link is an old one; what it leads to is the document
            request = along_with(watch.url, watch.recipe.request, answer.to)
            asked = replace(asked, url=answer.to, recipe=Recipe(request=request))
            answer = fetcher.fetch(asked, None)
        if isinstance(answer, Redirected):
            raise BadRedirect(url=url, location=answer.to)
        return None if isinstance(answer, NotModified) else answer

    def _read(self, watch: Watch, link: DocumentLink, state: DocumentState, answer: Fetched) -> _Found:
        if not answer.body.strip():
            raise EmptyText(bytes=len(answer.body))
        sha256 = hashlib.sha256(answer.body).hexdigest()
        reader = self._reader.document_reader(replace(answer, url=link.url))
        if (sha256, reader) == (state.sha256, state.reader):
            return _Found(replace(_seen_again(state), validators=answer.validators), answer=answer)
        try:
            document = self._reader.read_document(link, answer, watch.recipe)
        except HeavyWorkFailed as error:
            log.exception("a document could not be read", extra={"watch": watch.key, "url": link.url})
            reason = Reason("reader-failed", {"detail": error.name})
            document = Document(
                link.url, link.title, sha256, len(answer.body), "", f"bytes {sha256}", reader, None, reason
            )
        state = DocumentState(
            *(link.url, link.title, document.sha256, document.size, document.form, document.text_sha256),
            reader=document.reader,
            validators=answer.validators,
            unread=document.unread,
            told=state.told,
        )
        return _Found(state, document, answer)


@dataclass(frozen=True, slots=True)
class _Found:
    state: DocumentState
    document: Document | None = None
    answer: Fetched | None = None


def _as_last_seen(state: DocumentState) -> Document | None:
    """Return a document as it was seen last, without reading it again; None if it never was."""
    if state.sha256 is None:
        return None
    return Document(
        *(state.url, state.title, state.sha256, state.size, state.form, state.text_sha256, state.reader),
        unread=state.unread,
    )


def _seen_again(state: DocumentState) -> DocumentState:
    return replace(state, failing_since=None, reason=None)


def _not_seen(state: DocumentState, error: NotSeen, now: datetime) -> DocumentState:
    return replace(state, failing_since=state.failing_since or now, reason=error.reason())


def _is_news(before: DocumentState | None, now: DocumentState) -> bool:
    if now.is_page or now.sha256 is None:
        return False
    return before is None or before.sha256 is None or before.text_sha256 != now.text_sha256
