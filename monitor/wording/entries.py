"""Block changes as the entries of a mail: where on the page, what differs there, why it is worth a reader's time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.core.model import BlockChange
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import LONGEST_EXCERPT, SpanOp, TextSpan, edits, every_word, one_line, visible, whole

HEADINGS_SHOWN = 3
LONGEST_HEADING = 80
LONGEST_UNCHANGED = 240
GATHERED = {"li": "list", "row": "table"}
"""Blocks that are told together with their neighbours, and what they are together."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry: pieces of text; `label` says what became of the whole (NY PUNKT), "" for an edit."""

    pieces: tuple[TextSpan, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place on the page: where it is, what differs there, and why that is worth a reader's time."""

    where: str
    lines: tuple[EntryLine, ...]
    why: tuple[str, ...]
    changes: int = 1


def places(blocks: Sequence[BlockChange]) -> list[list[BlockChange]]:
    """Neighbouring list items (or table rows) under one heading are one place, every other block is its own."""
    return [[block for _, block in group] for _, group in groupby(enumerate(blocks), _place)]


def entry(together: Sequence[BlockChange], words: Words, *, in_full: bool = False) -> Entry:
    """The entry of one place; `in_full` leaves nothing of its texts out."""
    first = together[0]
    several = GATHERED.get(first.kind) if first.label is None else None
    tail = words.say(f"where.{several}") if several else _tail(first, words)
    headings = [one_line(heading)[:LONGEST_HEADING] for heading in first.heading]
    path = ["…"] * (len(headings) > HEADINGS_SHOWN) + headings[-HEADINGS_SHOWN:]
    return Entry(
        where=" › ".join([*path, tail]),
        lines=tuple(line for block in together for line in _lines(block, words, in_full=in_full)),
        why=tuple(dict.fromkeys(_why(block, words) for block in together)),
        changes=len(together),
    )


def _place(numbered: tuple[int, BlockChange]) -> tuple[tuple[str, ...], str]:
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
        yield EntryLine((_whole(after or "", "added", in_full=in_full),), words.say(f"new.{_kind(block)}"))
    elif after is None:
        yield EntryLine((_whole(before, "removed", in_full=in_full),), words.say(f"gone.{_kind(block)}"))
    elif before != after:
        yield EntryLine(tuple(every_word(before, after) if in_full else edits(before, after)))
    else:
        label = words.say("moved_block") if block.op == "moved" else ""
        yield EntryLine((_whole(after, "kept", LONGEST_UNCHANGED, in_full=in_full),), label)
    if before is not None and after is not None:
        yield from (EntryLine((TextSpan("kept", told),)) for told in _link_changes(block, words))


def _whole(text: str, op: SpanOp, longest: int = LONGEST_EXCERPT, *, in_full: bool) -> TextSpan:
    return TextSpan(op, visible(text)) if in_full else whole(text, op, longest)


def _link_changes(block: BlockChange, words: Words) -> Iterator[str]:
    """Where links lead now; of one whose words alone were edited, the text itself tells."""
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
