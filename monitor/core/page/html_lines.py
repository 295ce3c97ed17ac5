"""The lines of a short text that may be HTML, as feeds put it into their elements."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.page.parser_limits import parser_burden
from monitor.core.text import clean
from monitor.errors import TooIntricate

_REFERENCE = re.compile(r"&#?\w{2,40};")
_LINE_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|tr|h[1-6]|blockquote|table))\b[^<>]*>", re.IGNORECASE)

_CELL = re.compile(r"</?t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</(?:p|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|table|tr|td|blockquote)>|<(?:br|img)\b[^<>]*>", re.IGNORECASE
)
"""What is markup beyond doubt, in a text from which the markup was taken."""


def html_lines(text: str) -> list[str]:
    """Return the lines of a text, which may be HTML; feeds hold both. Raises TooIntricate."""
    if "<" in text or _REFERENCE.search(text):
        burden = parser_burden(text)
        if burden is not None:
            raise TooIntricate(why=burden)
        text = _without_markup(text)
        if _TAG.search(text):  # some feeds escape their HTML twice
            text = _without_markup(text)
    return [line for line in map(clean, text.split("\n")) if line]


def _without_markup(text: str) -> str:
    tree = LexborHTMLParser(_CELL.sub(" ", _LINE_BREAK.sub("\n", text)))
    tree.strip_tags(["script", "style", "template"], recursive=True)
    return tree.text()
