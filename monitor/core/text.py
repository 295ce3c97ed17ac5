"""Text normalisation: cleaning for display, and the form in which two texts are compared.

`clean` keeps every visible character, except that of the accents on one letter only the first 30 are kept; `comparable`
also folds what nobody sees as a difference: typographic quotes, dashes of any length, ellipses. "1 2 §" and "12 §"
remain different: whitespace is folded, never removed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import Pattern

_INVISIBLE = re.compile(
    "[\u00ad"  # soft hyphen
    "\u200b-\u200f"  # zero-width space, joiners, direction marks
    "\u202a-\u202e"  # embeddings and overrides
    "\u2060-\u2064"  # word joiner, invisible operators
    "\u2066-\u2069"  # isolates
    "\ufeff]"  # byte order mark
)
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character (a lone surrogate, which JSON can write): it has no encoding and cannot be stored or mailed."""
_FOLDED = {
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_FOLDABLE = re.compile("[" + "".join(_FOLDED) + "]")
_BORDER, _ESCAPE = "\x1f", "\x1e"
"""Control characters that no cleaned text contains, for they count as white space."""
_MOST_MARKS = 30
"""Accents kept on one letter: more than any script uses (Unicode, UAX 15, "Stream-Safe Text Format")."""
_LONGEST_WORD = 500
"""Ordering accents takes time that grows with the square of their number; in a shorter word it is negligible."""


def clean(text: str) -> str:
    """Return the text in NFC, without invisible characters, each run of white space (NBSP too) one space, stripped."""
    # Printable text contains nothing invisible, and no white space except the plain space.
    if text.isprintable() and "  " not in text:
        text = text.strip()
    elif text.isascii():
        return " ".join(text.split())
    else:
        text = " ".join(_INVISIBLE.sub("", text).split())
    # Text in Latin-1, as most is, has nothing to compose; this test runs in C.
    return text if len(text.encode("latin-1", "ignore")) == len(text) else _composed(text)


def _composed(text: str) -> str:
    if not text.isprintable():
        text = _HALF.sub("\ufffd", text)
    if len(text) > _LONGEST_WORD and max(map(len, text.split(" "))) > _LONGEST_WORD:
        text = _with_fewer_marks(text)
    return unicodedata.normalize("NFC", text)


def _with_fewer_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def comparable(text: str) -> str:
    """Return what counts of a cleaned text in a comparison."""
    fits = len(text.encode("latin-1", "ignore")) == len(text)
    if fits and "´" not in text and "`" not in text and "«" not in text and "»" not in text:
        return text
    return _FOLDABLE.sub(lambda sign: _FOLDED[sign[0]], text)  # `str.translate` takes more than twice as long


def fingerprint(parts: Sequence[str]) -> str:
    """Return one SHA-256 (hex) over parts whose borders count: equal for two lists exactly if the lists are equal."""
    whole = _BORDER.join([str(len(parts)), *parts])
    if _ESCAPE in whole or whole.count(_BORDER) != len(parts):
        escaped = [part.replace(_ESCAPE, f"{_ESCAPE}0").replace(_BORDER, f"{_ESCAPE}1") for part in parts]
        whole = _BORDER.join([str(len(parts)), *escaped])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def slug(text: str, longest: int) -> str:
    """Return the text as a-z, 0-9 and single hyphens, at most `longest` characters; "" where nothing is left."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:longest].rstrip("-")


@lru_cache(maxsize=256)
def in_any_case(pattern: str) -> Pattern[str]:
    """Return an RE2 pattern that matches in any case of letters. Raises re2.error for what is no pattern."""
    return _compiled(pattern, case_sensitive=False)


@lru_cache(maxsize=256)
def in_this_case(pattern: str) -> Pattern[str]:
    """Return an RE2 pattern that matches in its own case of letters. Raises re2.error for what is no pattern."""
    return _compiled(pattern, case_sensitive=True)


def _compiled(pattern: str, *, case_sensitive: bool) -> Pattern[str]:
    import re2  # noqa: PLC0415 -- few watches have patterns

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = case_sensitive
    compiled: Pattern[str] = re2.compile(pattern, options)
    return compiled
