"""The main content of a page: boilerplate, guesses taken back, the main part, menus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Dropped
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.main_content import WHOLE, PageFrames, blocks, dropped, find_main_content
from monitor.core.page.page_parts import PageParts, Piece, Region

PROSE = "Länets kommuner samverkar om stöd till den som har utsatts för våld. "


def region(code: str, *, sure: bool = False, parent: int = -1, buttons: int = 0) -> Region:
    return Region(DropReason(code, sure=sure), parent, buttons)


def piece(text: str, *, number: int = -1, kind: str = "p", linked: bool = False, in_main: bool = False) -> Piece:
    return Piece(kind, text, region=number, in_main=in_main, linked=len(text) if linked else 0)


def test_a_sure_region_is_dropped_and_what_is_in_it_says_the_outer_reason() -> None:
    walked = PageParts(
        [piece(PROSE * 3), piece("Start", number=1, linked=True)],
        [region("footer", sure=True), region("share", parent=0)],
    )
    assert find_main_content(walked) == [None, "footer"]


@pytest.mark.parametrize(
    ("code", "buttons", "text", "why"),
    [
        ("cookies", 1, "Vi använder kakor.", "cookies"),
        ("cookies", 0, "Vi använder kakor.", None),
        ("banner", 0, "Hämta appen", "banner"),
        ("banner", 0, PROSE * 10, None),
        ("banner", 1, PROSE * 10, "banner"),
        ("header", 0, "Länsexempel", "header"),
        ("aside", 0, "Kontakt", "aside"),
        ("aside", 0, PROSE * 5, None),
        ("footer", 0, "Storgatan 1", "footer"),
        ("nav", 0, PROSE * 4, None),
        ("hidden", 0, "dolt", "hidden"),
        ("annat", 0, "något", "annat"),
    ],
)
def test_a_guess_stands_where_the_shape_agrees(code: str, buttons: int, text: str, why: str | None) -> None:
    walked = PageParts([piece(PROSE * 20), piece(text, number=0)], [region(code, buttons=buttons)])
    assert find_main_content(walked) == [None, why]


@pytest.mark.parametrize(("linked", "buttons", "why"), [(True, 0, "footer"), (False, 1, "footer"), (False, 0, None)])
def test_a_wrapper_named_after_boilerplate_is_it_where_it_is_small_and_made_of_links_or_buttons(
    linked: bool,  # noqa: FBT001 -- part of a test case
    buttons: int,
    why: str | None,
) -> None:
    wrapper = Region(DropReason("footer", doubtful=True), -1, buttons=buttons)
    assert find_main_content(PageParts([piece(PROSE * 5), piece("Om oss", number=0, linked=linked)], [wrapper])) == [
        None,
        why,
    ]
    assert find_main_content(PageParts([piece(PROSE), piece(PROSE, number=0, linked=linked)], [wrapper])) == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("words", "menu"), [(("Om oss", "Kontakt", "Rapport"), True), (("Om oss", "Plan", "Rapport"), False)]
)
def test_a_few_links_are_a_menu_where_half_of_them_say_so(words: tuple[str, ...], menu: bool) -> None:  # noqa: FBT001
    pieces = [piece(PROSE * 5), *(piece(word, linked=True) for word in words)]
    assert find_main_content(PageParts(pieces)) == [None, *["links" if menu else None] * 3]


def test_a_header_with_the_main_heading_is_no_boilerplate_by_name() -> None:
    walked = PageParts([piece("Stöd", kind="h1", number=0), piece(PROSE * 5)], [region("header")])
    assert find_main_content(walked) == [None, None]


def test_a_page_that_is_all_boilerplate_is_read_after_all() -> None:
    walked = PageParts([piece(PROSE * 5, number=0)], [region("footer", sure=True)])
    assert find_main_content(walked) == [None]


def test_a_page_of_menus_alone_has_nothing_to_read() -> None:
    walked = PageParts([piece(f"Sida {n}", number=0, linked=True) for n in range(9)], [region("nav", sure=True)])
    assert set(find_main_content(walked)) == {"nav"}


def test_a_main_part_without_text_is_not_believed() -> None:
    walked = PageParts([piece("Laddar …", in_main=True), piece(PROSE * 5)])
    assert find_main_content(walked) == [None, None]


def test_a_second_long_article_belongs_to_the_main_part_and_teasers_do_not() -> None:
    main = [piece("Villkor", kind="h1", in_main=True), piece(PROSE * 40, in_main=True)]
    teaser = Piece("p", PROSE, in_content=True)
    links = Piece("p", PROSE * 40, in_content=True, linked=len(PROSE) * 40)
    policy = [Piece("h1", "Personuppgifter", in_content=True), Piece("p", PROSE * 30, in_content=True)]
    assert find_main_content(PageParts([*main, teaser], articles=2))[2:] == ["outside main"]
    assert find_main_content(PageParts([*main, links], articles=2))[2:] == ["outside main"]
    assert find_main_content(PageParts([*main, *policy], articles=2))[2:] == [None, None]


def test_one_article_is_the_page_where_there_is_no_main_part_and_of_several_none_is() -> None:
    article = Piece("p", PROSE * 5, in_content=True)
    assert find_main_content(PageParts([piece("Brandrisk: låg"), article], articles=1)) == ["outside main", None]
    assert find_main_content(PageParts([piece("Brandrisk: låg"), article], articles=2)) == [None, None]


def test_a_long_run_of_short_links_is_a_menu_also_with_headings_between() -> None:
    links = [piece(f"Sida {n}", linked=True) for n in range(8)]
    menu = [*links[:4], piece("Om oss", kind="h3"), *links[4:]]
    assert find_main_content(PageParts([*menu, piece(PROSE * 5)])) == [*["links"] * 9, None]


def test_a_short_run_of_links_or_one_in_the_main_part_is_content() -> None:
    few = [piece(f"Sida {n}", linked=True) for n in range(7)]
    assert find_main_content(PageParts([*few, piece(PROSE * 5)])) == [None] * 8
    many = [piece(f"Rapport {n}", linked=True, in_main=True) for n in range(20)]
    assert find_main_content(PageParts([*many, piece(PROSE * 5, in_main=True)])) == [None] * 21


def test_links_within_the_page_skip_its_menu_or_repeat_its_headings() -> None:
    same_page = [
        Piece("li", text, linked=len(text), same_page_linked=len(text))
        for text in ("Till innehållet", "Ett", "Två", "Tre")
    ]
    assert find_main_content(
        PageParts([same_page[0], piece(PROSE * 5), same_page[1], piece(PROSE), *same_page[1:]])
    ) == [
        "skip link",
        None,
        None,
        None,
        *["contents"] * 3,
    ]


PARTS = ("Ett", "Två", "Tre")


@pytest.mark.parametrize(
    ("kind", "text", "count", "of_parts", "why"),
    [
        ("h2", "Innehåll på sidan", 3, "h2", "contents"),
        ("p", "On this page:", 3, "h2", "contents"),
        ("h2", "Innehåll på sidan", 1, "h3", "contents"),
        ("h2", "Frågor och svar", 3, "h3", None),
        ("h3", "Frågor och svar", 3, "h2", "contents"),
        ("h2", "Hitta i texten", 3, "h2", "contents"),
        ("h2", "Hitta i texten", 3, "p", None),
        ("h2", "Hitta i texten", 2, "h2", None),
        ("p", "Hitta i texten", 3, "h2", None),
        ("h1", "Innehåll", 3, "h2", None),
        ("h2", PROSE, 3, "h2", None),
    ],
)
def test_the_heading_of_links_within_the_page_goes_with_them_where_nothing_else_is_under_it(
    kind: str, text: str, count: int, of_parts: str, why: str | None
) -> None:
    links = [Piece("li", part, linked=len(part), same_page_linked=len(part)) for part in PARTS[:count]]
    first = Piece("p", "Till innehållet", linked=15, same_page_linked=15)
    parts = [one for part in PARTS for one in (piece(part, kind=of_parts), piece(PROSE * 2))]
    found = find_main_content(
        PageParts([first, piece("Stöd", kind="h1"), piece(PROSE), piece(text, kind=kind), *links, piece(PROSE), *parts])
    )
    of_links = "contents" if why or count > 2 else None
    assert found == ["skip link", None, None, why, *[of_links] * count, *[None] * 7]


@pytest.mark.parametrize(
    ("heading", "text", "linked", "why"),
    [
        ("Öppettider", PROSE, False, None),
        ("Öppettider", "Torget 4", False, "footer"),
        ("", PROSE, False, "footer"),
        ("Öppettider", PROSE, True, "footer"),
    ],
)
def test_a_part_called_a_footer_is_content_where_it_has_a_heading_and_sentences_and_no_links(
    heading: str,
    text: str,
    linked: bool,  # noqa: FBT001 -- part of a test case
    why: str | None,
) -> None:
    inside = [*([piece(heading, kind="h3", number=0)] if heading else []), piece(text.strip(), number=0)]
    inside += [piece("Om oss", number=0, linked=True)] if linked else []
    note = Region(DropReason("footer", word="footer", by_name=True), -1)
    assert find_main_content(PageParts([piece(PROSE * 20), *inside], [note])) == [None, *[why] * len(inside)]


def test_the_main_heading_is_taken_from_the_header_where_there_is_no_other() -> None:
    pieces = [piece("Logo", number=0), piece("Stöd", kind="h1", number=0), piece(PROSE * 5, in_main=True)]
    assert find_main_content(PageParts(pieces, [region("header", sure=True)])) == ["header", None, None]
    hidden = PageParts([piece("Stöd", kind="h1", number=0), piece(PROSE * 5)], [region("nav", sure=True)])
    assert find_main_content(hidden) == ["nav", None]


def test_what_a_part_holds_is_what_the_parts_in_it_hold() -> None:
    outer, inner, other = (Region(DropReason("nav"), parent) for parent in (-1, 0, 0))
    inner.buttons, other.buttons = 1, 2
    pieces = [
        Piece("p", "ett", region=0),
        Piece("h2", "Två", region=1),
        Piece("h1", "Tre", region=1, linked=3),
        Piece("h1", "Fyra", region=2),
    ]
    find_main_content(PageParts(pieces, [outer, inner, other]))
    assert [(region.size, region.linked, region.buttons) for region in (outer, inner, other)] == [
        (13, 3, 3),
        (6, 3, 1),
        (4, 0, 2),
    ]
    assert [(region.heading, region.has_h1) for region in (outer, inner, other)] == [
        ("två", True),
        ("två", True),
        ("fyra", True),
    ]


def test_nothing_is_outside_the_whole_page() -> None:
    assert PageFrames(PageParts([piece(PROSE)])).outside(WHOLE) == []


def test_an_empty_page_has_no_reasons() -> None:
    assert find_main_content(PageParts()) == []


def test_neighbours_with_one_reason_are_dropped_together() -> None:
    pieces = [piece(text) for text in "abcde"]
    assert dropped(pieces, ["nav", "nav", None, "footer", "aside"]) == (
        Dropped("nav", "a\nb"),
        Dropped("footer", "d"),
        Dropped("aside", "e"),
    )
    assert dropped(pieces[:1], [None]) == ()


@given(st.lists(st.tuples(st.sampled_from(["h1", "h2", "h3", "h6", "p", "li"]), st.text("ab", min_size=1, max_size=3))))
def test_a_heading_path_holds_only_headings_that_stand_above(parts: list[tuple[str, str]]) -> None:
    pieces = [piece(text, kind=kind) for kind, text in parts]
    found = blocks(pieces, [None] * len(pieces))
    assert [(block.kind, block.text) for block in found] == parts
    for number, block in enumerate(found):
        earlier = [text for kind, text in parts[:number] if kind.startswith("h")]
        assert set(block.heading) <= set(earlier)
        if block.kind == "h1":
            assert block.heading == ()


def named(code: str, word: str) -> Region:
    return Region(DropReason(code, word=word), -1)


def test_many_parts_of_one_name_that_hold_text_are_cards() -> None:
    def page(count: int, text: str) -> list[str | None]:
        cards = [piece(text, number=number) for number in range(count)]
        return find_main_content(
            PageParts([piece(PROSE * 20), *cards], [named("banner", "promo") for _ in range(count)])
        )

    assert page(3, PROSE * 3) == [None] * 4
    assert page(2, PROSE * 3) == [None, "banner", "banner"]
    assert page(3, "Hämta appen") == [None, *["banner"] * 3]


@pytest.mark.parametrize(
    ("heading", "text", "linked", "why"),
    [
        ("Promotions", PROSE * 2, False, None),
        ("Villkor", PROSE * 2, False, "banner"),
        ("Promotions", "Hämta appen", False, "banner"),
        ("Promotions", PROSE * 2, True, "banner"),
    ],
)
def test_a_part_that_is_about_what_it_is_called_is_content(
    heading: str,
    text: str,
    linked: bool,  # noqa: FBT001 -- part of a test case
    why: str | None,
) -> None:
    pieces = [piece(PROSE * 20), piece(heading, kind="h2", number=0), piece(text, number=0, linked=linked)]
    assert find_main_content(PageParts(pieces, [named("banner", "promotions")])) == [None, why, why]


@pytest.mark.parametrize("code", ["banner", "aside", "nav", "footer", "related", "widget", "comments"])
def test_a_part_of_the_content_that_states_a_value_is_content_whatever_its_name(code: str) -> None:
    def reasons(text: str, *, linked: int = 0, buttons: int = 0) -> list[str | None]:
        named = Region(DropReason(code, sure=code in {"nav", "footer"}, by_name=True), -1, buttons, in_content=True)
        inside = Piece("li", text, region=0, in_main=True, in_content=True, linked=linked)
        return find_main_content(PageParts([piece(PROSE * 9, in_main=True), inside], [named]))[1:]

    assert reasons("Sök senast 1 mars") == [None]
    assert reasons("Högst 400 000 kr") == [None]
    assert reasons("Nyhet 1 mars 2026", linked=17) != [None]
    assert reasons("Sök senast 1 mars", buttons=1) != [None]
    assert reasons("Dela") != [None]
