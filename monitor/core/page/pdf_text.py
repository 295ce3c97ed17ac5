"""The text of a PDF as pieces: a PDF has lines and pages, its reader sees paragraphs and items.

Running heads and page numbers, at the top or the foot of most pages, are left out. A paragraph may continue over the
end of a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean

_ITEM_MARK = re.compile(r"(?:[-–•·▪●◦*\uf0b7]|\d{1,3}[.)]|[a-zåäö]\))\s+(?=\S)", re.IGNORECASE)
_BULLETS = "-–•·▪●◦*\uf0b7"
_NUMBER = re.compile(r"\d+")
_SENTENCE_END = tuple(".!?:;")
_EDGE_LINES = 2
"""A running head or foot has so many lines at most."""
_FULL_SHARE, _LEAST_WIDTH = 0.75, 54
"""A line shorter than this share of the widest ones ends its paragraph; no text is narrower than so many letters."""
_SOFT_HYPHENS = ("-", "\u00ad")


class _Line(NamedTuple):
    text: str
    begins_page: bool


def pieces_of_pages(pages: Sequence[str]) -> PageParts:
    """Return the pieces of a document, given the text of each page with its line breaks."""
    lines = [[line for line in map(clean, page.splitlines()) if line] for page in pages]
    running = _running_lines(lines)
    remaining = [
        _Line(line, at == 0) for page in lines for at, line in enumerate(_without_running_lines(page, running))
    ]
    if lines and lines[0] and lines[0][0] in running and not _NUMBER.search(lines[0][0]):
        remaining.insert(0, _Line(lines[0][0], begins_page=True))  # on the first page it is the title
    return PageParts(list(_paragraphs(remaining)))


def _running_lines(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the lines at the edges of more than half of the pages, whatever number is in them."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_NUMBER.sub("#", line) for line in (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])})
    return frozenset(line for line, count in counts.items() if count > 1 and count * 2 > len(pages))


def _without_running_lines(page: Sequence[str], running: frozenset[str]) -> list[str]:
    """Return a page without its running head and foot, and without a bare number at its end."""
    last = len(page) - 1
    return [
        line
        for at, line in enumerate(page)
        if not (
            (at < _EDGE_LINES or at > last - _EDGE_LINES)
            and (_NUMBER.sub("#", line) in running or (at == last and _NUMBER.fullmatch(line)))
        )
    ]


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Piece]:
    widest = sorted(len(line.text) for line in lines)[-max(1, len(lines) // 10) :]
    width = max([_LEAST_WIDTH, *widest[:1]])
    full = _FULL_SHARE * width
    paragraph, kind, is_open = "", "p", False
    for line in lines:
        item = _ITEM_MARK.match(line.text)
        if paragraph and (item or not (is_open or _continues(paragraph, line))):
            yield Piece(kind, paragraph)
            paragraph = ""
        if not paragraph:
            kind = "li" if item else "p"
            paragraph = line.text[item.end() :] if item and line.text[0] in _BULLETS else line.text
        else:
            paragraph = _join_line(paragraph, line.text)
        is_open = len(line.text) >= (width if line.text.endswith(_SENTENCE_END) else full)
    if paragraph:
        yield Piece(kind, paragraph)


def _continues(before: str, line: _Line) -> bool:
    """True if a sentence continues from the foot of one page to the head of the next."""
    return line.begins_page and not before.endswith(_SENTENCE_END) and line.text[0].islower()


def _join_line(before: str, line: str) -> str:
    """Append a line; a word that was divided at the end of the line before is joined."""
    if before.endswith(_SOFT_HYPHENS) and before[-2:-1].isalpha() and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}"
