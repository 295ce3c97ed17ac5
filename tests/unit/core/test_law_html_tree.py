"""HTML of laws as a tree: what its texts keep, and that no page keeps the parser busy."""

from __future__ import annotations

import pytest

from monitor.core.law.amendments import parse_register
from monitor.core.law.html_tree import MOST_TAGS, divs, is_text, parse_html, resolved, walk
from monitor.core.law.source import from_html, from_rkrattsbaser
from monitor.errors import TooIntricate

LARGE = 400_000


def text_of(page: str) -> str:
    return resolved(node for node in parse_html(page).descendants if is_text(node))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a \r\n\r\n <i>b</i>\n\n<i>c</i>", "a \r\n\r\n b\n\nc"),
        ("1 &#167; &auml;&nbsp;&okänd; AT&T; &#150; 1 < 2 &lt;p&gt;", "1 § ä\u00a0&okänd; AT&T; \u2013 1 < 2 <p>"),
        ("a<!-- b > c -->d<style>e</style><script>f<p></script>", "ad"),
        ("a<!-- b -- c>d", "ad"),
        ("a<?xml b?>c<![CDATA[d]]>e<![if !f]>g<!doctype html>", "aceg"),
        ("a<br>b<br/>c<BR clear=all>d<hr>e", "abcde"),
        ("a <i class='b", "a "),
        ('a <i class="b', "a "),
        ("a <i class=b", "a "),
        ("a </i", "a "),
        ("a<style>b", "a"),
        ("&#" + "1" * 5_000 + ";a", "\ufffda"),
        ("", ""),
    ],
)
def test_a_tree_keeps_what_is_seen(page: str, text: str) -> None:
    assert text_of(page) == text


def test_elements_begin_and_end_in_order() -> None:
    steps = [
        f"{'/' if ends else ''}{getattr(node, 'name', None) or node}"
        for node, ends in walk(parse_html("<td>a<b>c</b></td><p>d").descendants)
    ]
    assert steps == ["td", "a", "b", "c", "/b", "/td", "p", "d", "i", "/i", "/p"]


def test_a_div_gives_its_text_up_to_the_next() -> None:
    page = '<div class="a b">1<i>2</i><div>3</div>4</div>5<div class=c>6'
    assert list(divs(parse_html(page))) == [(["a", "b"], "12"), ([], "3"), (["c"], "6")]


HOSTILE = [
    "<!--", "-->", "<!-- > ", "<![", "<?", "</", "<a ", "<a x='", '<a x=">" ', "&#", "&#x", "&#12a", "<br>x</p>", "<p>",
    "<b></b>a", "<br> ", "<div class=result-inner-box>", "<b>Omtryck</b>: a", "<td>", "<style>", "<style><!--",
]  # fmt: skip


ENDS = ["", ";", ">", "-->"]


def read_everywhere(said: str) -> None:
    """Parse markup as part of each kind of page that a law or its register is read from."""
    from_html(f"<b>SFS nr</b>: 2019:712<br />{said}<hr />{said}")
    from_rkrattsbaser(f'<div class="result-box-text body-text">1 § {said}')
    parse_register(f'<div class="result-inner-sub-box-header">Ändring, SFS 2020:1 {said}')


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("end", ENDS)
def test_hostile_markup_breaks_nothing(piece: str, end: str) -> None:
    read_everywhere(piece * 500 + end)  # how its time grows: tests/fuzz/test_growth.py


@pytest.mark.parametrize("piece", ["<b>a<i></i>b", "<p>a<br />b", "<br class=a>a<i></i>b"])
def test_texts_deep_inside_open_elements_are_too_intricate(piece: str) -> None:
    with pytest.raises(TooIntricate) as refused:
        parse_html(piece * (LARGE // len(piece)))
    assert refused.value.facts == {"why": "nesting"}


def test_more_tags_than_any_law_has_are_too_intricate() -> None:
    assert text_of("<br>" * MOST_TAGS + "<") == "<"
    with pytest.raises(TooIntricate) as refused:
        parse_html("<br>" * (MOST_TAGS + 1))
    assert refused.value.facts == {"why": "tags"}


def test_a_register_that_is_too_intricate_names_no_act() -> None:
    header = '<div class="result-inner-sub-box-header">Ändring, SFS 2020:1</div>'
    assert [amendment.number for amendment in parse_register(header)] == ["2020:1"]
    assert parse_register(header + "<br>" * (MOST_TAGS + 1)) == ()


def test_a_scope_belongs_to_the_act_above_it_and_counts_once() -> None:
    page = (
        '<div class="result-inner-sub-box-container"><div class="result-inner-sub-box-header">Ändring, SFS 2020:1</div>'
        '<div class="result-inner-sub-box">Omfattning: ändr. 1 §</div>'
        '<div class="result-inner-sub-box">Omfattning: ändr. 2 §</div></div>'
        '<div class="result-inner-sub-box-container"><div class="result-inner-sub-box-header">Rättelse</div>'
        '<div class="result-inner-sub-box">Omfattning: ändr. 3 §</div></div>'
    )
    assert [(each.number, each.scope) for each in parse_register(page)] == [("2020:1", "ändr. 1 §")]


def test_an_entry_of_the_header_that_was_cut_short_does_not_count() -> None:
    """Half a day must not repeal a law."""
    assert from_html("<b>SFS nr</b>: 2019:712<br /><b>Upphävd</b>: 202").repealed == ""
    assert from_html("<b>SFS nr</b>: 2019:712<br /><b>Upphävd</b>: 2020-01-01<br />").repealed == "2020-01-01"
