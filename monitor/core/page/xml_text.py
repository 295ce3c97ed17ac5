"""XML as pieces: the entries of a feed under their titles, of other documents every element that holds text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element  # nosec B405 # the type alone

from defusedxml import DTDForbidden
from defusedxml.ElementTree import ParseError, fromstring

from monitor.core.model import Link
from monitor.core.page.lenient_xml import lenient_tree
from monitor.core.page.link_targets import link_target
from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
"""It names an encoding, but the text is decoded already."""
_FEEDS = frozenset({"rss", "feed", "RDF"})
_ITEMS = frozenset({"item", "entry"})
_DATES = frozenset({"pubDate", "date", "updated", "published", "modified", "issued"})
_IGNORED = frozenset({"guid", "id", "ttl", "generator", "docs", "cloud", "lastBuildDate"})
"""Elements for machines alone; the day on which a feed was built changes by itself."""


def parts_of_xml(text: str, url: str, lines_of: Callable[[str], list[str]]) -> PageParts:
    """Return the pieces of a document; `lines_of` gives the lines of the HTML that feeds put into their texts.

    Raises Unreadable where the text is not XML. What breaks its rules is read leniently; entities are never expanded.
    """
    root = xml_tree(text)
    is_feed = _local_name(root) in _FEEDS
    return PageParts(list(_pieces(root, url, lines_of, is_feed=is_feed)), is_feed=is_feed)


def _pieces(root: Element, url: str, lines_of: Callable[[str], list[str]], *, is_feed: bool) -> Iterator[Piece]:
    stack = [(root, 1)]
    while stack:
        element, level = stack.pop()
        name = _local_name(element)
        is_item = name in _ITEMS
        if name in _IGNORED or (is_feed and level == 1 and name in _DATES):
            continue
        if _is_mixed(element):
            yield from (Piece("p", line) for line in lines_of("".join(element.itertext())))
            continue
        yield from _own_pieces(element, name, level, url, lines_of)
        stack += [(child, level + is_item) for child in reversed(element)]


def xml_tree(text: str) -> Element:
    """Return the root of a document. Raises Unreadable where the text is not XML, however leniently it is read."""
    try:
        return fromstring(_DECLARATION.sub("", text), forbid_dtd=True)
    except (DTDForbidden, ParseError, RecursionError, ValueError):
        return lenient_tree(text)


def _own_pieces(
    element: Element, name: str, level: int, url: str, lines_of: Callable[[str], list[str]]
) -> Iterator[Piece]:
    """Yield what an element itself says, without the elements inside it."""
    if name == "link":
        address = link_target(element.get("href") or clean(element.text or ""), url)
        if address:
            yield Piece("p", address, (Link(address, address),))
        return
    lines = lines_of(element.text or "")
    if name == "title" and lines:
        yield Piece(f"h{min(level, 6)}", " ".join(lines))
    elif name in _DATES and lines:
        yield Piece("p", f"{name}: {' '.join(lines)}")
    else:
        yield from (Piece("p", line) for line in lines)


def _is_mixed(element: Element) -> bool:
    """True if an element holds text among other elements: a sentence in which a part is emphasised."""
    return any(child.tail and not child.tail.isspace() for child in element)


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
