"""Amendment marks and time marks, in every form that was found in real laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.law.marks import (
    Act,
    TimeMark,
    Wording,
    amended_by,
    heading_mark,
    renumbered_to,
    repealed_by,
    take_time_marks,
    without_amendment,
    wordings,
)

BEGINS = TimeMark("begins", "2027-01-01")
ENDS = TimeMark("ends", "2027-01-01")
GOVERNMENT = TimeMark("begins", "den dag regeringen bestämmer")


@pytest.mark.parametrize(
    ("text", "marks", "rest"),
    [
        ("/Träder i kraft I:2027-01-01/ Text.", (BEGINS,), "Text."),
        ("/Träder i kraft I:2027-01-01/\nText.", (BEGINS,), "Text."),
        ("/Träder i kraft I:2027-01-01\nText.", (BEGINS,), "Text."),
        ("/Träder i kraft I:2027-01-01", (BEGINS,), ""),
        ("/Upphör att gälla U:2027-01-01/ Text.", (ENDS,), "Text."),
        ("/Rubriken upphör att gälla U:2027-01-01/ Text", (ENDS,), "Text"),
        ("/Kapitlet träder i kraft I:2027-01-01/", (BEGINS,), ""),
        ("/Träder i kraft I:den dag regeringen bestämmer/ Text.", (GOVERNMENT,), "Text."),
        (
            "/Träder i kraft I:den dag som regeringen bestämmer/",
            (TimeMark("begins", "den dag som regeringen bestämmer"),),
            "",
        ),
        (
            "/Upphör att gälla U:2027-01-01 genom lag (2026:1065)./ Text.",
            (TimeMark("ends", "2027-01-01", "lag (2026:1065)"),),
            "Text.",
        ),
        (
            "/Upphör att gälla U:2027-01-01 genom\nlag (2026:1065)/ Text.",
            (TimeMark("ends", "2027-01-01", "lag (2026:1065)"),),
            "Text.",
        ),
        ("/Ny beteckning 2 c § U:2027-01-01/ Text.", (TimeMark("renumbered", "2027-01-01", label="2 c §"),), "Text."),
        (
            "/Träder i kraft I:2027-01-01/ /Upphör att gälla U:2030-01-10/ Text.",
            (BEGINS, TimeMark("ends", "2030-01-10")),
            "Text.",
        ),
        ("/2012 av den 2 maj 2012", (), "/2012 av den 2 maj 2012"),
        ("/Bilagan är inte med här/", (), "/Bilagan är inte med här/"),
        ("/Träder i kraft I:2014-081-01/ Text.", (), "/Träder i kraft I:2014-081-01/ Text."),
        ("Text. /Träder i kraft I:2027-01-01/", (), "Text. /Träder i kraft I:2027-01-01/"),
    ],
)
def test_time_marks_are_taken_from_the_head_of_a_text(text: str, marks: tuple[TimeMark, ...], rest: str) -> None:
    assert take_time_marks(text) == (marks, rest)


MARKS = st.builds(
    TimeMark,
    st.sampled_from(["begins", "ends"]),
    st.sampled_from(["2027-01-01", "den dag regeringen bestämmer"]),
    st.sampled_from(["", "lag (2026:1065)", "förordning (2026:7)"]),
) | st.just(TimeMark("renumbered", "2027-01-01", label="2 c §"))
LINES = st.sampled_from(["Prov ska tas.", "1. en lista, och", "Lag (2026:7)."])


@given(st.lists(st.builds(Wording, st.lists(MARKS, min_size=1).map(tuple), st.lists(LINES, min_size=1).map(tuple))))
def test_wordings_are_read_back_as_they_were_written(written: list[Wording]) -> None:
    text = "\n".join(line for each in written for line in [*(mark.line for mark in each.marks), *each.lines])
    assert wordings(text) == tuple(written)


def test_the_first_wording_may_have_no_mark() -> None:
    first, second = wordings("Prov ska tas.\nTräder i kraft 2027-01-01:\nProv får tas.")
    assert (first.text, first.day("begins"), first.day("ends")) == ("Prov ska tas.", None, None)
    assert (second.text, second.day("begins")) == ("Prov får tas.", "2027-01-01")
    assert wordings("") == ()


@given(MARKS)
def test_the_mark_of_a_heading_is_read_back(mark: TimeMark) -> None:
    assert heading_mark(f"Tillsyn (vissa fall){mark.suffix}") == ("Tillsyn (vissa fall)", mark)


def test_a_heading_without_a_mark_is_left_alone() -> None:
    assert heading_mark("Tillsyn (vissa fall)") == ("Tillsyn (vissa fall)", None)


@pytest.mark.parametrize(
    ("text", "act", "rest"),
    [
        ("Prov ska tas. Lag (2008:546).", Act("lag", "2008:546"), "Prov ska tas."),
        ("Prov ska tas.\nFörordning (1985:458).", Act("förordning", "1985:458"), "Prov ska tas."),
        ("1. en lista. Kungörelse (1973:1)", Act("kungörelse", "1973:1"), "1. en lista."),
        ("Den som avses i lagen (2008:546).", None, "Den som avses i lagen (2008:546)."),
        ("Prov tas enligt Lag (2008:546) om prov.", None, "Prov tas enligt Lag (2008:546) om prov."),
        ("Byggnadslag (1947:385).", None, "Byggnadslag (1947:385)."),
    ],
)
def test_the_amending_act_is_the_mark_that_ends_a_wording(text: str, act: Act | None, rest: str) -> None:
    assert amended_by(text) == act
    assert without_amendment(text) == rest


def test_an_act_is_cited_in_lower_case() -> None:
    assert str(Act("förordning", "2024:123")) == "förordning (2024:123)"


def test_a_repeal_is_the_whole_wording_or_none() -> None:
    assert repealed_by("Har upphävts genom lag (2014:985).") == Act("lag", "2014:985")
    assert repealed_by("Har upphävts.") is None
    assert repealed_by("Har upphävts genom lag (2014:985). Äldre avtal gäller.") is False


def test_a_new_number_may_come_with_its_act() -> None:
    assert renumbered_to("Har betecknats 15 § genom förordning (2019:127).") == (
        "15 §",
        Act("förordning", "2019:127"),
    )
    assert renumbered_to("Ny beteckning 2 kap. 4 a §.") == ("2 kap. 4 a §", None)
    assert renumbered_to("Ny beteckning ska ges.") is None
