"""The entries of a feed that is read as a page: those that fell off its end as new ones came. Pure.

Many feeds keep only their newest entries. An entry that falls off is no news; one that is taken out of the middle is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import NamedTuple

from monitor.core.judging.section_changes import GONE, identity, item_change
from monitor.core.model import Block, BlockChange, Extraction, Link
from monitor.core.text import comparable

_FEED_HEADING, _ENTRY_HEADING = "h1", "h2"


class _Entry(NamedTuple):
    """The blocks of an entry, its headline first; `keys` are what it can be known by: its headline and its address."""

    blocks: tuple[Block, ...]
    keys: frozenset[str]


def without_rolled_off(before: Extraction, after: Extraction) -> tuple[Extraction, tuple[BlockChange, ...]]:
    """Return a feed before without the entries that fell off its end, and a change for each of them."""
    fallen = _rolled_off(_entries(before), _entries(after)) if before.is_feed and after.is_feed else []
    if not fallen:
        return before, ()
    gone = {id(block) for entry in fallen for block in entry.blocks}
    blocks = tuple(block for block in before.blocks if id(block) not in gone)
    return replace(before, blocks=blocks), tuple(map(_change, fallen))


def _entries(feed: Extraction) -> list[_Entry]:
    starts = [number for number, block in enumerate(feed.blocks) if block.kind in {_FEED_HEADING, _ENTRY_HEADING}]
    slices = pairwise([*starts, len(feed.blocks)])
    return [_entry(feed.blocks[start:end]) for start, end in slices if feed.blocks[start].kind == _ENTRY_HEADING]


def _entry(blocks: tuple[Block, ...]) -> _Entry:
    return _Entry(blocks, frozenset({comparable(blocks[0].text), *(identity(link.target) for link in _links(blocks))}))


def _links(blocks: Sequence[Block]) -> list[Link]:
    """Return the links of an entry itself, which are blocks of their own."""
    return [link for block in blocks for link in block.links if link.target == block.text]


def _rolled_off(old: list[_Entry], new: list[_Entry]) -> list[_Entry]:
    """Return the last entries that are gone, where as many came on top and the feed did not grow."""
    known, listed = (frozenset(key for entry in entries for key in entry.keys) for entries in (old, new))
    fallen = list(takewhile(lambda entry: listed.isdisjoint(entry.keys), reversed(old)))
    came = list(takewhile(lambda entry: known.isdisjoint(entry.keys), new))
    is_rotation = len(fallen) <= len(came) and len(fallen) < len(old) and len(new) <= len(old)
    return fallen[::-1] if is_rotation else []


def _change(entry: _Entry) -> BlockChange:
    headline = entry.blocks[0]
    links = tuple(Link(headline.text, link.target) for link in _links(entry.blocks)[:1])
    change = item_change("removed", GONE, Block("li", headline.text, links=links), None)
    return replace(change, heading=headline.heading)
