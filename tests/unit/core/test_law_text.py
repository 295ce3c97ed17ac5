"""The grammar of a law's text beyond the cases under tests/data/law, and the extraction of law sources."""

from __future__ import annotations

from monitor.core.law.source import from_html, from_rkrattsbaser, from_status, plain_text
from monitor.core.law.text import parse_law
from monitor.core.model import Block


def shapes(text: str) -> list[tuple[str, str | None, tuple[str, ...], str]]:
    return [(block.kind, block.label, block.heading, block.text) for block in parse_law(text)[0]]


def test_an_empty_text_has_no_blocks() -> None:
    assert parse_law("") == ((), ())


def test_a_text_without_sections_is_paragraphs_and_items() -> None:
    assert shapes("Kommunen ska ta prov av\n\n1. vatten, och\n\n2. sand.") == [
        ("p", None, (), "Kommunen ska ta prov av"),
        ("li", None, (), "1. vatten, och"),
        ("li", None, (), "2. sand."),
    ]


def test_a_heading_between_a_division_and_its_chapter_is_a_heading() -> None:
    text = "FÖRSTA AVDELNINGEN\n\nOm vatten\n\n1 kap. Sjöar\n\n1 § Sjöar ska mätas."
    assert shapes(text)[1:3] == [
        ("h3", None, ("FÖRSTA AVDELNINGEN",), "Om vatten"),
        ("h2", None, ("FÖRSTA AVDELNINGEN",), "1 kap. Sjöar"),
    ]


def test_a_mark_may_share_its_line_with_a_chapter_or_be_wrapped() -> None:
    text = (
        "1 kap. Sjöar\n\n1 § Sjöar ska mätas.\n\n"
        "/Kapitlet upphör att gälla U:2031-07-01 genom\nlag (2030:44)./ 2 kap. Åar\n\n1 § Åar ska mätas."
    )
    assert shapes(text)[2][3] == "2 kap. Åar (upphör att gälla 2031-07-01 genom lag (2030:44))"


def test_marks_that_nothing_follows_are_kept() -> None:
    assert shapes("1 § Sjöar ska mätas.\n\n/Upphör att gälla U:2031-07-01/")[-1] == (
        "p",
        None,
        (),
        "/Upphör att gälla 2031-07-01/",
    )


def test_a_mark_inside_a_section_before_plain_text_is_kept_beside_it() -> None:
    text = "1 § Sjöar ska mätas.\n\n/Träder i kraft I:2031-07-01/\nÅar ska mätas."
    assert [shape[3] for shape in shapes(text)] == ["Sjöar ska mätas.", "/Träder i kraft 2031-07-01/", "Åar ska mätas."]


def test_chapters_and_sections_that_an_annex_quotes_are_text() -> None:
    text = "1 § Sjöar ska mätas.\n\nBilaga\n\n1 kap. Mått\n\n1 § /Träder i kraft I:2031-07-01/ Meter.\n\n2 §"
    assert shapes(text)[1:] == [
        ("h2", None, (), "Bilaga"),
        ("p", None, ("Bilaga",), "1 kap. Mått"),
        ("p", None, ("Bilaga",), "1 § Träder i kraft 2031-07-01: Meter."),
        ("p", None, ("Bilaga",), "2 §"),
    ]


def test_transition_provisions_may_come_without_their_heading() -> None:
    text = "1 § Sjöar ska mätas.\n\n2030:44 /Träder i kraft I:2031-07-01/\n\nLagen gäller äldre sjöar."
    assert shapes(text)[1:] == [
        ("h3", None, (), "2030:44 (träder i kraft 2031-07-01)"),
        ("p", None, ("2030:44",), "Lagen gäller äldre sjöar."),
    ]


def test_a_law_that_numbers_its_sections_right_through_keeps_its_chapters() -> None:
    text = "1 kap. Sjöar\n\n1 § Sjöar ska mätas.\n\n2 kap. Åar\n\n2 § Åar ska mätas."
    assert [shape[1] for shape in shapes(text)] == [None, "1 kap. 1 §", None, "2 kap. 2 §"]


