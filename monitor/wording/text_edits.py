"""Edits of one text as a sentence names them: values that replaced others, and words that did.

Values are paired only where that is certain: in one short edit, with as many values of the same kinds in the same order
on both sides, in a text that was not rewritten. Whatever else differs is an edit of words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.diff.words import LONGEST_BY_WORDS, WordEdit, sentence_edits, sentences, whole_words, word_edits
from monitor.core.judging.rules.facts import stated_facts, without_year
from monitor.core.judging.rules.noise import folded_by
from monitor.core.judging.rules.trim import around_the_difference
from monitor.core.text import comparable
from monitor.core.vocabulary import MODALS, NEGATIONS

_MOST_WORDS_BESIDE_VALUES = 5
"""Words that may differ beside two values that are paired: of longer edits nobody knows what replaced what."""
_REWRITTEN = 0.5
"""A text of whose words a larger share differs was rewritten, and is one edit."""
_FEWEST_WORDS_MOVED = 3
_LONGEST_UNIT = 15
_UNITS_OF_ONE_LETTER = frozenset("mglhst")
_YEAR = re.compile(r",?\s\d{4}$")
_UNIT = re.compile(r"\D+$")
_UP_TO_A_FIGURE = re.compile(r"\D*(?=\d)")
_NO_UNITS = frozenset(
    [
        "och", "eller", "till", "för", "per", "som", "har", "var", "är", "vid", "med", "den", "det", "att", "av", "om",
        "på", "från", "men", "samt", "inom", "under", "and", "or", "to", "for", "the", "has", "was", "are", "is", "at",
        "with", "of", "on", "from", "in", "but", "by", "as", "so", "you",
    ]
)  # fmt: skip
"""Words that may follow a figure and do not say of what it is one."""
_NUMBERED = frozenset(
    {"år", "sida", "kapitel", "kap", "vecka", "punkt", "nummer", "nr", "year", "page", "week", "chapter"}
)
"""Words that belong to the figure after them, where there is one: "214 ärenden", but "214 år 2024"."""
_DAYS = frozenset({"date", "deadline"})
_EDGE = " .,:;\n"
"""Characters at the ends of an edit or a fact that belong to the sentence."""
_DUTY_WORDS = MODALS | NEGATIONS
_ARTICLE = re.compile(r"(?:den|the)\s+", re.IGNORECASE)
_ELLIPSIS, _ONE_CHARACTER = "…", "\x1e"
"""An ellipsis is compared as three full stops; here each character has to stay one."""


@dataclass(frozen=True, slots=True)
class ReplacedValue:
    """A value that replaced another of its kind (see `fact_kinds`), both as a sentence says them."""

    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReplacedWords:
    """Words that were replaced, removed (`after` is empty), added (`before` is empty) or moved (both are equal).

    `is_duty`: an obligation, a right or a negation is among what differs. `kinds` are those of the values among it,
    `replaced_kinds` those of which there are values on both sides: one replaced another, but which is not certain.
    """

    before: str
    after: str
    is_duty: bool = False
    kinds: frozenset[str] = frozenset()
    replaced_kinds: frozenset[str] = frozenset()


class _Value(NamedTuple):
    """A fact of a text, at text[start:end]; `key` is equal for two ways of writing one fact."""

    start: int
    end: int
    kind: str
    key: str


class _Words(NamedTuple):
    """The words, punctuation and spaces of a text; a whole value is one word.

    `keys` are what is compared: equal for two ways of writing one value. `kinds` has the kind of each word that is a
    value.
    """

    texts: list[str]
    keys: list[str]
    kinds: dict[int, str]

    def plain(self, start: int, end: int) -> int:
        """Return how many of the words from `start` to `end` are words and no values."""
        return sum(
            [
                (len(word) > 1 or word.isalnum()) and place not in self.kinds
                for place, word in enumerate(self.texts[start:end], start)
            ]
        )

    def kinds_between(self, start: int, end: int) -> set[str]:
        """Return the kinds of the values from `start` to `end`."""
        return {self.kinds[place] for place in range(start, end) if place in self.kinds} if self.kinds else set()


@dataclass(frozen=True, slots=True)
class TextEdits:
    """What differs between two texts. `is_rewritten`: too much of it to say which value replaced which."""

    values: tuple[ReplacedValue, ...]
    words: tuple[ReplacedWords, ...]
    is_rewritten: bool = False


def text_edits(before: str, after: str) -> TextEdits:
    """Return the edits from one text to another, each kind in the order of the text."""
    before, after = around_the_difference(before, after)
    if max(len(before), len(after)) > LONGEST_BY_WORDS:
        return _by_sentences(sentences(before), sentences(after))
    old, new = _words(before), _words(after)
    edits = word_edits(old.keys, new.keys)
    if _is_rewritten(edits, old, new):
        whole = WordEdit(edits[0].i, edits[-1].i2, edits[0].j, edits[-1].j2)
        return TextEdits((), (_replaced_words(whole, old, new),), is_rewritten=True)
    values: list[ReplacedValue] = []
    rest: list[WordEdit] = []
    pairs_of = [_pairs(edit, old, new) for edit in edits]
    replaced, moved_on = _without_shifts([pair for pairs in pairs_of for pair in pairs], old, new)
    for edit, pairs in zip(edits, pairs_of, strict=True):
        values += [_replaced_value(*pair, old, new) for pair in pairs if pair in replaced]
        rest += _between(edit, pairs, old, new)
    words = [*(_replaced_words(edit, old, new) for edit in _joined(rest, old)), *moved_on]
    return TextEdits(tuple(values), tuple(_without_moves(_without_spelling(words, alone=not values))))


def _by_sentences(ours: list[str], theirs: list[str]) -> TextEdits:
    """Return the edits between two very long texts: those in each stretch of sentences that differ.

    A stretch that is very long itself is one edit, in which nothing is read.
    """
    old, new = _Words(ours, ours, {}), _Words(theirs, theirs, {})
    edits = sentence_edits(ours, theirs)
    values: list[ReplacedValue] = []
    words: list[ReplacedWords] = []
    for edit in edits:
        before, after = "".join(ours[edit.i : edit.i2]), "".join(theirs[edit.j : edit.j2])
        if max(len(before), len(after)) > LONGEST_BY_WORDS:
            words.append(_replaced_words(edit, old, new))
        else:
            found = text_edits(before, after)
            values += found.values
            words += found.words
    return TextEdits(tuple(values), tuple(words), is_rewritten=_is_rewritten(edits, old, new))


def _words(text: str) -> _Words:
    texts: list[str] = []
    keys: list[str] = []
    kinds: dict[int, str] = {}
    done = 0
    for value in _values(text):
        between = whole_words(text[done : value.start])
        texts += [*between, text[value.start : value.end]]
        keys += [*between, value.key]
        kinds[len(texts) - 1] = value.kind
        done = value.end
    rest = whole_words(text[done:])
    return _Words(texts + rest, keys + rest, kinds)


def _values(text: str) -> Iterator[_Value]:
    """Yield the facts of a text, without the article before a date.

    None of a text whose comparable form is longer. The digits of a code ("K593") are a part of a word, and no value.
    """
    folded = comparable(text.replace(_ELLIPSIS, _ONE_CHARACTER))
    for fact in stated_facts(folded) if len(folded) == len(text) else ():
        start, end = fact.start, fact.start + len(fact.text)
        if fact.kind == "figure" and text[start - 1 : start].isalpha():
            continue
        article = _ARTICLE.match(text, start, end)
        start = article.end() if article else start
        end = start + len(text[start:end].rstrip(_EDGE))
        start = end - len(text[start:end].lstrip(_EDGE))
        yield _Value(start, end, fact.kind, f"{fact.kind}: {fact.value}")


def _is_rewritten(edits: Sequence[WordEdit], old: _Words, new: _Words) -> bool:
    differing = sum(old.plain(edit.i, edit.i2) + new.plain(edit.j, edit.j2) for edit in edits)
    if differing <= _REWRITTEN * sum(sum(map(str.isalnum, words.texts)) - len(words.kinds) for words in (old, new)):
        return False  # a quick test: these are some of the words
    return differing > _REWRITTEN * (old.plain(0, len(old.texts)) + new.plain(0, len(new.texts)))


# Values


def _pairs(edit: WordEdit, old: _Words, new: _Words) -> list[tuple[int, int]]:
    """Return the places (in `old`, in `new`) of the values that replaced each other in one edit."""
    ours = [place for place in range(edit.i, edit.i2) if place in old.kinds]
    theirs = [place for place in range(edit.j, edit.j2) if place in new.kinds]
    if [_kind(old, place) for place in ours] != [_kind(new, place) for place in theirs]:
        return []
    if max(old.plain(edit.i, edit.i2), new.plain(edit.j, edit.j2)) > _MOST_WORDS_BESIDE_VALUES:
        return []
    pairs = list(zip(ours, theirs, strict=True))
    if not all(old.kinds[i] != "figure" or _count_the_same(i, j, old, new) for i, j in pairs):
        return []
    # Where two are written alike, a sign beside the figure differs; where a year was left out, the day is the same.
    return (
        [] if any(old.texts[i] == new.texts[j] or _lost_its_year(old.keys[i], new.keys[j]) for i, j in pairs) else pairs
    )


def _count_the_same(i: int, j: int, old: _Words, new: _Words) -> bool:
    """True if two figures are followed by the same word, or follow the same word where none comes after them."""
    after, others_after = _neighbour(i, 1, old), _neighbour(j, 1, new)
    if after or others_after:
        return after == others_after
    return _neighbour(i, -1, old) == _neighbour(j, -1, new)


def _neighbour(place: int, step: int, words: _Words) -> str:
    """Return the word beside a value, ignoring case; "" where a mark, a value or nothing is there."""
    at = place + step
    if 0 <= at < len(words.texts) and words.texts[at] == " ":
        at += step
    is_word = 0 <= at < len(words.texts) and at not in words.kinds and words.texts[at][:1].isalnum()
    return words.texts[at].lower() if is_word else ""


def _lost_its_year(before: str, after: str) -> bool:
    """True if two values, each as "kind: value", are one day with a year and without it."""
    (kind, was), (other, now) = (key.split(": ", 1) for key in (before, after))
    return {kind, other} <= _DAYS and was != now == without_year(was)


def _without_shifts(
    pairs: Sequence[tuple[int, int]], old: _Words, new: _Words
) -> tuple[set[tuple[int, int]], list[ReplacedWords]]:
    """Return the pairs of values that replaced each other, and the values that were removed or added instead.

    In a list that moved on by one ("3 och 10 mars" → "10 och 17 mars") the values that are on both sides stayed. Two
    values that only changed places replaced each other.
    """
    if not pairs:
        return set(), []
    counts, others = (Counter(words.keys[place] for place in words.kinds) for words in (old, new))
    state = {
        (i, j): (counts[old.keys[i]] > others[old.keys[i]], others[new.keys[j]] > counts[new.keys[j]]) for i, j in pairs
    }
    if all(is_gone == is_come for is_gone, is_come in state.values()):
        return set(pairs), []
    gone = [i for (i, _), (is_gone, is_come) in state.items() if is_gone and not is_come]
    come = [j for (_, j), (is_gone, is_come) in state.items() if is_come and not is_gone]
    words = [ReplacedWords(old.texts[i], "", kinds=frozenset([old.kinds[i]])) for i in gone]
    words += [ReplacedWords("", new.texts[j], kinds=frozenset([new.kinds[j]])) for j in come]
    return {pair for pair, (is_gone, is_come) in state.items() if is_gone and is_come}, words


def _kind(words: _Words, place: int) -> str:
    """Return the kind of the value at a place, a deadline as the date that it is."""
    kind = words.kinds[place]
    return "date" if kind == "deadline" else kind


def _replaced_value(i: int, j: int, old: _Words, new: _Words) -> ReplacedValue:
    """Return the value at `i` that the one at `j` replaced; what both end with (a year, a currency) is said once."""
    before, after = old.texts[i], new.texts[j]
    kind = new.kinds[j] if old.kinds[i] == new.kinds[j] else "date"
    if kind == "opening-hours":
        return ReplacedValue(kind, before, after[_shared_days(before, after) :])
    if kind == "figure":
        return ReplacedValue(kind, before, after + _unit(i, j, old, new))
    pattern = {"date": _YEAR, "deadline": _YEAR, "amount": _UNIT}.get(kind)
    end = pattern.search(after) if pattern else None
    return ReplacedValue(kind, before.removesuffix(end[0]) if end else before, after)


def _shared_days(before: str, after: str) -> int:
    """Return the length of what precedes the hours, where it is the same: "måndag–fredag " of two; 0 otherwise."""
    old, new = (_UP_TO_A_FIGURE.match(text) for text in (before, after))
    return new.end() if old and new and old[0] == new[0] else 0


def _unit(i: int, j: int, old: _Words, new: _Words) -> str:
    """Return the word after both figures that says of what they are figures, with its space; "" where none does."""
    ours = old.texts[i + 1 : i + 3]
    if ours != new.texts[j + 1 : j + 3] or len(ours) < 2 or ours[0] != " ":
        return ""
    word = ours[1]
    is_unit = (
        i + 2 not in old.kinds
        and j + 2 not in new.kinds
        and word.isalpha()
        and word.islower()
        and len(word) <= _LONGEST_UNIT
        and (len(word) > 1 or word in _UNITS_OF_ONE_LETTER)
        and word not in _NO_UNITS
        and not (word in _NUMBERED and "".join(old.texts[i + 3 : i + 5]).lstrip().isdigit())
    )
    return f" {word}" if is_unit else ""


# Words


def _between(edit: WordEdit, pairs: Sequence[tuple[int, int]], old: _Words, new: _Words) -> Iterator[WordEdit]:
    """Yield the edits of words before, between and after the values that were paired."""
    i, j = edit.i, edit.j
    for at, to in [*pairs, (edit.i2, edit.j2)]:
        ours, theirs = old.keys[i:at], new.keys[j:to]
        for i1, i2, j1, j2 in word_edits(ours, theirs) if pairs else [WordEdit(0, at - i, 0, to - j)]:
            if any(map(str.strip, [*ours[i1:i2], *theirs[j1:j2]])):
                yield WordEdit(i + i1, i + i2, j + j1, j + j2)
        i, j = at + 1, to + 1


def _joined(edits: Sequence[WordEdit], old: _Words) -> list[WordEdit]:
    """Return the edits, those that one kept word at most separates as one."""
    joined: list[WordEdit] = []
    for edit in edits:
        gap = (joined[-1].i2, edit.i) if joined else (0, 0)
        if joined and old.plain(*gap) <= 1 and not old.kinds_between(*gap):
            joined[-1] = WordEdit(joined[-1].i, edit.i2, joined[-1].j, edit.j2)
        else:
            joined.append(edit)
    return joined


def _replaced_words(edit: WordEdit, old: _Words, new: _Words) -> ReplacedWords:
    ours, theirs = old.texts[edit.i : edit.i2], new.texts[edit.j : edit.j2]
    before, after = _text(ours), _text(theirs)
    duties = _duties(ours) ^ _duties(theirs)
    plain, others_plain = old.plain(edit.i, edit.i2), new.plain(edit.j, edit.j2)
    if not (before and after):
        before, after = before.strip(_EDGE), after.strip(_EDGE)
        if duties and plain + others_plain == 1 and (word := _word_before(edit.i, old)):
            before, after = f"{word} {before}".rstrip(), f"{word} {after}".rstrip()
    else:
        before, after = _without_leading_marks(before, after)
    kinds, others = old.kinds_between(edit.i, edit.i2), new.kinds_between(edit.j, edit.j2)
    return ReplacedWords(
        before,
        after,
        is_duty=bool(duties) and max(plain, others_plain) <= _MOST_WORDS_BESIDE_VALUES,
        kinds=frozenset(kinds | others),
        replaced_kinds=frozenset(kinds & others),
    )


def _without_leading_marks(before: str, after: str) -> tuple[str, str]:
    """Return the words of an edit without the marks of the sentence before them: of ". Provsvar" the full stop."""
    one, other = before.lstrip(_EDGE), after.lstrip(_EDGE)
    return (one, other) if one and other and one != other else (before, after)


def _text(words: Sequence[str]) -> str:
    return " ".join("".join(words).split())


def _duties(words: Sequence[str]) -> frozenset[str]:
    return frozenset(map(str.lower, words)) & _DUTY_WORDS


def _word_before(place: int, words: _Words) -> str:
    """Return the word before a place, "" where punctuation or nothing precedes it: "får" before "inte"."""
    before = [at for at in range(max(0, place - 2), place) if words.texts[at] != " "]
    return words.texts[before[-1]] if before and words.plain(before[-1], before[-1] + 1) else ""


def _without_spelling(edits: list[ReplacedWords], *, alone: bool) -> list[ReplacedWords]:
    """Return the edits without those that no reader would call one, where anything is left to say."""
    told = [edit for edit in edits if not folded_by(edit.before, edit.after)]
    return edits if alone and not told else told


def _without_moves(edits: Sequence[ReplacedWords]) -> Iterator[ReplacedWords]:
    """Yield the edits; words that were removed in one place and added in another were moved, and are yielded once."""
    removed = {edit.before for edit in edits if not edit.after}
    moved = {edit.after for edit in edits if not edit.before and edit.after in removed}
    moved = {text for text in moved if len(text.split()) >= _FEWEST_WORDS_MOVED}
    for edit in edits:
        if edit.before in moved and not edit.after:
            yield ReplacedWords(edit.before, edit.before)
        elif edit.before or edit.after not in moved:
            yield edit
