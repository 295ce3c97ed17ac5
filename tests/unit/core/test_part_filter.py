"""The parts of a page that a subscription is limited to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.law.days import EntryIntoForce
from monitor.core.model import Block, BlockChange
from monitor.core.people.part_filter import (
    announced_for,
    block_is_in,
    change_is_in,
    followed_changes,
    missing_parts,
    names_of_parts,
    part_name,
)

SECTION = BlockChange("edited", "section", ("Avgifter",), "2 §", "a", "b", "wording", material=True, rule="wording")
HEADING = replace(SECTION, kind="h3", heading=(), label=None, before="Avgifter", after="Kostnader")
REPEAL = replace(SECTION, op="added", kind="p", heading=(), label=None, before=None, after="Upphävd: 2027-01-01")


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("2§", "2 §"),
        (" 2  § ", "2 §"),
        ("7A §", "7 a §"),
        ("2kap 3a§", "2 kap. 3 a §"),
        ("2 kap. 3 §", "2 kap. 3 §"),
        ("2 kap", "2 kap."),
        ("Vad gör  vi?", "Vad gör vi?"),
        ("", ""),
    ],
)
def test_a_part_is_kept_in_the_form_of_labels(asked: str, kept: str) -> None:
    assert part_name(asked) == kept


@pytest.mark.parametrize(
    ("only", "block", "within"),
    [
        ("2 §", Block("section", "x", (), "2 §"), True),
        ("2 §", Block("section", "x", (), "2 a §"), False),
        ("2 §", Block("section", "x", (), "2 kap. 2 §"), False),
        ("2 kap.", Block("section", "x", (), "2 kap. 2 §"), True),
        ("2 kap.", Block("section", "x", (), "12 kap. 2 §"), False),
        ("2 kap.", Block("h2", "2 kap. Tillsyn"), True),
        ("2 kap.", Block("p", "x", ("2 kap. Tillsyn (upphör att gälla 2027-01-01)",)), True),
        ("2 kap.", Block("h2", "12 kap. Avgifter"), False),
        ("2 a kap.", Block("h2", "2 a kap. Tillsyn"), True),
        ("avgifter", Block("p", "x", ("Allmänt", "Avgifter")), True),
        ("Avgifter", Block("h2", "Avgifter (träder i kraft 2027-01-01)"), True),
        ("Avgifter", Block("p", "Avgifter"), False),
    ],
)
def test_a_block_stands_in_a_part_by_its_label_its_path_or_as_its_heading(
    only: str, block: Block, *, within: bool
) -> None:
    assert block_is_in((only,), block) is within
    assert (not missing_parts((only,), names_of_parts([block]))) is within


@pytest.mark.parametrize(
    ("only", "change", "within"),
    [
        ("2 §", SECTION, True),
        ("3 §", SECTION, False),
        ("8 §", replace(SECTION, op="moved", label="9 §", label_before="8 §"), True),
        ("9 §", replace(SECTION, op="moved", label="9 §", label_before="8 §"), True),
        ("Avgifter", SECTION, True),
        ("Avgifter", HEADING, True),
        ("Kostnader", HEADING, True),
        ("Prov", HEADING, False),
        ("3 §", REPEAL, True),
        ("3 §", replace(REPEAL, op="removed", before="Upphävd: 2027-01-01", after=None), False),
    ],
)
def test_a_change_touches_a_part_by_its_old_and_its_new_name(only: str, change: BlockChange, *, within: bool) -> None:
    assert change_is_in((only,), change) is within


def test_what_is_followed_is_what_touches_and_all_of_it_where_nothing_is_narrowed() -> None:
    text = [Block("section", "b", (), "2 §"), Block("section", "c", (), "3 §")]
    both = (SECTION, replace(SECTION, label="3 §", heading=()))
    names = names_of_parts(text)
    assert followed_changes(("3 §",), both, names) == ((both[1],), ())
    assert followed_changes((), both, names) == (both, ())
    assert followed_changes(("3 §",), [SECTION], names) == ((), ())


def test_parts_that_are_gone_for_good_make_everything_told() -> None:
    gone = replace(SECTION, op="removed", after=None)
    assert followed_changes(("2 §",), [gone], names_of_parts([])) == ((gone,), ())  # the removal itself is notified
    other = replace(SECTION, label="3 §", heading=())
    names = names_of_parts([Block("section", "c", (), "3 §")])
    assert followed_changes(("2 §",), [other], names) == ((other,), ("2 §",))


def test_one_of_two_parts_whose_heading_was_renamed_does_not_vanish_unnoticed() -> None:
    names = names_of_parts([Block("h2", "Kostnader"), Block("p", "x", ("Kostnader",)), Block("h2", "Prov")])
    assert followed_changes(("Avgifter", "Prov"), [HEADING], names) == ((HEADING,), ()), "the renaming itself"
    under = replace(SECTION, kind="p", heading=("Kostnader",), label=None)
    assert followed_changes(("Avgifter", "Prov"), [under], names) == ((under,), ("Avgifter",))
    assert followed_changes(("Prov",), [under], names) == ((), ())


@pytest.mark.parametrize(
    ("only", "coming", "within"),
    [
        ((), EntryIntoForce("2027-01-01", "section", "2 §", "a", "b"), True),
        (("2 §",), EntryIntoForce("2027-01-01", "section", "2 §", "a", "b"), True),
        (("2 §",), EntryIntoForce("2027-01-01", "section", "3 §", "a", "b"), False),
        (("3 §",), EntryIntoForce("2027-01-01", "section", "2 §", "a", "a", to="3 §"), True),
        (("2 §",), EntryIntoForce("2027-01-01", "law", "", "a", None), True),
        (("Avgifter",), EntryIntoForce("2027-01-01", "heading", "Kostnader", "Avgifter", "Kostnader", "4 §"), True),
        (("Avgifter",), EntryIntoForce("2027-01-01", "heading", "Prov", None, "Prov", "4 §"), False),
    ],
)
def test_what_takes_effect_falls_under_a_part_as_a_change_does(
    only: tuple[str, ...], coming: EntryIntoForce, *, within: bool
) -> None:
    assert announced_for(only, coming) is within


def test_a_followed_heading_is_the_same_with_its_marks() -> None:
    path = ("Bilaga 1 (träder i kraft 2031-07-01) (upphör att gälla 2032-07-01)",)
    assert block_is_in({"Bilaga 1"}, Block("li", "1. Understen", path))
    assert block_is_in({"Bilaga 1"}, Block("h2", path[0]))
    assert not block_is_in({"Bilaga 2"}, Block("h2", path[0]))
