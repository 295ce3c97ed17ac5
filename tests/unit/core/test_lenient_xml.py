"""XML that breaks the rules: read by its tags, with nothing expanded."""

from __future__ import annotations

import time
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.page.lenient_xml import lenient_tree
from monitor.errors import Unreadable


def title(inside: str, doctype: str = "") -> str:
    """Return the text of a title in a feed."""
    return lenient_tree(f"{doctype}<rss><title>{inside}</title></rss>")[0].text or ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("S&ouml;k&nbsp;medel", "Sök\u00a0medel"),
        ("&amp;amp; &lt;b&gt; &quot;&apos;", "&amp; <b> \"'"),
        ("FoU & stöd", "FoU & stöd"),
        ("R&D;Q&A", "R&D;Q&A"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("&okand; &;", "&okand; &;"),
        ("&#229;&#xE5;&#XE5;", "ååå"),
        ("&#150;", "–"),
        ("&#xD83D;&#xDE00;", "\U0001f600"),
        ("&#55357;&#56832;", "\U0001f600"),
        ("&#0;&#x110000;", "\ufffd\ufffd"),
        ("&#99999999999;", "&#99999999999;"),
        ("Vå\x02ld\x1f\ufffe i\x0bnära\x0crelationer", "Våld i nära relationer"),
        ("3 < 4, <3 och a<b", "3 < 4, <3 och a<b"),
        ("ett<!-- <b> & -- -->två<?php x <b> ?>", "etttvå"),
        ("<![CDATA[<p>R&D &ouml;]]>", "<p>R&D &ouml;"),
        ("<![CDATA[]]>x", "x"),
    ],
)
def test_a_text_is_read_as_people_meant_it(written: str, read: str) -> None:
    assert title(written) == read


def test_attributes_are_read_with_or_without_quotes() -> None:
    tree = lenient_tree("<feed><link rel=self href='/a?b=1&c=2&aring;'/><link HREF=\"/x>y\" tom/></feed>")
    assert tree[0].attrib == {"rel": "self", "href": "/a?b=1&c=2å"}
    assert tree[1].attrib == {"HREF": "/x>y", "tom": ""}


def test_prefixes_need_no_declaration() -> None:
    tree = lenient_tree('<atom:feed xmlns:a="u"><dc:date q:x="1">2026-03-01</dc:date></atom:feed>')
    assert [(element.tag, element.attrib) for element in tree.iter()] == [("feed", {"a": "u"}), ("date", {"x": "1"})]


@pytest.mark.parametrize(
    "around",
    [
        "{}<!-- cached --><script>x()</script>",
        "{}</rss></rss>",
        "{}\x00",
        "\n<br /><b>Warning</b>: x in <b>a.php</b> on line <b>3</b><br />\n{}",
        '\ufeff \n<?xml version="1.0" encoding="iso-8859-1"?>{}',
        "<!-- x -->{}",
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">{}',
        "<!doctype rss [<!-- ' ] --><!ELEMENT rss ANY><?x ] ?><!ENTITY % a SYSTEM 'x]>'> %a; ] >{}",
    ],
)
def test_what_stands_around_the_document_is_none_of_it(around: str) -> None:
    tree = lenient_tree(around.format("<rss><title>Nytt</title></rss>"))
    assert [(element.tag, element.text) for element in tree.iter()] == [("rss", ""), ("title", "Nytt")]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY nbsp "&#160;">',
        "<!ENTITY nbsp '&x;&x;'><!ENTITY x '&nbsp;'>",
        '<!ENTITY nbsp SYSTEM "file:///etc/passwd">',
        '<!ENTITY % latin PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "xhtml-lat1.ent"> %latin;',
    ],
)
def test_an_entity_of_html_is_its_character_whatever_the_document_declares(declared: str) -> None:
    assert title("Sök&nbsp;medel", f"<!DOCTYPE rss [{declared}]>") == "Sök\u00a0medel"


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY egen "y">',
        '<!ENTITY egen SYSTEM "file:///etc/passwd">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY egen "&b;&b;&b;&b;">',
    ],
)
def test_an_entity_of_the_documents_own_is_not_expanded_and_no_text_without_it_is_given(declared: str) -> None:
    with pytest.raises(Unreadable):
        title("&egen;", f"<!DOCTYPE rss [{declared}]>")
    with pytest.raises(Unreadable):
        lenient_tree(f"<!DOCTYPE rss [{declared}]><rss a='&egen;'/>")
    assert title("&annan; a & b", f"<!DOCTYPE rss [{declared}]>") == "&annan; a & b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "</rss>",
        "<rss><title>Nytt",
        "<rss><title>Nytt</rss>",
        "<rss></title></rss>",
        "<rss><![CDATA[<p>",
        "<rss><!-- ",
        "<rss><title a='>",
        "<!DOCTYPE rss [<rss/>",
        "<!DOCTYPE html><html><body><p>Fel</p></body></html>",
    ],
)
def test_a_document_that_is_cut_or_none_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        lenient_tree(text)


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<![CDATA[",
        "<?",
        "<a ",
        "<a '",
        '<a "',
        "<a '\"",
        "<!doctype ",
        "<!doctype [<!--",
        "<!ENTITY",
        "&",
        "&#",
        "a=",
        "<",
    ],
)
def test_marks_that_do_not_end_cost_no_more_than_their_length(piece: str) -> None:
    began = time.process_time()
    for text in (
        piece * 100_000,
        "<rss>" + piece * 100_000,
        f"<rss a={piece * 100_000}",
        f"<rss a={piece * 100_000}/>",
    ):
        try:
            lenient_tree(text)
        except Unreadable:
            continue
    assert time.process_time() - began < 5


@given(
    st.lists(
        st.sampled_from(
            [
                "<a>",
                "</a>",
                "<b/>",
                "&",
                "&aring;",
                "]]>",
                "<![CDATA[",
                "<!--",
                "-->",
                "<!DOCTYPE x [",
                "]>",
                "'",
                '"',
                "x",
                "<",
                ">",
                "&#xD800;",
            ]
        )
    )
)
def test_anything_is_a_tree_or_unreadable(parts: list[str]) -> None:
    try:
        tree = lenient_tree("".join(parts))
    except Unreadable:
        return
    assert isinstance(tree, Element)
