"""Extractor of text other than HTML: plain text, Markdown, JSON, tables, XML and feeds."""

from __future__ import annotations

import csv
import io
import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.decoding import decode
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.json_text import pieces_of_json
from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.page.parser_limits import parser_burden
from monitor.core.page.plain_text import pieces_of_text
from monitor.core.page.xml_text import pieces_of_xml
from monitor.core.text import clean
from monitor.errors import SelectorMatchedNothing, TooIntricate, Unreadable

_TEXT_TYPES = {
    "application/json",
    "application/xml",
    "application/yaml",
    "application/x-yaml",
    "application/javascript",
}
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_BINARY_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_TABLE_TYPES = {"text/csv", "text/tab-separated-values"}
_LINE_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|tr|h[1-6]|blockquote|table))\b[^<>]*>", re.IGNORECASE)


class Plain:
    """Extracts text that is not HTML. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "plain"
    VERSION = 1

    def claims(self, fetched: Fetched) -> bool:
        """True for text by its Content-Type, or by the absence of control bytes where that says nothing.

        Never for a known binary form.
        """
        content_type, start = _content_type(fetched), fetched.body[:2048]
        if start.startswith(_BINARY_SIGNATURES):
            return False
        if content_type.startswith("text/") or content_type in _TEXT_TYPES or content_type.endswith(("+json", "+xml")):
            return True
        return content_type in {"", "application/octet-stream"} and not _CONTROL_BYTE.search(start)

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a text. Raises SelectorMatchedNothing, SentinelMissing, EmptyText, Unreadable, TooIntricate."""
        if recipe.keep is not None:
            raise SelectorMatchedNothing(selector=recipe.keep)
        text, encoding = decode(fetched.body, fetched.header("Content-Type"))
        source = PageSource(
            url=fetched.url,
            fetched=fetched.taken_at.date(),
            size=len(fetched.body),
            encoding=encoding,
            last_modified=fetched.header("Last-Modified"),
        )
        return build_extraction(_pieces_of(_content_type(fetched), text, fetched.url), source, recipe)


def _content_type(fetched: Fetched) -> str:
    return (fetched.header("Content-Type") or "").partition(";")[0].strip().lower()


def _pieces_of(content_type: str, text: str, url: str) -> PageParts:
    start = text.lstrip("\ufeff \t\r\n")
    if "json" in content_type or (not content_type and start[:1] in {"{", "["}):
        return pieces_of_json(text) if start else PageParts()
    if "xml" in content_type or start.startswith("<?xml"):
        return PageParts(list(pieces_of_xml(start, url, _lines))) if start else PageParts()
    if content_type in _TABLE_TYPES:
        return _pieces_of_table(start) if start else PageParts()
    return pieces_of_text(text, url)


def _lines(text: str) -> list[str]:
    """Return the lines of a text, which may be HTML; feeds hold both. Raises TooIntricate."""
    if "<" in text:
        burden = parser_burden(text)
        if burden is not None:
            raise TooIntricate(why=burden)
        text = LexborHTMLParser(_LINE_BREAK.sub("\n", text)).text()
    return [line for line in map(clean, text.split("\n")) if line]


def _pieces_of_table(text: str) -> PageParts:
    """Return comma-separated values as pieces, a row for each line, whatever the separator. Raises Unreadable."""
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise Unreadable(detail=f"CSV: {error}") from error
    texts = (" | ".join(cell for cell in map(clean, row) if cell) for row in rows)
    return PageParts([Piece("row", row) for row in texts if row])
