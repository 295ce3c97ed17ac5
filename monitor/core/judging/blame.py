"""Which revision last changed each block of a page, and for a law which act.

What is held back (line breaks, typography, a department's name) changed nothing: a block keeps its origin through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from monitor.core.diff.align import align
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.significance import classify
from monitor.core.law.marks import Act, amended_by, repealed_by, wordings
from monitor.core.model import Block, Extraction


@dataclass(frozen=True, slots=True)
class Read:
    """A revision as it is read."""

    revision: int
    taken_at: datetime
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Origin:
    """A block of the newest revision, the revision that last changed it, and the act that its text names.

    `acts` are those of all its wordings, the one that is given first; none for a block that no act amended.
    """

    block: Block
    revision: int
    taken_at: datetime
    acts: tuple[Act, ...] = ()


def blame(revisions: Sequence[Read]) -> list[Origin]:
    """The origin of every block of the last of these revisions, which are in their order."""
    if not revisions:
        return []
    newest = revisions[-1].extraction
    origins = [revisions[0]] * len(revisions[0].extraction.blocks)
    for before, after in pairwise(revisions):
        origins = _carried(before, after, origins)
    return [
        Origin(block, read.revision, read.taken_at, acts_in(block) if newest.law else ())
        for block, read in zip(newest.blocks, origins, strict=True)
    ]


def _carried(before: Read, after: Read, origins: Sequence[Read]) -> list[Read]:
    """The origins of the blocks of `after`, those of `before` given."""
    known = {id(block): read for block, read in zip(before.extraction.blocks, origins, strict=True)}
    circumstances = Circumstances(before.extraction, after.extraction, before.taken_at, after.taken_at)
    pairs = [pair for pair in align(before.extraction.blocks, after.extraction.blocks) if pair.after is not None]
    found: dict[int, Read] = {}
    for pair in pairs:
        stays = pair.op == "kept" or not classify(pair, circumstances).material
        found[id(pair.after)] = known.get(id(pair.before), after) if stays else after
    return [found.get(id(block), after) for block in after.extraction.blocks]


def acts_in(block: Block) -> tuple[Act, ...]:
    """The acts that gave a section its wordings, or repealed it, each once."""
    found = []
    for wording in wordings(block.text) if block.label else ():
        act = amended_by(wording.text) or repealed_by(wording.text) or None
        if act is not None and act not in found:
            found.append(act)
    return tuple(found)
