"""Counters and rotating links, as the history of a page says."""

from __future__ import annotations

import pytest

from monitor.core.judging.moves_at_each_check import as_moving, moving_places
from monitor.core.judging.significance import RULES
from monitor.core.model import BlockChange, Change, MovingPlace


def block(
    rule: str, before: str = "Inne just nu: 12", after: str = "Inne just nu: 15", heading: tuple[str, ...] = ()
) -> BlockChange:
    return BlockChange("edited", "p", heading, None, before, after, RULES[rule].category, RULES[rule].material, rule)


def held(change: Change) -> list[str]:
    return [one.rule for one in change.blocks if not one.material]


def learnt(*changes: Change, seen_once: bool = True) -> tuple[MovingPlace, ...]:
    """Return what is known after these changes, the first of which leads to revision 2."""
    places: tuple[MovingPlace, ...] = ()
    for number, change in enumerate(changes, start=1):
        places = moving_places(places, change, number, number + 1, seen_once=seen_once)
    return places


@pytest.mark.parametrize(("rule", "held_by"), [("figure", "counter"), ("links-replaced", "rotating")])
def test_what_moved_at_three_checks_in_a_row_moves_by_itself(rule: str, held_by: str) -> None:
    change = Change((block("wording"), block(rule)))
    assert held(as_moving(change, learnt(change, change), 3)) == []
    places = learnt(change, change, change)
    assert held(as_moving(change, places, 4)) == [held_by]
    assert held(as_moving(change, places, 5)) == [held_by]
    assert held(as_moving(change, places, 3)) == []  # as it was told
    assert [place.is_learnt for place in places] == [True]


def test_a_counter_that_rests_is_still_one() -> None:
    counter, other = Change((block("figure"),)), Change((block("wording", "a", "b"),))
    places = learnt(counter, counter, counter, other, other)
    assert held(as_moving(counter, places, 7)) == ["counter"]


@pytest.mark.parametrize(
    "changes",
    [
        (Change((block("figure"),)), Change((block("wording", "a", "b"),)), Change((block("figure"),))) * 2,
        (Change((block("figure", "Inne nu: 12", "Ute nu: 15"),)),) * 4,
        (Change((block("amount"),)),) * 4,
        (Change((block("whitespace"),)),) * 4,
        tuple(Change((block("figure", heading=(heading,)),)) for heading in "abcd"),
    ],
    ids=["others between", "other words", "an amount", "nothing material", "elsewhere"],
)
def test_anything_else_is_not_learnt(changes: tuple[Change, ...]) -> None:
    places = learnt(*changes)
    assert [place for place in places if place.is_learnt] == []
    assert as_moving(changes[-1], places, len(changes) + 1) == changes[-1]


def test_a_figure_that_stood_for_more_than_a_check_is_not_learnt() -> None:
    assert not any(place.is_learnt for place in learnt(*[Change((block("figure"),))] * 4, seen_once=False))


@pytest.mark.parametrize("rule", ["update-date", "date", "as-of-stamp"])
def test_figures_that_come_with_a_new_day_are_not_learnt(rule: str) -> None:
    dated = Change((block(rule, "Läget den 4 mars", "Läget den 5 mars"), block("figure")))
    alone = Change((block("figure"),))
    assert held(as_moving(dated, learnt(*[dated] * 5), 6)) == (["as-of-stamp"] if rule == "as-of-stamp" else [])
    assert not any(place.is_learnt for place in learnt(alone, alone, dated, alone, alone))
    links = Change((block(rule, "Läget den 4 mars", "Läget den 5 mars"), block("links-replaced")))
    assert [place.rule for place in learnt(links, links, links) if place.is_learnt] == ["rotating"]


def test_a_counter_is_forgotten_when_its_words_change() -> None:
    counter = Change((block("figure"),))
    places = learnt(counter, counter, counter, Change((block("wording", "Inne just nu: 15", "Platser nu: 15"),)))
    assert [(place.learnt, place.forgotten) for place in places] == [(4, 5)]
    assert held(as_moving(counter, places, 4)) == ["counter"]
    assert held(as_moving(counter, places, 5)) == []
    again = places
    for number in (5, 6, 7):
        again = moving_places(again, counter, number, number + 1, seen_once=True)
    assert [(place.learnt, place.forgotten) for place in again] == [(4, 5), (8, None)]
    closed = moving_places(again, Change((block("wording", "Inne just nu: 1", "Nu: 1"),)), 8, 9, seen_once=True)
    assert [(place.learnt, place.forgotten) for place in closed] == [(4, 5), (8, 9)]


def test_so_many_places_are_kept_and_no_more() -> None:
    change = Change(tuple(block("figure", f"{name}: 1", f"{name}: 2") for name in map("x".__mul__, range(1, 200))))
    assert len(learnt(change)) == 100


def test_what_moves_by_itself_is_learnt_once() -> None:
    counter = Change((block("figure"),))
    assert learnt(counter, counter, counter, counter) == learnt(counter, counter, counter)
