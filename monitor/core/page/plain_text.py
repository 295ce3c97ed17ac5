"""Plain text and Markdown as pieces: headings, list items and paragraphs, whatever the line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.core.model import Link
from monitor.core.page.link_targets import link_target
from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.+)$")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-+)\s*$")
_ITEM_MARK = re.compile(r"^\s*(?:[-*+•–]|\d{1,3}[.)])\s+(?=\S)")
_LINK = re.compile(r"\[(?P<text>[^\[\]]{1,300})\]\((?P<to>[^()\s]{1,2000})\)|(?P<bare>https?://[^\s<>\"'()\[\]]+)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A character that Markdown must not interpret as a mark."""
_TRAILING_MARKS = ".,;:!?"


def pieces_of_text(text: str, base: str) -> PageParts:
    """Return the pieces of a text. Hard line breaks inside a paragraph are spaces; an empty line ends it."""
    page = PageParts()
    for kind, words in _parts(text.splitlines()):
        shown, links = _with_links(words, base)
        if shown:
            page.pieces.append(Piece(kind, shown, links))
    return page


def _parts(lines: list[str]) -> Iterator[tuple[str, str]]:
    paragraph: list[str] = []
    kind = "p"
    for line in lines:
        heading, underline, item = _HEADING.match(line), _UNDERLINE.match(line), _ITEM_MARK.match(line)
        if underline and len(paragraph) == 1 and kind == "p" and len(underline.group(1)) >= 3:
            yield ("h1" if "=" in line else "h2"), paragraph[0]
            paragraph = []
        elif heading or item or not line.strip() or underline:
            if paragraph:
                yield kind, " ".join(paragraph)
            paragraph, kind = [], "p"
            if heading:
                yield f"h{len(heading.group(1))}", _without_closing_marks(heading.group(2))
            elif item:
                paragraph, kind = [line[item.end() :] if line.lstrip()[0] in "-*+•–" else line], "li"
        else:
            paragraph.append(line)
    if paragraph:
        yield kind, " ".join(paragraph)


def _without_closing_marks(heading: str) -> str:
    return heading.rstrip("#").rstrip() or heading[:1]


def _with_links(words: str, base: str) -> tuple[str, tuple[Link, ...]]:
    links: list[Link] = []

    def without_mark_up(match: re.Match[str]) -> str:
        words_of_link = match["text"] or match["bare"]
        address = link_target((match["to"] or match["bare"]).rstrip(_TRAILING_MARKS), base)
        if address:
            links.append(Link(clean(words_of_link).rstrip(_TRAILING_MARKS), address))
        return words_of_link

    return clean(_ESCAPED.sub(r"\1", _LINK.sub(without_mark_up, words))), tuple(links)
