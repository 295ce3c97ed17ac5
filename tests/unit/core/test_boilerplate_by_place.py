"""Boilerplate known by its place and its words."""

from __future__ import annotations

import pytest

from monitor.core.model import Link
from monitor.core.page.boilerplate_by_place import drop_by_place, drop_invitations, drop_last_line
from monitor.core.page.page_parts import Piece

PROSE = "Länets kommuner samverkar om stöd till den som har utsatts för våld. "
PAGE = [Piece("h1", "Stöd"), *(Piece("p", f"{PROSE}{n}") for n in range(8))]


def link(text: str, target: str = "https://www.lansexempel.se/x", *, own: bool = False) -> Piece:
    return Piece("p", text, (Link(text, target),), linked=len(text), same_page_linked=len(text) if own else 0)


def around(
    pieces: list[Piece], reasons: list[str | None] | None = None, title: str = "Stöd | Länsexempel"
) -> list[str | None]:
    found = reasons or [None] * len(pieces)
    drop_by_place(pieces, found, title)
    return found


def test_what_follows_the_footer_is_dropped_where_it_is_little() -> None:
    pieces = [*PAGE, Piece("p", "Storgatan 1"), Piece("p", "Chatta med oss")]
    assert around(pieces, [*[None] * 9, "footer", None]) == [*[None] * 9, "footer", "after the footer"]


def test_a_footer_with_the_page_behind_it_ends_nothing() -> None:
    pieces = [Piece("p", "Storgatan 1"), *PAGE]
    assert around(pieces, ["footer", *[None] * 9]) == ["footer", *[None] * 9]


def test_short_links_and_the_sites_name_above_the_heading_are_no_content() -> None:
    pieces = [link("Nyheter"), Piece("p", "LÄNSEXEMPEL"), Piece("p", "Viktigt i dag"), *PAGE]
    assert around(pieces) == ["links", "site name", *[None] * 10]


def row(text: str, *names: str) -> Piece:
    links = tuple(Link(name, "https://www.lansexempel.se/x") for name in names)
    return Piece("p", text, links, linked=sum(map(len, names)))


MENU = ("Start", "Förskola och skola", "Kultur och fritid", "Trafik och resor")


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (row(" | ".join(MENU), *MENU), "links"),
        (row(f"[{'] ['.join(MENU)}]", *MENU), "links"),
        (row(f"Se även {' | '.join(MENU)}", *MENU), None),
        (row(f"{' | '.join(MENU)} och mer därtill", *MENU), None),
        (row(f"Gå till {MENU[1]} eller välj något annat på vår webbplats", MENU[1]), None),
        (row(f"{MENU[0]} | {PROSE}", MENU[0], PROSE), None),
        (row(" | ".join(MENU), *MENU[::-1]), None),
    ],
)
def test_a_paragraph_of_links_and_what_separates_them_is_a_menu_above_the_heading(
    piece: Piece, why: str | None
) -> None:
    assert around([piece, *PAGE]) == [why, *[None] * 9]
    assert around([*PAGE, piece]) == [None] * 10


def test_a_long_text_above_the_heading_is_the_page_too() -> None:
    pieces = [link("Nyheter"), *PAGE[1:], PAGE[0]]
    assert around(pieces) == [None] * 10
    assert around([link("Nyheter"), *PAGE[1:]]) == [None] * 9


def test_what_is_in_the_main_part_is_not_looked_at() -> None:
    inside = Piece("p", "Länsexempel", in_main=True)
    assert around([inside, *PAGE]) == [None] * 10


@pytest.mark.parametrize("place", [1, 9])
def test_a_request_for_consent_is_dropped_at_either_end(place: int) -> None:
    pieces = [*PAGE]
    pieces.insert(place, Piece("p", "Vi använder kakor. Acceptera alla?"))
    assert around(pieces) == [*[None] * place, "cookies", *[None] * (9 - place)]


def test_a_request_for_consent_in_the_middle_or_on_a_page_about_it_is_content() -> None:
    notice = Piece("p", "Vi använder kakor. Acceptera alla?")
    assert around([*PAGE[:5], notice, *PAGE[5:]]) == [None] * 10
    assert around([*PAGE, *[notice] * 4]) == [None] * 13
    assert around([PAGE[0], notice]) == [None] * 2


def test_the_line_of_copyright_at_the_end_is_the_sites() -> None:
    line = Piece("p", "© 2026 Länsexempel", in_main=True)
    for pieces, expected in (([*PAGE, line], "footer"), ([line, *PAGE], None)):
        reasons: list[str | None] = [None] * 10
        drop_last_line(pieces, reasons)
        assert reasons[pieces.index(line)] == expected
        assert reasons.count(None) >= 9


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (link("Till toppen", own=True), "skip link"),
        (link("Till toppen"), None),
        (Piece("p", "Till sidans topp", linked=16), "skip link"),
        (Piece("p", "Visa svaret", linked=11), None),
        (link("Följ oss på Facebook", "https://www.facebook.com/lan"), "social"),
        (link("Rapporten", "https://www.facebook.com/lan"), None),
        (link("Följ oss på kartan"), None),
        (Piece("p", "Följ oss på Facebook"), None),
        (link(f"Följ oss {PROSE}", "https://x.com/lan"), None),
    ],
)
def test_invitations_are_dropped_wherever_they_stand(piece: Piece, why: str | None) -> None:
    reasons: list[str | None] = [None, "nav"]
    drop_invitations([piece, piece], reasons)
    assert reasons == [why, "nav"]


def test_a_section_behind_a_footer_and_what_follows_the_footer_of_an_article_are_content() -> None:
    section = [Piece("h2", "Blanketter"), Piece("p", "Ansökan")]
    assert around([*PAGE, Piece("p", "Storgatan 1"), *section], [*[None] * 9, "footer", None, None])[-2:] == [
        None,
        None,
    ]
    inner = Piece("p", "Skrivet av kansliet", in_content=True)
    assert around([*PAGE, inner, Piece("p", "Ansökan")], [*[None] * 9, "footer", None])[-1] is None
