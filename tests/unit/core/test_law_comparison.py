"""What a reader compares of a changed §: wordings without their marks, and the facts beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.law.comparison import Comparison, comparisons, without_new_numbers
from monitor.core.law.marks import Act
from monitor.core.model import BlockChange, Op
from monitor.wording.catalogue import words_for
from monitor.wording.entries import entry, places

OLD = "Fyren ska lysa om natten."
NEW = "Fyren ska lysa dygnet runt."
LATER = "Fyren ska släckas."
ACT = Act("lag", "2026:9")
DAY, NEXT_DAY = "2027-01-01", "2028-01-01"
BY = "Lag (2026:9)."
ENDS, BEGINS = f"Upphör att gälla {DAY}:", f"Träder i kraft {DAY}:"
ANNOUNCED = f"{ENDS}\n{OLD}\n{BEGINS}\n{NEW} {BY}"


def change(before: str | None, after: str | None, label: str = "2 §") -> BlockChange:
    op: Op = "added" if before is None else "removed" if after is None else "edited"
    return BlockChange(op, "section", (), label, before, after, "wording", True, "wording")  # noqa: FBT003


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (OLD, f"{NEW} {BY}", [Comparison("amended", OLD, NEW, act=ACT)]),
        (f"{OLD} Lag (2020:1).", f"{NEW} {BY}", [Comparison("amended", OLD, NEW, act=ACT)]),
        (OLD, ANNOUNCED, [Comparison("coming", OLD, NEW, DAY, ACT)]),
        (None, f"{BEGINS}\n{NEW} {BY}", [Comparison("coming", None, NEW, DAY, ACT)]),
        (None, f"{NEW} {BY}", [Comparison("amended", None, NEW, act=ACT)]),
        (OLD, None, [Comparison("amended", OLD, None)]),
        (OLD, f"Har upphävts genom {ACT}.", [Comparison("repealed", OLD, None, act=ACT)]),
        (None, f"Har upphävts genom {ACT}.", [Comparison("repealed", None, None, act=ACT)]),
        (OLD, f"{OLD}\n{BEGINS}\nHar upphävts genom {ACT}.", [Comparison("repealed", OLD, None, DAY, ACT)]),
        (
            OLD,
            f"Upphör att gälla {DAY} genom {ACT}:\n{OLD}",
            [Comparison("ends", OLD, None, DAY, ACT)],
        ),
        (OLD, f"Ny beteckning 3 § från {DAY}:\n{OLD}", [Comparison("renumbered", OLD, OLD, DAY, label="3 §")]),
        (
            ANNOUNCED,
            ANNOUNCED.replace(DAY, NEXT_DAY),
            [Comparison("postponed", NEW, NEW, NEXT_DAY, ACT, old_day=DAY)],
        ),
        (ANNOUNCED, OLD, [Comparison("withdrawn", NEW, None, DAY)]),
        ("Har upphävts.", f"{NEW} {BY}", [Comparison("amended", None, NEW, act=ACT)]),
        ("Har upphävts.", f"Har upphävts.\n{BEGINS}\n{NEW} {BY}", [Comparison("coming", None, NEW, DAY, ACT)]),
        (ANNOUNCED, f"{NEW} {BY}", [Comparison("amended", OLD, NEW, DAY, ACT)]),
        (
            ANNOUNCED,
            f"{ANNOUNCED}\nTräder i kraft {NEXT_DAY}:\n{LATER} {BY}",
            [Comparison("coming", NEW, LATER, NEXT_DAY, ACT)],
        ),
        (
            OLD,
            f"{ENDS}\n{LATER}\n{BEGINS}\n{NEW} {BY}",
            [Comparison("amended", OLD, LATER), Comparison("coming", LATER, NEW, DAY, ACT)],
        ),
        (ANNOUNCED, ANNOUNCED.replace(NEW, LATER), [Comparison("coming_amended", NEW, LATER, DAY, ACT)]),
        (
            ANNOUNCED,
            ANNOUNCED.replace(NEW, LATER).replace(DAY, NEXT_DAY),
            [Comparison("coming_amended", NEW, LATER, NEXT_DAY, ACT, old_day=DAY)],
        ),
        (
            ANNOUNCED,
            f"{ENDS}\n{OLD}\n{BEGINS}\nHar upphävts genom {ACT}.",
            [Comparison("repealed", OLD, None, DAY, ACT)],
        ),
        (
            f"{OLD}\n{BEGINS}\nHar upphävts genom {ACT}.",
            ANNOUNCED,
            [Comparison("coming", OLD, NEW, DAY, ACT)],
        ),
        (
            ANNOUNCED,
            f"{OLD}\n{BEGINS}\n{OLD} Och om dagen. {BY}\nTräder i kraft {NEXT_DAY}:\n{LATER} {BY}",
            [
                Comparison("coming_amended", NEW, f"{OLD} Och om dagen.", DAY, ACT),
                Comparison("coming", f"{OLD} Och om dagen.", LATER, NEXT_DAY, ACT),
            ],
        ),
        (f"{OLD} Lag (2020:1).", f"{OLD} {BY}", []),
    ],
)
def test_wordings_are_compared_without_their_marks(
    before: str | None, after: str | None, found: list[Comparison]
) -> None:
    assert comparisons(change(before, after)) == found


def test_a_section_that_comes_under_an_announced_number_is_part_of_the_announcement() -> None:
    moved = change(OLD, f"Ny beteckning 3 § från {DAY}:\n{OLD}")
    came, edited = (change(None, f"{BEGINS}\n{text} {BY}", "3 §") for text in (OLD, NEW))
    assert without_new_numbers([moved, came]) == [moved]
    assert without_new_numbers([moved, edited]) == [moved, edited]
    assert without_new_numbers([came]) == [came]


def shown(before: str | None, after: str | None, language: str = "sv") -> list[tuple[str, str, str]]:
    words = words_for(language)
    [place] = places([change(before, after)])
    return [
        (line.fact, line.label, "|".join(piece.text for piece in line.pieces)) for line in entry(place, words).lines
    ]


def test_an_entry_says_the_act_and_the_day_beside_the_words() -> None:
    assert shown(OLD, ANNOUNCED) == [
        ("Träder i kraft 2027-01-01 genom lag (2026:9)", "", "Fyren ska lysa |om natten|dygnet runt|.")
    ]
    assert shown(OLD, ANNOUNCED, "en") == [
        ("In force from 2027-01-01 by Act (2026:9)", "", "Fyren ska lysa |om natten|dygnet runt|.")
    ]
    assert shown(OLD, f"{NEW} {BY}")[0][0] == "Ändrad genom lag (2026:9)"
    assert shown(OLD, NEW)[0][0] == ""
    assert shown(None, f"{NEW} {BY}") == [("Införd genom lag (2026:9)", "NY PARAGRAF", NEW)]
    assert shown(OLD, None) == [("", "BORTTAGEN PARAGRAF", OLD)]
    assert shown(OLD, "Har upphävts.") == [("Upphävd", "", OLD)]
    assert shown(None, f"Har upphävts genom {ACT}.") == [("Upphävd genom lag (2026:9)", "", "")]
    assert shown(OLD, f"Ny beteckning 3 § från {DAY}:\n{OLD}") == [("Betecknas 3 § från 2027-01-01", "", OLD)]
    assert (
        shown(ANNOUNCED, ANNOUNCED.replace(DAY, NEXT_DAY))[0][0] == "Träder i kraft 2028-01-01 i stället för 2027-01-01"
    )
    assert shown(ANNOUNCED, ANNOUNCED.replace(NEW, LATER)) == [
        (
            "Den lydelse som träder i kraft 2027-01-01 är ändrad genom lag (2026:9)",
            "",
            "Fyren ska |lysa dygnet runt|släckas|.",
        )
    ]
    assert shown(ANNOUNCED, ANNOUNCED.replace(NEW, LATER).replace(DAY, NEXT_DAY), "en")[0][0] == (
        "The coming wording is changed by Act (2026:9), in force from 2028-01-01 instead of 2027-01-01"
    )
    assert shown(ANNOUNCED, OLD)[0][0] == "Den lydelse som skulle träda i kraft 2027-01-01 är borttagen"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("Ljus", f"Ljus och ljud (träder i kraft {DAY})", [Comparison("coming", "Ljus", "Ljus och ljud", DAY)]),
        (None, f"Ljud (träder i kraft {DAY})", [Comparison("coming", None, "Ljud", DAY)]),
        ("Ljus", f"Ljus (upphör att gälla {DAY})", [Comparison("ends", "Ljus", None, DAY)]),
        ("Ljus", f"Ljud (upphör att gälla {DAY})", []),
        (f"Ljud (träder i kraft {DAY})", "Ljud", []),
        ("Ljus", "Ljud", []),
    ],
)
def test_headings_are_compared_without_their_marks(
    before: str | None, after: str | None, found: list[Comparison]
) -> None:
    assert comparisons(replace(change(before, after), kind="h2", label=None)) == found
    assert comparisons(replace(change(before, after), kind="p", label=None)) == []


def test_where_only_a_mark_differs_the_texts_are_shown_as_they_are() -> None:
    assert shown(f"{OLD} Lag (2020:1).", f"{OLD} {BY}")[0][0] == ""


def test_what_the_register_says_comes_last() -> None:
    register = replace(change("Ändrad: SFS 2026:1", "Ändrad: SFS 2026:9"), kind="p", label=None)
    section = change(OLD, f"{NEW} {BY}")
    assert places([register, section]) == [[section], [register]]
