"""Pairing the § of two readings: by label, unless a text stands unchanged under another label.

When a § is put in before them, the ones below are renumbered: 8 § becomes 9 §, 9 § becomes 10 §. Each then stands
unchanged under its new label, and saying "8 § was rewritten, 9 § was rewritten" would be false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from monitor.core.diff.similarity import Candidates, Likeness
from monitor.core.model import Block
from monitor.core.text import clean, comparable

_AMENDMENT_MARK = re.compile(r"\s*\b(?:Lag|Förordning|Kungörelse|Tillkännagivande) \(\d{4}:\d+\)\.?\s*$")
_RENUMBERED_AND_EDITED = 0.8
_MOST_PAIRS = 1_000_000
"""A law of which more differ is another law."""
_LONG_ENOUGH = 5
"""A text of fewer words ("Har upphävts.") may stand under two labels by chance."""


def without_amendment_mark(text: str) -> str:
    """The text of a § without the act that amended it last, which the official text names at its end."""
    return _AMENDMENT_MARK.sub("", text)


def pair_labels(before: Sequence[Block], after: Sequence[Block], likeness: Likeness) -> dict[int, int]:
    """Which labelled block of the second reading each one of the first is, as positions."""
    old = {block.label: i for i, block in enumerate(before) if block.label is not None}
    new = {block.label: j for j, block in enumerate(after) if block.label is not None}
    pairs = _renumbered(before, after, old, new)
    taken = set(pairs.values())
    for label, i in old.items():
        if i not in pairs and label in new and new[label] not in taken:
            pairs[i] = new[label]
    taken = set(pairs.values())
    gone = [i for i in old.values() if i not in pairs and _distinct(before[i].text)]
    come = [j for j in new.values() if j not in taken]
    if gone and come and len(gone) * len(come) <= _MOST_PAIRS:
        pairs |= _renumbered_and_edited(before, after, gone, come, likeness)
    return pairs


def _renumbered_and_edited(
    before: Sequence[Block], after: Sequence[Block], gone: Sequence[int], come: Sequence[int], likeness: Likeness
) -> dict[int, int]:
    pairs: dict[int, int] = {}
    candidates = Candidates([after[j] for j in come], likeness)
    taken: set[int] = set()
    for i in gone:
        for number in candidates.of(before[i], _RENUMBERED_AND_EDITED):
            j = come[number]
            if j not in taken and likeness(before[i], after[j]) >= _RENUMBERED_AND_EDITED:
                pairs[i] = j
                taken.add(j)
                break
    return pairs


def _renumbered(
    before: Sequence[Block], after: Sequence[Block], old: Mapping[str, int], new: Mapping[str, int]
) -> dict[int, int]:
    """The § whose text stands under another label afterwards, while its own label has another text or none."""
    same = {label for label, i in old.items() if label in new and before[i].text == after[new[label]].text}
    texts_before = {_substance(before[i]): i for label, i in old.items() if label not in same}
    texts_after = {_substance(after[j]): j for label, j in new.items() if label not in same}
    pairs: dict[int, int] = {}
    for text, i in texts_before.items():
        j = texts_after.get(text)
        label = before[i].label
        if j is None or after[j].label == label or label is None or not _distinct(text):
            continue
        stays = label in new and _substance(after[new[label]]) == text
        stood = after[j].label in old and _substance(before[old[after[j].label or ""]]) == text
        if not stays and not stood:
            pairs[i] = j
    return pairs


def _substance(block: Block) -> str:
    return comparable(clean(without_amendment_mark(block.text)))


def _distinct(text: str) -> bool:
    return len(text.split()) >= _LONG_ENOUGH
