"""Words that subscribers type, as patterns of a subscription. Pure."""

from __future__ import annotations

import re

from monitor.core.text import clean

_SIGN = r"([!-/:-@\[-^`{-~])"
"""Those that mean something in RE2, or may be escaped there; others, such as §, may not."""


def word_pattern(word: str) -> str:
    """Return the pattern of a typed word or phrase, which is looked for as it is written; empty for none."""
    return re.sub(_SIGN, r"\\\1", clean(word))


def as_words(pattern: str) -> str:
    """Return the word that a pattern stands for, or the pattern where it is more than that."""
    plain = re.sub(rf"\\{_SIGN}", r"\1", pattern)
    return plain if word_pattern(plain) == pattern else pattern
