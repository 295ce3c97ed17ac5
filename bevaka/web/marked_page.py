"""A whole page with its changes marked in their places, folded where nothing changed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bevaka.web.paper import label_beside
from monitor.core.model import Block, BlockChange
from monitor.wording.catalogue import Words
from monitor.wording.entries import EntryLine, entry
from monitor.wording.excerpts import TextSpan, visible

CONTEXT = 2
"""Unchanged blocks that are shown before and after a changed one."""
LEAST_FOLDED = 3
"""Unchanged blocks in a row that are worth folding."""


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """A block of the page: its lines, and whether it changed. `kind` is that of `Block`, `label` that of a §."""

    kind: str
    label: str | None
    lines: tuple[EntryLine, ...]
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks in a row; a folded one has none that changed, or is next to one."""

    blocks: tuple[MarkedBlock, ...]
    is_folded: bool


def marked_page(
    before: Sequence[Block], after: Sequence[Block], changes: Sequence[BlockChange], words: Words
) -> list[Stretch]:
    """Return the later page in stretches; what was removed is where it was, what cannot be placed at the end.

    What changed in its documents follows, each document under its title.
    """
    there: dict[tuple[object, str], list[BlockChange]] = {}
    gone: dict[tuple[object, str], list[BlockChange]] = {}
    in_documents = [change for change in changes if change.document is not None]
    for change in changes:
        if change.document is not None:
            continue
        if change.after is not None:
            there.setdefault((change.heading, change.after), []).append(change)
        elif change.before is not None:
            gone.setdefault((change.heading, change.before), []).append(change)
    place_of_edited: dict[tuple[object, str], int] = {}
    blocks: list[MarkedBlock] = []
    for number, block in enumerate(after):
        found = there.get((block.heading, block.text))
        if not found:
            span = TextSpan("kept", visible(block.text))
            label = label_beside(block.label, block.text)
            blocks.append(MarkedBlock(block.kind, label, (EntryLine((span,)),)))
            continue
        change = found.pop(0)
        if change.before is not None:
            place_of_edited.setdefault((block.kind, change.before), number)
        blocks.append(_changed(change, words))
    removed = _placed(before, after, gone, place_of_edited)
    whole = [_changed(change, words) for change in removed.get(-1, ())]
    for number, marked in enumerate(blocks):
        whole += [marked, *(_changed(change, words) for change in removed.get(number, ()))]
    left = [change for rest in (*there.values(), *gone.values()) for change in rest]
    page = _folded([*whole, *(_changed(change, words) for change in left)])
    return [*page, *(Stretch(tuple(blocks), is_folded=False) for blocks in _of_documents(in_documents, words))]


def _of_documents(changes: Sequence[BlockChange], words: Words) -> Iterator[list[MarkedBlock]]:
    """Yield the changes of each document, and before those of a place in it the headings that lead there."""
    for _, together in groupby(changes, lambda change: change.document):
        blocks: list[MarkedBlock] = []
        for heading, there in groupby(together, lambda change: change.heading):
            if heading:
                path = TextSpan("kept", visible(" › ".join(heading)))
                blocks.append(MarkedBlock("h2", None, (EntryLine((path,)),)))
            blocks += [_changed(change, words) for change in there]
        yield blocks


def _changed(change: BlockChange, words: Words) -> MarkedBlock:
    told = entry([change], words, in_full=True)
    label = label_beside(change.label, change.after or change.before or "")
    return MarkedBlock(change.kind, label, told.lines, is_changed=True)


def _placed(
    before: Sequence[Block],
    after: Sequence[Block],
    gone: dict[tuple[object, str], list[BlockChange]],
    place_of_edited: dict[tuple[object, str], int],
) -> dict[int, list[BlockChange]]:
    """Return what was removed, by the number of the block that it stood after; takes what it finds from `gone`."""
    places: dict[tuple[object, str], list[int]] = {}
    for number, block in enumerate(after):
        places.setdefault((block.kind, block.text), []).append(number)
    removed: dict[int, list[BlockChange]] = {}
    anchor = -1
    for block in before:
        if found := gone.get((block.heading, block.text)):
            removed.setdefault(anchor, []).append(found.pop(0))
            continue
        same = places.get((block.kind, block.text))
        anchor = same.pop(0) if same else place_of_edited.get((block.kind, block.text), anchor)
    return removed


def _folded(blocks: Sequence[MarkedBlock]) -> list[Stretch]:
    near = {
        number + distance
        for number, block in enumerate(blocks)
        if block.is_changed
        for distance in range(-CONTEXT, CONTEXT + 1)
    }
    return list(_stretches(blocks, near))


def _stretches(blocks: Sequence[MarkedBlock], near: set[int]) -> Iterator[Stretch]:
    for is_near, group in groupby(enumerate(blocks), lambda pair: pair[0] in near):
        together = tuple(block for _, block in group)
        yield Stretch(together, is_folded=not is_near and len(together) >= LEAST_FOLDED)
