"""What a section or a chapter really is, by the numbering and by what precedes it."""

from __future__ import annotations

import pytest

from monitor.core.law.text import parse_law
from monitor.core.model import Block

END = "\n\n12 § Beslut får överklagas."


def blocks(text: str) -> tuple[Block, ...]:
    return parse_law(text)[0]


def labels(text: str) -> list[str]:
    return [block.label for block in blocks(text) if block.label]


def text_of(text: str, label: str) -> str:
    return next(block.text for block in blocks(text) if block.label == label)


@pytest.mark.parametrize(
    ("section", "begins"),
    [
        ("7§ Fyren ska lysa.", "Fyren ska lysa."),
        ("7 §* Fyren ska lysa.", "Fyren ska lysa."),
        ("7 § § Fyren ska lysa.", "Fyren ska lysa."),
        ("7 § (De fyrar som avses i 4 § ska lysa.)", "(De fyrar"),
        ("7 § 6 § gäller även för lotsar.", "6 § gäller"),
        ("7 § 22 och 23 §§ fyrlagen (1999:1) gäller även här.", "22 och 23 §§"),
        ("7 § 1969 års fyrkonvention ska tillämpas.", "1969 års"),
        ("7 § 1 mom. Fyren ska lysa.", "1 mom."),
        ("7 §  ska tillämpas även på prickar.", "ska tillämpas"),
        ("7 §\nFyren ska lysa.", "Fyren ska lysa."),
        ("7 § har upphävts genom lag (1999:4).", "har upphävts"),
    ],
)
def test_a_section_may_begin_oddly_where_its_number_fits(section: str, begins: str) -> None:
    text = f"1 § Lagen gäller fyrar.\n\n{section}{END}"
    assert labels(text) == ["1 §", "7 §", "12 §"]
    assert text_of(text, "7 §").startswith(begins)


@pytest.mark.parametrize(
    "reference",
    [
        "Följande gäller inte för fyrar:\n\n5 § om delegering, och\n\n20 § om föredragning.",
        "Följande gäller inte för fyrar:\n\n5 § 1-3 om beslut,\n\n7 § 4 om lotsar.",
        "Lagen gäller inte i fall som avses i\n\n7 § andra stycket.",
    ],
)
def test_a_reference_on_a_line_of_its_own_is_no_section(reference: str) -> None:
    text = f"1 § {reference}{END}"
    assert labels(text) == ["1 §", "12 §"]
    assert text_of(text, "1 §").replace("\n", " ") == " ".join(reference.split())


def test_a_doubtful_section_whose_number_does_not_fit_is_text() -> None:
    assert labels(f"1 § Lagen gäller fyrar.\n\n30 § 3 fyrar ska lysa.{END}") == ["1 §", "12 §"]


@pytest.mark.parametrize(
    ("several", "found"),
    [
        ("3 och 4 §§   Har upphävts genom lag (2099:401).", ["3 §", "4 §"]),
        ("3, 5 och 7 a §§ har upphävts genom lag (2099:401).", ["3 §", "5 §", "7 a §"]),
        ("3--5 §§ har upphävts genom lag (2099:401).", ["3 §", "4 §", "5 §"]),
        ("3 a–3 c §§ har upphävts genom lag (2099:401).", ["3 a §", "3 b §", "3 c §"]),
        ("3 a–5 b §§ har upphävts genom lag (2099:401).", ["3 a §", "4 §", "5 §", "5 b §"]),
    ],
)
def test_sections_that_are_repealed_together_are_each_one(several: str, found: list[str]) -> None:
    text = f"1 § Lagen gäller fyrar.\n\n{several}{END}"
    assert labels(text) == ["1 §", *found, "12 §"]
    assert text_of(text, found[0]).lower().startswith("har upphävts genom lag (2099:401)")


def test_several_sections_that_are_not_repealed_are_text() -> None:
    assert labels(f"1 § Lagen gäller fyrar.\n\n3 och 4 §§ gäller även här.{END}") == ["1 §", "12 §"]


FIRST = "1 kap. Fyrar\n\n1 § Fyrar ska lysa.\n\n2 § Fyrar ska målas.\n\n"


@pytest.mark.parametrize(
    "heading",
    [
        "2 kap. Lotsar",
        "2 Kap. Lotsar",
        "2 KAP. LOTSAR",
        "2 kap. (Om lotsar)",
        "2 kap. Om lotsar; så ock om deras båtar",
    ],
)
def test_a_chapter_is_known_however_it_is_written(heading: str) -> None:
    text = f"{FIRST}{heading}\n\n1 § Lotsar ska finnas.\n\n2 § Lotsar ska ha båt."
    assert labels(text) == ["1 kap. 1 §", "1 kap. 2 §", "2 kap. 1 §", "2 kap. 2 §"]


