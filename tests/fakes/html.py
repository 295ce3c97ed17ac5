"""What a reader reads in HTML."""

from __future__ import annotations

import html
import re


def read(page: str) -> str:
    """Return the text of a page on one line; a span inside a line is no space."""
    without_spans = re.sub(r"</?(?:span|ins|del)\b[^>]*>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_spans)).split())
