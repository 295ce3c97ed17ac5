"""Pairing of the § of two extractions: by label, unless the text is under another label now.

When a § is inserted before them, the ones below are renumbered: 8 § becomes 9 §, 9 § becomes 10 §. Each then is
unchanged under its new label, and "8 § was rewritten, 9 § was rewritten" would be false. When 8 § goes and 9 § takes
its number, edited, the same holds.

    equal texts      under the same label, or under another
    same label       where the texts are about one thing
    likeness         what is left, where it is very similar elsewhere
    same label       what is left: the § was rewritten

What the register says of a law is paired by the name of its entry, and a heading that has a time mark on one side by
its words and the § that it precedes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import Postfix, Prefix

from monitor.core.diff.similarity import Candidates, Likeness
from monitor.core.model import Block
from monitor.core.text import clean, comparable

REGISTER = ("Departement: ", "Omtryck: ", "Ändrad: ", "Upphävd: ", "Övrig text: ")
"""How the register's entries on a law begin; each is a paragraph at the top of its text."""
_AMENDMENT_MARK = re.compile(r"\s*\b(?:Lag|Förordning|Kungörelse|Tillkännagivande) \(\d{4}:\d+\)\.?\s*$")
_TIME_MARK = re.compile(r"(?: \((?:rubriken )?(?:träder i kraft|upphör att gälla) [^()]*(?:\([^()]*\))?\))+$")
"""The time marks of a heading, as its block has them."""
_LEAST_LIKENESS = 0.8
_SAME_SECTION = 0.5
"""A § of at least this likeness under its own label is not looked for elsewhere."""
_MOST_PAIRS = 1_000_000
"""A law of which more pairs differ is another law."""
_LEAST_WORDS = 5
"""A text of fewer words ("Har upphävts.") may be under two labels by chance."""


def without_amendment_mark(text: str) -> str:
    """Return the text of a § without the act that last amended it, which the official text names at its end."""
    return _AMENDMENT_MARK.sub("", text)


def identity(block: Block) -> str | None:
    """Return what a block of a law is known by whatever its text says: the label of a §, the name of an entry."""
    if block.label is not None or block.kind != "p" or block.heading:
        return block.label
    return next((name for name in REGISTER if block.text.startswith(name)), None)


def pair_labels(
    before: Sequence[Block], after: Sequence[Block], old: Mapping[str, int], new: Mapping[str, int], likeness: Likeness
) -> dict[int, int]:
    """Return the matches of blocks that have an identity, as positions: first extraction to second.

    `old` and `new` say where each identity is.
    """
    pairs = _pair_renumbered(before, after, old, new)
    taken = set(pairs.values())

    def is_free(label: str) -> bool:
        return old[label] not in pairs and label in new and new[label] not in taken

    alike = {label for label in old if is_free(label) and _is_same(before[old[label]], after[new[label]], likeness)}
    pairs |= {old[label]: new[label] for label in alike}
    taken |= {new[label] for label in alike}
    rest_before = [i for i in old.values() if i not in pairs and _is_distinct(before[i].text)]
    rest_after = [j for j in new.values() if j not in taken and _is_distinct(after[j].text)]
    if len(rest_before) * len(rest_after) <= _MOST_PAIRS:
        pairs |= _pair_most_alike(before, after, rest_before, rest_after, likeness)
        taken |= set(pairs.values())
    return pairs | {old[label]: new[label] for label in old if is_free(label)}


def pair_marked_headings(before: Sequence[Block], after: Sequence[Block]) -> dict[int, int]:
    """Return the matches of headings that differ in nothing but their time marks, as positions."""
    marked = [_headings(blocks, is_marked=True) for blocks in (before, after)]
    if not any(marked):
        return {}
    old, new = (
        _headings(blocks, is_marked=False) | found for blocks, found in zip((before, after), marked, strict=True)
    )
    return {i: new[key] for key, i in old.items() if key in new and before[i].text != after[new[key]].text}


def _headings(blocks: Sequence[Block], *, is_marked: bool) -> dict[tuple[str, str, str | None], int]:
    """Return where each heading is, with or without marks: by its kind, its words, and the § that it precedes."""
    found = {}
    for place, block in enumerate(blocks):
        if block.kind[0] == "h" and (block.opens is not None or block.kind == "h2"):
            mark = _TIME_MARK.search(block.text) if block.text[-1:] == ")" else None
            if (mark is not None) == is_marked:
                found[block.kind, block.text[: mark.start()] if mark else block.text, block.opens] = place
    return found


def _is_same(one: Block, other: Block, likeness: Likeness) -> bool:
    """True if two blocks of one identity are about one thing: what they begin and end with tells most of them."""
    if one.label is None or one.text == other.text:
        return True
    shared = Prefix.similarity(one.text, other.text) + Postfix.similarity(one.text, other.text)
    return shared >= _SAME_SECTION * max(len(one.text), len(other.text)) or likeness(one, other) >= _SAME_SECTION


def _pair_most_alike(
    before: Sequence[Block],
    after: Sequence[Block],
    rest_before: Sequence[int],
    rest_after: Sequence[int],
    likeness: Likeness,
) -> dict[int, int]:
    """Match the sections that are very similar under two labels, the most similar first."""

    def scored() -> Iterator[tuple[float, int, int]]:
        candidates = Candidates([after[j] for j in rest_after], likeness)
        for i in rest_before:
            for number in candidates.of(before[i], _LEAST_LIKENESS):
                j = rest_after[number]
                score = likeness(before[i], after[j])
                if score >= _LEAST_LIKENESS:
                    yield -score, i, j

    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(scored()) if rest_before and rest_after else ():
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _pair_renumbered(
    before: Sequence[Block], after: Sequence[Block], old: Mapping[str, int], new: Mapping[str, int]
) -> dict[int, int]:
    """Match each § whose text is under another label afterwards, while its own label has another text or none."""
    same = {label for label, i in old.items() if label in new and before[i].text == after[new[label]].text}
    texts_before = {_comparable_text(before[i]): i for label, i in old.items() if label not in same}
    texts_after = {_comparable_text(after[j]): j for label, j in new.items() if label not in same}
    pairs: dict[int, int] = {}
    for text, i in texts_before.items():
        j = texts_after.get(text)
        label = before[i].label
        if j is None or after[j].label == label or label is None or not _is_distinct(text):
            continue
        is_still_there = label in new and _comparable_text(after[new[label]]) == text
        was_there_before = after[j].label in old and _comparable_text(before[old[after[j].label or ""]]) == text
        if not is_still_there and not was_there_before:
            pairs[i] = j
    return pairs


def _comparable_text(block: Block) -> str:
    return comparable(clean(without_amendment_mark(block.text)))


def _is_distinct(text: str) -> bool:
    return len(text.split()) >= _LEAST_WORDS
