"""A Word document (docx) as pieces: headings by their outline level, paragraphs, items and rows.

Of tracked changes, what was inserted is read and what was deleted is not: so the document reads once its author accepts
them. Hidden text, instructions of fields, comments and running heads are not read. Footnotes follow the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element  # nosec B405 # the type alone

from monitor.core.model import Link
from monitor.core.page.link_targets import link_target
from monitor.core.page.page_parts import PageParts, Piece, row_of_cells
from monitor.core.text import clean
from monitor.files import notes
from monitor.files.package import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED = frozenset({f"{_W}del", f"{_W}moveFrom"})
_INSERTED = frozenset({f"{_W}ins", f"{_W}moveTo"})
_UNREAD = frozenset({f"{_W}instrText", f"{_W}delText", f"{_W}delInstrText", f"{_MC}Fallback"})
_DEEPEST_HEADING = 6
_MOST_STYLES = 20
"""Styles that a style may be based on, one on the other."""


@dataclass(slots=True)
class _Words:
    """The words of a paragraph as they are gathered, and what stands beside them."""

    texts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    inside: list[Element] = field(default_factory=list)
    """Text boxes, which follow the paragraph that they hang on."""


class WordDocument:
    """The document of a package, read once."""

    def __init__(self, package: Package, url: str) -> None:
        self._url = url
        self._body = _transitional(package.needed("word/document.xml"))
        self._styles = _outline_levels(package.xml("word/styles.xml"))
        self._targets, self._is_external = _relationships(package.xml("word/_rels/document.xml.rels"))
        self._footnotes = package.xml("word/footnotes.xml")
        self._has_macros = package.has_macros

    def parts(self) -> PageParts:
        """Return the pieces in reading order."""
        pieces = list(self._pieces(self._body))
        if self._footnotes is not None:
            pieces += self._pieces(_transitional(self._footnotes))
        return PageParts(pieces)

    def notes(self) -> tuple[str, ...]:
        """Return what the operator should know."""
        is_tracked = any(element.tag in _DELETED or element.tag in _INSERTED for element in self._body.iter())
        found = {notes.MACROS: self._has_macros, notes.TRACKED: is_tracked, notes.EXTERNAL: self._is_external}
        return tuple(note for note, holds in found.items() if holds)

    def _pieces(self, parent: Element) -> Iterator[Piece]:
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._rows(element)
            elif element.tag not in _DELETED and element.tag not in _UNREAD:
                yield from self._pieces(element)

    def _paragraph(self, element: Element) -> Iterator[Piece]:
        words = self._words(element)
        if text := clean("".join(words.texts)):
            linked = sum(len(link.text) for link in words.links)
            yield Piece(self._kind(element), text, tuple(words.links), linked=min(linked, len(text)))
        for box in words.inside:
            yield from self._pieces(box)

    def _rows(self, table: Element) -> Iterator[Piece]:
        for row in table.iter(f"{_W}tr"):
            if row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            links: list[Link] = []
            cells: list[str] = []
            for cell in row.findall(f"{_W}tc"):
                found = [self._words(paragraph) for paragraph in cell.iter(f"{_W}p")]
                cells.append(clean(" ".join("".join(words.texts) for words in found)))
                links += [link for words in found for link in words.links]
            if text := row_of_cells(cells):
                yield Piece("row", text, tuple(links))

    def _words(self, paragraph: Element) -> _Words:
        words = _Words()
        self._gather(paragraph, words)
        return words

    def _gather(self, parent: Element, words: _Words) -> None:
        for element in parent:
            tag = element.tag
            if tag in _DELETED or tag in _UNREAD or (tag == f"{_W}r" and _is_hidden(element)):
                continue
            if tag == f"{_W}t":
                words.texts.append(element.text or "")
            elif tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
                words.texts.append(" ")
            elif tag == f"{_W}noBreakHyphen":
                words.texts.append("-")
            elif tag == f"{_W}txbxContent":
                words.inside.append(element)
            elif tag == f"{_W}hyperlink":
                begin = len(words.texts)
                self._gather(element, words)
                target = self._targets.get(element.get(f"{_R}id", ""))
                address = link_target(target, self._url) if target else None
                if address:
                    words.links.append(Link(clean("".join(words.texts[begin:])), address))
            else:
                self._gather(element, words)

    def _kind(self, paragraph: Element) -> str:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return "p"
        level = _level_of(properties)
        style = properties.find(f"{_W}pStyle")
        if level is None and style is not None:
            level = self._styles.get(style.get(f"{_W}val", ""))
        if level is not None and level < _DEEPEST_HEADING:
            return f"h{level + 1}"
        return "li" if properties.find(f"{_W}numPr") is not None else "p"


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true") not in {"0", "false"}


def _level_of(properties: Element) -> int | None:
    outline = properties.find(f"{_W}outlineLvl")
    value = outline.get(f"{_W}val", "") if outline is not None else ""
    return int(value) if value.isdecimal() and len(value) == 1 else None


def _outline_levels(root: Element | None) -> dict[str, int]:
    """Return the outline level of each style that has one, its own or that of the style that it is based on."""
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in _transitional(root).findall(f"{_W}style") if root is not None else ():
        name = style.get(f"{_W}styleId", "")
        properties = style.find(f"{_W}pPr")
        level = _level_of(properties) if properties is not None else None
        shown = style.find(f"{_W}name")
        if level is not None:
            own[name] = level
        elif shown is not None and shown.get(f"{_W}val", "").casefold() == "title":
            own[name] = 0
        base = style.find(f"{_W}basedOn")
        if base is not None:
            based[name] = base.get(f"{_W}val", "")
    levels: dict[str, int] = {}
    for name in {*own, *based}:
        at = name
        for _ in range(_MOST_STYLES):
            if at in own or at not in based:
                break
            at = based[at]
        if at in own:
            levels[name] = own[at]
    return levels


def _relationships(root: Element | None) -> tuple[dict[str, str], bool]:
    """Return where links lead, by their id, and whether anything but a link is outside the file."""
    targets: dict[str, str] = {}
    is_external = False
    for element in root if root is not None else ():
        if element.get("TargetMode") != "External":
            continue
        if element.get("Type", "").endswith("/hyperlink"):
            targets[element.get("Id", "")] = element.get("Target", "")
        else:
            is_external = True
    return targets, is_external


def _transitional(root: Element) -> Element:
    """Return the tree with the names of the usual variant of the standard (ISO 29500, "transitional")."""
    if root.tag.startswith(_STRICT):
        for element in root.iter():
            if element.tag.startswith(_STRICT):
                element.tag = _W + element.tag.removeprefix(_STRICT)
            for name in [name for name in element.attrib if name.startswith(_STRICT)]:
                element.attrib[_W + name.removeprefix(_STRICT)] = element.attrib.pop(name)
    return root
