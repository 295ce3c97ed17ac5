"""Items of a page, each a heading with a day under it: of two that are not one, no text is an edit of the other's.

A page of news that moved on by one item has a new heading at the top and one less at the bottom. Their texts may be
alike ("Provsvar: 12 personer …"): paired, they would be told as a date or a figure that changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from monitor.core.diff.align import BlockPair
from monitor.core.diff.similarity import family
from monitor.core.judging.rules.facts import turnover
from monitor.core.model import Block
from monitor.core.vocabulary import DATE, DAY_AND_MONTH, WEEKDAY_NAMES

DATE_LINE: Final = re.compile(r"\W*(?:[^\W\d]{1,12}\W+){0,3}\d[\w\s:.,/|+–-]{0,30}")
"""What may stand beside or above the headline of an item: its date, its category."""
_DATE = re.compile(DATE, re.IGNORECASE)
_DAY_ALONE = re.compile(rf"(?:(?:{WEEKDAY_NAMES}|den)\s+)?({DAY_AND_MONTH})", re.IGNORECASE)
"""A line that is "5/3" and no more."""
_Path = tuple[str, ...]


def date_of_line(text: str) -> str:
    """Return the date that a line of an item gives ("Publicerad 2026-03-01"); "" where the text says more than that.

    A deadline is no date of an item.
    """
    if day := _DAY_ALONE.fullmatch(text):
        return day[1]
    date = _DATE.search(text) if DATE_LINE.fullmatch(text) else None
    if date is None or not any(map(str.isdigit, date[0])) or "deadline" in turnover("", text):
        return ""
    return date[0]


def with_items_apart(pairs: Sequence[BlockPair]) -> list[BlockPair]:
    """Return the pairs of a page; an edit across two dated items, of which one came and one went, as what it is.

    The text of the one was added, that of the other removed, where a block between the two stayed. Without one, the
    heading may be another for the same item.
    """
    apart = _apart(pairs)
    if not apart:
        return list(pairs)
    gone: dict[_Path, list[BlockPair]] = defaultdict(list)
    split: list[BlockPair] = []
    for place, pair in enumerate(pairs):
        if place in apart and pair.before is not None:
            gone[pair.before.heading].append(BlockPair("removed", pair.before, None))
            split.append(BlockPair("added", None, pair.after))
        else:
            split.append(pair)
    found: list[BlockPair] = []
    item: _Path = ()
    for pair in split:
        heading = pair.before.heading if pair.op == "removed" and pair.before is not None else None
        if heading != item:
            found += gone.pop(item, ())  # below what is left of their item
        found.append(pair)
        if pair.op == "removed" and pair.before is not None and family(pair.before) == "h":
            item = _path(pair.before)
    return [*found, *gone.pop(item, ())]


def _apart(pairs: Sequence[BlockPair]) -> set[int]:
    """Return the places of the edits across two items."""
    went, came = (_headings(pairs, op) for op in ("removed", "added"))
    edits = {
        place: (went[pair.before.heading], came[pair.after.heading])
        for place, pair in enumerate(pairs)
        if pair.op == "edited" and pair.before and pair.after
        if pair.before.heading in went and pair.after.heading in came
    }
    if not edits:
        return set()
    dated_before = {pair.before.heading for pair in pairs if pair.before and date_of_line(pair.before.text)}
    dated_after = {pair.after.heading for pair in pairs if pair.after and date_of_line(pair.after.text)}
    kept = [place for place, pair in enumerate(pairs) if pair.op in {"kept", "moved"}]
    return {
        place
        for place, (gone, come) in edits.items()
        if _path_at(pairs, gone) in dated_before and _path_at(pairs, come) in dated_after
        if any(min(gone, come) < at < max(gone, come) for at in kept)
    }


def _headings(pairs: Sequence[BlockPair], op: str) -> dict[_Path, int]:
    """Return the places of the headings that came or went, by the path of what is under them."""
    return {
        _path(block): place
        for place, pair in enumerate(pairs)
        if pair.op == op and (block := pair.before or pair.after) is not None and family(block) == "h"
    }


def _path_at(pairs: Sequence[BlockPair], place: int) -> _Path:
    block = pairs[place].before or pairs[place].after
    return _path(block) if block is not None else ()


def _path(heading: Block) -> _Path:
    return (*heading.heading, heading.text)
