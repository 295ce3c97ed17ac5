"""Word diff: what was removed and added inside one text, in whole words.

A value is one word: a number with its thousands spaces, a date, a phone number, an address. An edit is placed where a
reader would place it (at the start of a sentence or of a word), and punctuation is marked with the word it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from monitor.core.diff.common_runs import Run, common_runs
from monitor.core.vocabulary import MONTH_WORDS, ignoring_case

_MONTH = "|".join(sorted(MONTH_WORDS, key=lambda word: (-len(word), word)))
_DAY = r"\d{1,2}(?:\.|:?[ea]\b|st\b|nd\b|rd\b|th\b|er\b|º)?"
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?"
_VALUE = (
    # Addresses: of a page, a mailbox (RFC 5321 allows 64 characters before the @).
    r"(?:https?://|www\.)\S{0,2000}[\w/]"
    r"|\w[\w.+%-]{0,63}+@[\w-]+(?:\.[\w-]+)+"
    # Days: 1 mars 2024, 3-5 May, 1er mai; March 1, 2024; mars 2024.
    rf"|(?=\d){_DAY}(?:\s?[-–]\s?{_DAY})?\s(?:of\s|de\s)?(?:{_MONTH})\b(?:(?:\.(?=\s\d{{4}}))?,?\s(?:del?\s)?\d{{4}}\b)?"
    rf"|(?=[^\W\d]{{3,9}}[ .,])(?:{_MONTH})\b\.?"
    r"(?:,?\s(?:de\s)?\d{4}\b|\s\d{1,2}(?:st|nd|rd|th)?\b(?:,?\s\d{4}\b)?)"
    # Phone numbers: 0480-820 00, +46 (0)480 820 00, (555) 123-4567.
    r"|(?:\+\d{1,3}|\(?0\d)[ \d()/–-]{5,20}(?<=\d)(?!\w)|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"
    # Numbers with thousands spaces and ranges of them, postal codes, the number of a § that has a letter.
    r"|(?<!\d )\d{2}(?: \d{2}){3}\b(?! \d)"
    rf"|{_NUMBER}(?:\s?[-–]\s?{_NUMBER})*|\d{{3}}\s\d{{2}}(?=\s[^\W\d]{{3}})|\d+\s[a-z](?=\s§)"
)
_WORD = r"\w+(?:(?:[-.:,/'’@&]|(?<=\d)–(?=\d))\w+)*"
_TOKEN = ignoring_case(rf"{_VALUE}|\s|{_WORD}|[^\w\s]")
_MAY_HOLD_VALUE = ignoring_case(r"[\d@]|://|www\.")
_PLAIN_TOKEN = re.compile(rf"\s|{_WORD}|[^\w\s]")
"""The words of a text without any value: the same, without trying the forms of values at each place."""
LONGEST_BY_WORDS = 20_000
"""Letters of a text that is compared word by word."""
_SENTENCE_END = re.compile(r"[.!?:]\s+|\n\s*")
_HAS_WORD = re.compile(r"\w")
_ENDS_SENTENCE = frozenset(".!?:\n")
_FOLLOWS_A_WORD = frozenset(".,;:!?)]}%”’»")

Op = Literal["kept", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that was kept, removed or added."""

    op: Op
    text: str


class WordEdit(NamedTuple):
    """The words old[i:i2] were replaced by new[j:j2]; between two edits words are kept."""

    i: int
    i2: int
    j: int
    j2: int


def word_diff(before: str, after: str) -> list[Segment]:
    """Return the way from `before` to `after` in whole words; a number, a date or an address is one word.

    The kept and removed segments joined are `before`, the kept and added ones `after`. A removed segment precedes the
    added one in its place; space alone between two edits is part of both. Of a text that is longer than
    `LONGEST_BY_WORDS`, the sentences that differ are looked for first, and words in those alone.
    """
    if max(len(before), len(after)) > LONGEST_BY_WORDS:
        return _joined([*_by_sentences(sentences(before), sentences(after))])
    old, new = whole_words(before), whole_words(after)
    segments: list[Segment] = []
    done = 0
    for i, i2, j, j2 in word_edits(old, new):
        segments += [*_segment("kept", old[done:i]), *_segment("removed", old[i:i2]), *_segment("added", new[j:j2])]
        done = i2
    return [*segments, *_segment("kept", old[done:])]


def _segment(op: Op, words: Sequence[str]) -> list[Segment]:
    return [Segment(op, "".join(words))] if words else []


