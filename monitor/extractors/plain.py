"""Text that is no page: plain text, Markdown, JSON, XML and feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from selectolax.lexbor import LexborHTMLParser

from monitor.core.addresses import target
from monitor.core.data_text import pieces_of_json
from monitor.core.decoding import decode
from monitor.core.extraction import Source, extraction
from monitor.core.model import Extraction, Fetched, Link, Recipe
from monitor.core.outline import Piece, Walked
from monitor.core.plain_text import pieces_of_text
from monitor.core.text import clean
from monitor.errors import SelectorMatchedNothing, Unreadable

_TEXT_TYPES = {
    "application/json",
    "application/xml",
    "application/yaml",
    "application/x-yaml",
    "application/javascript",
}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_ITEMS = {"item", "entry"}
_DATES = {"pubDate", "date", "updated", "published", "lastBuildDate", "modified", "issued"}


class Plain:
    """Reads what is text but no HTML. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "plain"
    VERSION = 1

    def claims(self, fetched: Fetched) -> bool:
        """Text by its Content-Type or, where that is silent, for want of control bytes; never a known binary form."""
        kind, start = _kind(fetched), fetched.body[:2048]
        if start.startswith(_SIGNATURES):
            return False
        if kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml")):
            return True
        return kind in {"", "application/octet-stream"} and not _BINARY.search(start)

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Read a text. Raises SelectorMatchedNothing, SentinelMissing, EmptyText, Unreadable."""
        if recipe.keep is not None:
            raise SelectorMatchedNothing(selector=recipe.keep)
        text, encoding = decode(fetched.body, fetched.header("Content-Type"))
        source = Source(
            url=fetched.url,
            fetched=fetched.taken_at.date(),
            size=len(fetched.body),
            encoding=encoding,
            last_modified=fetched.header("Last-Modified"),
        )
        return extraction(_walked(_kind(fetched), text, fetched.url), source, recipe)


def _kind(fetched: Fetched) -> str:
    return (fetched.header("Content-Type") or "").partition(";")[0].strip().lower()


def _walked(kind: str, text: str, url: str) -> Walked:
    start = text.lstrip("\ufeff \t\r\n")
    if "json" in kind or (not kind and start[:1] in {"{", "["}):
        return pieces_of_json(text) if start else Walked()
    if "xml" in kind or start.startswith("<?xml"):
        return Walked(list(_xml(start, url))) if start else Walked()
    return pieces_of_text(text, url)


def _xml(text: str, url: str) -> Iterator[Piece]:
    """A feed's entries as headings with their texts; of other documents every element that holds text."""
    if "<!ENTITY" in text:
        raise Unreadable(detail="XML: entities are not read")
    declaration = re.compile(r"^<\?xml[^>]*\?>")  # it names an encoding, and the text is decoded already
    try:
        root = ET.fromstring(declaration.sub("", text))  # noqa: S314 -- no entities, see above
    except (ET.ParseError, RecursionError) as error:
        raise Unreadable(detail=f"XML: {error}") from error
    stack = [(root, 1)]
    while stack:
        element, level = stack.pop()
        name = _local(element.tag)
        inside = level + 1 if name in _ITEMS else level
        said = _said(element.text)
        if name == "title":
            if said:
                yield Piece(f"h{min(level, 6)}", said)
        elif said and name in _DATES:
            yield Piece("p", f"{name}: {said}")
        elif said and name not in {"guid", "id", "ttl", "generator", "link"}:
            yield Piece("p", said)
        elif name == "link" and (address := target(element.get("href") or said, url)):
            yield Piece("p", address, (Link(address, address),))
        stack += [(child, inside) for child in reversed(element)]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _said(text: str | None) -> str:
    """The text of an element; feeds put HTML into it."""
    text = text or ""
    if "<" in text:
        text = LexborHTMLParser(text).text(separator=" ")
    return clean(text)
