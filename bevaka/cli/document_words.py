"""What the command line says of the documents of a page: those that are tried, and those that are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bevaka.cli.console import plural, styled

if TYPE_CHECKING:
    from monitor.checking.fetch_documents import SeenDocuments
    from monitor.core.model import Document, DocumentState, Language

MOST_NAMED = 5
WORDS = {"seen": "green", "unread": "yellow", "not_seen": "red", "left_out": "red", "page": None}
"""What trying a document can come to, and its colour."""


def left_out_words(left_out: Sequence[DocumentState]) -> str:
    """Return how many documents a page links to beyond those that are read: "2 documents beyond the 50 that …"."""
    from monitor.core.page.document_links import MOST_DOCUMENTS

    documents = plural(len(left_out), "document", "documents")
    return f"{documents} beyond the {MOST_DOCUMENTS} that are read of one page"


def left_out_lines(left_out: Sequence[DocumentState], key: str) -> Iterator[str]:
    """Yield that documents are left out and the first of them; nothing where none are."""
    from bevaka.terminal import printable

    if not left_out:
        return
    yield f"{styled('LEFT OUT'.ljust(9), 'red')}  {left_out_words(left_out)}:"
    for state in left_out[:MOST_NAMED]:
        yield f"           {printable(state.title)}  {printable(state.url)}"
    if len(left_out) > MOST_NAMED:
        yield f"           and {len(left_out) - MOST_NAMED} more: bevaka watch test {key}"


def tried_documents(seen: SeenDocuments, language: Language) -> list[dict[str, object]]:
    """Return the documents of a page that was tried, as JSON has them, in the order of the page.

    `outcome` is "seen"; "unread": only its bytes are known; "not_seen"; "page": its link leads to a web page;
    "left_out": the page links to more than are read.
    """
    documents = {document.url: document for document in seen.documents}
    return [_tried(state, documents.get(state.url), language) for state in seen.states]


def _tried(state: DocumentState, document: Document | None, language: Language) -> dict[str, object]:
    from monitor.wording.reasons import reason_sentence

    reason = state.unread or state.reason
    extraction = document.extraction if document else None
    outcome = "not_seen"
    if state.is_left_out or state.is_page:
        outcome = "left_out" if state.is_left_out else "page"
    elif state.sha256 is not None:
        outcome = "seen" if extraction is not None else "unread"
    return {
        "url": state.url,
        "title": state.title,
        "outcome": outcome,
        "sha256": state.sha256,
        "bytes": state.size,
        "blocks": None if extraction is None else len(extraction.blocks),
        "reason": reason_sentence(reason, language) if reason else None,
    }


def tried_document_lines(tried: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Yield a line for each document of a page that was tried: its title, its size, what can be read of it."""
    from bevaka.terminal import printable
    from monitor.core.page.document_links import MOST_DOCUMENTS

    if not tried:
        return
    yield ""
    yield styled(plural(len(tried), "document", "documents"), bold=True)
    for each in tried:
        outcome = str(each["outcome"])
        word = outcome.upper().replace("_", " ").ljust(9)
        yield f"  {styled(word, WORDS[outcome])} {printable(str(each['title']))}  {_said(each)}"
        yield f"            {printable(str(each['url']))}"
    if any(each["outcome"] == "left_out" for each in tried):
        yield f"LEFT OUT: no more than {MOST_DOCUMENTS} documents are read of one page"


def _said(tried: Mapping[str, object]) -> str:
    from bevaka.terminal import printable

    size = plural(int(str(tried["bytes"])), "byte", "bytes")
    match tried["outcome"]:
        case "seen":
            return f"{size}, {plural(int(str(tried['blocks'])), 'block', 'blocks')} of text"
        case "unread":
            return f"{size}; {printable(str(tried['reason']))}"
        case "page":
            return "a web page, which is no document"
        case "left_out":
            return "not fetched"
        case _:
            return printable(str(tried["reason"] or "not fetched: there was no time left, or its host was taken"))
