"""What a law announces for a day, and changes that only carry out an announcement."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging.compare import judge
from monitor.core.law.days import (
    EntryIntoForce,
    announced_events,
    days_announced,
    entries_into_force,
    law_on_day,
    only_entered_into_force,
    swedish_day,
    unmarked_days,
)
from monitor.core.model import Block, BlockChange, Changed, Extraction, Op
from monitor.wording.law_in_force import in_force_sentence
from monitor.wording.law_summary import summarise_law

OLD = "Prov redovisas den 1 mars."
NEW = "Prov redovisas den 1 april. Förordning (2026:900)."
SIDE_BY_SIDE = f"Upphör att gälla 2027-01-01:\n{OLD}\nTräder i kraft 2027-01-01:\n{NEW}"
AUTUMN = datetime(2026, 10, 5, 9, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 1, 5, tzinfo=UTC)


def section(text: str, label: str = "2 §") -> Block:
    return Block("section", text, (), label)


def heading(text: str, opens: str | None = "4 §") -> Block:
    return Block("h3", text, (), opens=opens)


def law(*blocks: Block) -> Extraction:
    return Extraction("Förordning (2021:995)", (Block("h1", "Förordning (2021:995)"), *blocks), law="2021:995")


# Announcements


def test_two_wordings_side_by_side_announce_one_day_with_both() -> None:
    assert list(entries_into_force([section(SIDE_BY_SIDE)])) == [
        EntryIntoForce("2027-01-01", "section", "2 §", OLD, NEW)
    ]


def test_a_new_section_has_no_wording_before_and_one_that_ends_none_after() -> None:
    assert list(entries_into_force([section(f"Träder i kraft 2027-01-01:\n{NEW}", "2 a §")])) == [
        EntryIntoForce("2027-01-01", "section", "2 a §", None, NEW)
    ]
    assert list(entries_into_force([section(f"Upphör att gälla 2027-07-01:\n{OLD}")])) == [
        EntryIntoForce("2027-07-01", "section", "2 §", OLD, None)
    ]


def test_each_of_several_days_is_announced_with_what_is_in_force_before_it() -> None:
    text = f"{SIDE_BY_SIDE}".replace(
        "Träder i kraft 2027-01-01:", "Träder i kraft 2027-01-01:\nUpphör att gälla 2028-01-01:"
    )
    text += "\nTräder i kraft 2028-01-01:\nProv redovisas den 1 maj."
    days = [(each.day, each.before, each.after) for each in entries_into_force([section(text)])]
    assert days == [("2027-01-01", OLD, NEW), ("2028-01-01", NEW, "Prov redovisas den 1 maj.")]


def test_a_day_left_to_the_government_is_no_day() -> None:
    text = f"{OLD}\nTräder i kraft den dag regeringen bestämmer:\n{NEW}"
    assert (
        list(entries_into_force([section(text), heading("Nytt (träder i kraft den dag regeringen bestämmer)")])) == []
    )


def test_a_mark_that_changes_nothing_announces_nothing() -> None:
    same = f"Upphör att gälla 2027-01-01:\n{OLD}\nTräder i kraft 2027-01-01:\n{OLD}"
    assert list(entries_into_force([section(same)])) == []


RENUMBERED = f"Ny beteckning 3 § från 2027-01-01:\n{OLD}"


def test_a_new_number_is_announced_with_its_label() -> None:
    assert list(entries_into_force([section(RENUMBERED), section(RENUMBERED, "2 kap. 2 §")])) == [
        EntryIntoForce("2027-01-01", "section", "2 §", OLD, OLD, to="3 §"),
        EntryIntoForce("2027-01-01", "section", "2 kap. 2 §", OLD, OLD, to="2 kap. 3 §"),
    ]
    undated = RENUMBERED.replace("2027-01-01", "den dag regeringen bestämmer")
    assert list(entries_into_force([section(undated)])) == []
    assert announced_events(law(section(RENUMBERED)), AUTUMN, 1)[0].cause == "2027-01-01 section 2 § 3 §"


def test_a_heading_that_goes_and_one_that_comes_before_the_same_section_are_one() -> None:
    blocks = [heading("Gammalt (upphör att gälla 2027-01-01)"), heading("Nytt (träder i kraft 2027-01-01)")]
    assert list(entries_into_force(blocks)) == [
        EntryIntoForce("2027-01-01", "heading", "Nytt", "Gammalt", "Nytt", "4 §")
    ]


def test_a_heading_with_two_marks_and_one_that_stands_before_no_section_are_announced() -> None:
    blocks = [heading("3 kap. Avgifter (träder i kraft 2027-01-01) (upphör att gälla 2028-01-01)", None)]
    days = [(each.day, each.before, each.after) for each in entries_into_force(blocks)]
    assert days == [("2028-01-01", "3 kap. Avgifter", None), ("2027-01-01", None, "3 kap. Avgifter")]


def test_the_whole_law_may_begin_or_end_on_a_day() -> None:
    blocks = [Block("p", "Upphävd: 2027-01-01 genom SFS 2026:900"), Block("p", "Träder i kraft 2027-03-01")]
    assert [(each.day, each.part, each.after is None) for each in entries_into_force(blocks)] == [
        ("2027-01-01", "law", True),
        ("2027-03-01", "law", False),
    ]
    below = [Block("p", "Träder i kraft 2027-03-01", ("Övergångsbestämmelser",)), Block("p", "Upphävd: okänt")]
    assert list(entries_into_force(below)) == []


# Expected changes


def test_only_days_to_come_are_expected_and_a_page_that_is_no_law_expects_nothing() -> None:
    (one,) = announced_events(law(section(SIDE_BY_SIDE)), AUTUMN, 3)
    assert (one.due_on, one.cause, one.facts["revision"]) == (date(2027, 1, 1), "2027-01-01 section 2 §", 3)
    assert EntryIntoForce.from_facts(one.facts).after == NEW
    assert announced_events(law(section(SIDE_BY_SIDE)), NEW_YEAR, 3) == []
    assert announced_events(Extraction("page", (section(SIDE_BY_SIDE),)), AUTUMN, 3) == []


def test_an_impossible_day_is_passed_over() -> None:
    assert announced_events(law(section(f"Träder i kraft 2027-02-30:\n{NEW}")), AUTUMN, 1) == []
    assert announced_events(law(Block("p", "Upphävd: 2027-02-30")), AUTUMN, 1) == []


def test_the_day_is_the_one_in_sweden() -> None:
    assert swedish_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)


# Changes that only carry out an announcement


TIDY = section(NEW)


def test_the_new_wording_without_its_marks_only_came_true_once_its_day_is_here() -> None:
    assert only_entered_into_force(section(SIDE_BY_SIDE), TIDY, NEW_YEAR)
    assert not only_entered_into_force(section(SIDE_BY_SIDE), TIDY, AUTUMN)


def test_another_wording_than_the_one_announced_is_a_change() -> None:
    assert not only_entered_into_force(section(SIDE_BY_SIDE), section(f"{NEW} Och mer."), NEW_YEAR)


def test_what_is_announced_for_later_still_must_not_vanish() -> None:
    later = f"{SIDE_BY_SIDE}\nTräder i kraft 2028-01-01:\nProv redovisas den 1 maj."
    assert not only_entered_into_force(section(later), TIDY, NEW_YEAR)
    undated = f"{SIDE_BY_SIDE}\nTräder i kraft den dag regeringen bestämmer:\nProv redovisas den 1 maj."
    assert not only_entered_into_force(section(undated), TIDY, NEW_YEAR)


def test_a_section_or_heading_that_ended_may_go_and_another_may_not() -> None:
    assert only_entered_into_force(section(f"Upphör att gälla 2027-01-01:\n{OLD}"), None, NEW_YEAR)
    assert only_entered_into_force(heading("Gammalt (upphör att gälla 2027-01-01)"), None, NEW_YEAR)
    assert not only_entered_into_force(section(OLD), None, NEW_YEAR)
    assert not only_entered_into_force(None, section(NEW), NEW_YEAR)
    assert only_entered_into_force(heading("Nytt (träder i kraft 2027-01-01)"), heading("Nytt"), NEW_YEAR)


def test_a_section_only_came_true_under_the_number_that_was_announced() -> None:
    assert only_entered_into_force(section(RENUMBERED), section(OLD, "3 §"), NEW_YEAR)
    assert not only_entered_into_force(section(RENUMBERED), section(OLD, "4 §"), NEW_YEAR)
    assert not only_entered_into_force(section(RENUMBERED), section(OLD, "3 §"), AUTUMN)
    assert not only_entered_into_force(section(SIDE_BY_SIDE), section(NEW, "3 §"), NEW_YEAR)


STUB = "Har upphävts genom lag (2026:1)."


@pytest.mark.parametrize("ends", ["Upphör att gälla 2027-01-01:", "Upphör att gälla 2027-01-01 genom lag (2026:1):"])
def test_a_section_that_ended_may_be_a_notice_of_it(ends: str) -> None:
    assert only_entered_into_force(section(f"{ends}\n{OLD}"), section(STUB), NEW_YEAR)
    assert not only_entered_into_force(section(f"{ends}\n{OLD}"), section(STUB), AUTUMN)
    assert not only_entered_into_force(section(OLD), section(STUB), NEW_YEAR)
    chapter = heading("2 kap. Fyrar (upphör att gälla 2027-01-01)")
    assert only_entered_into_force(chapter, heading(f"2 kap. {STUB}"), NEW_YEAR)


def test_a_section_whose_text_left_has_the_text_that_came() -> None:
    both = f"Ny beteckning 3 § från 2027-01-01:\n{OLD}\nTräder i kraft 2027-01-01:\n{NEW}"
    assert only_entered_into_force(section(both), TIDY, NEW_YEAR)
    assert not only_entered_into_force(section(both), section(OLD), NEW_YEAR)
    assert not only_entered_into_force(section(both), TIDY, AUTUMN)


def test_the_mark_of_a_law_that_took_effect_may_go() -> None:
    begins = Block("p", "Träder i kraft 2027-01-01")
    assert only_entered_into_force(begins, None, NEW_YEAR)
    assert not only_entered_into_force(begins, None, AUTUMN)
    assert not only_entered_into_force(begins._replace(heading=("Fyrar",)), None, NEW_YEAR)
    assert not only_entered_into_force(Block("p", "Träder i kraft 2027-13-01"), None, NEW_YEAR)


def test_what_stood_in_an_annex_that_ended_may_go() -> None:
    line = Block("li", "1. Understen", ("Bilaga 1 (upphör att gälla 2027-01-01)",))
    assert only_entered_into_force(line, None, NEW_YEAR)
    assert not only_entered_into_force(line, None, AUTUMN)
    assert not only_entered_into_force(line._replace(heading=("Bilaga 1",)), None, NEW_YEAR)


def test_what_only_came_true_is_held_back_and_still_said_in_laws_words() -> None:
    verdict = judge(law(section(SIDE_BY_SIDE)), law(TIDY), fetched_after=NEW_YEAR)
    assert isinstance(verdict, Changed)
    assert (verdict.change.material, verdict.change.rule) == (False, "in-force")
    assert summarise_law(verdict.change)["sv"] == "2 § återges nu i den lydelse som gäller från 2027-01-01"


def test_what_came_true_does_not_hide_what_changed_beside_it() -> None:
    verdict = judge(
        law(section(SIDE_BY_SIDE), section("Avgiften är 100 kronor.", "3 §")),
        law(TIDY, section("Avgiften är 200 kronor.", "3 §")),
        fetched_after=NEW_YEAR,
    )
    assert isinstance(verdict, Changed)
    assert verdict.change.held_back == 1
    assert summarise_law(verdict.change)["sv"] == "3 § ändrad"


@given(st.integers(1, 12), st.integers(1, 28))
def test_whatever_the_day_the_same_text_has_come_true_of_itself(month: int, day: int) -> None:
    assert only_entered_into_force(section(SIDE_BY_SIDE), section(SIDE_BY_SIDE), datetime(2027, month, day, tzinfo=UTC))


# In words


@pytest.mark.parametrize(
    ("parts", "swedish", "english"),
    [
        (
            [
                EntryIntoForce("2027-01-01", "section", "2 §", OLD, NEW),
                EntryIntoForce("2027-01-01", "section", "3 §", OLD, NEW),
            ],
            "2 och 3 §§ ändrade genom förordning (2026:900)",
            "sections 2 and 3 amended by Ordinance (2026:900)",
        ),
        (
            [EntryIntoForce("2027-01-01", "section", "7 a §", None, NEW)],
            "ny 7 a § genom förordning (2026:900)",
            "new section 7 a by Ordinance (2026:900)",
        ),
        (
            [EntryIntoForce("2027-01-01", "section", "5 §", OLD, "Har upphävts genom lag (2026:1).")],
            "5 § upphävd genom lag (2026:1)",
            "section 5 repealed by Act (2026:1)",
        ),
        (
            [EntryIntoForce("2027-01-01", "section", "5 §", OLD, None)],
            "5 § upphör att gälla 2027-01-01",
            "section 5 ceases to apply on 2027-01-01",
        ),
        (
            [
                EntryIntoForce("2027-01-01", "heading", "Nytt", "Gammalt", "Nytt", "4 §"),
                EntryIntoForce("2027-01-01", "heading", "Mer", "Mindre", "Mer", "6 §"),
            ],
            "rubrikerna närmast före 4 och 6 §§ ändrade",
            "the headings right before sections 4 and 6 changed",
        ),
        (
            [
                EntryIntoForce("2027-01-01", "heading", "AVD. I AVGIFTER", None, "AVD. I AVGIFTER"),
                EntryIntoForce("2027-01-01", "heading", "Slut", "Slut", None),
                EntryIntoForce("2027-01-01", "heading", "B", "A", "B"),
            ],
            "ny rubrik ”AVD. I AVGIFTER”; rubriken ”Slut” borttagen; rubriken ändrad till ”B”",
            "new heading ”AVD. I AVGIFTER”; the heading ”Slut” removed; the heading changed to ”B”",
        ),
        (
            [
                EntryIntoForce("2027-01-01", "section", "3 kap. 1 §", None, NEW),
                EntryIntoForce("2027-01-01", "section", "4 kap. 1 §", OLD, None),
                EntryIntoForce("2027-01-01", "heading", "3 kap. Avgifter", None, "3 kap. Avgifter"),
                EntryIntoForce("2027-01-01", "heading", "4 kap. Prov", "4 kap. Prov", None),
                EntryIntoForce("2027-01-01", "heading", "Provtagning", "Provtagning", None, "4 kap. 1 §"),
                EntryIntoForce("2027-01-01", "heading", "5 kap. Bad", "5 kap. Bad", None),
                EntryIntoForce("2027-01-01", "heading", "5 kap. Badvatten", None, "5 kap. Badvatten"),
            ],
            (
                "4 kap. upphör att gälla 2027-01-01; rubriken till 5 kap. ändrad; "
                "nytt 3 kap. (1 §) genom förordning (2026:900)"
            ),
            (
                "Chapter 4 ceases to apply on 2027-01-01; the heading of Chapter 5 changed; "
                "new Chapter 3 (section 1) by Ordinance (2026:900)"
            ),
        ),
        (
            [
                EntryIntoForce("2027-01-01", "section", f"{chapter} kap. {number} §", OLD, NEW)
                for chapter in range(1, 10)
                for number in range(1, 30, 2)
            ],
            "1 kap. 1, 3, 5, 7, 9, 11, 13 och 15 §§ och 127 §§ i 1–9 kap. ändrade genom förordning (2026:900)",
            (
                "Chapter 1, sections 1, 3, 5, 7, 9, 11, 13 and 15 and 127 more sections in Chapters 1–9 amended "
                "by Ordinance (2026:900)"
            ),
        ),
        (
            [EntryIntoForce("2027-01-01", "law", "", "Upphävd: 2027-01-01", None)],
            "författningen upphävd",
            "the law repealed",
        ),
        (
            [EntryIntoForce("2027-01-01", "section", "8 §", OLD, OLD, to="9 §")],
            "nuvarande 8 § betecknas 9 §",
            "current section 8 renumbered as section 9",
        ),
        (
            [EntryIntoForce("2027-01-01", "law", "", None, "Träder i kraft")],
            "författningen i kraft",
            "the law in force",
        ),
    ],
)
def test_what_takes_effect_is_said_as_acts_say_it(parts: list[EntryIntoForce], swedish: str, english: str) -> None:
    assert in_force_sentence(parts) == {"sv": swedish, "en": english}


# The law on a day


def on(day: date, *blocks: Block) -> list[tuple[str | None, str]]:
    return [(part.block.label, part.block.text) for part in law_on_day(blocks, day)]


EVE, DAY = date(2026, 12, 31), date(2027, 1, 1)


def test_a_section_reads_on_a_day_as_the_wording_that_is_in_force_then() -> None:
    assert on(EVE, section(SIDE_BY_SIDE)) == [("2 §", OLD)]
    assert on(DAY, section(SIDE_BY_SIDE)) == [("2 §", NEW)]
    assert law_on_day([section(SIDE_BY_SIDE)], DAY)[0].source == section(SIDE_BY_SIDE)


def test_what_is_to_come_or_has_ended_is_not_in_the_law_of_a_day() -> None:
    new, gone = section(f"Träder i kraft 2027-01-01:\n{NEW}", "2 a §"), section(f"Upphör att gälla 2027-01-01:\n{OLD}")
    title = heading("Ny rubrik (rubriken träder i kraft 2027-01-01)")
    assert on(EVE, new, gone, title) == [("2 §", OLD)]
    assert on(DAY, new, gone, title) == [("2 a §", NEW), (None, "Ny rubrik")]


def test_what_is_below_a_chapter_that_is_to_come_is_not_in_the_law_yet() -> None:
    chapter = "3 kap. Tillsyn (träder i kraft 2027-01-01)"
    below = Block("section", "Länsstyrelsen har tillsyn.", (chapter,), "3 kap. 1 §")
    assert on(EVE, Block("h2", chapter), below) == []
    assert law_on_day([below], DAY)[0].block.heading == ("3 kap. Tillsyn",)


def test_a_heading_that_alone_is_to_come_leaves_the_sections_below_it() -> None:
    below = section("Text.", "4 §")._replace(heading=("Prov (rubriken träder i kraft 2027-01-01)",))
    assert on(EVE, below) == [("4 §", "Text.")]


def test_a_section_with_a_new_number_is_under_it_from_its_day_and_is_there_once() -> None:
    old = section(f"Ny beteckning 3 a § från 2027-01-01:\n{OLD}", "3 §")
    assert on(EVE, old) == [("3 §", OLD)]
    assert on(DAY, old) == [("3 a §", OLD)]
    assert on(DAY, old, section(f"Träder i kraft 2027-01-01:\n{NEW}", "3 a §")) == [("3 a §", NEW)]


def test_what_the_government_dates_is_not_in_force_on_any_day() -> None:
    waits = section("Träder i kraft den dag regeringen bestämmer:\nNy text.", "5 §")
    assert on(date(2099, 1, 1), waits, Block("p", "Övergångsbestämmelse.")) == [(None, "Övergångsbestämmelse.")]


def test_a_law_has_no_section_before_it_begins_or_once_it_is_repealed() -> None:
    title = Block("h1", "Lag (2026:1) om prov")
    for line, is_before in (("Träder i kraft 2027-01-01", False), ("Upphävd: 2027-01-01 genom SFS 2026:900", True)):
        blocks = (title, Block("p", line), Block("h2", "1 kap. Inledning"), section(OLD))
        said = [(None, title.text), (None, line)]
        whole = [*said, (None, "1 kap. Inledning"), ("2 §", OLD)]
        assert on(EVE, *blocks) == (whole if is_before else said)
        assert on(DAY, *blocks) == (said if is_before else whole)


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_law_without_marks_reads_the_same_on_every_day(day: date) -> None:
    blocks = (Block("h2", "1 kap. Inledning"), section(OLD), Block("p", "Denna lag träder i kraft den 1 juli 2020."))
    assert [part.block for part in law_on_day(blocks, day)] == list(blocks)


def test_the_days_that_a_change_announces_are_those_that_were_not_announced_before_and_are_to_come() -> None:
    def edit(label: str | None, before: str | None, after: str | None, kind: str = "section") -> BlockChange:
        op: Op = "added" if before is None else "removed" if after is None else "edited"
        return BlockChange(op, kind, (), label, before, after, "wording", material=True, rule="wording")

    known = "Träder i kraft 2029-01-01:\nA."
    changes = [
        edit("2 §", "A.", "Upphör att gälla 2027-01-01:\nA.\nTräder i kraft 2027-01-01:\nB."),
        edit("3 §", known, known),
        edit("4 §", None, "Träder i kraft 2026-01-01:\nA."),
        edit("5 §", "Träder i kraft 2028-01-01:\nA.", None),
        edit("6 §", None, "Träder i kraft den dag regeringen bestämmer:\nA."),
        edit(None, None, "Upphävd: 2030-01-01 genom SFS 2029:1", "p"),
    ]
    assert days_announced(changes, date(2026, 3, 1)) == ["2027-01-01"]


def test_the_days_that_provisions_alone_name_are_those_that_no_mark_has_and_are_to_come() -> None:
    blocks = [
        section("Upphör att gälla 2027-01-01:\nA.\nTräder i kraft 2027-01-01:\nB."),
        Block("p", "1. Denna lag träder i kraft den 1 januari 2027."),
        Block("p", "2. I övrigt träder lagen i kraft den 1 mars 2028, då 3 § träder i kraft den 1 mars 2028."),
        Block("p", "Denna lag träder i kraft den 31 februari 2029."),
        Block("p", "Denna lag träder i kraft den 1 juli 2020."),
    ]
    assert unmarked_days(blocks, date(2026, 3, 1)) == [date(2028, 3, 1)]
