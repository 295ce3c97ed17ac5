"""Text that is no page: plain text, Markdown, JSON, tables, XML and feeds."""

from __future__ import annotations

import csv
import io
import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.decoding import decode
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.json_text import pieces_of_json
from monitor.core.page.parser_limits import parser_burden
from monitor.core.page.pieces import Piece, Walked
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
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_TABLES = {"text/csv", "text/tab-separated-values"}
_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|tr|h[1-6]|blockquote|table))\b[^<>]*>", re.IGNORECASE)


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
        """Read a text. Raises SelectorMatchedNothing, SentinelMissing, EmptyText, Unreadable, TooIntricate."""
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
        return build_extraction(_walked(_kind(fetched), text, fetched.url), source, recipe)


def _kind(fetched: Fetched) -> str:
    return (fetched.header("Content-Type") or "").partition(";")[0].strip().lower()


def _walked(kind: str, text: str, url: str) -> Walked:
    start = text.lstrip("\ufeff \t\r\n")
    if "json" in kind or (not kind and start[:1] in {"{", "["}):
        return pieces_of_json(text) if start else Walked()
    if "xml" in kind or start.startswith("<?xml"):
        return Walked(list(pieces_of_xml(start, url, _lines))) if start else Walked()
    if kind in _TABLES:
        return _rows(start) if start else Walked()
    return pieces_of_text(text, url)


def _lines(text: str) -> list[str]:
    """The lines of a text, which may be HTML; feeds hold both. Raises TooIntricate."""
    if "<" in text:
        too_much = parser_burden(text)
        if too_much is not None:
            raise TooIntricate(why=too_much)
        text = LexborHTMLParser(_BREAK.sub("\n", text)).text()
    return [line for line in map(clean, text.split("\n")) if line]


def _rows(text: str) -> Walked:
    """Comma-separated values: a row for each line, by whichever mark parts them."""
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise Unreadable(detail=f"CSV: {error}") from error
    said = (" | ".join(cell for cell in map(clean, row) if cell) for row in rows)
    return Walked([Piece("row", row) for row in said if row])
