"""Pairing §§: by label, unless the text is found under another label."""

from __future__ import annotations

from monitor.core.diff.align import align
from monitor.core.model import Block

TEXT = "Varje station ska redovisa sina prov varje år."


def section(label: str, text: str) -> Block:
    return Block("section", text, (), label)


def pairs(before: list[Block], after: list[Block]) -> list[tuple[str | None, str | None]]:
    return [
        (pair.before.label if pair.before else None, pair.after.label if pair.after else None)
        for pair in align(before, after)
    ]


def test_a_text_that_stays_and_stands_under_another_label_too_is_not_renumbered() -> None:
    """Only the amendment mark of 3 § moved; the new 4 § has the same words."""
    before = [section("3 §", f"{TEXT} Lag (2020:1).")]
    after = [section("3 §", f"{TEXT} Lag (2021:2)."), section("4 §", TEXT)]
    assert pairs(before, after) == [("3 §", "3 §"), (None, "4 §")]


def test_a_heading_that_moves_past_a_section_is_what_moved() -> None:
    heading = Block("h3", "Om prov")
    one, two = section("1 §", "Förordningen gäller prov."), section("2 §", TEXT)
    moved = [pair for pair in align([heading, one, two], [one, heading, two]) if pair.op != "kept"]
    assert [(pair.op, pair.after and pair.after.kind) for pair in moved] == [("moved", "h3")]


def test_of_two_sections_that_are_as_much_alike_to_a_new_one_the_first_became_it() -> None:
    before = [section("3 §", f"{TEXT} Så är det nu."), section("5 §", f"{TEXT} Så var det då.")]
    after = [section("9 §", f"{TEXT} Så blir det sedan.")]
    assert sorted(pairs(before, after), key=str) == [("3 §", "9 §"), ("5 §", None)]


def test_a_law_of_which_next_to_everything_differs_is_another_law() -> None:
    """Its §§ are not matched by text, because that would be more than a million pairs."""
    before = [section(f"{number} §", f"{TEXT} Nummer {number} före.") for number in range(1_001)]
    after = [section(f"{number} a §", f"{TEXT} Nummer {number} efter.") for number in range(1_001)]
    assert {pair for pair in pairs(before, after) if None not in pair} == set()
