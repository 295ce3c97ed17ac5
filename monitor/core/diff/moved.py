"""Search for blocks that only seem removed and added: they are elsewhere, or what was beside them was moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from monitor.core.diff.similarity import Candidates, Likeness, family, pair_neighbours
from monitor.core.model import Block
from monitor.core.text import comparable

_LONG_WORDS = 8
_PARAGRAPH_WORDS = 20
_MOVED_AND_EDITED = 0.75
_LEAST_APART = 0.5
"""How similar two blocks must be that have no equal blocks around them."""
_MOST_PAIRS = 10_000


def find_moves(
    before: Sequence[Block], after: Sequence[Block], matches: Mapping[int, int], likeness: Likeness
) -> dict[int, int]:
    """Return further matches among the blocks that `matches` leaves over.

    Equal ones first, then very similar ones in order, then those out of order.
    """
    taken = set(matches.values())
    rest_before = [i for i in range(len(before)) if i not in matches]
    rest_after = [j for j in range(len(after)) if j not in taken]
    moves: dict[int, int] = {}
    for step in (_equal, _in_order, _out_of_order):
        found = step(before, after, rest_before, rest_after, likeness)
        moves |= found if step is _equal else _without_other_items(before, after, found, matches, likeness)
        taken = set(moves.values())
        rest_before = [i for i in rest_before if i not in moves]
        rest_after = [j for j in rest_after if j not in taken]
    return moves


def _without_other_items(
    before: Sequence[Block],
    after: Sequence[Block],
    found: Mapping[int, int],
    matches: Mapping[int, int],
    likeness: Likeness,
) -> dict[int, int]:
    """Return the pairs without those of two items of a list: one item came, and another went elsewhere in the list.

    In a list of news an item falls off at the end when one comes at the top; the headline and the date of the one did
    not become those of the other. A paragraph may have moved from under one heading to under another.
    """
    if not found:
        return {}
    headings, new_headings, matched = _headings_above(before), _headings_above(after), set(matches.values())
    siblings: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for place, new_place in matches.items():
        if headings[place] == place:
            siblings[_level(before[place])].append((place, new_place))

    def are_of_two_items(i: int, j: int) -> bool:
        heading, new_heading = headings[i], new_headings[j]
        if heading is None or new_heading is None or len(likeness.words(before[i].text)) >= _PARAGRAPH_WORDS:
            return False
        if heading == i and new_heading == j:  # past a sibling that stayed
            return any((place < i) != (new_place < j) for place, new_place in siblings[_level(before[i])])
        if heading == i or new_heading == j:
            return False
        return heading not in matches and new_heading not in matched and not is_kept(heading, new_heading)

    def is_kept(heading: int, new_heading: int) -> bool:
        return found.get(heading) == new_heading and not are_of_two_items(heading, new_heading)

    return {i: j for i, j in found.items() if not are_of_two_items(i, j)}


def _level(heading: Block) -> tuple[object, ...]:
    return heading.kind, heading.heading


def _headings_above(blocks: Sequence[Block]) -> list[int | None]:
    """Return for each block the place of the heading that it is right under; of a heading, its own place."""
    found: list[int | None] = []
    last: int | None = None
    for place, block in enumerate(blocks):
        if block.kind.startswith("h"):
            last = place
        found.append(last)
    return found


def _equal(
    before: Sequence[Block],
    after: Sequence[Block],
    rest_before: Sequence[int],
    rest_after: Sequence[int],
    likeness: Likeness,
) -> dict[int, int]:
    places: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for j in reversed(rest_after):
        places[_identity(after[j], likeness)].append(j)
    moves: dict[int, int] = {}
    for i in rest_before:
        found = places.get(_identity(before[i], likeness))
        if found:
            moves[i] = found.pop()
    return moves


def _identity(block: Block, likeness: Likeness) -> tuple[object, ...]:
    """Return what stays the same when a block is moved."""
    targets = tuple(link.target for link in block.links)
    return family(block), block.label, comparable(block.text), targets, likeness.standing(block)


def _in_order(
    before: Sequence[Block],
    after: Sequence[Block],
    rest_before: Sequence[int],
    rest_after: Sequence[int],
    likeness: Likeness,
) -> dict[int, int]:
    old = [i for i in rest_before if before[i].label is None]
    new = [j for j in rest_after if after[j].label is None]
    found = pair_neighbours([before[i] for i in old], [after[j] for j in new], likeness, _LEAST_APART)
    return {old[i]: new[j] for i, j in found if likeness.standing(before[old[i]]) == likeness.standing(after[new[j]])}


def _out_of_order(
    before: Sequence[Block],
    after: Sequence[Block],
    rest_before: Sequence[int],
    rest_after: Sequence[int],
    likeness: Likeness,
) -> dict[int, int]:
    old = [i for i in rest_before if before[i].label is None and len(likeness.words(before[i].text)) >= _LONG_WORDS]
    new = [j for j in rest_after if after[j].label is None and len(likeness.words(after[j].text)) >= _LONG_WORDS]
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return {}
    candidates = Candidates([after[j] for j in new], likeness)
    scored = [
        (likeness.enough(before[i], after[new[number]], _MOVED_AND_EDITED), i, new[number])
        for i in old
        for number in candidates.of(before[i], _MOVED_AND_EDITED)
    ]
    moves: dict[int, int] = {}
    taken: set[int] = set()
    for score, i, j in sorted(scored, key=lambda one: (-one[0], one[1:])):
        if score and i not in moves and j not in taken:
            moves[i] = j
            taken.add(j)
    return moves
