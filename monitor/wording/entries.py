"""Block changes as the entries of a mail: the place on the page, what differs there, and why that is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.core.model import BlockChange
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import (
    LONGEST_EXCERPT,
    SpanOp,
    TextSpan,
    cut,
    edits,
    every_word,
    one_line,
    shortened,
    visible,
)

HEADINGS_SHOWN = 3
LONGEST_HEADING = 80
LONGEST_UNCHANGED = 240
GATHERED = {"li": "list", "row": "table"}
"""Kinds of block that share an entry with their neighbours, and the name of such an entry's place."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry: spans of text; `label` says what happened to the whole block (NY PUNKT), "" for an edit."""

    pieces: tuple[TextSpan, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place on the page: its heading path, what differs there, and why that is reported.

    Where not all entries fit, those of the lowest `rank` are shown, and of equal ones the first.
    """

    where: str
    lines: tuple[EntryLine, ...]
    why: tuple[str, ...]
    changes: int = 1
    rank: int = 0


def places(blocks: Sequence[BlockChange]) -> list[list[BlockChange]]:
    """Group block changes by place: neighbouring list items (or table rows) under one heading share one."""
    return [[block for _, block in group] for _, group in groupby(enumerate(blocks), _place_key)]


def entry(together: Sequence[BlockChange], words: Words, *, in_full: bool = False) -> Entry:
    """Return the entry of one place; with `in_full`, its texts are not shortened."""
    first = together[0]
    gathered = GATHERED.get(first.kind) if first.label is None else None
    tail = words.say(f"where.{gathered}") if gathered else _tail(first, words)
    headings = [cut(heading, LONGEST_HEADING) or one_line(heading)[:LONGEST_HEADING] for heading in first.heading]
    path = ["…"] * (len(headings) > HEADINGS_SHOWN) + headings[-HEADINGS_SHOWN:]
    return Entry(
        where=" › ".join([*path, tail]),
        lines=tuple(line for block in together for line in _lines(block, words, in_full=in_full)),
        why=tuple(dict.fromkeys(_why(block, words) for block in together)),
        changes=len(together),
    )


def _place_key(numbered: tuple[int, BlockChange]) -> tuple[tuple[str, ...], str]:
    number, block = numbered
    kind = GATHERED.get(block.kind, "") if block.label is None else ""
    return block.heading, kind or str(number)


def _tail(block: BlockChange, words: Words) -> str:
    if block.label is None:
        return words.say(f"where.{_kind(block)}")
    if block.label_before is None:
        return one_line(block.label)
    return words.say("renumbered", before=one_line(block.label_before), after=one_line(block.label))


def _kind(block: BlockChange) -> str:
    if re.fullmatch(r"h[1-6]", block.kind):
        return "heading"
    return block.kind if block.kind in ("li", "row", "section") else "p"


def _lines(block: BlockChange, words: Words, *, in_full: bool) -> Iterator[EntryLine]:
    before, after = block.before, block.after
    if before is None:
        yield EntryLine((_whole_span(after or "", "added", in_full=in_full),), words.say(f"new.{_kind(block)}"))
    elif after is None:
        yield EntryLine((_whole_span(before, "removed", in_full=in_full),), words.say(f"gone.{_kind(block)}"))
    elif before != after:
        yield EntryLine(tuple(every_word(before, after) if in_full else edits(before, after)))
    else:
        label = words.say("moved_block") if block.op == "moved" else ""
        yield EntryLine((_whole_span(after, "kept", LONGEST_UNCHANGED, in_full=in_full),), label)
    if before is not None and after is not None:
        yield from (EntryLine((TextSpan("kept", line),)) for line in _link_changes(block, words))


def _whole_span(text: str, op: SpanOp, longest: int = LONGEST_EXCERPT, *, in_full: bool) -> TextSpan:
    return TextSpan(op, visible(text)) if in_full else shortened(text, op, longest)


def _link_changes(block: BlockChange, words: Words) -> Iterator[str]:
    """Yield a line for each link that was added, removed or retargeted.

    A link whose words alone were edited gets none: the text of the block shows that edit.
    """
    before = {link.text: link.target for link in block.links_before}
    after = {link.text: link.target for link in block.links_after}
    for text in dict.fromkeys([*before, *after]):
        facts = {
            "text": one_line(text),
            "before": one_line(before.get(text, "")),
            "after": one_line(after.get(text, "")),
        }
        if text not in before:
            if after[text] not in before.values():
                yield words.say("link_added", **facts)
        elif text not in after:
            if before[text] not in after.values():
                yield words.say("link_removed", **facts)
        elif before[text] != after[text]:
            yield words.say("link_changed", **facts)


def _why(block: BlockChange, words: Words) -> str:
    return words.say("why" if block.material else "why_not", why=words.rule(block.rule), rule=block.rule)
