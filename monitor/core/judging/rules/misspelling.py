"""Corrected misspellings: one letter inside a long word, where neither inflection nor meaning hangs on it."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA, Levenshtein, Prefix

from monitor.core.judging.rules.trim import around_the_difference
from monitor.core.vocabulary import MODALS, MONTH_WORDS, NEGATIONS

_SHORTEST = 7
"""Letters of a word in which one of them may be a slip; short words resemble each other."""
_BEGINNING, _ENDING = 2, 3
"""Letters at the ends of a word that carry meaning: a prefix (laglig, olaglig), an inflection (beviljas, beviljar)."""
_MOST_WORDS = 2
"""A text in which more words differ was reworded. One letter differs in each."""
_MOST_EDITS = 2 * _MOST_WORDS
"""Letters inserted, removed or replaced; two that changed places count twice. A count that is this low takes a time
in proportion to the texts, where one that knows of changed places takes their product."""
_WORD = re.compile(r"\w+|[^\w\s]")
_ADDRESS = re.compile(r"[@/\\]|\w\.\w")
"""What words of an address or a file's name contain, of which every letter counts."""
_NUMERAL = re.compile(
    r"två|tre|fyr|fem|fjor|sex|sju|ått|nio|tio|nit|elv|tolv|arton|tjug|hundr|tusen|mil[jl]|first|second|third|four|fif"
    r"|five|seven|eigh|nine|ninet|twel|thir|twen|hund|thous|halv|zwei|drei|vier|fünf|sechs|sieb|acht|neun|zehn|zwölf"
)
"""Numbers, which count where a word begins with one or the slip makes one: "organisation" has "tio" on both sides."""
_LONG_NOUN = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{8,}(?:ung|heit|keit|schaft|tion|tät)(?:en)?")
"""A German noun that is no name, as its ending says."""
_TWICE = re.compile(r"(\w)\1")


def is_misspelling(before: str, after: str) -> bool:
    """True if two comparable texts differ in one letter of one or two long words; none a name, number or modal verb."""
    one, other = around_the_difference(before, after)
    if Levenshtein.distance(one, other, score_cutoff=_MOST_EDITS) > _MOST_EDITS:
        return False
    if any(_ADDRESS.search(was) for was, now in zip(one.split(), other.split(), strict=False) if was != now):
        return False
    old, new = _WORD.findall(one), _WORD.findall(other)
    if len(old) != len(new):
        return False
    pairs = [(was, now) for was, now in zip(old, new, strict=True) if was != now]
    return 0 < len(pairs) <= _MOST_WORDS and all(_is_slip(was, now) for was, now in pairs)


def _is_slip(one: str, other: str) -> bool:
    for word in (one, other):
        if len(word) < _SHORTEST or not word.isalpha() or not (word.islower() or _LONG_NOUN.fullmatch(word)):
            return False
        if word in MODALS or word in NEGATIONS or word in MONTH_WORDS or _NUMERAL.match(word.casefold()):
            return False
    if _NUMERAL.findall(one) != _NUMERAL.findall(other):
        return False
    if OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    if _TWICE.sub(r"\1", one) == _TWICE.sub(r"\1", other):
        return True
    at = Prefix.similarity(one, other)
    is_swapped = len(one) == len(other) and sorted(one) == sorted(other)
    return (at > 0 and is_swapped) or _BEGINNING <= at < min(len(one), len(other)) - _ENDING
