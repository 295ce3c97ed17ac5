"""The page's own date in a change: told, or held back as an automatic stamp."""

from __future__ import annotations

import pytest

from monitor.core.judging.own_date import as_part_of, as_recorded, is_date_alone, is_stamp_alone
from monitor.core.judging.significance import RULES
from monitor.core.model import BlockChange, Change, StatedDate


def stated(day: str) -> StatedDate:
    return StatedDate(day, "Senast uppdaterad", f"Senast uppdaterad: {day}", "text")


def block(rule: str, before: str | None, after: str | None) -> BlockChange:
    kind = RULES[rule]
    return BlockChange("edited", "p", (), None, before, after, kind.category, kind.material, rule)


def change(rule: str, *others: BlockChange, days: tuple[str, str] = ("2024-03-01", "2024-03-02")) -> Change:
    old, new = map(stated, days)
    return Change((block(rule, old.text, new.text), *others), old, new)


WORDING = block("wording", "Stödet söks i maj.", "Stödet söks i juni.")
TODAY = block("automatic-stamp", "Dagens datum: 2024-03-01", "Dagens datum: 2024-03-02")


def rules(judged: Change) -> list[str]:
    return [one.rule for one in judged.blocks]


def test_a_date_that_moved_with_other_words_is_no_stamp() -> None:
    judged = as_part_of(change("automatic-stamp", WORDING))
    assert rules(judged) == ["update-date", "wording"]
    assert judged.blocks[0].material
    assert judged.blocks[0].category == "update-date"


def test_a_date_that_moved_alone_stays_what_it_is() -> None:
    alone = change("automatic-stamp")
    assert as_part_of(alone) is alone
    assert is_stamp_alone(alone)
    assert not is_date_alone(alone)


@pytest.mark.parametrize(
    "stamp",
    [
        change("automatic-stamp", WORDING, days=("2024-03-01", "2024-03-01")),
        Change((TODAY, WORDING), stated("2021-11-18"), stated("2021-11-18")),
        Change((TODAY, WORDING)),
        Change((TODAY, WORDING), stated("2021-11-18"), stated("2021-11-19")),
    ],
    ids=["a time of day", "today's date beside a date", "today's date alone", "today's date beside one that moved"],
)
def test_what_is_not_the_pages_own_date_stays_a_stamp(stamp: Change) -> None:
    assert as_part_of(stamp).blocks[0].rule == "automatic-stamp"
    assert not is_stamp_alone(stamp)


@pytest.mark.parametrize(
    ("judged", "rule", "expected"),
    [
        ("automatic-stamp", "update-date", "update-date"),
        ("update-date", "automatic-stamp", "automatic-stamp"),
        ("automatic-stamp", "automatic-stamp", "automatic-stamp"),
        ("update-date", "update-date", "update-date"),
        ("automatic-stamp", None, "automatic-stamp"),
        ("update-date", None, "update-date"),
    ],
)
def test_a_change_is_shown_as_it_was_judged_in_view_of_the_history(
    judged: str, rule: str | None, expected: str
) -> None:
    assert rules(as_recorded(change(judged), rule)) == [expected]


def test_other_words_are_shown_as_they_are_judged_now() -> None:
    beside = change("update-date", WORDING)
    assert as_recorded(beside, "automatic-stamp") is beside
