"""The documents of a revision as they are kept, read again where that is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from monitor.core.model import Document, Extraction, Fetched, Part, Recipe, Snapshot
from monitor.core.page.document_links import DocumentLink, document_links
from monitor.core.record.never_seen import Lines, lines_of
from monitor.errors import DatabaseAway, DatabaseBusy, HeavyWorkFailed, NotADocument, StorageError
from monitor.ports.storage import Work
from monitor.reader import Reader

ROLE = "document"
MOST_READ = 100
"""Files that are read to find out whether a text is new."""
Unread = Callable[[DocumentLink, Part], Document | None]
"""Returns a document that need not be read, None for one that must be."""


def linked_parts(work: Work, snapshot: Snapshot, page: Extraction) -> Iterator[tuple[DocumentLink, Part]]:
    """Yield the documents that a revision links to and that are kept, in reading order."""
    parts = {part.url: part for part in work.snapshots.parts(snapshot.watch_id, snapshot.number) if part.role == ROLE}
    if parts:
        for link in document_links(page.blocks):
            if link.url in parts:
                yield link, parts[link.url]


def answer_of(work: Work, snapshot: Snapshot, part: Part) -> Fetched:
    """Return a document as its server sent it. Raises StorageError."""
    return Fetched(part.url, part.status, part.headers, work.snapshots.body(part.sha256), snapshot.taken_at)


def kept_documents(
    work: Work, reader: Reader, snapshot: Snapshot, page: Extraction, recipe: Recipe, unread: Unread
) -> tuple[Document, ...]:
    """Return the documents of a revision. Raises StorageError, HeavyWorkError."""
    found: list[Document] = []
    for link, part in linked_parts(work, snapshot, page):
        document = unread(link, part)
        if document is None:
            try:
                document = reader.read_document(link, answer_of(work, snapshot, part), recipe)
            except NotADocument:  # to an extractor of today; it was a file when it was kept
                continue
        found.append(document)
    return tuple(found)


def both_with_documents(
    work: Work,
    reader: Reader,
    revisions: tuple[Snapshot, Snapshot],
    pages: tuple[Extraction, Extraction],
    recipe: Recipe,
) -> tuple[Extraction, Extraction]:
    """Return two revisions of a page with their documents; those that both have are not read.

    Raises StorageError, HeavyWorkError.
    """
    sides = [
        {(link.url, part.sha256) for link, part in linked_parts(work, snapshot, page)}
        for snapshot, page in zip(revisions, pages, strict=True)
    ]
    both = sides[0] & sides[1]

    def unread(link: DocumentLink, part: Part) -> Document | None:
        return not_read(link, part, part.sha256, "") if (link.url, part.sha256) in both else None

    old, new = (
        replace(page, documents=kept_documents(work, reader, snapshot, page, recipe, unread))
        for snapshot, page in zip(revisions, pages, strict=True)
    )
    return old, new


def lines_in_documents(work: Work, reader: Reader, latest: Snapshot, recipe: Recipe, lines: Lines) -> Lines:
    """Return those of some lines that a document of the page had, with this revision or one before it.

    The newest files are read first, each once, and `MOST_READ` at most: a line that is farther back counts as new, and
    so does one of a file that cannot be read. Raises DatabaseBusy, DatabaseAway, HeavyWorkBusy, HeavyWorkStopped.
    """
    missing, read = set(lines), set[str]()
    for part in work.snapshots.parts_until(latest.watch_id, latest.number):
        if not missing or len(read) >= MOST_READ:
            break
        if part.role != ROLE or part.sha256 in read:
            continue
        read.add(part.sha256)
        link = DocumentLink(part.url, part.url, is_certain=True)
        try:
            document = reader.read_document(link, answer_of(work, latest, part), recipe)
        except (DatabaseBusy, DatabaseAway):
            raise
        except (NotADocument, HeavyWorkFailed, StorageError):
            continue
        if document.extraction is not None:
            missing -= lines_of(document.extraction.blocks)
    return lines - missing


def not_read(link: DocumentLink, part: Part, text_sha256: str, reader: str) -> Document:
    """Return a document of which it is known without reading that it differs in nothing."""
    return Document(link.url, link.title, part.sha256, part.size, "", text_sha256, reader)
