"""Plain text, Markdown and JSON as pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.page.json_text import pieces_of_json
from monitor.core.page.plain_text import pieces_of_text

BASE = "https://www.lansexempel.se/fil.txt"


def kinds(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces_of_text(text, BASE).pieces]


def test_headings_are_marked_by_signs_or_by_lines() -> None:
    assert kinds("# Ett #\nTvå\n---\nTre\n===\n### Fyra\n-----\n--") == [
        ("h1", "Ett"),
        ("h2", "Två"),
        ("h1", "Tre"),
        ("h3", "Fyra"),
    ]


def test_numbers_stay_on_items_and_bullets_go() -> None:
    assert kinds("1. ett\n2) två\n• tre\n* fyra\n2024 är ett år") == [
        ("li", "1. ett"),
        ("li", "2) två"),
        ("li", "tre"),
        ("li", "fyra 2024 är ett år"),
    ]


def test_addresses_in_a_text_are_links() -> None:
    (piece,) = pieces_of_text("Läs [mer](/a.pdf) på https://annan.se/x, [här](#nedan) också.", BASE).pieces
    assert piece.text == "Läs mer på https://annan.se/x, här också."
    assert [(link.text, link.target) for link in piece.links] == [
        ("mer", "https://www.lansexempel.se/a.pdf"),
        ("https://annan.se/x", "https://annan.se/x"),
    ]


@given(st.lists(st.text("abc ", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=9))
def test_line_breaks_inside_a_paragraph_do_not_count(lines: list[str]) -> None:
    assert kinds("\n".join(lines)) == kinds(" ".join(lines))


def test_a_text_of_white_space_alone_has_no_pieces() -> None:
    assert kinds("\n \n\u200b\n") == []


def test_values_without_text_are_no_rows() -> None:
    assert [piece.text for piece in pieces_of_json('["", "a", 1.5, true]').pieces] == ["a", "1.5", "true"]


def test_marks_that_markdown_is_not_to_read_lose_their_backslash() -> None:
    [piece] = pieces_of_text(r"Beslutet togs den 30 juni 2008\. Se C:\Temp.", "https://a.se/").pieces
    assert piece.text == r"Beslutet togs den 30 juni 2008. Se C:\Temp."


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("# Ett", "Ett"),
        ("# Ett ##", "Ett"),
        ("# Ett # #", "Ett #"),
        ("# Ett ##  ", "Ett ##"),
        ("# ###", "#"),
        ("#   x#y", "x#y"),
    ],
)
def test_the_marks_that_close_a_heading_are_no_part_of_it(line: str, heading: str) -> None:
    assert kinds(line) == [("h1", heading)]
