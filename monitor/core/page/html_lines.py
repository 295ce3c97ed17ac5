"""The lines of a short text that may be HTML, as feeds put it into their elements."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.page.parser_limits import parser_burden
from monitor.core.text import clean
from monitor.errors import TooIntricate

_REFERENCE = re.compile(r"&#?\w{2,40};")
_LINE_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|tr|h[1-6]|blockquote|table))\b[^<>]*>", re.IGNORECASE)


def html_lines(text: str) -> list[str]:
    """Return the lines of a text, which may be HTML; feeds hold both. Raises TooIntricate."""
    if "<" in text or _REFERENCE.search(text):
        burden = parser_burden(text)
        if burden is not None:
            raise TooIntricate(why=burden)
        text = LexborHTMLParser(_LINE_BREAK.sub("\n", text)).text()
    return [line for line in map(clean, text.split("\n")) if line]
