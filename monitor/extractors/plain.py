"""Extractor of text other than HTML: plain text, Markdown, JSON, tables, XML and feeds."""

from __future__ import annotations

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.content_type import Kind, kind_of
from monitor.core.page.date_forms import DateContext
from monitor.core.page.decoding import decode
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.html_lines import html_lines
from monitor.core.page.json_text import pieces_of_json
from monitor.core.page.page_parts import PageParts
from monitor.core.page.plain_text import pieces_of_text
from monitor.core.page.table_text import pieces_of_table
from monitor.core.page.xml_text import parts_of_xml
from monitor.errors import SelectorMatchedNothing


class Plain:
    """Extracts text that is not HTML. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "plain"
    VERSION = 3

    def claims(self, fetched: Fetched) -> bool:
        """True for text of any form but HTML, by its Content-Type, or by its bytes where that says nothing.

        Never for a known binary form.
        """
        return _kind(fetched) not in {None, "html"}

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
        pieces = _pieces_of(_kind(fetched), text, fetched.url, DateContext(source.fetched, day_first=None))
        return build_extraction(pieces, source, recipe)


def _kind(fetched: Fetched) -> Kind | None:
    return kind_of(fetched.body, fetched.header("Content-Type"), fetched.url)


def _pieces_of(kind: Kind | None, text: str, url: str, context: DateContext) -> PageParts:
    start = text.lstrip("\ufeff \t\r\n")
    match kind:
        case "json":
            return pieces_of_json(start) if start else PageParts()
        case "xml":
            return parts_of_xml(start, url, html_lines, context) if start else PageParts()
        case "table":
            return pieces_of_table(start)
        case _:
            return pieces_of_text(text, url)
