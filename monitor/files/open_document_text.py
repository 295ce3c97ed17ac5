"""An OpenDocument text or presentation (odt, odp) as pieces.

Of tracked changes, what was inserted is read and what was deleted is not. Comments and running heads are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element  # nosec B405 # the type alone

from monitor.core.model import Link
from monitor.core.page.link_targets import link_target
from monitor.core.page.page_parts import PageParts, Piece, row_of_cells
from monitor.core.text import clean
from monitor.errors import FileLocked, NotText
from monitor.files import notes
from monitor.files.package import Package

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_UNREAD = frozenset(
    {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_PRESENTATION}notes", f"{_TEXT}note-citation"}
)
_SPACES = frozenset({f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"})
_MOST_REPEATED = 50
"""Cells that one cell may stand for: more are the empty rest of a row."""
_DEEPEST_HEADING = 6


def refuse_locked(package: Package) -> None:
    """Raise FileLocked where the parts are encrypted under a password."""
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise FileLocked(form=package.form)


def parts_of(package: Package, url: str) -> tuple[PageParts, tuple[str, ...]]:
    """Return the pieces in reading order, and what the operator should know."""
    refuse_locked(package)
    body = package.needed("content.xml").find(f"{_OFFICE}body")
    if body is None:
        raise NotText(content_type="application/zip")
    is_tracked = next(body.iter(f"{_TEXT}tracked-changes"), None) is not None
    found = {notes.MACROS: package.has_macros, notes.TRACKED: is_tracked}
    return PageParts(list(_pieces(body, url, "p"))), tuple(note for note, holds in found.items() if holds)


def _pieces(parent: Element, url: str, kind: str) -> Iterator[Piece]:
    for element in parent:
        tag = element.tag
        if tag in _UNREAD:
            continue
        if tag in {f"{_TEXT}p", f"{_TEXT}h"}:
            yield from _paragraph(element, url, kind)
        elif tag == f"{_TABLE}table-row":
            yield from _row(element, url)
        else:
            yield from _pieces(element, url, "li" if tag == f"{_TEXT}list-item" else kind)


def _paragraph(element: Element, url: str, kind: str) -> Iterator[Piece]:
    links: list[Link] = []
    text = clean("".join(_words(element, url, links)))
    if element.tag == f"{_TEXT}h":
        level = element.get(f"{_TEXT}outline-level", "1")
        kind = f"h{min(int(level), _DEEPEST_HEADING)}" if level.isdecimal() and int(level) else "h1"
    if text:
        yield Piece(kind, text, tuple(links))


def _row(row: Element, url: str) -> Iterator[Piece]:
    links: list[Link] = []
    cells: list[str] = []
    for cell in row:
        words = [
            clean("".join(_words(each, url, links))) for each in cell.iter() if each.tag in {f"{_TEXT}p", f"{_TEXT}h"}
        ]
        repeated = cell.get(f"{_TABLE}number-columns-repeated", "1")
        times = int(repeated) if repeated.isdecimal() and len(repeated) < 5 else 1
        cells += [" ".join(words)] * min(times, _MOST_REPEATED)
    if text := row_of_cells(cells):
        yield Piece("row", text, tuple(links))


def _words(element: Element, url: str, links: list[Link]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _SPACES:
            yield " "
        elif child.tag not in _UNREAD:
            words = "".join(_words(child, url, links))
            target = link_target(child.get(_XLINK, ""), url) if child.tag == f"{_TEXT}a" else None
            if target:
                links.append(Link(clean(words), target))
            yield words
        yield child.tail or ""
