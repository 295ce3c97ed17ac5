"""The revision that last changed each block of a page, and for a law the act.

A change that is held back (line breaks, typography, a department's name) does not count: the block keeps its origin.
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
from monitor.core.model import SWEDISH_TIME, Block, Extraction


@dataclass(frozen=True, slots=True)
class RevisionExtraction:
    """A revision with its extraction."""

    revision: int
    taken_at: datetime
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Origin:
    """A block of the newest revision, the revision that last changed it, and the acts that its text names.

    `acts` are those of all its wordings, in the order of the text; none for a block that no act amended.
    """

    block: Block
    revision: int
    taken_at: datetime
    acts: tuple[Act, ...] = ()


def blame(revisions: Sequence[RevisionExtraction], timezone: str = SWEDISH_TIME) -> list[Origin]:
    """Return the origin of every block of the newest of these revisions, which are given oldest first.

    `timezone` is the watch's.
    """
    if not revisions:
        return []
    newest = revisions[-1].extraction
    origins = [revisions[0]] * len(revisions[0].extraction.blocks)
    for before, after in pairwise(revisions):
        origins = _carry_origins(before, after, origins, timezone)
    return [
        Origin(block, origin.revision, origin.taken_at, acts_in(block) if newest.law else ())
        for block, origin in zip(newest.blocks, origins, strict=True)
    ]


def _carry_origins(
    before: RevisionExtraction, after: RevisionExtraction, origins: Sequence[RevisionExtraction], timezone: str
) -> list[RevisionExtraction]:
    """Return the origins of the blocks of `after`, given those of `before`."""
    origin_of = {id(block): origin for block, origin in zip(before.extraction.blocks, origins, strict=True)}
    circumstances = Circumstances(before.extraction, after.extraction, before.taken_at, after.taken_at, timezone)
    pairs = [pair for pair in align(before.extraction.blocks, after.extraction.blocks) if pair.after is not None]
    found: dict[int, RevisionExtraction] = {}
    for pair in pairs:
        stays = pair.op == "kept" or not classify(pair, circumstances).material
        found[id(pair.after)] = origin_of.get(id(pair.before), after) if stays else after
    return [found.get(id(block), after) for block in after.extraction.blocks]


def acts_in(block: Block) -> tuple[Act, ...]:
    """Return the acts that gave a section its wordings, or repealed it, each once."""
    found = []
    for wording in wordings(block.text) if block.label else ():
        act = amended_by(wording.text) or repealed_by(wording.text) or None
        if act is not None and act not in found:
            found.append(act)
    return tuple(found)
