"""Text that no revision of a page ever had (`never_seen`): of a change, all the rest is held back. Pure.

A text is what a person reads on one line: of a revision, the lines of its sealed text
(`monitor.core.record.sealed_text`), which is kept for ever. A block counts if one of its lines is new. What a line is
in the page (a heading, a paragraph, an item of a list) makes no difference, nor where it was, nor where its links lead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from monitor.core.judging.significance import with_rule
from monitor.core.model import Block, BlockChange, Change
from monitor.core.record.sealed_text import lines_of_block
from monitor.core.text import comparable

RULE = "never-seen"

Lines = frozenset[str]
Earlier = Callable[[Lines], Lines]
"""Returns those of some lines that earlier revisions had."""

_FEW = 20
"""As many lines are sooner looked for in a whole text than in its lines."""
_MARK = re.compile(r"(?:(?:#{1,6}|•|→) +)+")
"""What a sealed text puts before a heading, an item of a list and a link."""


def never_seen(change: Change, before: Iterable[Block], earlier: Earlier) -> Change:
    """Return the change with every material block held back whose text the page had before.

    `before` are the blocks that it is compared with; `earlier` is asked once, of what these did not have.
    """
    wanted = Lines(line for block in change.blocks if block.material for line in _new_lines(block))
    unknown = wanted - lines_of(before) if wanted else wanted
    new = unknown - earlier(unknown) if unknown else unknown
    return with_rule(change, RULE, lambda block: block.material and new.isdisjoint(_new_lines(block)))


def seen_in(texts: Iterable[tuple[int, str]], lines: Lines) -> Lines:
    """Return those of some lines that sealed texts have; reads no more texts than it takes to find all of them.

    With each text comes the number of its revision, which makes no difference here.
    """
    missing = set(lines)
    for _, text in texts:
        folded = comparable(text)
        if len(missing) > _FEW or any(line in folded for line in missing):
            missing -= lines_of_text(folded)
        if not missing:
            break
    return lines - missing


def lines_of_text(text: str) -> Lines:
    """Return the lines of a sealed text, in the form in which lines are compared."""
    return Lines(filter(None, map(_plain, text.split("\n"))))


def lines_of(blocks: Iterable[Block]) -> Lines:
    """Return the lines of blocks, in the form in which lines are compared."""
    return Lines(filter(None, (_plain(line) for block in blocks for line in lines_of_block(block._replace(links=())))))


def _new_lines(block: BlockChange) -> Lines:
    """Return the lines of a block as it is now; none where it is gone."""
    if block.after is None:
        return Lines()
    return lines_of([Block(block.kind, block.after, label=block.label)])


def _plain(line: str) -> str:
    """Return a line without its mark, and with all folded that nobody sees as a difference."""
    line = line.strip()
    mark = _MARK.match(line)
    return comparable(line[mark.end() :] if mark else line)
