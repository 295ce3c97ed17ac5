"""Text as a reader sees it: what is cleaned for reading, and what counts when two texts are compared.

`clean` keeps every visible character; `comparable` also folds what nobody reads as a difference: typographic
quotes, dashes of any length, ellipses. "1 2 §" and "12 §" stay different: whitespace is folded, never removed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = re.compile(
    "[\u00ad"  # soft hyphen
    "\u200b-\u200f"  # zero-width space, joiners, direction marks
    "\u202a-\u202e"  # embeddings and overrides
    "\u2060-\u2064"  # word joiner, invisible operators
    "\u2066-\u2069"  # isolates
    "\ufeff]"  # byte order mark
)
_FOLDED = {
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_FOLDABLE = re.compile("[" + "".join(_FOLDED) + "]")
_FOLDABLE_LATIN_1 = "´`«»"


def clean(text: str) -> str:
    """The text with NFC, without invisible characters, every run of white space (NBSP too) as one space, stripped."""
    # What is printable holds nothing invisible, and no white space but the plain space.
    if text.isprintable() and "  " not in text:
        text = text.strip()
    elif text.isascii():
        return " ".join(text.split())
    else:
        text = " ".join(_INVISIBLE.sub("", text).split())
    return text if _fits_latin_1(text) else unicodedata.normalize("NFC", text)


def comparable(text: str) -> str:
    """What of a cleaned text counts in a comparison."""
    if _fits_latin_1(text) and not any(map(text.__contains__, _FOLDABLE_LATIN_1)):
        return text
    return _FOLDABLE.sub(lambda sign: _FOLDED[sign[0]], text)  # `str.translate` takes twice as long and more


def _fits_latin_1(text: str) -> bool:
    """Whether there is nothing to compose and hardly anything to fold in a text, as in most; told in C."""
    return len(text.encode("latin-1", "ignore")) == len(text)


def fingerprint(parts: Iterable[str]) -> str:
    """One SHA-256 (hex) over parts whose borders count."""
    whole = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
