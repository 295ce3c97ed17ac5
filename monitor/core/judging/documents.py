"""What became of the documents of a page: which file is which, and what a new, replaced or vanished one is.

same address          the same document; changed if its text is another
same text             the same document under another name: no change
same place            the file behind a link of the page was replaced by another
same title            likewise, wherever its link is now
what is left          removed before, added after
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from rapidfuzz import fuzz

from monitor.core.diff.align import align
from monitor.core.model import (
    Block,
    BlockChange,
    Change,
    ChangedDocument,
    Document,
    DocumentOutcome,
    DocumentOutcomeName,
    DocumentState,
    EventKind,
    Extraction,
    Link,
)
from monitor.core.text import comparable
from monitor.errors import Reason

_SIZE = re.compile(r"\d+(?:[.,\s]\d+)*\s*(?:[kmgt]?i?b|bytes?)(?![\w])", re.IGNORECASE)
"""The size of a file, as a link to it says it: "1,2 MB", "34 kB", "1476 byte"."""
NOT_LINKED = Reason("document-not-linked")
"""Why a document is gone. One that its page still links to is not: it was not seen."""
LEAST_ALIKE = 70
"""Percent of the letters that the words of two links share, where one replaced the other."""


class DocumentPair(NamedTuple):
    """A document before and after; one side is None where it was added or removed."""

    before: Document | None
    after: Document | None

    @property
    def is_same(self) -> bool:
        """True if nothing that counts differs: the text, whatever the file is called."""
        return self.before is not None and self.after is not None and self.before.text_sha256 == self.after.text_sha256


def pair_documents(before: Extraction, after: Extraction) -> list[DocumentPair]:
    """Return pairs that hold every document of both sides once, in the order of the page after, the removed ones last.

    Without those that the page linked to before and that are seen for the first time now, and without those that it
    still links to and that are not read any more, since other files came before them and so many are read of one page.
    """
    old = [each for each in before.documents if not _is_first_sight(each, after)]
    new = [each for each in after.documents if not _is_first_sight(each, before)]
    counted = [each.url for each in new]
    matches: dict[str, Document] = {}

    def match(one: Document, other: Document) -> None:
        matches[other.url] = one
        old.remove(one)
        new.remove(other)

    for key in (_address, _text):
        for other in list(new):
            if same := [each for each in old if key(each) == key(other)]:
                match(same[0], other)
    if old and new:
        for url, follower in _followers(before.blocks, after.blocks):
            earlier = [each for each in old if each.url == url]
            later = [each for each in new if each.url == follower]
            if earlier and later:
                match(earlier[0], later[0])
    for other in list(new):
        if alike := [each for each in old if comparable(each.title) == comparable(other.title)]:
            match(alike[0], other)
    pairs = [
        DocumentPair(matches.get(document.url), document) for document in after.documents if document.url in counted
    ]
    return pairs + [DocumentPair(document, None) for document in old]


def _is_first_sight(document: Document, other: Extraction) -> bool:
    """True of a document that the page links to on the other side as well, and is read on this one alone.

    Nothing came, and nothing went.
    """
    return all(document.url != known.url for known in other.documents) and any(
        link.target.partition("#")[0] == document.url for block in other.blocks for link in block.links
    )


def _address(document: Document) -> str:
    return document.url


def _text(document: Document) -> str:
    return document.text_sha256


def _followers(before: Sequence[Block], after: Sequence[Block]) -> Iterable[tuple[str, str]]:
    """Yield the targets of links before and after, where a block has as many links as it had, of words much alike."""
    for pair in align(before, after):
        if pair.before and pair.after and len(pair.before.links) == len(pair.after.links):
            for one, other in zip(pair.before.links, pair.after.links, strict=True):
                if fuzz.ratio(comparable(one.text), comparable(other.text)) >= LEAST_ALIKE:
                    yield one.target.partition("#")[0], other.target.partition("#")[0]


def with_targets_of(blocks: Sequence[Block], pairs: Iterable[DocumentPair]) -> tuple[Block, ...]:
    """Return the blocks after, with links to a document under another name leading where they led before."""
    renamed = {
        pair.after.url: pair.before.url
        for pair in pairs
        if pair.before is not None and pair.after is not None and pair.before.url != pair.after.url
    }
    if not renamed:
        return tuple(blocks)
    return tuple(
        block._replace(
            links=tuple(
                link._replace(target=renamed.get(link.target.partition("#")[0], link.target)) for link in block.links
            )
        )
        for block in blocks
    )


def changed_document(pair: DocumentPair) -> ChangedDocument:
    """Return what became of a document. Raises ValueError for a pair without sides."""
    document = pair.after or pair.before
    if document is None:
        raise ValueError(pair)
    if pair.before is None or pair.after is None:
        return ChangedDocument(document.url, document.title, "removed" if pair.after is None else "added")
    is_replaced = pair.before.url != pair.after.url
    return ChangedDocument(document.url, document.title, "replaced" if is_replaced else "changed")


def with_first_sights(before: Extraction, after: Extraction) -> Extraction:
    """Return the page before with the documents that it linked to already and that are seen for the first time now."""
    first = tuple(document for document in after.documents if _is_first_sight(document, before))
    return replace(before, documents=(*before.documents, *first)) if first else before


def whole_change(pair: DocumentPair) -> BlockChange:
    """Return the change of a document as a whole: it came, went, or has other bytes that nobody can read."""
    changed = changed_document(pair)
    rule = {"added": "document-added", "removed": "document-removed"}.get(changed.op, "document-bytes")
    is_read = rule != "document-bytes"
    said = (lambda document: document.title) if is_read else described
    before, after = (said(document) if document is not None else None for document in pair)
    return BlockChange(
        op="edited" if None not in pair else "added" if pair.before is None else "removed",
        kind="document",
        heading=() if is_read else (changed.title,),
        label=None,
        before=before,
        after=after,
        category="document",
        material=True,
        rule=rule,
        document=changed,
    )


def within(block: BlockChange, changed: ChangedDocument) -> BlockChange:
    """Return a change inside a document as one of the page; the date of a file is no date of the page."""
    is_date = block.rule == "update-date"
    is_named = bool(block.heading) and comparable(block.heading[0]) == comparable(changed.title)
    return replace(
        block,
        heading=block.heading if is_named else (changed.title, *block.heading),
        document=changed,
        rule="date" if is_date else block.rule,
        category="date" if is_date else block.category,
    )


def described(document: Document) -> str:
    """Return all that is known of a document that nobody can read, in no language."""
    return f"{document.form or '?'} · {document.size} B · SHA-256 {document.sha256}"


def is_link_to(block: BlockChange, urls: frozenset[str]) -> bool:
    """True if a block, on each of its sides, is nothing but links to documents that came or went."""
    sides = ((block.before, block.links_before), (block.after, block.links_after))
    return all(_is_nothing_but(text, links, urls) for text, links in sides if text is not None)


def is_size_alone(block: BlockChange, urls: frozenset[str]) -> bool:
    """True if a block links to a document that is read, and only the sizes of files in its text are others."""
    if block.before is None or block.after is None:
        return False
    before, after = (
        [link.target.partition("#")[0] for link in side] for side in (block.links_before, block.links_after)
    )
    return before == after and not urls.isdisjoint(after) and _SIZE.sub("", block.before) == _SIZE.sub("", block.after)


def _is_nothing_but(text: str, links: Sequence[Link], urls: frozenset[str]) -> bool:
    if not links or any(link.target.partition("#")[0] not in urls for link in links):
        return False
    for link in links:
        text = text.replace(link.text, "", 1)
    return not any(map(str.isalnum, text))


# What one check found of each document, and who is told of one that is not seen

_OUTCOMES: dict[str, DocumentOutcomeName] = {"added": "first", "changed": "changed", "replaced": "replaced"}


def document_outcomes(
    before: Sequence[DocumentState], after: Sequence[DocumentState], change: Change | None
) -> tuple[DocumentOutcome, ...]:
    """Return what a check found of each document, in the order of the page, then of those that are gone."""
    known = {state.url: state for state in before}
    texts = {state.text_sha256 for state in before if state.sha256 is not None}
    changed = {block.document.url: block.document for block in change.blocks if block.document} if change else {}
    rows: list[DocumentOutcome] = []
    for state in after:
        if state.is_page or state.is_left_out:
            continue
        outcome: DocumentOutcomeName = "unchanged"
        earlier = known.get(state.url)
        if state.failing_since is not None or state.sha256 is None:
            outcome = "not_seen"
        elif state.url in changed:
            outcome = _OUTCOMES[changed[state.url].op]
        elif (earlier is None or earlier.sha256 is None) and state.text_sha256 not in texts:
            outcome = "first"
        reason = state.reason if outcome == "not_seen" else None
        rows.append(DocumentOutcome(state.url, state.title, outcome, state.sha256, state.size, reason))
    gone = (document for document in changed.values() if document.op == "removed")
    for document in gone:
        last = known.get(document.url) or DocumentState(document.url, document.title)
        rows.append(DocumentOutcome(document.url, document.title, "gone", last.sha256, last.size, NOT_LINKED))
    return tuple(rows)


def merged_outcomes(
    earlier: Sequence[DocumentOutcome], later: Sequence[DocumentOutcome]
) -> tuple[DocumentOutcome, ...]:
    """Return what was found of the documents of one revision by two checks: the later says nothing of what it was."""
    known = {each.url: each for each in earlier if each.outcome != "not_seen"}
    return tuple(known.get(each.url, each) for each in later)


def told_of_documents(
    before: Sequence[DocumentState],
    after: Sequence[DocumentState],
    now: datetime,
    patience: timedelta,
    change: Change | None,
) -> tuple[tuple[DocumentState, ...], tuple[tuple[EventKind, dict[str, object]], ...]]:
    """Return the states with what subscribers are told now, and the events: not seen for too long, and seen again.

    An event has the facts of one about a page, and "document" (its address) and "title".
    """
    known = {state.url: state for state in before}
    changed = {block.document.url for block in change.blocks if block.document} if change else set()
    states: list[DocumentState] = []
    events: list[tuple[EventKind, dict[str, object]]] = []
    for state in after:
        named: dict[str, object] = {"document": state.url, "title": state.title}
        since = state.failing_since
        earlier = known.get(state.url)
        if since is not None and state.reason is not None and not state.told and now - since >= patience:
            reason = state.reason
            facts = {**named, "since": since.isoformat(), "code": reason.code, "facts": dict(reason.facts)}
            events.append((EventKind.BLIND, facts))
            states.append(replace(state, told=True))
        elif since is None and state.told:
            if state.url not in changed:  # else the change itself says so
                began = earlier.failing_since.isoformat() if earlier and earlier.failing_since else None
                events.append((EventKind.SEEN_AGAIN, {**named, "since": began, "changed": False}))
            states.append(replace(state, told=False))
        else:
            states.append(state)
    return tuple(states), tuple(events)
