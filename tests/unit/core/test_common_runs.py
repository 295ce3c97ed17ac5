from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.diff.common_runs import Run, common_runs, longest_rising

FEW = st.lists(st.integers(0, 6), max_size=40)


@given(FEW, FEW, st.sampled_from([0, 4, 30, 1 << 20]))
def test_runs_are_equal_and_in_order_however_little_memory_there_is(
    before: list[int], after: list[int], bits: int
) -> None:
    i = j = 0
    for run in common_runs(before, after, most_bits=bits):
        assert run.length > 0
        assert run.before >= i
        assert run.after >= j
        assert before[run.before : run.before + run.length] == after[run.after : run.after + run.length]
        i, j = run.before + run.length, run.after + run.length
    assert i <= len(before)
    assert j <= len(after)


@given(FEW, st.sampled_from([0, 1 << 20]))
def test_equal_sequences_are_one_run(elements: list[int], bits: int) -> None:
    assert common_runs(elements, elements, most_bits=bits) == ([Run(0, 0, len(elements))] if elements else [])


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_with_memory_the_common_part_is_as_long_as_can_be(before: list[int], after: list[int]) -> None:
    best = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            best[i + 1][j + 1] = best[i][j] + 1 if one == other else max(best[i][j + 1], best[i + 1][j])
    assert sum(run.length for run in common_runs(before, after)) == best[-1][-1]


def test_with_little_memory_what_stands_once_on_each_side_is_an_anchor() -> None:
    before = ["a", "x", "x", "once", "x", "b"]
    after = ["c", "x", "once", "x", "x", "d"]
    runs = common_runs(before, after, most_bits=3)
    assert any(run.before <= 3 < run.before + run.length and run.after <= 2 < run.after + run.length for run in runs)
    assert sum(run.length for run in runs) >= 3


@given(st.lists(st.integers(0, 20), max_size=30))
def test_the_longest_rising_positions_rise(values: list[int]) -> None:
    chosen = longest_rising(values)
    picked = [values[position] for position in chosen]
    assert chosen == sorted(chosen)
    assert all(one < other for one, other in pairwise(picked))
    longest: list[int] = []
    for at, value in enumerate(values):
        longest.append(1 + max((longest[i] for i in range(at) if values[i] < value), default=0))
    assert len(chosen) == max(longest, default=0)
