"""Pairing of the § of two extractions: by label, unless a text is unchanged under another label.

When a § is inserted before them, the ones below are renumbered: 8 § becomes 9 §, 9 § becomes 10 §. Each then is
unchanged under its new label, and "8 § was rewritten, 9 § was rewritten" would be false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from monitor.core.diff.similarity import Candidates, Likeness
from monitor.core.model import Block
from monitor.core.text import clean, comparable

_AMENDMENT_MARK = re.compile(r"\s*\b(?:Lag|Förordning|Kungörelse|Tillkännagivande) \(\d{4}:\d+\)\.?\s*$")
_LEAST_LIKENESS = 0.8
_MOST_PAIRS = 1_000_000
"""A law of which more pairs differ is another law."""
_LEAST_WORDS = 5
"""A text of fewer words ("Har upphävts.") may be under two labels by chance."""


def without_amendment_mark(text: str) -> str:
    """Return the text of a § without the act that last amended it, which the official text names at its end."""
    return _AMENDMENT_MARK.sub("", text)


def pair_labels(before: Sequence[Block], after: Sequence[Block], likeness: Likeness) -> dict[int, int]:
    """Return the matches of labelled blocks, as positions: first extraction to second."""
    old = {block.label: i for i, block in enumerate(before) if block.label is not None}
    new = {block.label: j for j, block in enumerate(after) if block.label is not None}
    pairs = _pair_renumbered(before, after, old, new)
    taken = set(pairs.values())
    for label, i in old.items():
        if i not in pairs and label in new and new[label] not in taken:
            pairs[i] = new[label]
    taken = set(pairs.values())
    rest_before = [i for i in old.values() if i not in pairs and _is_distinct(before[i].text)]
    rest_after = [j for j in new.values() if j not in taken]
    if rest_before and rest_after and len(rest_before) * len(rest_after) <= _MOST_PAIRS:
        pairs |= _pair_renumbered_and_edited(before, after, rest_before, rest_after, likeness)
    return pairs


def _pair_renumbered_and_edited(
    before: Sequence[Block],
    after: Sequence[Block],
    rest_before: Sequence[int],
    rest_after: Sequence[int],
    likeness: Likeness,
) -> dict[int, int]:
    pairs: dict[int, int] = {}
    candidates = Candidates([after[j] for j in rest_after], likeness)
    taken: set[int] = set()
    for i in rest_before:
        for number in candidates.of(before[i], _LEAST_LIKENESS):
            j = rest_after[number]
            if j not in taken and likeness(before[i], after[j]) >= _LEAST_LIKENESS:
                pairs[i] = j
                taken.add(j)
                break
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
