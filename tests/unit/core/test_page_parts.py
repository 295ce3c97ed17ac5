"""The parts of a text that a subscriber can follow."""

from __future__ import annotations

from monitor.core.model import Block
from monitor.core.people.page_parts import PagePart, page_parts
from monitor.core.people.part_filter import missing_parts, names_of_parts, part_name

PAGE = [
    Block("h1", "Våld i nära relationer"),
    Block("h2", "Vad gör länsstyrelsen?", ("Våld i nära relationer",)),
    Block("p", "Vi samordnar.", ("Våld i nära relationer", "Vad gör länsstyrelsen?")),
    Block("h3", "Utbildning", ("Våld i nära relationer", "Vad gör länsstyrelsen?")),
    Block("h2", "Kontakt", ("Våld i nära relationer",)),
    Block("h2", "Kontakt", ("Våld i nära relationer",)),
    Block("h2", "", ("Våld i nära relationer",)),
]
CHAPTER = "2 kap. Tillsyn (träder i kraft 2027-01-01)"
LAW = [
    Block("h1", "Lag (2022:1)"),
    Block("h2", "1 kap. Inledning"),
    Block("section", "Denna lag gäller prov.\nOch mer.", ("1 kap. Inledning",), "1 kap. 1 §"),
    Block("h2", CHAPTER),
    Block("h3", "Allmänt", (CHAPTER,)),
    Block("section", "Träder i kraft 2027-01-01:\nNy tillsyn. Lag (2026:900).", (CHAPTER, "Allmänt"), "2 kap. 1 §"),
    Block("section", "", (CHAPTER, "Allmänt"), "2 kap. 2 §"),
    Block("h2", "3 kap. Har upphävts"),
]


def test_a_page_has_the_parts_under_its_headings_each_once() -> None:
    assert page_parts(PAGE) == [
        PagePart("Vad gör länsstyrelsen?", "", 0),
        PagePart("Utbildning", "", 1),
        PagePart("Kontakt", "", 0),
    ]


def test_a_law_has_chapters_headings_and_sections_with_what_they_are_about() -> None:
    assert page_parts(LAW) == [
        PagePart("1 kap.", "Inledning", 0),
        PagePart("1 kap. 1 §", "Denna lag gäller prov.", 1),
        PagePart("2 kap.", "Tillsyn", 0),
        PagePart("Allmänt", "", 1),
        PagePart("2 kap. 1 §", "Ny tillsyn.", 2),
        PagePart("2 kap. 2 §", "", 2),
        PagePart("3 kap.", "Har upphävts", 0),
    ]


def test_every_part_can_be_followed_and_no_other() -> None:
    for text in (PAGE, LAW):
        assert missing_parts([part.name for part in page_parts(text)], names_of_parts(text)) == ()
    asked = map(part_name, ["2kap 1§", "4 kap.", "Kontakta oss"])
    assert missing_parts(asked, names_of_parts(LAW)) == ("4 kap.", "Kontakta oss")
