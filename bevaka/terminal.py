"""Page text made safe for a terminal: what could control it, or hide or reorder text, is shown as an escape."""

from __future__ import annotations

import json
import unicodedata

_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories: control, format (bidi, zero-width, tags), surrogate, private use, line and paragraph separator."""


def printable(text: str) -> str:
    """Return the text on one line; characters not plainly visible are escaped as in Python: \\n, \\x1b, \\u202e."""
    if text.isprintable():
        return text
    return "".join(_escape(char) if unicodedata.category(char) in _ESCAPED else char for char in text)


def printable_lines(text: str) -> str:
    """Return the text as `printable` does, but keep line feeds."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    """Return JSON text with such characters as JSON escapes: parsing it gives back the same text."""
    if text.isprintable():
        return text
    return "".join(json.dumps(char)[1:-1] if unicodedata.category(char) in _ESCAPED else char for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
