"""XML as pieces: the entries of a feed under their titles, of other documents every element that holds text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element  # nosec B405 # the type alone

from defusedxml import DTDForbidden
from defusedxml.ElementTree import ParseError, fromstring

from monitor.core.model import Link
from monitor.core.page.date_forms import DateContext, machine_date
from monitor.core.page.lenient_xml import lenient_tree
from monitor.core.page.link_targets import link_target
from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
"""It names an encoding, but the text is decoded already."""
_FEEDS = frozenset({"rss", "feed", "RDF"})
_ITEMS = frozenset({"item", "entry"})
DATES_OF_ENTRIES = ("pubDate", "published", "date", "issued", "updated", "modified")
"""Elements that date an entry of a feed, the day on which it was published first."""
_IGNORED = frozenset({"guid", "id", "ttl", "generator", "docs", "cloud", "lastBuildDate"})
"""Elements for machines alone; the day on which a feed was built changes by itself."""


def parts_of_xml(text: str, url: str, lines_of: Callable[[str], list[str]], context: DateContext) -> PageParts:
    """Return the pieces of a document; `lines_of` gives the lines of the HTML that feeds put into their texts.

    An entry of a feed has one date, the day on which it was published, as people write days.

    Raises Unreadable where the text is not XML. What breaks its rules is read leniently; entities are never expanded.
    """
    root = xml_tree(text)
    is_feed = _local_name(root) in _FEEDS
    return PageParts(list(_pieces(root, url, lines_of, context if is_feed else None)), is_feed=is_feed)


def _pieces(
    root: Element, url: str, lines_of: Callable[[str], list[str]], of_feed: DateContext | None
) -> Iterator[Piece]:
    """Yield the pieces of a document; `of_feed` is how to read the dates of a feed, None for another document."""
    stack = [(root, 1)]
    while stack:
        element, level = stack.pop()
        name = _local_name(element)
        is_item = name in _ITEMS
        if name in _IGNORED or (of_feed and level == 1 and name in DATES_OF_ENTRIES):
            continue
        if of_feed and (day := _day(element, of_feed)):
            yield Piece("p", day)
            continue
        if _is_mixed(element):
            yield from (Piece("p", line) for line in lines_of("".join(element.itertext())))
            continue
        yield from _own_pieces(element, name, level, url, lines_of)
        children = _with_one_date(element, of_feed) if of_feed and is_item else list(element)
        stack += [(child, level + is_item) for child in reversed(children)]


def _with_one_date(entry: Element, context: DateContext) -> list[Element]:
    """Return the children of an entry, of those that date it only the first of `DATES_OF_ENTRIES`."""
    dating = [child for child in entry if _day(child, context)]
    dating.sort(key=lambda child: DATES_OF_ENTRIES.index(_local_name(child)))
    others = set(map(id, dating[1:]))
    return [child for child in entry if id(child) not in others]


def _day(element: Element, context: DateContext) -> str | None:
    """Return the ISO date of an element that dates an entry; None for another one, or where it cannot be read."""
    if _local_name(element) not in DATES_OF_ENTRIES:
        return None
    return machine_date(clean("".join(element.itertext())), context, future=True)


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
    elif name in DATES_OF_ENTRIES and lines:
        yield Piece("p", f"{name}: {' '.join(lines)}")
    else:
        yield from (Piece("p", line) for line in lines)


def _is_mixed(element: Element) -> bool:
    """True if an element holds text among other elements: a sentence in which a part is emphasised."""
    return any(child.tail and not child.tail.isspace() for child in element)


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