def test_the_letter_of_a_chapter_may_be_a_capital() -> None:
    assert labels(f"{FIRST}1 A kap. Lotsar\n\n1 § Lotsar ska finnas.")[-1] == "1 a kap. 1 §"


@pytest.mark.parametrize(
    "first", ["1 §  ska finnas vid kusten.", "2 § Lotsar ska finnas.", "1 § 12 lotsar ska finnas."]
)
def test_one_odd_first_section_loses_no_chapter(first: str) -> None:
    text = f"{FIRST}2 kap. Lotsar\n\n{first}\n\n3 § Lotsar ska ha båt.\n\n3 kap. Båtar\n\n1 § Båtar ska flyta."
    assert labels(text)[2:] == [f"2 kap. {first[:3]}", "2 kap. 3 §", "3 kap. 1 §"]


CONTENTS = "Lagen är uppdelad så här.\n\n1 kap. Fyrar\n\n2 kap. Lotsar\n\n3 kap. Båtar"
REST = "2 kap. Lotsar\n\n1 § Lotsar ska finnas.\n\n3 kap. Båtar\n\n1 § Båtar ska flyta."


@pytest.mark.parametrize("next_section", ["1 a §", "2 §"])
@pytest.mark.parametrize("end", ["", "."])
def test_the_contents_that_a_section_lists_are_its_text(next_section: str, end: str) -> None:
    text = f"1 kap. Fyrar\n\n1 § {CONTENTS}{end}\n\n{next_section} Fyrar ska lysa.\n\n{REST}"
    assert labels(text) == ["1 kap. 1 §", f"1 kap. {next_section}", "2 kap. 1 §", "3 kap. 1 §"]
    assert text_of(text, "1 kap. 1 §").endswith(f"3 kap. Båtar{end}")


def test_the_divisions_that_a_section_lists_are_its_text() -> None:
    contents = "Lagen är uppdelad så här.\n\nAVD. I FYRAR\n\n1 kap. - Fyrar\n\nAVD. II SJÖFART\n\n2 kap. - Lotsar."
    text = f"AVD. I FYRAR\n\n1 kap. Fyrar\n\n1 § {contents}\n\n2 § Fyrar ska lysa.\n\nAVD. II SJÖFART\n\n{REST}"
    assert labels(text) == ["1 kap. 1 §", "1 kap. 2 §", "2 kap. 1 §", "3 kap. 1 §"]
    assert [block.text for block in blocks(text) if block.kind == "h2"] == [
        "AVD. I FYRAR",
        "1 kap. Fyrar",
        "AVD. II SJÖFART",
        "2 kap. Lotsar",
        "3 kap. Båtar",
    ]


def test_chapters_of_a_law_that_is_numbered_right_through_go_on() -> None:
    text = f"1 kap. Fyrar\n\n1 § {CONTENTS}.\n\n2 § Fyrar ska lysa.\n\n2 kap. Lotsar\n\n3 § Lotsar ska finnas."
    assert labels(text) == ["1 kap. 1 §", "1 kap. 2 §", "2 kap. 3 §"]


@pytest.mark.parametrize(
    "notice",
    [
        "2 kap. Kapitlet har upphävts genom lag (2025:43).",
        "2 kap. Har upphävts genom lag (2025:43).",
        "2 kap. har upphört att gälla genom lag (2025:43).",
    ],
)
def test_a_repealed_chapter_is_a_chapter(notice: str) -> None:
    found = blocks(f"{FIRST}{notice}\n\n3 kap. Båtar\n\n1 § Båtar ska flyta.")
    assert [block.text for block in found if block.kind == "h2"][1] == notice
    assert text_of(f"{FIRST}{notice}", "1 kap. 2 §") == "Fyrar ska målas."


def test_a_chapter_takes_its_marks_from_any_form_and_gives_them_to_its_sections() -> None:
    mark = "/Kapitlet upphör att gälla U:2027-07-01 genom lag 2025:729/"
    text = f"{FIRST}{mark}\n2 kap. Lotsar\n\n1 § Lotsar ska finnas."
    assert blocks(text)[-2].text == "2 kap. Lotsar (upphör att gälla 2027-07-01 genom lag (2025:729))"
    assert text_of(text, "2 kap. 1 §") == ("Upphör att gälla 2027-07-01 genom lag (2025:729):\nLotsar ska finnas.")


