"""Alignment of two extractions of a page: which blocks were kept, edited, moved, added or removed.

    labels        a § is its label; one whose text is unchanged under another label was renumbered
    equal blocks  in order, as many as possible
    neighbours    between equal blocks, the most similar
    moves         what is left on both sides and is equal, or very similar, elsewhere
    parts         a paragraph that was split, or several that were merged

What counts of a block is its kind, label, comparable text and link targets. Its heading path is where it is, not what
it is: when a heading is reworded, the heading alone differs, not every block below it.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from monitor.core import text
from monitor.core.diff.common_runs import Run, common_runs, longest_rising
from monitor.core.diff.moved import find_moves
from monitor.core.diff.pair_sections import identity, pair_labels, pair_marked_headings
from monitor.core.diff.similarity import Likeness, family, pair_neighbours
from monitor.core.model import Block, Extraction, Link

LEAST_LIKENESS_OF_PARTS = 0.9
MOST_PARTS = 4
_LABEL_MARK, _TARGET_MARK, _DOCUMENTS_MARK = "§", "→", "documents"
Key = tuple[str, str | None, str, tuple[str, ...]]


class BlockPair(NamedTuple):
    """A block before and after; one side is None where it was added or removed.

    A block that was moved and edited is `edited`. Where a paragraph was split or merged, one side is its parts, joined
    by line breaks.
    """

    op: Literal["kept", "edited", "moved", "added", "removed"]
    before: Block | None
    after: Block | None


def keys(blocks: Iterable[Block], folded: dict[str, str]) -> list[Key]:
    """Return what counts of each block.

    `folded` caches the comparable form of texts: most texts are on both sides.
    """
    found: list[Key] = []
    for block in blocks:
        content = folded.get(block.text)
        if content is None:
            content = folded[block.text] = text.comparable(block.text)
        targets = tuple([link.target for link in block.links]) if block.links else ()
        found.append((block.kind, block.label, content, targets))
    return found


def extraction_fingerprint(extraction: Extraction) -> str:
    """Return a fingerprint that is the same for two extractions exactly when nothing that counts differs: SHA-256, hex.

    Dates of the page count where they are in a block; metadata and what was dropped do not count.
    """
    if not extraction.documents:
        return text.fingerprint(_fingerprint_parts(extraction.blocks))
    texts = {document.url: document.text_sha256 for document in extraction.documents}
    blocks = (block._replace(links=tuple(_by_text(link, texts) for link in block.links)) for block in extraction.blocks)
    return text.fingerprint([*_fingerprint_parts(blocks), _DOCUMENTS_MARK, *sorted(texts.values())])


def _by_text(link: Link, texts: Mapping[str, str]) -> Link:
    """Return a link to a document as one to its text, whatever the file is called."""
    found = texts.get(link.target.partition("#")[0])
    return link if found is None else link._replace(target=found)


def _fingerprint_parts(blocks: Iterable[Block]) -> list[str]:
    """Return the contents of `keys` as a flat list: no kind is a mark, so it is unambiguous where a block begins."""
    parts: list[str] = []
    add, comparable = parts.append, text.comparable
    for kind, content, _, label, links, _ in blocks:
        add(kind)
        add(comparable(content))
        if label is not None:
            add(_LABEL_MARK)
            add(label)
        for link in links:
            add(_TARGET_MARK)
            add(link.target)
    return parts


def align(before: Sequence[Block], after: Sequence[Block]) -> list[BlockPair]:
    """Return pairs that hold every block of both sides exactly once, in the order of the page.

    A removed block is where it was before.
    """
    folded: dict[str, str] = {}
    old, new = keys(before, folded), keys(after, folded)
    if old == new:
        return [BlockPair("kept", one, other) for one, other in zip(before, after, strict=True)]
    likeness = Likeness(before, after)
    head, tail = _equal_ends(before, after, old, new, likeness)
    begins = [BlockPair("kept", one, other) for one, other in zip(before[:head], after[:head], strict=True)]
    ends = (
        [BlockPair("kept", one, other) for one, other in zip(before[tail:], after[tail:], strict=True)] if tail else []
    )
    inside = slice(head, tail or None)
    is_law = any(block.label is not None for block in chain(before, after))
    middle = _align_middle(before[inside], after[inside], old[inside], new[inside], likeness, is_law=is_law)
    return [*begins, *middle, *ends]


def _equal_ends(
    before: Sequence[Block], after: Sequence[Block], old: list[Key], new: list[Key], likeness: Likeness
) -> tuple[int, int]:
    """Return how many blocks at the start are equal on both sides, and where the equal ones at the end begin.

    The end is counted from behind (-3: the last three), 0 where there are none. Most pages differ in one place, and
    what is around it needs no search.
    """
    most = min(len(old), len(new))

    def is_equal(i: int, j: int) -> bool:
        return old[i] == new[j] and likeness.standing(before[i]) == likeness.standing(after[j])

    head = 0
    while head < most and is_equal(head, head):
        head += 1
    tail = 0
    while tail > head - most and is_equal(tail - 1, tail - 1):
        tail -= 1
    return head, tail


def _align_middle(
    before: Sequence[Block],
    after: Sequence[Block],
    old: list[Key],
    new: list[Key],
    likeness: Likeness,
    *,
    is_law: bool,
) -> list[BlockPair]:
    old_places, new_places = (_places(blocks) if is_law else {} for blocks in (before, after))
    headings = pair_marked_headings(before, after) if is_law else {}
    matches = pair_labels(before, after, old_places, new_places, likeness) | headings if is_law else {}
    first = _rest(len(before), {*old_places.values(), *headings})
    second = _rest(len(after), {*new_places.values(), *headings.values()})
    matches |= _pair_unlabelled(before, after, old, new, first, second, likeness)
    matches |= find_moves(before, after, matches, likeness)
    return _join_parts(_ordered_pairs(before, after, old, new, matches), likeness)


def _places(blocks: Sequence[Block]) -> dict[str, int]:
    """Return where each block of a law is that has an identity."""
    return {name: place for place, block in enumerate(blocks) if (name := identity(block)) is not None}


def _rest(length: int, taken: Collection[int]) -> Sequence[int]:
    return [place for place in range(length) if place not in taken] if taken else range(length)


def _pair_unlabelled(
    before: Sequence[Block],
    after: Sequence[Block],
    old: list[Key],
    new: list[Key],
    first: Sequence[int],
    second: Sequence[int],
    likeness: Likeness,
) -> dict[int, int]:
    """Match equal blocks in order, then the most similar ones between them; `first` and `second` are their places."""
    runs = common_runs(
        [(old[i], likeness.standing(before[i])) for i in first],
        [(new[j], likeness.standing(after[j])) for j in second],
    )
    matches: dict[int, int] = {}
    i = j = 0
    for run in [*runs, Run(len(first), len(second), 0)]:
        rest_before, rest_after = first[i : run.before], second[j : run.after]
        similar = pair_neighbours([before[at] for at in rest_before], [after[at] for at in rest_after], likeness)
        matches |= {rest_before[one]: rest_after[other] for one, other in similar}
        matches |= {first[run.before + step]: second[run.after + step] for step in range(run.length)}
        i, j = run.before + run.length, run.after + run.length
    return matches


def _ordered_pairs(
    before: Sequence[Block], after: Sequence[Block], old: list[Key], new: list[Key], matches: dict[int, int]
) -> list[BlockPair]:
    """Return all pairs in the order of the second side; a removed block follows the one that was before it."""
    by_place = sorted(matches.items())
    stayed = _pairs_in_place(by_place, before)
    origin = {j: i for i, j in by_place}
    pairs: list[BlockPair] = []
    done = 0
    for j, block in enumerate(after):
        i = origin.get(j)
        if i is None:
            pairs.append(BlockPair("added", None, block))
            continue
        in_place = (i, j) in stayed
        if in_place:
            pairs += [BlockPair("removed", before[at], None) for at in range(done, i) if at not in matches]
            done = i + 1
        is_kept = in_place and old[i] == new[j]
        pairs.append(BlockPair("kept" if is_kept else _op(old[i], new[j], in_place=in_place), before[i], block))
    return pairs + [BlockPair("removed", before[at], None) for at in range(done, len(before)) if at not in matches]


def _pairs_in_place(by_place: Sequence[tuple[int, int]], before: Sequence[Block]) -> set[tuple[int, int]]:
    """Return the most pairs that are in the same order on both sides, those of § first, then those between them.

    So it is the heading that moved past a §, not the § past its heading.
    """
    if all(one[1] < other[1] for one, other in pairwise(by_place)):
        return set(by_place)
    labelled = [pair for pair in by_place if before[pair[0]].label is not None]
    fixed = [labelled[at] for at in longest_rising([j for _, j in labelled])]
    stayed = set(fixed)
    first = (-1, -1)
    for last in [*fixed, (sys.maxsize, sys.maxsize)]:
        between = by_place[bisect_left(by_place, first) : bisect_left(by_place, last)]
        loose = [(i, j) for i, j in between if before[i].label is None and first[1] < j < last[1]]
        stayed.update(loose[at] for at in longest_rising([j for _, j in loose]))
        first = last
    return stayed


def _op(old: Key, new: Key, *, in_place: bool) -> Literal["kept", "edited", "moved"]:
    kind, label, *content = old
    new_kind, new_label, *new_content = new
    if (kind, content) != (new_kind, new_content):
        return "edited"
    return "kept" if in_place and label == new_label else "moved"


def _join_parts(pairs: list[BlockPair], likeness: Likeness) -> list[BlockPair]:
    """Join edited blocks with the neighbours that are the rest of them, where they were split or merged."""
    joined: list[BlockPair] = []
    at = 0
    while at < len(pairs):
        if pairs[at].op != "edited":
            joined.append(pairs[at])
            at += 1
            continue
        whole, first, last = _with_parts(pairs, at, likeness)
        del joined[len(joined) - (at - first) :]
        joined.append(whole)
        at = last + 1
    return joined


def _with_parts(pairs: list[BlockPair], at: int, likeness: Likeness) -> tuple[BlockPair, int, int]:
    """Return the pair at a position, joined with the neighbours that make its sides most similar, and its extent.

    The extent is the first and the last position.
    """
    pair = pairs[at]
    if pair.before is None or pair.after is None or pair.after.label is not None:
        return pair, at, at
    best = (pair, at, at)
    best_score = 0.0
    for first, last in _extents_of_parts(pairs, at, pair):
        best_score = best_score or max(likeness(pair.before, pair.after), LEAST_LIKENESS_OF_PARTS)
        whole = _join_sides(pairs[first : last + 1])
        score = likeness(*whole)
        if score > best_score:
            best_score = score
            best = (BlockPair("edited", *whole), first, last)
    return best


def _extents_of_parts(pairs: list[BlockPair], at: int, pair: BlockPair) -> Iterator[tuple[int, int]]:
    """Yield the first and last position of each stretch of neighbours that may be parts of the pair at a position."""
    for op in ("added", "removed"):
        low = high = at
        while low > max(0, at - MOST_PARTS) and _is_part(pairs[low - 1], op, pair):
            low -= 1
        while high < min(len(pairs) - 1, at + MOST_PARTS) and _is_part(pairs[high + 1], op, pair):
            high += 1
        for first in range(low, at + 1):
            for last in range(at, high + 1):
                if first < last:
                    yield first, last


def _is_part(rest: BlockPair, op: str, pair: BlockPair) -> bool:
    block = rest.after or rest.before
    return rest.op == op and block is not None and family(block) in {family(b) for b in (pair.before, pair.after) if b}


def _join_sides(pairs: list[BlockPair]) -> tuple[Block, Block]:
    before = [pair.before for pair in pairs if pair.before]
    after = [pair.after for pair in pairs if pair.after]
    return _one_block(before), _one_block(after)


def _one_block(parts: list[Block]) -> Block:
    links = tuple(chain.from_iterable(part.links for part in parts))
    return parts[0]._replace(text="\n".join(part.text for part in parts), links=links)
