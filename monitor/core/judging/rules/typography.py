"""Typography: punctuation, quotes, dashes, capitals and icons, of which two texts may differ and say the same.

What could change a meaning stays: a mark between two figures or facts, the sign of a figure, the full stops and hyphens
of an address, and signs that stand for yes and no (✓, ✗, ●, ○).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

FACT_MARK: Final = "\N{SYMBOL FOR RECORD SEPARATOR}"
"""Stands on both sides of the value of a fact (`monitor.core.judging.rules.facts.with_values`)."""
ICON_WORDS: Final = frozenset(
    [
        "info", "phone", "call", "mail", "email", "place", "schedule", "event", "print", "share", "search", "home",
        "close", "menu", "launch", "download", "link", "language", "lock", "person", "group", "east", "description",
    ]
)  # fmt: skip
"""Names of icons that an icon font draws, and that are its text where the font is missing."""

_QUOTES = str.maketrans("", "", "\"'")
_PUNCTUATION = re.compile(r"\s*([-,.;:!?%()\[\]/|])\s*")
_UNSEEN = re.compile("[\ufe00-\ufe0f\ue000-\uf8ff\U000f0000-\U0010fffd]")
"""Variation selectors, and the private characters of icon fonts."""
_EMOJI = (
    "\u2190-\u21ff\u2300-\u23fa\u2600-\u260f\u2613-\u26a9\u26ac-\u2704\u2706-\u2712\u2719-\u274b\u274d\u274f-\u2793\u2798-\u27bf"
    "\u2900-\u297f\u2b00-\u2b1a\u2b1d-\u2bff\U0001f000-\U0001f44c\U0001f44f-\U0001f533\U0001f536-\U0001f6aa"
    "\U0001f6ac-\U0001f7df\U0001f7ec-\U0001faff\u29c9"
)
"""Emoji, arrows and dingbats, without those that answer or give a level: ticks, crosses, thumbs, coloured dots."""
_SNAKE = r"[a-z]+(?:_[a-z0-9]+)+"
_LEADING_ICONS = re.compile(
    rf"(?:[{_EMOJI}\s]+|(?:{_SNAKE}|(?:fa|icon|bi|mdi|glyphicon)-[a-z-]+|(?:{'|'.join(sorted(ICON_WORDS))})(?=\s))"
    rf"(?=\s*[A-ZÅÄÖÆØÜ])|{_SNAKE}$)+"
)
_TRAILING_ICONS = re.compile(
    rf"(?:\s*[{_EMOJI}]|\s(?:arrow|chevron|expand|open|keyboard|file|north|navigate)_[a-z_]+)+\s*$"
)
_LONGEST_ICONS = 80
"""Characters at the end of a text in which icons are searched for."""
_PIECE = re.compile(
    rf"({FACT_MARK}[^{FACT_MARK}]*{FACT_MARK}|(?<![^\s(<])[\w.+%-]+@[\w.-]*\w|\b\w+://\S*"
    r"|\b\w{2,}(?:[.-]\w{2,}){0,6}\.\w{2,}(?:/\S*)?)|[-,.;:!?()\[\]|•·]+"
)
"""A fact, a mail or web address, which stay as they are; or punctuation."""
_EDGE = re.compile(
    rf"^[-.:;,•·*#¶»›▸►▪ ]++(?!\d|{FACT_MARK})|(?<![.:;,•·*#¶»› ])[.:;,•·*#¶»› ]++$|(?<![\d{FACT_MARK} -])[- ]++$"
)
"""Punctuation at the ends, unless it is the sign of a figure or leaves the end of a range open.

It is looked for from where a run of it begins, so that no run is tried from each of its signs.
"""


def without_needless_space(text: str) -> str:
    """Return the text with single spaces, and none around punctuation that does not separate two figures."""
    return _PUNCTUATION.sub(_without_space, " ".join(text.split())).strip()


@lru_cache(maxsize=64)
def without_typography(text: str) -> str:
    """Return a comparable text in lower case, without what is typography alone."""
    text = without_icons(text).translate(_QUOTES).casefold()
    return _EDGE.sub("", without_needless_space(_PIECE.sub(_folded_mark, text)))


def without_icons(text: str) -> str:
    """Return the text without variation selectors, private characters, and icons or emoji at its ends."""
    if len(text.encode("latin-1", "ignore")) < len(text):  # emoji and the like are not in Latin-1; this test runs in C
        text = _UNSEEN.sub("", text)
    leading = _LEADING_ICONS.match(text)
    text = text[leading.end() :] if leading else text
    return text[:-_LONGEST_ICONS] + _TRAILING_ICONS.sub("", text[-_LONGEST_ICONS:])


def _without_space(match: re.Match[str]) -> str:
    """Return punctuation without the space around it, unless it separates two figures: "1, 2" is not "1,2"."""
    start, end = match.span()
    text = match.string
    if start and end < len(text) and _is_figure(text[start - 1]) and _is_figure(text[end]):
        return match[0]
    return match[1]


def _is_figure(sign: str) -> bool:
    return sign.isdigit() or sign == FACT_MARK


def _folded_mark(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    start, end = match.span()
    marks, before, after = match[0], match.string[max(0, start - 2) : start], match.string[end : end + 2]
    ends_figure, begins_figure = _is_figure(before.strip()[-1:]), _is_figure(after.strip()[:1])
    if begins_figure:
        is_kept = ends_figure or "-" in marks or not before[-1:].isalpha()
    else:
        is_kept = "-" in marks and _is_figure(before[-1:]) and not after.strip()[:1].isalpha()
    return match[0] if is_kept else " "
