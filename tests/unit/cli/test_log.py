"""Counts of checks and gaps in `log`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bevaka.cli.log import _checks_and_gaps
from monitor.core.model import Observation, Outcome, Watch
from monitor.history import WatchLog

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def run(outcome: str, first: int, last: int, count: int = 1) -> Observation:
    """Return a run of checks between two times, in hours after nine."""
    begun, ended = NINE + timedelta(hours=first), NINE + timedelta(hours=last)
    return Observation(Outcome(outcome), begun, ended, count, 1)


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([run("first", 0, 0)], "0 checks unchanged"),
        ([run("first", 0, 0), run("unchanged", 1, 1)], "1 check unchanged"),
        (
            [run("first", 0, 0), run("unchanged", 1, 3301, 3301), run("not_seen", 3302, 3302)],
            "3 301 checks unchanged, 1 gap = 1 min",
        ),
        ([run("first", 0, 0), run("not_seen", 1, 1), run("unchanged", 7, 7)], "1 check unchanged, 1 gap = 6 h"),
        (
            [run("not_seen", 0, 2), run("suspect", 3, 5), run("first", 6, 6), run("withdrawn", 7, 8)],
            "0 checks unchanged, 2 gaps = 7 h",
        ),
    ],
)
def test_a_gap_lasts_from_the_first_check_that_did_not_see_the_page_to_the_next_that_did(
    runs: list[Observation], words: str
) -> None:
    assert _checks_and_gaps(WatchLog(Watch("page", "page", "https://example.org/"), (), tuple(runs))) == words
