"""Extractor of HTML pages: from bytes to blocks."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.content_type import kind_of
from monitor.core.page.decoding import decode
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.html_head import HtmlHead
from monitor.core.page.html_walk import HtmlWalk
from monitor.core.page.markup_hash import markup_sha256
from monitor.core.page.parser_limits import parser_burden
from monitor.errors import TooIntricate

_DOCUMENT_START = re.compile(r"<!doctype\s|<html[\s>]", re.IGNORECASE)


class Page:
    """Extracts from HTML what a careful reader would read: what the page says, without boilerplate."""

    NAME = "page"
    VERSION = 2

    def claims(self, fetched: Fetched) -> bool:
        """True for HTML by its Content-Type, or by its first bytes where that says nothing or they are of no text."""
        return kind_of(fetched.body, fetched.header("Content-Type"), fetched.url) == "html"

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """Return the hash of what the extraction of a page depends on, without extracting. Raises TooIntricate."""
        tree, _ = _parse(fetched)
        return markup_sha256(tree, fetched.url, recipe)

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a page. Raises SelectorMatchedNothing, SentinelMissing, EmptyText, TooIntricate."""
        tree, encoding = _parse(fetched)
        head = HtmlHead(tree)
        walked = HtmlWalk(tree, head.base(fetched.url), recipe).parts()
        source = PageSource(
            url=fetched.url,
            fetched=fetched.taken_at.date(),
            size=len(fetched.body),
            encoding=encoding,
            title=head.title(),
            tag=head.language_tag(),
            meta=head.meta(),
            scripts=head.scripts(),
            last_modified=fetched.header("Last-Modified"),
            canonical=head.canonical(),
            sends_to=head.sends_to(fetched.url),
        )
        return build_extraction(walked, source, recipe)


def _parse(fetched: Fetched) -> tuple[LexborHTMLParser, str]:
    """Return the tree, and the encoding of the page. Raises TooIntricate."""
    text, encoding = decode(fetched.body, fetched.header("Content-Type"))
    burden = parser_burden(text)
    if burden is not None:
        raise TooIntricate(why=burden)
    return LexborHTMLParser(_from_document_start(text), scripting=True), encoding  # as a browser that runs scripts


def _from_document_start(text: str) -> str:
    """Return the document without what was printed before it began (a server's warning, a debug line)."""
    start = _DOCUMENT_START.search(text, 0, 5000)
    return text[start.start() :] if start and "<" not in text[: start.start()] else text
