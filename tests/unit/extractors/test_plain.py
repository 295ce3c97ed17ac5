"""The plain text extractor: text, data and feeds give the same blocks as pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import EmptyText, SelectorMatchedNothing, SentinelMissing, TooIntricate, Unreadable
from monitor.extractors.plain import Plain
from monitor.wording.reasons import reason_sentence


def answer(body: bytes, kind: str | None) -> Fetched:
    headers = (("Content-Type", kind),) if kind else ()
    return Fetched("https://www.lansexempel.se/fil", 200, headers, body, datetime(2026, 3, 20, tzinfo=UTC))


def extract(text: str, kind: str | None = "text/plain; charset=utf-8", recipe: Recipe | None = None) -> Extraction:
    return Plain().extract(answer(text.encode(), kind), recipe or Recipe())


def pairs(extraction: Extraction) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in extraction.blocks]


def test_plain_text_becomes_headings_items_and_paragraphs() -> None:
    extraction = extract(
        "Stöd\n====\n\nEtt stycke\nsom går vidare.\n\n- ett\n  till\n- två\n\n## Kontakt\nSenast uppdaterad: 2021-02-03"
    )
    assert pairs(extraction) == [
        ("h1", "Stöd"),
        ("p", "Ett stycke som går vidare."),
        ("li", "ett till"),
        ("li", "två"),
        ("h2", "Kontakt"),
        ("p", "Senast uppdaterad: 2021-02-03"),
    ]
    assert extraction.title == "Stöd"
    assert extraction.updated is not None
    assert extraction.updated.date == "2021-02-03"


def test_a_value_of_json_is_a_row_with_the_names_that_lead_to_it() -> None:
    extraction = extract('{"beslut": {"antal": 3, "orter": ["Kalmar", {"namn": null}]}, "tom": ""}', "application/json")
    assert pairs(extraction) == [
        ("row", "beslut › antal: 3"),
        ("row", "beslut › orter: Kalmar"),
        ("row", "beslut › orter › namn: null"),
        ("row", "tom:"),
    ]


def test_names_that_would_be_repeated_without_end_are_too_intricate() -> None:
    with pytest.raises(TooIntricate) as raised:
        extract(f'{{"{"n" * 50_000}": [{"1, " * 50_000}1]}}', "application/json")
    assert reason_sentence(raised.value.reason(), "sv") == (
        "sidans kod är för invecklad för att läsas: alltför långa namn upprepas för varje värde"
    )


FEED = """<?xml version="1.0" encoding="utf-8"?><rss><channel><title>Nyheter</title><link>https://a.se/</link>
<item><title>Nytt stöd</title><guid>x1</guid>
<description>&lt;p&gt;Mer &lt;b&gt;pengar&lt;/b&gt;.&lt;/p&gt;</description>
<pubDate>Mon, 02 Mar 2026</pubDate></item><item><title/></item></channel></rss>"""


def test_a_feed_is_read_entry_by_entry() -> None:
    assert pairs(extract(FEED, "application/rss+xml")) == [
        ("h1", "Nyheter"),
        ("p", "https://a.se/"),
        ("h2", "Nytt stöd"),
        ("p", "Mer pengar."),
        ("p", "2026-03-02"),
    ]


@pytest.mark.parametrize(
    ("dated", "lines"),
    [
        ("<updated>2026-03-09T08:00:00Z</updated><published>2026-03-02T10:00:00+01:00</published>", ["2026-03-02"]),
        ("<updated>2026-03-09T08:00:00Z</updated>", ["2026-03-09"]),
        ("<pubDate>Wed, 11 Mar 2026 10:30:00 GMT</pubDate>", ["2026-03-11"]),
        ("<pubDate>snart</pubDate>", ["pubDate: snart"]),
        ("<pubDate>snart</pubDate><updated>2026-03-09</updated>", ["pubDate: snart", "2026-03-09"]),
    ],
)
def test_an_entry_of_a_feed_has_one_date_the_day_on_which_it_was_published_in_figures(
    dated: str, lines: list[str]
) -> None:
    feed = f"<feed><title>Nyheter</title><entry><title>Nytt stöd</title>{dated}</entry></feed>"
    assert [text for _, text in pairs(extract(feed, "application/atom+xml"))[2:]] == lines


def test_a_link_of_a_feed_may_be_an_attribute() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="/a?utm_source=x"/></entry></feed>'
    )
    assert [link.target for block in extract(atom, "application/atom+xml").blocks for link in block.links] == [
        "https://www.lansexempel.se/a"
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"a":', "application/json"),
        ("[" * 100_000, "application/json"),
        ("<a><b></a>", "text/xml"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "text/xml"),
        ("<rss><channel><title>Nytt</title>", "application/rss+xml"),
        ("<!DOCTYPE html><html><body><p>Fel</p></body></html>", "application/rss+xml"),
        ("a;b\n" + "x" * 200_000 + ";1\n", "text/csv"),
    ],
)
def test_a_broken_document_is_unreadable(text: str, kind: str) -> None:
    with pytest.raises(Unreadable):
        extract(text, kind)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/xml"])
def test_an_empty_document_is_not_seen(kind: str) -> None:
    with pytest.raises(EmptyText):
        extract(" \n", kind)


def test_css_matches_nothing_in_a_text() -> None:
    with pytest.raises(SelectorMatchedNothing):
        extract("text", recipe=Recipe(keep="main"))


def test_expect_holds_for_texts_too() -> None:
    with pytest.raises(SentinelMissing):
        extract("text", recipe=Recipe(expect="annat"))


@pytest.mark.parametrize(
    ("kind", "body", "claimed"),
    [
        ("text/plain", b"hej", True),
        ("text/markdown", b"# hej", True),
        ("application/ld+json", b"{}", True),
        (None, b"hej", True),
        (None, b"\x00\x01", False),
        ("application/octet-stream", b"hej", True),
        ("text/plain", b"%PDF-1.7", False),
        ("application/pdf", b"hej", False),
        ("html", b"hej", True),
        ("unknown/unknown", b"hej", True),
        ("html", b"<html><p>x", False),
        ("text/html", b"<rss><channel/></rss>", True),
        ("text/csv", b"a;b", True),
        ("image/png", b"\x89PNG", False),
    ],
)
def test_what_is_text_is_claimed(kind: str | None, body: bytes, claimed: bool) -> None:  # noqa: FBT001 -- the expectation of a test case
    assert Plain().claims(answer(body, kind)) is claimed


def test_json_without_a_type_is_known_by_its_first_character() -> None:
    assert pairs(extract('{"a": 1}', None)) == [("row", "a: 1")]


def test_an_entry_may_hold_marked_up_sentences_and_html_of_several_lines() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Nytt</title><updated>2026-03-19T10:00:00Z</updated>'
        "<id>urn:1</id><entry><title>Beslut</title><updated>2026-03-02</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Länet får <b>mer</b> stöd.</p>'
        "<p>Från 1 april.</p></div></content>"
        "<summary type='html'>&lt;ul&gt;&lt;li&gt;ett&lt;/li&gt;&lt;li&gt;två&lt;/li&gt;&lt;/ul&gt;</summary>"
        "</entry></feed>"
    )
    assert pairs(extract(atom, "application/atom+xml")) == [
        ("h1", "Nytt"),
        ("h2", "Beslut"),
        ("p", "2026-03-02"),
        ("p", "Länet får mer stöd."),
        ("p", "Från 1 april."),
        ("p", "ett"),
        ("p", "två"),
    ]


def test_the_day_on_which_a_feed_was_built_is_not_read() -> None:
    built = FEED.replace("<item>", "<lastBuildDate>Fri, 20 Mar 2026</lastBuildDate><item>", 1)
    assert extract(built, "text/xml").blocks == extract(FEED, "text/xml").blocks


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Nytt stöd", "Nytt&nbsp;st&ouml;d"),
        ("</rss>", "</rss>\n<!-- cached --><script>x()</script>"),
        ("<rss>", "<!DOCTYPE rss SYSTEM 'https://a.se/rss.dtd'><rss>"),
        ("<rss>", '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]><rss>'),
        ("<item><title>Nytt stöd", "<item><dc:creator/><title>Nytt\x0cstöd"),
        ("<?xml", "<br />\n<b>Warning</b>: x\n<?xml"),
        ("<item/>", "<item><media:thumbnail url='/a?b=1&c=2'/></item>"),
        ('encoding="utf-8"', 'encoding="utf-16"'),
    ],
)
def test_a_feed_that_breaks_the_rules_is_read_like_one_that_keeps_them(old: str, new: str) -> None:
    broken = FEED.replace(old, new) if old in FEED else FEED.replace("</channel>", f"{new}</channel>")
    assert pairs(extract(broken, "application/rss+xml")) == pairs(extract(FEED, "application/rss+xml"))


def test_an_ampersand_of_its_own_is_text() -> None:
    assert ("h2", "FoU & stöd") in pairs(extract(FEED.replace("Nytt stöd", "FoU & stöd"), "text/xml"))


def test_html_in_a_feed_may_have_entities_and_no_tags() -> None:
    feed = "<rss><item><description><![CDATA[S&ouml;k medel, R&D;]]></description></item></rss>"
    assert pairs(extract(feed, "text/xml")) == [("p", "Sök medel, R&D;")]


def test_control_characters_in_json_are_read() -> None:
    assert pairs(extract('\ufeff{"a": "ett\ttvå\x01"}', "application/json")) == [("row", "a: ett två\x01")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [("Län\nKalmar\nÖrebro\n", ["Län", "Kalmar", "Örebro"]), ("Län|Antal\nKalmar|3\n", ["Län | Antal", "Kalmar | 3"])],
)
def test_a_table_may_have_one_column_or_bars(text: str, rows: list[str]) -> None:
    assert pairs(extract(text, "text/csv")) == [("row", row) for row in rows]


def test_other_documents_are_read_element_by_element() -> None:
    assert pairs(extract("<a><!-- x --><date>2026-03-02</date><b>ett</b><link/></a>", "text/xml")) == [
        ("p", "date: 2026-03-02"),
        ("p", "ett"),
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/csv", "Län;Antal\nKalmar;3\n;\nÖrebro;4\n"),
        ("text/tab-separated-values", "Län\tAntal\nKalmar\t3\nÖrebro\t4\n"),
    ],
)
def test_a_table_of_values_is_read_row_by_row(kind: str, text: str) -> None:
    assert pairs(extract(text, kind)) == [("row", "Län | Antal"), ("row", "Kalmar | 3"), ("row", "Örebro | 4")]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>Sök <b>medel</b></p>", ["Sök medel"]),
        ("&lt;p&gt;Sök medel&lt;/p&gt;", ["Sök medel"]),
        ("<style>p{}</style><script>x()</script><p>Sök medel</p>", ["Sök medel"]),
        ("<table><tr><td>Kalmar<td>400</table>", ["Kalmar 400"]),
        ("a &lt; b och c &gt; d", ["a < b och c > d"]),
    ],
)
def test_html_in_a_feed_is_never_read_as_markup(html: str, lines: list[str]) -> None:
    feed = f"<rss><item><description><![CDATA[{html}]]></description></item></rss>"
    assert [text for _, text in pairs(extract(feed, "application/rss+xml"))] == lines
