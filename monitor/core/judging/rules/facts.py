"""Facts of which two texts differ: dates, amounts, hours, numbers of acts and sections (§), contacts, duties.

Facts are compared by their values, not as they are written: "25 000 kronor" and "25000 kr" are one amount.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.core import vocabulary
from monitor.core.judging.rules.fact_kinds import KINDS, RULE_OF_KIND, Fact, facts_in
from monitor.core.judging.rules.trim import around_the_difference
from monitor.core.judging.rules.typography import FACT_MARK
from monitor.core.text import comparable

_IN_FIGURES = re.compile(r"[\d@]|[(\[{](?:at|snabel-?a)[)\]}]")
_FACT_WORDS = vocabulary.MONTH_WORDS | vocabulary.NUMBER_WORDS.keys() | {"inom", "within"}
"""Every text that states a fact has a figure, an at sign, hidden or not, or one of these words: a fast pre-test."""
_WORD = re.compile(r"[^\W\d]+(?:'t)?")
_WORDS: Final = {"modal-verb": vocabulary.MODALS, "negation": vocabulary.NEGATIONS}
_WITH_YEAR = re.compile(r"\d{4}-")
_RULES: Final = tuple(dict.fromkeys(RULE_OF_KIND.get(kind, kind) for kind in KINDS))
"""The rules of facts, the weightiest first."""


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
    """Return how many facts differ in value between two texts, by rule; rules whose facts do not differ are left out.

    Rules: deadline, date, amount, opening-hours, time-of-day, act-number, section-number, contact, figure, modal-verb,
    negation. A deadline that was replaced counts as a date as well.
    """
    one, other = (_lower_in_place(text) for text in around_the_difference(comparable(before), comparable(after)))
    old, new = _values_by_rule(_facts(one)), _values_by_rule(_facts(other))
    found: dict[str, Turnover] = {}
    for rule in _RULES:
        if rule in old or rule in new:
            found |= _turnover_of(rule, old.get(rule, ()), new.get(rule, ()))
    if "date" not in found:
        found.pop("deadline", None)
    words, others = _WORD.findall(one), _WORD.findall(other)
    for rule, counted in _WORDS.items():
        found |= _turnover_of(rule, *([word for word in side if word in counted] for side in (words, others)))
    return found


def with_values(text: str) -> str:
    """Return a comparable text with each fact replaced by its value, so that one fact written in two ways is equal."""
    parts: list[str] = []
    end = 0
    for fact in stated_facts(text):
        kind = "date" if fact.kind == "deadline" else fact.kind
        parts += [text[end : fact.start], f"{FACT_MARK}{kind}:{fact.value.replace(' ', '')}{FACT_MARK}"]
        end = fact.start + len(fact.text)
    return "".join([*parts, text[end:]])


def without_facts(text: str) -> str:
    """Return a comparable text with the same sign in the place of each fact."""
    parts: list[str] = []
    end = 0
    for fact in stated_facts(text):
        parts += [text[end : fact.start], FACT_MARK]
        end = fact.start + len(fact.text)
    return "".join([*parts, text[end:]])


def stated_facts(text: str) -> tuple[Fact, ...]:
    """Return the facts that a comparable text states, in its order."""
    return _facts(_lower_in_place(text))


@lru_cache(maxsize=256)
def _facts(text: str) -> tuple[Fact, ...]:
    may_state = _IN_FIGURES.search(text) or not _FACT_WORDS.isdisjoint(_WORD.findall(text))
    return tuple(facts_in(text)) if may_state else ()


def _lower_in_place(text: str) -> str:
    """Return the text in lower case, each character in its place."""
    lowered = text.lower()  # "İ" becomes two characters
    return lowered if len(lowered) == len(text) else "".join(letter.lower()[0] for letter in text)


def _values_by_rule(facts: Iterable[Fact]) -> dict[str, list[str]]:
    """Return the values of facts by the rule that is for them; a deadline on a day is a date as well."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        found.setdefault(RULE_OF_KIND.get(fact.kind, fact.kind), []).append(fact.value)
        if fact.kind == "deadline":
            found.setdefault("date", []).append(fact.value)
    return found


def _turnover_of(rule: str, before: Sequence[str], after: Sequence[str]) -> dict[str, Turnover]:
    if before == after:
        return {}
    old, new = Counter(before), Counter(after)
    gone, come = (old - new).total(), (new - old).total()
    return {rule: Turnover(gone, come)} if gone or come else {}


def years_lost(before: str, after: str) -> int:
    """Return how many dates that differ between two texts only lost their year: "14 mars 2026" → "14 mars".

    They were not replaced. One that got a year may be another day.
    """
    one, other = (_lower_in_place(text) for text in around_the_difference(comparable(before), comparable(after)))
    old, new = (Counter(_values_by_rule(_facts(side)).get("date", ())) for side in (one, other))
    gone = Counter(without_year(value) for value in (old - new).elements() if value != without_year(value))
    return (gone & (new - old)).total()


def without_year(value: str) -> str:
    """Return the value of a date as it is where the text gives no year; that of anything else as it is."""
    return value[4:] if _WITH_YEAR.match(value) else value