def _by_sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    done = 0
    for i, i2, j, j2 in sentence_edits(old, new):
        yield from _segment("kept", old[done:i])
        before, after = "".join(old[i:i2]), "".join(new[j:j2])
        if max(len(before), len(after)) > LONGEST_BY_WORDS:
            yield from [*_segment("removed", old[i:i2]), *_segment("added", new[j:j2])]
        else:
            yield from word_diff(before, after)
        done = i2
    yield from _segment("kept", old[done:])


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Return the segments, those that were kept and follow each other as one."""
    joined: list[Segment] = []
    for segment in segments:
        if joined and segment.op == joined[-1].op == "kept":
            joined[-1] = Segment("kept", joined[-1].text + segment.text)
        else:
            joined.append(segment)
    return joined


def word_edits(old: Sequence[str], new: Sequence[str]) -> list[WordEdit]:
    """Return the edits from `old` to `new`, two lists of words, punctuation and spaces, in order; they never touch."""
    edits = _edits(common_runs(old, new), len(old), len(new))
    edits = _joined_over_space(_placed(edits, old, new), old)
    edits = _joined_over_space(_with_their_words(edits, old, new), old)
    return [_without_common_space(edit, old, new) for edit in edits]


def sentence_edits(old: Sequence[str], new: Sequence[str]) -> list[WordEdit]:
    """Return the edits from `old` to `new`, two lists of sentences, in order; between two, one is kept."""
    return _edits(common_runs(old, new), len(old), len(new))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, in order and complete, each with the space behind it."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)]) if start < end]


def whole_words(text: str) -> list[str]:
    """Return the words, punctuation and spaces of a text, in order and complete; a value is one word."""
    return (_TOKEN if _MAY_HOLD_VALUE.search(text) else _PLAIN_TOKEN).findall(text)


def _edits(runs: Sequence[Run], old: int, new: int) -> list[WordEdit]:
    ends = [Run(0, 0, 0), *runs, Run(old, new, 0)]
    edits = [
        WordEdit(run.before + run.length, following.before, run.after + run.length, following.after)
        for run, following in pairwise(ends)
    ]
    return [edit for edit in edits if edit.i < edit.i2 or edit.j < edit.j2]


def _joined_over_space(edits: Iterable[WordEdit], old: Sequence[str]) -> list[WordEdit]:
    """Return the edits, those that nothing but space separates as one."""
    joined: list[WordEdit] = []
    for edit in edits:
        if joined and all(map(str.isspace, old[joined[-1].i2 : edit.i])):
            joined[-1] = WordEdit(joined[-1].i, edit.i2, joined[-1].j, edit.j2)
        else:
            joined.append(edit)
    return joined


# Where an insertion or removal is placed: "a, b, c" lost "b, ", not ", b"


def _placed(edits: Sequence[WordEdit], old: Sequence[str], new: Sequence[str]) -> Iterator[WordEdit]:
    """Yield the edits, each insertion and removal where it reads best of all the places that mean the same.

    At least one kept word remains between two edits.
    """
    last = WordEdit(0, -1, 0, -1)
    for edit, following in pairwise([*edits, WordEdit(len(old) + 1, 0, len(new) + 1, 0)]):
        last = edit if edit.i < edit.i2 and edit.j < edit.j2 else _best_place(edit, last, following, old, new)
        yield last


def _best_place(
    edit: WordEdit, last: WordEdit, following: WordEdit, old: Sequence[str], new: Sequence[str]
) -> WordEdit:
    words, start, end = (new, edit.j, edit.j2) if edit.i == edit.i2 else (old, edit.i, edit.i2)
    # How far it may move: not beyond a kept word beside the next edit.
    most_left = min(edit.i - last.i2, edit.j - last.j2) - 1
    most_right = min(following.i - edit.i2, following.j - edit.j2) - 1
    left = right = 0
    while left < most_left and words[start - left - 1] == words[end - left - 1]:
        left += 1
    while right < most_right and words[start + right] == words[end + right]:
        right += 1
    best = min(range(right, -left - 1, -1), key=lambda shift: _awkwardness(words, start + shift, end + shift))
    return WordEdit(*(place + best for place in edit))


def _awkwardness(words: Sequence[str], start: int, end: int) -> int:
    """Return how badly an edit of words[start:end] reads: best from the start of a sentence, worst from a comma."""
    at_start, at_end = _splits_words(words, start), _splits_words(words, end)
    before = next((word for word in reversed(words[max(0, start - 2) : start]) if word != " "), "\n")
    return at_start + at_end + 2 * (words[start] in _FOLLOWS_A_WORD) - 2 * (before in _ENDS_SENTENCE)


def _splits_words(words: Sequence[str], place: int) -> bool:
    """True if no space is at this place between two words."""
    return 0 < place < len(words) and not (words[place - 1].isspace() or words[place].isspace())


# Punctuation and space


def _with_their_words(edits: Sequence[WordEdit], old: Sequence[str], new: Sequence[str]) -> Iterator[WordEdit]:
    """Yield the edits, those of punctuation alone widened by the word beside it: "12." → "12!"."""
    last = WordEdit(0, 0, 0, 0)
    for edit, following in pairwise([*edits, WordEdit(len(old), 0, len(new), 0)]):
        i, i2, j, j2 = edit
        changed = "".join([*old[i:i2], *new[j:j2]])
        if not changed.isspace() and not _HAS_WORD.search(changed):
            if i > last.i2 and not old[i - 1].isspace():
                i, j = i - 1, j - 1
            elif i2 < following.i and not old[i2].isspace():
                i2, j2 = i2 + 1, j2 + 1
        last = WordEdit(i, i2, j, j2)
        yield last


def _without_common_space(edit: WordEdit, old: Sequence[str], new: Sequence[str]) -> WordEdit:
    """Return the edit without space that both sides begin or end with."""
    i, i2, j, j2 = edit
    while i < i2 and j < j2 and old[i] == new[j] and old[i].isspace():
        i, j = i + 1, j + 1
    while i < i2 and j < j2 and old[i2 - 1] == new[j2 - 1] and old[i2 - 1].isspace():
        i2, j2 = i2 - 1, j2 - 1
    return WordEdit(i, i2, j, j2)
