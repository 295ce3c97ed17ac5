"""Paragraphs from the lines of a PDF's pages."""

from __future__ import annotations

from monitor.core.page.pdf_text import pieces_of_pages

LONG = "Kommunen samverkar med länsstyrelsen om stöd till den som är"


def pieces_of(*pages: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces_of_pages(pages).pieces]


def test_full_lines_go_on_and_a_short_line_ends_its_paragraph() -> None:
    assert pieces_of(f"{LONG}\nutsatt.\nEtt nytt stycke") == [("p", f"{LONG} utsatt."), ("p", "Ett nytt stycke")]


def test_a_word_that_was_divided_is_put_together_and_a_dash_stays() -> None:
    assert pieces_of(f"{LONG[:-2]}ut-\nsatt.") == [("p", f"{LONG[:-2]}utsatt.")]
    assert pieces_of(f"{LONG} år 2020-\n2024 års plan") == [("p", f"{LONG} år 2020- 2024 års plan")]
    assert pieces_of(f"{LONG} Syd-\nSverige") == [("p", f"{LONG} Syd- Sverige")]


def test_items_lose_their_bullet_and_keep_their_number() -> None:
    assert pieces_of("• ett\n2) två\na) tre\n3 fyra") == [
        ("li", "ett"),
        ("li", "2) två"),
        ("li", "a) tre"),
        ("p", "3 fyra"),
    ]


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    assert pieces_of(f"{LONG}\nutsatt för", "våld.\nNytt") == [("p", f"{LONG} utsatt för våld."), ("p", "Nytt")]
    assert pieces_of(f"{LONG}\nutsatt.", "nytt stycke") == [("p", f"{LONG} utsatt."), ("p", "nytt stycke")]


def test_running_heads_feet_and_page_numbers_are_left_out_but_the_title_once() -> None:
    pages = [f"Riktlinjer\nDnr 12-2025\nText {name}.\nSida {n} av 3" for n, name in enumerate("abc", start=1)]
    assert pieces_of(*pages) == [("p", "Riktlinjer"), ("p", "Text a."), ("p", "Text b."), ("p", "Text c.")]
    assert pieces_of("Text a.\n1", "Text b.\n2") == [("p", "Text a."), ("p", "Text b.")]


def test_a_line_in_the_middle_of_every_page_is_content() -> None:
    page = "{0} ett.\n{0} två.\nRedovisa senast den 1 mars.\n{0} tre.\n{0} fyra."
    assert ("p", "Redovisa senast den 1 mars.") in pieces_of(page.format("A"), page.format("B"))


def test_no_pages_have_no_pieces() -> None:
    assert pieces_of() == []
    assert pieces_of("", "\n") == []
