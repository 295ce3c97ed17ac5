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
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text with NFC, without invisible characters, every run of white space (NBSP too) as one space, stripped."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return _SPACE.sub(" ", text).strip()


def clean_lines(text: str) -> str:
    """Like `clean`, line by line; empty lines are left out."""
    return "\n".join(line for line in map(clean, text.splitlines()) if line)


def comparable(text: str) -> str:
    """What of a cleaned text counts in a comparison."""
    return text if text.isascii() else text.translate(_FOLDED)


def fingerprint(parts: Iterable[str]) -> str:
    """One SHA-256 (hex) over parts whose borders count."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded))
        digest.update(encoded)
    return digest.hexdigest()
