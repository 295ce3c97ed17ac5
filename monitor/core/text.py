"""Text as a reader sees it: what is cleaned for reading, and what counts when two texts are compared.

`clean` keeps every visible character, but of a heap of accents on one letter the first 30; `comparable` also folds what
nobody reads as a difference: typographic quotes, dashes of any length, ellipses. "1 2 §" and "12 §" stay different:
whitespace is folded, never removed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

_INVISIBLE = re.compile(
    "[\u00ad"  # soft hyphen
    "\u200b-\u200f"  # zero-width space, joiners, direction marks
    "\u202a-\u202e"  # embeddings and overrides
    "\u2060-\u2064"  # word joiner, invisible operators
    "\u2066-\u2069"  # isolates
    "\ufeff]"  # byte order mark
)
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character (JSON can write one): no encoding has it, and nothing could store or mail it."""
_FOLDED = {
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_FOLDABLE = re.compile("[" + "".join(_FOLDED) + "]")
_BORDER, _ESCAPE = "\x1f", "\x1e"
"""Control characters: in no cleaned text, for they count as white space."""
_MOST_MARKS = 30
"""Accents on one letter that are kept: more than any script has (Unicode, UAX 15, "Stream-Safe Text Format")."""
_LONGEST_WORD = 500
"""Putting accents in order takes a time that grows with the square of their number; in a shorter word, next to none."""


def clean(text: str) -> str:
    """The text with NFC, without invisible characters, every run of white space (NBSP too) as one space, stripped."""
    # What is printable holds nothing invisible, and no white space but the plain space.
    if text.isprintable() and "  " not in text:
        text = text.strip()
    elif text.isascii():
        return " ".join(text.split())
    else:
        text = " ".join(_INVISIBLE.sub("", text).split())
    # What fits Latin-1, as most does, has nothing to compose; told in C.
    return text if len(text.encode("latin-1", "ignore")) == len(text) else _composed(text)


def _composed(text: str) -> str:
    if not text.isprintable():
        text = _HALF.sub("\ufffd", text)
    if len(text) > _LONGEST_WORD and max(map(len, text.split(" "))) > _LONGEST_WORD:
        text = _without_heaps(text)
    return unicodedata.normalize("NFC", text)


def _without_heaps(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def comparable(text: str) -> str:
    """What of a cleaned text counts in a comparison."""
    fits = len(text.encode("latin-1", "ignore")) == len(text)
    if fits and "´" not in text and "`" not in text and "«" not in text and "»" not in text:
        return text
    return _FOLDABLE.sub(lambda sign: _FOLDED[sign[0]], text)  # `str.translate` takes twice as long and more


def fingerprint(parts: Sequence[str]) -> str:
    """One SHA-256 (hex) over parts whose borders count: the same for two lists exactly when they are equal."""
    whole = _BORDER.join([str(len(parts)), *parts])
    if _ESCAPE in whole or whole.count(_BORDER) != len(parts):
        escaped = [part.replace(_ESCAPE, f"{_ESCAPE}0").replace(_BORDER, f"{_ESCAPE}1") for part in parts]
        whole = _BORDER.join([str(len(parts)), *escaped])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def slug(text: str, longest: int) -> str:
    """Return the text as a-z, 0-9 and single hyphens, at most so many characters; "" where nothing is left."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:longest].rstrip("-")