def test_items_inside_a_wrapped_paragraph_begin_lines_and_references_do_not() -> None:
    text = (
        "1 § Mätning görs av\n- sjöar, och\n- åar.\n\n"
        "Avvikelser enligt 4 § första stycket\n1. ska anmälas\n2. genast.\n\n"
        "Längden är 5\n- 6 meter eller fond-i-\nfond, djup- och\nbottenmått."
    )
    assert shapes(text)[0][3].split("\n") == [
        "Mätning görs av - sjöar, och",
        "- åar.",
        "Avvikelser enligt 4 § första stycket 1. ska anmälas 2. genast.",
        "Längden är 5 - 6 meter eller fond-i-fond, djup- och bottenmått.",
    ]


def test_a_listed_item_in_a_wrapped_paragraph_goes_on_with_its_list() -> None:
    assert shapes("1 § Mätning görs av:\n1. sjöar,\n2. åar,\na) stora,\nb) små.")[0][3].split("\n") == [
        "Mätning görs av:",
        "1. sjöar,",
        "2. åar,",
        "a) stora,",
        "b) små.",
    ]


def test_a_heading_knows_the_section_below_it() -> None:
    blocks, _ = parse_law("Sjöar\n\nSmå sjöar\n\n1 § Sjöar ska mätas.\n\nBilaga\n\nMått")
    assert [block.opens for block in blocks] == ["1 §", "1 §", None, None, None]


# Sources


def test_tables_and_tags_of_the_html_form_become_lines() -> None:
    page = (
        "<b>SFS nr</b>: 2030:44<br /><hr /><script>let x = 1;</script><div><table><tr><td>Sjö</td><td>3 m</td></tr>"
        "<tr><td>Å</td><td>1 m</td></tr></table><pre>Djup   mäts</pre></div>"
    )
    assert shapes(from_html(page).text) == [
        ("p", None, (), "Sjö 3 m"),
        ("p", None, (), "Å 1 m"),
        ("p", None, (), "Djup mäts"),
    ]


def test_a_page_without_a_rule_has_a_header_only() -> None:
    assert plain_text("<b>SFS nr</b>: 2030:44<br />Text").text == ""
    assert from_html("<b>SFS nr</b>: 2030:44<br />").title == ""


def test_a_text_of_one_line_is_believed_where_the_page_has_no_more() -> None:
    document = {"beteckning": "2030:44", "text": "1 § Sjöar ska mätas.", "html": "<hr /><div>1 § Sjöar</div>"}
    assert from_status(document, {}).text == "1 § Sjöar ska mätas."


def test_a_database_page_without_a_law_gives_nothing() -> None:
    empty = from_rkrattsbaser('<div class="result-inner-box bold">SFS-nummer</div>')
    assert (empty.number, empty.title, empty.text) == ("", "", "")


def test_blocks_of_a_law_are_plain_values() -> None:
    assert parse_law("1 § Sjöar.")[0] == (Block("section", "Sjöar.", (), "1 §"),)


def test_headings_at_the_end_of_a_part_are_headings_though_their_sections_are_not_there() -> None:
    text = "1 § Sjöar ska mätas.\n\nAvgifter\n\nÖverklagande\n\nÖvergångsbestämmelser\n\n2030:44\n\n1. Gäller genast."
    assert [(kind, text) for kind, _, _, text in shapes(text)][:3] == [
        ("section", "Sjöar ska mätas."),
        ("h3", "Avgifter"),
        ("h4", "Överklagande"),
    ]


def test_the_rows_of_a_table_at_the_end_of_a_part_stay_in_their_section() -> None:
    text = "1 § Följande gäller:\n\nVänern\n\nVättern\n\nÖvergångsbestämmelser\n\n2030:44\n\n1. Gäller genast."
    assert shapes(text)[0][3] == "Följande gäller:\nVänern\nVättern"
