"""Page text made safe for a terminal: what could control it, or hide or reorder text, is shown as an escape.

A terminal (or a pipe) of another encoding gets the nearest signs that it has.
"""

from __future__ import annotations

import codecs
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


NEAREST = "bevaka-nearest"
"""The name of the way in which a stream writes characters that its encoding lacks."""
_NEAREST = {
    "→": "->",
    "←": "<-",
    "–": "-",
    "—": "-",
    "…": "...",
    "”": '"',
    "“": '"',
    "’": "'",
    "‘": "'",
    "›": ">",
    "‹": "<",
    "•": "*",
    "·": "-",
    "§": "S.",
    "«": '"',
    "»": '"',
    "©": "(c)",
    "€": "EUR",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "Æ": "AE",
}


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return the nearest signs of ASCII for what cannot be encoded: of a letter, that without its accents; else "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest_sign, error.object[error.start : error.end])), error.end


def _nearest_sign(char: str) -> str:
    known = _NEAREST.get(char)
    if known is not None:
        return known
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii())
    return plain or "?"


codecs.register_error(NEAREST, _nearest)
