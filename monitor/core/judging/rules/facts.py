"""Facts that a text states: dates, amounts, numbers of acts and sections (§), contacts, duties."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.core import vocabulary
from monitor.core.judging.rules.trim import around_the_difference
from monitor.core.text import comparable

_HOLE: Final = "\N{SYMBOL FOR UNIT SEPARATOR}"
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d]+(?:'t)?")
_DEADLINE = re.compile(vocabulary.DEADLINE)
_DATE = re.compile(vocabulary.DATE)
_DATE_IN_FIGURES = re.compile(vocabulary.DATE_IN_FIGURES)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of fact. If it has `signs`, every text that holds such a fact contains one of them, or matches `number`.

    They serve a fast pre-test, for the patterns are long.
    """

    name: str
    pattern: re.Pattern[str]
    signs: tuple[str, ...] = ()
    number: re.Pattern[str] | None = None

    def may_be_in(self, text: str) -> bool:
        """True if the text may hold such a fact, so that `pattern` must be tried."""
        if not self.signs or any(map(text.__contains__, self.signs)):
            return True
        return self.number is not None and self.number.search(text) is not None


_KINDS: Final = (
    _Kind("amount", re.compile(vocabulary.AMOUNT), vocabulary.AMOUNT_SIGNS),
    _Kind("act-number", re.compile(vocabulary.ACT), (":", "/")),
    _Kind("section-number", re.compile(vocabulary.SECTION), vocabulary.SECTION_SIGNS),
    _Kind("contact", re.compile(vocabulary.CONTACT), vocabulary.CONTACT_SIGNS, re.compile(vocabulary.CONTACT_NUMBER)),
    _Kind("figure", re.compile(vocabulary.FIGURE)),
)
"""In the order of trial, after dates: what matched is not a fact of a later kind (the day of a date is no figure)."""
_WORDS: Final = {"modal-verb": vocabulary.MODALS, "negation": vocabulary.NEGATIONS}


@dataclass(frozen=True, slots=True)
class Turnover:
    """How many facts of one kind were removed and added."""

    gone: int
    come: int

    @property
    def replaced(self) -> int:
        """How many of them replaced another."""
        return min(self.gone, self.come)


@lru_cache(maxsize=256)
def turnover(before: str, after: str) -> Mapping[str, Turnover]:
    """Return how many facts differ between two texts, by kind; kinds that do not differ are left out.

    Kinds: deadline, date, amount, act-number, section-number, contact, figure, modal-verb, negation.
    """
    one, other = around_the_difference(comparable(before).lower(), comparable(after).lower())
    old, new = _WORD.findall(one), _WORD.findall(other)
    found: dict[str, Turnover] = {}
    names_month = not vocabulary.MONTH_WORDS.isdisjoint(old + new)
    if names_month or any("@" in text or _DIGIT.search(text) for text in (one, other)):
        found = _pattern_turnover(one, other, _DATE if names_month else _DATE_IN_FIGURES)
    if "date" in found:
        found |= _turnover_of("deadline", _DEADLINE.findall(one), _DEADLINE.findall(other))
    for kind, words in _WORDS.items():
        found |= _turnover_of(kind, [word for word in old if word in words], [word for word in new if word in words])
    return found


def _pattern_turnover(one: str, other: str, date: re.Pattern[str]) -> dict[str, Turnover]:
    found: dict[str, Turnover] = {}
    for kind in (_Kind("date", date), *_KINDS):
        if not kind.may_be_in(one) and not kind.may_be_in(other):
            continue
        old, new = kind.pattern.findall(one), kind.pattern.findall(other)
        if old != new:
            found |= _turnover_of(kind.name, old, new)
        one = kind.pattern.sub(_HOLE, one) if old else one
        other = kind.pattern.sub(_HOLE, other) if new else other
    return found


def _turnover_of(kind: str, before: Iterable[str], after: Iterable[str]) -> dict[str, Turnover]:
    old, new = (Counter(" ".join(fact.split()).rstrip(".,:") for fact in facts) for facts in (before, after))
    gone, come = (old - new).total(), (new - old).total()
    return {kind: Turnover(gone, come)} if gone or come else {}
