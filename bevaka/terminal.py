"""Page text made safe for a terminal: what could steer it, hide or reorder text is shown as an escape."""

from __future__ import annotations

import json
import unicodedata

_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Control, format (bidi, zero-width, tags), surrogate, private use, line and paragraph separator."""


def printable(text: str) -> str:
    """The text on one line; a character that is not plainly visible is written as in Python: \\n, \\x1b, \\u202e."""
    if text.isprintable():
        return text
    return "".join(_escape(char) if unicodedata.category(char) in _ESCAPED else char for char in text)


def printable_lines(text: str) -> str:
    """Like `printable`, but line feeds stay as they are."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    """JSON text with such characters as JSON's own escapes: whoever reads it back gets the very text."""
    if text.isprintable():
        return text
    return "".join(json.dumps(char)[1:-1] if unicodedata.category(char) in _ESCAPED else char for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
