"""What a text states besides its wording: dates, amounts, numbers of acts and §, contacts, duties."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from monitor.core.rules import vocabulary
from monitor.core.rules.difference import around_the_difference
from monitor.core.text import comparable

_HOLE: Final = "\N{SYMBOL FOR UNIT SEPARATOR}"
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d]+(?:'t)?")
_DEADLINE = re.compile(vocabulary.DEADLINE)
_KINDS: Final = (
    ("date", re.compile(vocabulary.DATE)),
    ("amount", re.compile(vocabulary.AMOUNT)),
    ("act-number", re.compile(vocabulary.ACT)),
    ("section-number", re.compile(vocabulary.SECTION)),
    ("contact", re.compile(vocabulary.CONTACT)),
    ("figure", re.compile(vocabulary.FIGURE)),
)
"""In this order: what was found is no fact of a later kind (the day of a date is no figure)."""
_WORDS: Final = {"modal-verb": vocabulary.MODALS, "negation": vocabulary.NEGATIONS}


@dataclass(frozen=True, slots=True)
class Turnover:
    """How many facts of one kind went and came."""

    gone: int
    come: int

    @property
    def replaced(self) -> int:
        """How many of them took the place of another."""
        return min(self.gone, self.come)


def turnover(before: str, after: str) -> dict[str, Turnover]:
    """What facts differ between two texts, by kind; kinds that do not differ are left out.

    Kinds: deadline, date, amount, act-number, section-number, contact, figure, modal-verb, negation.
    """
    one, other = around_the_difference(comparable(before).lower(), comparable(after).lower())
    old, new = _WORD.findall(one), _WORD.findall(other)
    found: dict[str, Turnover] = {}
    if _may_state_facts(one, old) or _may_state_facts(other, new):
        found = _patterns(one, other)
    if "date" in found:
        found |= _differing("deadline", _DEADLINE.findall(one), _DEADLINE.findall(other))
    for kind, words in _WORDS.items():
        found |= _differing(kind, [word for word in old if word in words], [word for word in new if word in words])
    return found


def _may_state_facts(text: str, words: Iterable[str]) -> bool:
    """Whether it is worth looking: every fact has a figure in it, is a month or holds an @."""
    return "@" in text or _DIGIT.search(text) is not None or not vocabulary.MONTH_WORDS.isdisjoint(words)


def _patterns(one: str, other: str) -> dict[str, Turnover]:
    found: dict[str, Turnover] = {}
    for kind, pattern in _KINDS:
        old, new = pattern.findall(one), pattern.findall(other)
        if old != new:
            found |= _differing(kind, old, new)
        one = pattern.sub(_HOLE, one) if old else one
        other = pattern.sub(_HOLE, other) if new else other
    return found


def _differing(kind: str, before: Iterable[str], after: Iterable[str]) -> dict[str, Turnover]:
    old, new = (Counter(" ".join(fact.split()).rstrip(".,:") for fact in facts) for facts in (before, after))
    gone, come = (old - new).total(), (new - old).total()
    return {kind: Turnover(gone, come)} if gone or come else {}
