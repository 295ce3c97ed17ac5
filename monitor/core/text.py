"""Text as a reader sees it: what is cleaned for reading, and what counts when two texts are compared.

`clean` keeps every visible character; `comparable` also folds what nobody reads as a difference: typographic
quotes, dashes of any length, ellipses. "1 2 §" and "12 §" stay different: whitespace is folded, never removed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = dict.fromkeys(
    [
        0x00AD,  # soft hyphen
        *range(0x200B, 0x2010),  # zero-width space, joiners, direction marks
        *range(0x202A, 0x202F),  # embeddings and overrides
        *range(0x2060, 0x2065),  # word joiner, invisible operators
        *range(0x2066, 0x206A),  # isolates
        0xFEFF,  # byte order mark
    ]
)
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)
_FOLDABLE = re.compile("[" + "".join(map(chr, _FOLDED)) + "]")
_MAY_NEED_NORMALISING = re.compile(r"[^\x00-\xac\xae-\u02ff]")
"""Soft hyphens and all that lies beyond the Latin letters: below that nothing is composed, nothing is invisible.

A search in C is several times faster than `str.translate` with a table: both texts below are on every page's way.
"""


def clean(text: str) -> str:
    """The text with NFC, without invisible characters, every run of white space (NBSP too) as one space, stripped."""
    if _MAY_NEED_NORMALISING.search(text):
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Like `clean`, line by line; empty lines are left out."""
    return "\n".join(line for line in map(clean, text.splitlines()) if line)


def comparable(text: str) -> str:
    """What of a cleaned text counts in a comparison."""
    return text.translate(_FOLDED) if _FOLDABLE.search(text) else text


def fingerprint(parts: Iterable[str]) -> str:
    """One SHA-256 (hex) over parts whose borders count."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded))
        digest.update(encoded)
    return digest.hexdigest()
