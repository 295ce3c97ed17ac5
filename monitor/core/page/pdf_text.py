"""The text of a PDF as pieces: a PDF knows lines and pages, a reader knows paragraphs and items.

What stands at the top or the foot of most pages is left out: running heads and page numbers. A paragraph may go on
over the end of a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.core.page.pieces import Piece, Walked
from monitor.core.text import clean

_ITEM = re.compile(r"(?:[-–•·▪●◦*\uf0b7]|\d{1,3}[.)]|[a-zåäö]\))\s+(?=\S)", re.IGNORECASE)
_BULLETS = "-–•·▪●◦*\uf0b7"
_NUMBER = re.compile(r"\d+")
_SENTENCE_END = tuple(".!?:;")
_EDGE = 2
"""A running head or foot has so many lines at most."""
_FULL, _LEAST_WIDTH = 0.75, 54
"""A line shorter than this share of the widest ones ends its paragraph; no text is narrower than so many letters."""
_SOFT_HYPHENS = ("-", "\u00ad")


class _Line(NamedTuple):
    text: str
    begins_page: bool


def pieces_of_pages(pages: Sequence[str]) -> Walked:
    """The pieces of a document, given the text of each page with its line breaks."""
    lines = [[line for line in map(clean, page.splitlines()) if line] for page in pages]
    running = _running(lines)
    left = [_Line(line, at == 0) for page in lines for at, line in enumerate(_without(page, running))]
    if lines and lines[0] and lines[0][0] in running and not _NUMBER.search(lines[0][0]):
        left.insert(0, _Line(lines[0][0], begins_page=True))  # on the first page it is the title
    return Walked(list(_paragraphs(left)))


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Lines at the edges of more than half of the pages, whatever number stands in them."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_NUMBER.sub("#", line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    return frozenset(line for line, count in counts.items() if count > 1 and count * 2 > len(pages))


def _without(page: Sequence[str], running: frozenset[str]) -> list[str]:
    """A page without its running head and foot, and without a bare number at its end."""
    last = len(page) - 1
    return [
        line
        for at, line in enumerate(page)
        if not (
            (at < _EDGE or at > last - _EDGE)
            and (_NUMBER.sub("#", line) in running or (at == last and _NUMBER.fullmatch(line)))
        )
    ]


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Piece]:
    widest = sorted(len(line.text) for line in lines)[-max(1, len(lines) // 10) :]
    width = max([_LEAST_WIDTH, *widest[:1]])
    full = _FULL * width
    gathered, kind, is_open = "", "p", False
    for line in lines:
        item = _ITEM.match(line.text)
        if gathered and (item or not (is_open or _goes_on(gathered, line))):
            yield Piece(kind, gathered)
            gathered = ""
        if not gathered:
            kind = "li" if item else "p"
            gathered = line.text[item.end() :] if item and line.text[0] in _BULLETS else line.text
        else:
            gathered = _joined(gathered, line.text)
        is_open = len(line.text) >= (width if line.text.endswith(_SENTENCE_END) else full)
    if gathered:
        yield Piece(kind, gathered)


def _goes_on(before: str, line: _Line) -> bool:
    """Whether a sentence goes on from the foot of one page to the head of the next."""
    return line.begins_page and not before.endswith(_SENTENCE_END) and line.text[0].islower()


def _joined(before: str, line: str) -> str:
    """A line after another; a word that was divided at the end of its line is put together."""
    if before.endswith(_SOFT_HYPHENS) and before[-2:-1].isalpha() and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}"
