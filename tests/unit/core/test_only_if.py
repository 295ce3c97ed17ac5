"""Words that matter: what a change must touch to be told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging.only_if import RULE, meets, only_if
from monitor.core.model import BlockChange, Change, Condition

SHELTER = Condition(any=("skyddat boende",))


def block(
    before: str | None, after: str | None, *, heading: tuple[str, ...] = (), material: bool = True
) -> BlockChange:
    op: Any = "edited" if before and after else "added" if after else "removed"
    return BlockChange(op, "p", heading, None, before, after, "wording", material=material, rule="wording")


@pytest.mark.parametrize(
    ("before", "after", "is_met"),
    [
        (None, "Kommunen ska erbjuda skyddat boende.", True),
        ("Kommunen ska erbjuda skyddat boende.", None, True),
        ("Kommunen ska erbjuda stöd.", "Kommunen ska erbjuda skyddat boende.", True),
        ("Kommunen ska erbjuda skyddat boende.", "Kommunen ska erbjuda stöd.", True),
        ("Kommunen ska erbjuda skyddat boende.", "Kommunen bör erbjuda skyddat boende.", False),
        ("Om skyddat boende. Ring oss.", "Om skyddat boende. Mejla oss.", False),
        ("Om skyddat hem.", "Om skyddat boende.", True),  # one of the two words is new
        (None, "Om SKYDDAT BOENDE", True),
        (None, "Om bidrag", False),
    ],
)
def test_words_count_where_they_came_or_went(before: str | None, after: str | None, *, is_met: bool) -> None:
    assert meets(block(before, after), SHELTER) is is_met


@pytest.mark.parametrize(
    ("condition", "added", "removed"),
    [
        (Condition(added=("jour",)), True, False),
        (Condition(removed=("jour",)), False, True),
        (Condition(any=("jour",)), True, True),
        (Condition(any=("jour",), added=("jour",)), True, False),
        (Condition(added=("jour",), removed=("jour",)), False, False),
        (Condition(added=("ingen", "jour")), True, False),
        (Condition(added=()), True, True),  # an empty list is no condition
    ],
)
def test_everything_that_is_given_must_hold_and_of_each_any_pattern(
    condition: Condition, *, added: bool, removed: bool
) -> None:
    assert meets(block(None, "Vår jour svarar"), condition) is added
    assert meets(block("Vår jour svarar", None), condition) is removed


def test_a_heading_narrows_it() -> None:
    condition = Condition(under="bidrag")
    assert meets(block(None, "Något", heading=("Stöd", "Bidrag till kommuner")), condition)
    assert not meets(block(None, "Något", heading=("Stöd",)), condition)


def test_what_is_held_back_is_listed_with_its_rule() -> None:
    told, other, noise = block(None, "Nytt skyddat boende"), block(None, "Annat"), block("a", "b", material=False)
    change = Change((told, other, noise))
    assert only_if(change, None) is change
    assert [(each.rule, each.material) for each in only_if(change, SHELTER).blocks] == [
        ("wording", True), (RULE, False), ("wording", False)
    ]  # fmt: skip


@given(st.text("ab c", max_size=30), st.text("ab c", max_size=30))
def test_a_pattern_of_anything_finds_every_change_of_words(before: str, after: str) -> None:
    change = block(before or None, after or None)
    if (before or after) and before.split() != after.split():
        assert meets(change, Condition(any=(r"\S",)))


def test_a_condition_survives_being_stored() -> None:
    for condition in (SHELTER, Condition(added=("a",), removed=("b", "c"), under="Bidrag")):
        assert Condition.from_facts(condition.to_facts()) == condition
    assert Condition(("a",), ("b", "a")).patterns == ("a", "b")