def test_two_headings_of_one_chapter_are_two_wordings_of_it() -> None:
    text = (
        f"{FIRST}2 kap. /Kapitelrubrik upphör att gälla U:2027-07-01/\nLotsar\n\n"
        "2 kap. /Kapitelrubrik träder i kraft I:2027-07-01/\nLotsar och båtar\n\n1 § Lotsar ska finnas."
    )
    assert [block.text for block in blocks(text) if block.kind == "h2"][1:] == [
        "2 kap. Lotsar (rubriken upphör att gälla 2027-07-01)",
        "2 kap. Lotsar och båtar (rubriken träder i kraft 2027-07-01)",
    ]
    assert blocks(text)[-1] == Block("section", "Lotsar ska finnas.", ("2 kap. Lotsar",), "2 kap. 1 §")


def test_a_heading_that_is_replaced_with_its_section_precedes_it() -> None:
    text = (
        "1 § Lagen gäller fyrar.\n\n/Rubriken upphör att gälla U:2027-02-01/\nTillsyn\n\n"
        "2 § /Upphör att gälla U:2027-02-01/\nTillsyn ska ske.\n\n/Rubriken träder i kraft I:2027-02-01/\nKontroll\n\n"
        "2 § /Träder i kraft I:2027-02-01/\nKontroll ska ske.\n\n3 § Beslut får överklagas."
    )
    assert [(block.kind, block.label or block.text, block.opens, block.heading) for block in blocks(text)[1:]] == [
        ("h3", "Tillsyn (upphör att gälla 2027-02-01)", "2 §", ()),
        ("h3", "Kontroll (träder i kraft 2027-02-01)", "2 §", ()),
        ("section", "2 §", None, ("Tillsyn",)),
        ("section", "3 §", None, ("Tillsyn",)),
    ]


def test_the_day_of_a_heading_is_not_lent_to_a_section() -> None:
    text = "1 § Lagen gäller fyrar.\n\n/Rubriken träder i kraft I:2027-02-01/\n\n2 § Tillsyn ska ske."
    assert [block.text for block in blocks(text)] == [
        "Lagen gäller fyrar.", "/Träder i kraft 2027-02-01/", "Tillsyn ska ske."
    ]  # fmt: skip


@pytest.mark.parametrize(
    "mark", ["/Träder i kraft I:2027-02-311/", "/Ikraft I: snart/", "/Upphör att gälla den 1 mars/"]
)
def test_a_mark_that_is_not_understood_is_noted_and_loses_nothing_around_it(mark: str) -> None:
    found, notes = parse_law(f"{FIRST}{mark}\n2 kap. Lotsar\n\n1 § Lotsar ska finnas.\n\n2 § {mark} Lotsar ska ha båt.")
    assert [block.label for block in found if block.label] == ["1 kap. 1 §", "1 kap. 2 §", "2 kap. 1 §", "2 kap. 2 §"]
    assert [block.text for block in found if mark in block.text] == [mark, f"{mark} Lotsar ska ha båt."]
    assert notes == (f"a mark is not understood and stays in the text: {mark}",) * 2


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Den verk-\nställande direktören", "Den verkställande direktören"),
        ("hälso- och\nsjukvård samt MTF-\nplattformar", "hälso- och sjukvård samt MTF-plattformar"),
        ("hälso-\noch sjukvård", "hälso- och sjukvård"),
        ("måttet a-b\nska verk-\nställas", "måttet a-b ska verkställas"),
        ("leden Hanö-\nUtklippan", "leden Hanö-Utklippan"),
        ("en e-\npostadress", "en e-postadress"),
        ("åren 2024-\n2030", "åren 2024-2030"),
        ("fyr-\nvaktare. En fyr-vaktare", "fyr-vaktare. En fyr-vaktare"),
        ("EU-\nland och så-\ndan. En sådan.", "EU-land och sådan. En sådan."),
    ],
)
def test_a_word_that_was_divided_is_whole_as_the_law_writes_it(text: str, read: str) -> None:
    assert blocks(f"1 § {text}")[0].text == read


def test_a_heading_that_was_divided_is_whole() -> None:
    assert blocks("Fyrar i ett annat EU-\nland\n\n1 § Fyren ska lysa.")[0].text == "Fyrar i ett annat EU-land"


