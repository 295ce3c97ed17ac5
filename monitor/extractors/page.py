"""HTML pages: from bytes to blocks."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.decoding import decode
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.html_head import HtmlHead
from monitor.core.page.html_walk import HtmlWalk
from monitor.core.page.markup_hash import markup_sha256
from monitor.core.page.parser_limits import parser_burden
from monitor.errors import TooIntricate

_LOOKS_LIKE_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_START = re.compile(r"<!doctype\s|<html[\s>]", re.IGNORECASE)


class Page:
    """Reads HTML as a careful reader would: what the page says, not how it is furnished."""

    NAME = "page"
    VERSION = 1

    def claims(self, fetched: Fetched) -> bool:
        """HTML by its Content-Type, or by its first bytes where that says nothing."""
        kind = (fetched.header("Content-Type") or "").partition(";")[0].strip().lower()
        if kind in {"text/html", "application/xhtml+xml"}:
            return True
        return kind in {"", "text/plain", "application/octet-stream"} and bool(
            _LOOKS_LIKE_HTML.match(fetched.body[:2048])
        )

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """What the reading of a page depends on, without reading it. Raises TooIntricate."""
        tree, _ = _parsed(fetched)
        return markup_sha256(tree, fetched.url, recipe)

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Read a page. Raises SelectorMatchedNothing, SentinelMissing, EmptyText, TooIntricate."""
        tree, encoding = _parsed(fetched)
        head = HtmlHead(tree)
        walked = HtmlWalk(tree, head.base(fetched.url), recipe).walked()
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
        )
        return build_extraction(walked, source, recipe)


def _parsed(fetched: Fetched) -> tuple[LexborHTMLParser, str]:
    """The tree, and the encoding that the page came in."""
    text, encoding = decode(fetched.body, fetched.header("Content-Type"))
    too_much = parser_burden(text)
    if too_much is not None:
        raise TooIntricate(why=too_much)
    return LexborHTMLParser(_from_start(text), scripting=True), encoding  # what a browser that runs scripts would see


def _from_start(text: str) -> str:
    """The document without what was printed before it began (a server's warning, a debug line)."""
    start = _START.search(text, 0, 5000)
    return text[start.start() :] if start and "<" not in text[: start.start()] else text
