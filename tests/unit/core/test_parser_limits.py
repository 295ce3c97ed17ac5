"""Markup that would keep a parser busy is recognised before parsing; a real page, however large, is let through."""

from __future__ import annotations

import pytest

from monitor.core.page.parser_limits import DEEPEST, MOST_ATTRIBUTES, MOST_OPTIONS, parser_burden

MANY = 4 * DEEPEST
LONG = "<p>text</p>" * 8_000


def attributes(count: int, form: str = "a{}=1") -> str:
    return " ".join(form.format(number) for number in range(count))


@pytest.mark.parametrize("tag", ["<div>", "<ul><li>", "<TABLE><tr><td>", "<my-box>", "<blockquote>text"])
def test_elements_that_are_never_closed_are_told(tag: str) -> None:
    assert parser_burden(tag * MANY) == "nesting"


@pytest.mark.parametrize(
    "part",
    [
        "<p>Ett stycke",
        "<li>En punkt",
        '<a href="/">En länk',
        "<br><img src=a>",
        '<path d="M0 0h1"/>',
        "<div><span>Ett</span></div>",
        "</div></div><div>",
        "<!-- inget -->1 < 2 ",
        "<p><b>Fet</b> och <i class=x>kursiv</i></p>",
        "<p><font color=red>aldrig avslutad",
        "<script>if (a<b && c<d) { x = '<i>' }</script>",
        "<select><option>Ett</select>",
    ],
)
def test_a_long_page_is_no_burden(part: str) -> None:
    assert parser_burden(part * (MOST_OPTIONS // 2)) is None


@pytest.mark.parametrize(
    "markup",
    [
        "<math>" + "<tr>" * (DEEPEST + 1),
        "<svg>" + "<path>" * (DEEPEST + 1),
        "<div>" * (DEEPEST - 10) + "<hr>" * 40_000,
        "<span>" * (DEEPEST - 10) + "</x>" * 40_000,
    ],
)
def test_what_html_never_leaves_open_is_told_where_it_burdens_the_parser(markup: str) -> None:
    assert parser_burden(markup) == "nesting"


@pytest.mark.parametrize(
    "part",
    [
        '<svg viewBox="0 0 1 1"><path d="M0 0h1"/><circle r=1 /></svg><li>En punkt',
        "<svg><g><path d=a></path></g></svg><tr><td>Rad",
        "<math><mi>x</mi></math><hr><p>Ett stycke</p></p></x>",
        "</svg></math>",
    ],
)
def test_drawings_and_formulas_among_much_else_are_no_burden(part: str) -> None:
    assert parser_burden(part * DEEPEST) is None


def test_a_deep_page_that_is_parsed_in_no_time_is_let_through() -> None:
    assert parser_burden("<div>" * DEEPEST) is None
    assert parser_burden("<div>" * DEEPEST + "</div>" * DEEPEST) is None
    assert parser_burden("<div>" * (DEEPEST + 1)) == "nesting"


def test_many_piles_of_elements_are_as_much_as_one_that_is_too_deep() -> None:
    pile = "<ul><li>" * 8_000 + "</li></ul>" * 8_000
    assert parser_burden(pile * 6) is None
    assert parser_burden(pile * 7) == "nesting"


def test_a_tag_has_so_many_attributes_and_no_more() -> None:
    assert parser_burden(f"{LONG}<p {attributes(MOST_ATTRIBUTES)}>") is None
    assert parser_burden(f"{LONG}<p {attributes(MOST_ATTRIBUTES + 1)}>") == "attributes"


def test_a_short_page_has_no_room_for_too_many_attributes() -> None:
    assert parser_burden(f"<p {attributes(MOST_ATTRIBUTES + 1)}>") is None


@pytest.mark.parametrize(
    "form",
    ["a{}", "a{}=1", 'a{}=">"', "a{}='<p>'", 'a{}=""/', "a{}\n=\n'\"'", "a{}='</script>'", 'a{}=x"y', '=a{}="1"'],
)
@pytest.mark.parametrize(
    "before",
    [
        "",
        "<script>'<p a=\"'</script>",
        "<!-- <p a=' -->",
        "<!doctype html '>",
        "<title>\"<x '</title>",
        "1 < 2 ",
        "</>",
    ],
)
def test_attributes_are_counted_as_a_browser_reads_them(form: str, before: str) -> None:
    assert parser_burden(f"{LONG}{before}<p {attributes(MOST_ATTRIBUTES + 100, form)}>text</p>") == "attributes"


@pytest.mark.parametrize(
    "part",
    [
        "<script>{words}</script>",
        "<style>{words}</style>",
        "<textarea>{words}</textarea>",
        "<!-- {words} -->",
        '<p title="{words}">',
        "<?x {words}>",
        "<p>i < {words}",
        "<p a='{words}",
    ],
)
def test_words_that_are_no_attributes_are_not_counted(part: str) -> None:
    words = "<b ord='<' " + "ord " * (3 * MOST_ATTRIBUTES)
    assert parser_burden(LONG + part.format(words=words if "{words}<" in part else words[10:])) is None


def test_a_list_has_so_many_options_and_no_more() -> None:
    assert parser_burden("<select>" + "<option>Ett</option>" * MOST_OPTIONS) is None
    assert parser_burden("<select>" + "<Option>Ett</option>" * (MOST_OPTIONS + 1)) == "options"


def test_formatting_that_is_never_ended_is_told_where_paragraphs_go_on_with_it() -> None:
    ended = "".join(f"<p><font size={number}>text</font></p>" for number in range(4_000))
    assert parser_burden(f"</font></b>{ended}") is None
    assert parser_burden(ended.replace("</font>", "")) == "formatting"
    assert parser_burden(ended.replace("</font>", "").replace("font", "FONT")) == "formatting"


def test_what_is_hidden_in_a_quoted_value_tells_one_formatting_from_another() -> None:
    assert parser_burden("".join(f'<b title=">{number}"><p>text' for number in range(4_000))) == "formatting"


def test_the_same_formatting_over_and_over_is_kept_three_times_as_browsers_do() -> None:
    assert parser_burden("<p><b class=x>text" * (DEEPEST - 1)) is None
    assert parser_burden("<p><b>text</b></b></i></p>" * 5_000) is None