def test_a_heading_between_two_wordings_of_a_section_needs_no_mark() -> None:
    first = "2 § /Upphör att gälla U:2027-02-01/\nTillsyn ska ske."
    text = f"1 § Lagen gäller fyrar.\n\n{first}\n\nKontroll\n\n2 § /Träder i kraft I:2027-02-01/\nKontroll ska ske."
    assert [(block.kind, block.opens) for block in blocks(text)] == [
        ("section", None),
        ("h3", "2 §"),
        ("section", None),
    ]


def test_the_marks_of_a_point_in_transition_provisions_are_put_in_words() -> None:
    point = "1. /Träder i kraft I:2027-02-01/\nLagen träder i kraft i februari."
    text = f"1 § Lagen gäller fyrar.\n\n2027:1\n\n{point}\n\n2. /"
    assert [block.text for block in blocks(text)][2:] == [
        "1. Träder i kraft 2027-02-01: Lagen träder i kraft i februari.",
        "2. /",
    ]


def test_a_mark_of_a_chapter_or_a_heading_at_the_top_is_not_that_of_the_law() -> None:
    text = f"/Kapitlet upphör att gälla U:2027-02-01/\n{FIRST}"
    assert blocks(text)[0].text == "1 kap. Fyrar (upphör att gälla 2027-02-01)"


def test_a_mark_before_the_number_of_a_section_is_its_own() -> None:
    text = "1 § Lagen gäller fyrar.\n\n/Träder i kraft I:2027-02-01/\n2 § Tillsyn ska ske."
    assert text_of(text, "2 §") == "Träder i kraft 2027-02-01:\nTillsyn ska ske."


def test_a_chapter_that_a_section_names_again_is_text() -> None:
    text = f"{FIRST}2 kap. Lotsar\n\n1 § Lotsar ska finnas.\n\n2 kap. Båtar\n\n2 § Båtar ska flyta."
    assert labels(text) == ["1 kap. 1 §", "1 kap. 2 §", "2 kap. 1 §", "2 kap. 2 §"]
    assert text_of(text, "2 kap. 1 §") == "Lotsar ska finnas.\n2 kap. Båtar"


def test_a_repealed_chapter_whose_sections_are_still_there_has_them() -> None:
    text = f"{FIRST}2 kap. Har upphävts genom lag (2025:43).\n\n1 § Lotsar ska finnas."
    assert labels(text)[-1] == "2 kap. 1 §"


def test_what_begins_as_a_part_and_goes_on_is_text() -> None:
    assert [block.kind for block in blocks("Ikraftträdande sker den 1 mars.\n\nBilaga till lagen bifogas.")] == [
        "p",
        "p",
    ]


def test_a_very_long_line_without_a_full_stop_is_no_heading() -> None:
    assert [block.kind for block in blocks(f"{'Fyrar och lotsar ' * 30}vid kusten\n\n1 § Fyrar ska lysa.")] == [
        "p",
        "section",
    ]


@pytest.mark.parametrize(
    "above",
    [
        "/Gäller t.o.m. 2027-06-30/",
        "/Träder i kraft 1 juli 2027",
        "(Träder i kraft I:2027-01-01)",
        "[Se lag (2030:5)]",
        "Upphör att gälla U:2027-06-30/",
        "//Träder i kraft I:2027-01-01//",
    ],
)
@pytest.mark.parametrize("part", ["3 § Lotsar ska finnas.", "2 kap. Lotsar\n\n1 § Lotsar ska finnas."])
def test_what_is_set_in_slashes_or_brackets_above_a_part_ends_there(above: str, part: str) -> None:
    found, notes = parse_law(f"{FIRST}{above}\n{part}")
    assert found[-1].label == ("1 kap. 3 §" if part.startswith("3") else "2 kap. 1 §")
    assert above in [block.text for block in found]
    assert len(notes) == 1 or part.startswith("2")


def test_a_mark_with_more_than_a_mark_says_keeps_the_rest_beside_it() -> None:
    mark = "/Upphör att gälla U:2027-06-30 genom lag (2030:1) om ändring i lagen/"
    assert [block.text for block in blocks(f"1 § Lagen gäller fyrar.\n\n{mark}\n2 § Fyrar ska lysa.")][1:] == [
        "om ändring i lagen/", "Upphör att gälla 2027-06-30 genom lag (2030:1):\nFyrar ska lysa."
    ]  # fmt: skip


