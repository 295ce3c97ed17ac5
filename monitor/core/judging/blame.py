"""The revision that last changed each block of a page, and for a law the act.

A change that is held back (line breaks, typography, a department's name) does not count: the block keeps its origin.
A wording of a section keeps its own where marks and other wordings came beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from monitor.core.diff.align import align
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.significance import classify
from monitor.core.law.marks import Act, amended_by, own_words, repealed_by, wordings
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

    `acts` are those of all its wordings, in the order of the text; none for a block that no act amended. `wordings` are
    the revisions in which those of a section came, by their own words.
    """

    block: Block
    revision: int
    taken_at: datetime
    acts: tuple[Act, ...] = ()
    wordings: Mapping[str, RevisionExtraction] = field(default_factory=dict)

    def of_wording(self, text: str) -> tuple[int, datetime]:
        """Return the revision in which one of the wordings came, and its time; those of the block for any other text.

        It is older than that of the block where only marks, or another wording, came beside it.
        """
        came = self.wordings.get(own_words(text))
        return (came.revision, came.taken_at) if came else (self.revision, self.taken_at)


@dataclass(frozen=True, slots=True)
class _Came:
    """The revision that last changed a block, and those in which its wordings came, by their own words."""

    block: RevisionExtraction
    wordings: Mapping[str, RevisionExtraction]

    def then(self, block: Block, changed: RevisionExtraction | None) -> _Came:
        """Return what is known of the block when it reads so, and which revision `changed` it, if one did."""
        came = {words: self.wordings.get(words, changed or self.block) for words in _words_of_wordings(block)}
        return _Came(changed or self.block, came)


def blame(revisions: Sequence[RevisionExtraction], timezone: str = SWEDISH_TIME) -> list[Origin]:
    """Return the origin of every block of the newest of these revisions, which are given oldest first.

    `timezone` is the watch's.
    """
    if not revisions:
        return []
    newest = revisions[-1].extraction
    origins = [_Came(revisions[0], {}).then(block, None) for block in revisions[0].extraction.blocks]
    for before, after in pairwise(revisions):
        origins = _carry_origins(before, after, origins, timezone)
    return [
        Origin(
            block,
            origin.block.revision,
            origin.block.taken_at,
            acts_in(block) if newest.law else (),
            origin.wordings if newest.law else {},
        )
        for block, origin in zip(newest.blocks, origins, strict=True)
    ]


def _words_of_wordings(block: Block) -> list[str]:
    return [own_words(wording.text) for wording in wordings(block.text)] if block.label else []


def _carry_origins(
    before: RevisionExtraction, after: RevisionExtraction, origins: Sequence[_Came], timezone: str
) -> list[_Came]:
    """Return the origins of the blocks of `after`, given those of `before`."""
    origin_of = {id(block): origin for block, origin in zip(before.extraction.blocks, origins, strict=True)}
    unknown = _Came(after, {})
    circumstances = Circumstances(before.extraction, after.extraction, before.taken_at, after.taken_at, timezone)
    found: dict[int, _Came] = {}
    for pair in align(before.extraction.blocks, after.extraction.blocks):
        stays = pair.op == "kept" or not classify(pair, circumstances).material
        known = origin_of.get(id(pair.before), unknown)
        if pair.after is not None:
            found[id(pair.after)] = known.then(pair.after, None if stays else after)
    return [found.get(id(block), unknown) for block in after.extraction.blocks]


def acts_in(block: Block) -> tuple[Act, ...]:
    """Return the acts that gave a section its wordings, or repealed it, each once."""
    found = []
    for wording in wordings(block.text) if block.label else ():
        act = amended_by(wording.text) or repealed_by(wording.text) or None
        if act is not None and act not in found:
            found.append(act)
    return tuple(found)
