"""The text of a page as a reader sees it: headings, paragraphs, lists and tables, with links in their places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.core.model import Block, Link

_LISTED = frozenset({"li", "row"})
_FOLLOWED = ("https://", "http://", "mailto:", "tel:")
_BORDER = " | "


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text; `target` is where it leads, None where it is no link that a browser may follow."""

    text: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (`kind` h1 to h6), a paragraph or section (p), a list (li) or a table (row).

    `rows` has one row for each item or table row, and one alone for the others; a row has cells, of words. `label` is
    that of a section, `anchor` its address in the page; of several with one label, the first has it.
    """

    kind: str
    rows: tuple[tuple[tuple[Words, ...], ...], ...]
    label: str | None = None
    anchor: str | None = None


def paper(blocks: Sequence[Block]) -> Iterator[Part]:
    """Yield the parts of a text; the items of a list and the rows of a table are one part each."""
    taken: set[str] = set()
    numbered = groupby(enumerate(blocks), lambda pair: pair[1].kind if pair[1].kind in _LISTED else pair[0])
    for _, group in numbered:
        together = [block for _, block in group]
        first = together[0]
        kind = first.kind if first.kind in _LISTED or first.kind[:1] == "h" else "p"
        anchor = anchor_of(first.label) if first.label else None
        cells = tuple(_cells(block) for block in together)
        yield Part(kind, cells, label_beside(first.label, first.text), None if anchor in taken else anchor)
        taken.update({anchor} if anchor else ())


def anchor_of(label: str) -> str:
    """Return the address of a section in a page, as riksdagen's pages have it: P3, P7a, K2P3."""
    chapter, kap, section = label.rpartition(" kap. ")
    number = re.sub(r"[^0-9A-Za-zåäö]", "", section)
    return f"K{chapter.replace(' ', '')}P{number}" if kap else f"P{number}"


def label_beside(label: str | None, text: str) -> str | None:
    """Return the label to show beside a text; None where there is none, or the text begins with it."""
    return label if label and not text.startswith(label) else None


def _cells(block: Block) -> tuple[tuple[Words, ...], ...]:
    texts = block.text.split(_BORDER) if block.kind == "row" else [block.text]
    links = list(block.links)
    return tuple(_words(text, links) for text in texts)


def _words(text: str, links: list[Link]) -> tuple[Words, ...]:
    """Return a text with its links in their places; takes from `links` those that it has."""
    found: list[Words] = []
    at = 0
    for link in list(links):
        place = text.find(link.text, at) if link.text else -1
        if place < 0:
            continue  # of another cell, or of a picture
        links.remove(link)
        if place > at:
            found.append(Words(text[at:place]))
        found.append(Words(link.text, link.target if link.target.lower().startswith(_FOLLOWED) else None))
        at = place + len(link.text)
    if at < len(text) or not found:
        found.append(Words(text[at:]))
    return tuple(found)
