"""Counters and rotating links, as the history of a page says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judging.flapping import with_history
from monitor.core.judging.moves_at_each_check import as_moving, as_recorded_moving
from monitor.core.judging.significance import RULES
from monitor.core.model import BlockChange, Change, Changed, PastRevision

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def block(rule: str, before: str = "Inne just nu: 12", after: str = "Inne just nu: 15") -> BlockChange:
    return BlockChange("edited", "p", (), None, before, after, RULES[rule].category, RULES[rule].material, rule)


def held(change: Change) -> list[str]:
    return [one.rule for one in change.blocks if not one.material]


@pytest.mark.parametrize(("rule", "held_by"), [("figure", "counter"), ("links-replaced", "rotating")])
def test_what_moved_alone_at_three_checks_in_a_row_moves_by_itself(rule: str, held_by: str) -> None:
    change = Change((block("whitespace"), block(rule)))
    assert held(as_moving(change, [rule, rule, rule])) == ["whitespace", held_by]
    assert held(as_moving(change, [held_by, held_by, rule])) == ["whitespace", held_by]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (Change((block("figure"),)), ["figure", "figure"]),
        (Change((block("figure"),)), ["figure", "wording", "figure"]),
        (Change((block("figure"), block("wording"))), ["figure"] * 3),
        (Change((block("figure", "Inne nu: 12", "Ute nu: 15"),)), ["figure"] * 3),
        (Change((block("amount"),)), ["amount"] * 3),
        (Change((block("whitespace"),)), ["whitespace"] * 3),
    ],
    ids=["two checks", "words between", "words now", "other words", "an amount", "nothing material"],
)
def test_anything_else_stays_as_it_was_judged(change: Change, rules: list[str | None]) -> None:
    assert as_moving(change, rules) is change


def past(rule: str, *, stood: timedelta = timedelta(0)) -> list[PastRevision]:
    """Return four revisions an hour apart, newest first; each text was last seen `stood` after it was taken."""
    return [PastRevision(START + n * HOUR, str(n), rule, START + (n - 1) * HOUR + stood) for n in range(4)][::-1]


def test_a_figure_that_stood_for_more_than_a_check_is_told() -> None:
    verdict = Changed(Change((block("figure"),)))
    revisions = past("figure")
    moved = with_history(verdict, revisions, revisions[0].taken_at, "Europe/Stockholm")
    assert held(moved.change) == ["counter"]
    for revisions, last_seen in (
        (past("figure", stood=HOUR / 2), START + 3 * HOUR),
        (past("figure"), START + 4 * HOUR),
    ):
        assert with_history(verdict, revisions, last_seen, "Europe/Stockholm") is verdict


def test_a_change_is_shown_as_it_was_recorded() -> None:
    change = Change((block("figure"),))
    assert held(as_recorded_moving(change, "counter")) == ["counter"]
    assert as_recorded_moving(change, "figure") is change
    assert as_recorded_moving(change, None) is change