@pytest.mark.parametrize(
    "above", ["Tillsyn", "Anmälan när en fyr har\nslocknat", "2 § Har upphävts genom lag (2030:1)"]
)
def test_a_section_on_the_line_below_a_heading_or_a_notice_is_one(above: str) -> None:
    assert labels(f"1 § Lagen gäller fyrar.\n\n{above}\n3 § Tillsyn ska ske.")[-1] == "3 §"
    assert blocks(f"1 § Lagen gäller fyrar.\n\n{above}\n3 § Tillsyn ska ske.")[-1].text == "Tillsyn ska ske."


def test_a_line_that_goes_on_with_the_next_is_no_heading_above_a_section() -> None:
    assert labels("1 § Lagen gäller fyrar.\n\nTillsyn sker enligt\n3 § Fyrlagen.") == ["1 §"]


def test_a_chapter_may_follow_a_sentence_without_a_blank_line() -> None:
    assert labels(f"{FIRST.rstrip()}\n2 kap. Lotsar\n\n1 § Lotsar ska finnas.")[-1] == "2 kap. 1 §"


@pytest.mark.parametrize("first", ["1 § 22 a § fyrlagen tillämpas.", "1 § ska lämnas om lots."])
def test_a_chapter_whose_sections_all_begin_oddly_is_one(first: str) -> None:
    text = f"{FIRST}2 kap. Lotsar\n\n{first}\n\n3 kap. Båtar\n\n1 § Båtar ska flyta."
    assert labels(text) == ["1 kap. 1 §", "1 kap. 2 §", "2 kap. 1 §", "3 kap. 1 §"]


def test_chapters_of_another_law_that_a_section_lists_are_its_text() -> None:
    text = "1 § Lagen gäller fyrar.\n\n2 § Följande gäller:\n\n2 kap. Hänsyn\n\n5 kap. Normer\n\n3 § Slut."
    assert labels(text) == ["1 §", "2 §", "3 §"]


@pytest.mark.parametrize("law", ["Lagen", "Förordningen", "Författningen"])
def test_a_mark_may_say_that_it_concerns_the_law(law: str) -> None:
    assert blocks(f"/{law} upphör att gälla U:2027-06-30/\nTillsyn\n\n1 § Fyrar ska lysa.")[0] == Block(
        "p", "Upphör att gälla 2027-06-30"
    )


def test_a_chapter_that_is_to_get_another_number_says_so_for_its_sections() -> None:
    text = f"{FIRST}2 kap. /Ny beteckning 4 kap. U:2027-07-01/ Lotsar\n\n1 § Lotsar ska finnas."
    *_, heading, section = blocks(text)
    assert heading.text == "2 kap. Lotsar (ny beteckning 4 kap. från 2027-07-01)"
    assert section.text == "Ny beteckning 4 kap. 1 § från 2027-07-01:\nLotsar ska finnas."


@pytest.mark.parametrize(
    "notice",
    ["Upphävt genom lag (2030:1).", "(Upphävt genom lag (2030:1))", "Kapitlet är upphävt.", "Har utgått."],
)
def test_a_chapter_whose_notice_is_written_otherwise_is_repealed(notice: str) -> None:
    text = f"{FIRST}2 kap. {notice}\n\n3 kap. Båtar\n\n1 § Båtar ska flyta."
    assert [block.text for block in blocks(text) if block.kind == "h2"][1] == f"2 kap. {notice}"


@pytest.mark.parametrize(
    "title",
    ["till lagen (2030:1) om fyrar", "(endast den svenska texten)", "som avses i 2 §", "1 Fyrplatser", "A", "I", "1:1"],
)
def test_an_annex_may_have_a_title_of_its_own(title: str) -> None:
    found = blocks(f"1 § Lagen gäller fyrar.\n\nBilaga {title}\n\nUnderstens fyr")
    assert [(block.kind, block.text) for block in found[1:]] == [("h2", f"Bilaga {title}"), ("p", "Understens fyr")]
    before_section = labels(f"1 § Lagen gäller fyrar.\n\nBilaga {title}\n\n2 § Fyrar ska lysa.")
    assert before_section == ["1 §", "2 §"]


def test_a_sentence_that_begins_with_an_annex_is_text() -> None:
    assert blocks("1 § Lagen gäller fyrar.\n\nBilaga 1 till lagen räknar upp fyrarna.")[0].text.endswith("fyrarna.")


def test_what_stands_in_an_annex_with_a_day_has_it_in_its_path() -> None:
    text = "1 § Lagen gäller fyrar.\n\nBilaga 1 /Upphör att gälla U:2027-02-01/\n\nUnderstens fyr"
    assert blocks(text)[-1].heading == ("Bilaga 1 (upphör att gälla 2027-02-01)",)
