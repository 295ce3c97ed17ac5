"""XML as pieces: the entries of a feed under their titles, of other documents every element that holds text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET  # nosec B405 # nothing that declares an entity is read, see below

from monitor.core.model import Link
from monitor.core.page.link_targets import target
from monitor.core.page.pieces import Piece
from monitor.core.text import clean
from monitor.errors import Unreadable

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
"""It names an encoding, and the text is decoded already."""
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
_FEEDS = frozenset({"rss", "feed", "RDF"})
_ITEMS = frozenset({"item", "entry"})
_DATES = frozenset({"pubDate", "date", "updated", "published", "modified", "issued"})
_UNREAD = frozenset({"guid", "id", "ttl", "generator", "docs", "cloud", "lastBuildDate"})
"""What machines alone read; the day on which a feed was built moves by itself."""


def pieces_of_xml(text: str, url: str, lines_of: Callable[[str], list[str]]) -> Iterator[Piece]:
    """The pieces of a document; `lines_of` reads the HTML that feeds put into their texts.

    Raises Unreadable where it is no XML, and where it declares a document type: entities are never expanded.
    """
    if _DOCTYPE.search(text):
        raise Unreadable(detail="XML: a document type is not read")
    try:
        root = ET.fromstring(_DECLARATION.sub("", text))  # nosec B314 # noqa: S314  no type, so no entity
    except (ET.ParseError, RecursionError, ValueError) as error:
        raise Unreadable(detail=f"XML: {error}") from error
    is_feed = _local(root) in _FEEDS
    stack = [(root, 1)]
    while stack:
        element, level = stack.pop()
        name = _local(element)
        is_item = name in _ITEMS
        if name in _UNREAD or (is_feed and level == 1 and name in _DATES):
            continue
        if _is_mixed(element):
            yield from (Piece("p", line) for line in lines_of("".join(element.itertext())))
            continue
        yield from _own(element, name, level, url, lines_of)
        stack += [(child, level + is_item) for child in reversed(element)]


def _own(element: ET.Element, name: str, level: int, url: str, lines_of: Callable[[str], list[str]]) -> Iterator[Piece]:
    """What an element says itself, without those inside it."""
    if name == "link":
        address = target(element.get("href") or clean(element.text or ""), url)
        if address:
            yield Piece("p", address, (Link(address, address),))
        return
    said = lines_of(element.text or "")
    if name == "title" and said:
        yield Piece(f"h{min(level, 6)}", " ".join(said))
    elif name in _DATES and said:
        yield Piece("p", f"{name}: {' '.join(said)}")
    else:
        yield from (Piece("p", line) for line in said)


def _is_mixed(element: ET.Element) -> bool:
    """Whether an element holds text among other elements: a sentence with something emphasised in it."""
    return any(child.tail and not child.tail.isspace() for child in element)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
