"""Common runs of two sequences, in order: the basis of aligning blocks and words.

Equal ends first, then a longest common subsequence (rapidfuzz's Indel distance, in C). That takes one bit for each pair
of elements, so two sequences that would need more than `MOST_BITS` are first cut at elements that occur once in each;
what is still too large between two cuts is matched from left to right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

MOST_BITS = 1 << 29
"""64 MB of memory while two sequences are compared."""


class Run(NamedTuple):
    """`length` equal elements, from `before` in the first sequence and from `after` in the second."""

    before: int
    after: int
    length: int


def common_runs(before: Sequence[Hashable], after: Sequence[Hashable], *, most_bits: int = MOST_BITS) -> list[Run]:
    """Return equal runs in order, never crossing; adjacent runs are one. `most_bits` bounds the memory that is used."""
    head = _common_head(before, after)
    tail = _common_head(before[head:][::-1], after[head:][::-1])
    before_end, after_end = len(before) - tail, len(after) - tail
    numbers: dict[Hashable, int] = {}
    first = [numbers.setdefault(element, len(numbers)) for element in before[head:before_end]]
    second = [numbers.setdefault(element, len(numbers)) for element in after[head:after_end]]
    between = _runs_between(first, second, 0, len(first), 0, len(second), most_bits)
    moved = [Run(head + run.before, head + run.after, run.length) for run in between]
    return _join_adjacent([Run(0, 0, head), *moved, Run(before_end, after_end, tail)])


def longest_rising(values: Sequence[int]) -> list[int]:
    """Return the positions of a longest strictly rising subsequence of `values`, in order."""
    last_values: list[int] = []
    last_positions: list[int] = []
    previous = [-1] * len(values)
    for position, value in enumerate(values):
        length = bisect_left(last_values, value)
        if length == len(last_values):
            last_values.append(value)
            last_positions.append(position)
        else:
            last_values[length] = value
            last_positions[length] = position
        previous[position] = last_positions[length - 1] if length else -1
    chosen: list[int] = []
    position = last_positions[-1] if last_positions else -1
    while position >= 0:
        chosen.append(position)
        position = previous[position]
    return chosen[::-1]


def _common_head(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


def _join_adjacent(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if not run.length:
            continue
        last = joined[-1] if joined else None
        if last and last.before + last.length == run.before and last.after + last.length == run.after:
            joined[-1] = Run(last.before, last.after, last.length + run.length)
        else:
            joined.append(run)
    return joined


def _runs_between(first: list[int], second: list[int], i1: int, i2: int, j1: int, j2: int, most_bits: int) -> list[Run]:
    """Return the runs within first[i1:i2] and second[j1:j2]."""
    if i1 == i2 or j1 == j2:
        return []
    if (i2 - i1) * (j2 - j1) <= most_bits:
        return _longest(first, second, i1, i2, j1, j2)
    runs: list[Run] = []
    done_i, done_j = i1, j1
    for i, j in [*_anchors(first, second, i1, i2, j1, j2), (i2, j2)]:
        if (i - done_i) * (j - done_j) <= most_bits:
            runs += _longest(first, second, done_i, i, done_j, j)
        else:
            runs += _left_to_right(first, second, done_i, i, done_j, j)
        runs.append(Run(i, j, 1 if i < i2 else 0))
        done_i, done_j = i + 1, j + 1
    return runs


def _longest(first: list[int], second: list[int], i1: int, i2: int, j1: int, j2: int) -> list[Run]:
    opcodes = Indel.opcodes(first[i1:i2], second[j1:j2])
    return [
        Run(i1 + code.src_start, j1 + code.dest_start, code.src_end - code.src_start)
        for code in opcodes
        if code.tag == "equal"
    ]


def _anchors(first: list[int], second: list[int], i1: int, i2: int, j1: int, j2: int) -> list[tuple[int, int]]:
    """Return elements that occur once on each side, as many as can be had in order."""
    counts, others = Counter(first[i1:i2]), Counter(second[j1:j2])
    places = {second[j]: j for j in range(j1, j2) if others[second[j]] == 1}
    pairs = [(i, places[first[i]]) for i in range(i1, i2) if counts[first[i]] == 1 and first[i] in places]
    return [pairs[position] for position in longest_rising([j for _, j in pairs])]


def _left_to_right(first: list[int], second: list[int], i1: int, i2: int, j1: int, j2: int) -> list[Run]:
    """Match each element with the next equal one on the other side; return the most matches that do not cross.

    The next one is searched for from the same distance from the start, so that a match skips no more than was skipped.
    """
    places: dict[int, list[int]] = {}
    for j in range(j1, j2):
        places.setdefault(second[j], []).append(j)
    pairs = []
    for i in range(i1, i2):
        candidates = places.get(first[i])
        if candidates:
            nearest = bisect_left(candidates, j1 + (i - i1))
            pairs.append((i, candidates[min(nearest, len(candidates) - 1)]))
    return [Run(*pairs[position], 1) for position in longest_rising([j for _, j in pairs])]
