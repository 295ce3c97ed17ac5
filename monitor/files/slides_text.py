"""A presentation (pptx) as pieces: for each slide its title as a heading, its paragraphs, its tables' rows.

Notes of the speaker and hidden slides are not read.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element  # nosec B405 # the type alone

from monitor.core.page.page_parts import PageParts, Piece, row_of_cells
from monitor.core.text import clean
from monitor.files.package import Package

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLES = frozenset({"title", "ctrTitle"})
MOST_SLIDES = 2_000


def parts_of(package: Package) -> PageParts:
    """Return the pieces in the order of the slides."""
    presentation = package.needed("ppt/presentation.xml")
    relations = package.xml("ppt/_rels/presentation.xml.rels")
    names = {
        element.get("Id", ""): posixpath.normpath(posixpath.join("ppt", element.get("Target", "")))
        for element in (relations if relations is not None else ())
        if element.get("TargetMode") != "External"
    }
    pieces: list[Piece] = []
    for slide in list(presentation.iter(f"{_P}sldId"))[:MOST_SLIDES]:
        root = package.xml(names.get(slide.get(_R, ""), ""))
        if root is not None and root.get("show", "1") not in {"0", "false"}:
            pieces += _pieces(root, "p")
    return PageParts(pieces)


def _pieces(parent: Element, kind: str) -> Iterator[Piece]:
    for element in parent:
        if element.tag == f"{_A}p":
            if text := _text(element):
                yield Piece(kind, text)
        elif element.tag == f"{_A}tr":
            if text := row_of_cells(" ".join(_text(p) for p in cell.iter(f"{_A}p")) for cell in element):
                yield Piece("row", text)
        else:
            place = element.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph") if element.tag == f"{_P}sp" else None
            is_title = place is not None and place.get("type") in _TITLES
            yield from _pieces(element, "h2" if is_title else kind)


def _text(paragraph: Element) -> str:
    words = (" " if element.tag == f"{_A}br" else element.text or "" for element in paragraph.iter())
    return clean("".join(words))
