"""Sharing: every thing is one worker's, and only what a worker leaves changes hands."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule.sharing import is_share_of

NAMES = st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=6, unique=True)


def owners(workers: list[str], thing: str) -> list[str]:
    return [worker for worker in workers if is_share_of(worker, workers, thing)]


@given(NAMES, st.text(max_size=20))
def test_every_thing_is_one_workers(workers: list[str], thing: str) -> None:
    assert len(owners(workers, thing)) == 1


@given(NAMES, st.text(max_size=20))
def test_who_leaves_leaves_what_was_theirs_and_nothing_else_changes_hands(workers: list[str], thing: str) -> None:
    gone, *left = workers
    [before], [after] = owners(workers, thing), owners(left, thing)
    assert before in {after, gone}


def test_the_shares_are_about_as_large() -> None:
    workers = ["a", "b", "c", "d"]
    counts = Counter(owners(workers, f"h{number}.example")[0] for number in range(4000))
    assert min(counts.values()) > 850
