"""Reading a section: which items a listing, a sitemap or a feed has, and what is refused."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from monitor.core.model import Extraction, Fetched, Item, Recipe, SectionRecipe, SectionSource
from monitor.core.section.answer import extract_section, joined, split
from monitor.core.section.further import further_answers
from monitor.errors import (
    ExtractError,
    NoItems,
    NotText,
    SelectorMatchedNothing,
    SentinelMissing,
    SitemapsMissing,
    TooHeavy,
    TooIntricate,
    TooManyItems,
    Unreadable,
)

AT = datetime(2024, 3, 20, tzinfo=UTC)
PAGE = "https://www.lst.example/nyheter"
FEED, HTML, XML, JSON = "application/rss+xml", "text/html; charset=utf-8", "application/xml", "application/feed+json"


def answer(body: str | bytes, content_type: str | None = FEED, url: str = PAGE) -> Fetched:
    headers = (("Content-Type", content_type),) if content_type else ()
    return Fetched(url, 200, headers, body.encode() if isinstance(body, str) else body, AT)


def read(
    body: str | bytes,
    content_type: str | None = FEED,
    source: SectionSource | None = None,
    *,
    match: tuple[str, ...] = (),
    most: int = 500,
    recipe: Recipe | None = None,
) -> Extraction:
    given = recipe or Recipe(section=SectionRecipe(source, match, most))
    return extract_section(answer(body, content_type), given)


def items(*arguments: object, **options: object) -> list[Item]:
    return list(read(*arguments, **options).items or ())  # type: ignore[arg-type]


def rss(*entries: str, head: str = "<title>Nyheter</title><link>https://lst.example/</link>") -> str:
    inside = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{inside}</channel></rss>'


def listing(inside: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=sv><head><title>Nyheter – Länet</title>{head}</head><body>"
        f"<nav><a href=/>Start</a><a href=/om>Om oss</a></nav><main><h1>Nyheter</h1>{inside}</main>"
        "<footer><a href=/kontakt>Kontakta oss</a></footer></body></html>"
    )


def sitemap(*entries: str, root: str = "urlset", entry: str = "url") -> str:
    inside = "".join(f"<{entry}>{each}</{entry}>" for each in entries)
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</{root}>'


# Feeds


def test_an_rss_item_has_its_title_its_address_without_tracking_and_its_day() -> None:
    entry = (
        "<title>Ny väg</title><link>https://lst.example/1?utm_source=rss</link>"
        "<pubDate>Fri, 01 Mar 2024 08:00:00 GMT</pubDate>"
    )
    extraction = read(rss(entry))
    assert extraction.items == (Item("Ny väg", "https://lst.example/1", "2024-03-01"),)
    assert [block.text for block in extraction.blocks] == ["Ny väg (2024-03-01)"]
    assert extraction.title == "Nyheter"


def test_rss_without_a_version_and_without_dates_is_read() -> None:
    old = (
        "<rss><channel><title>N</title><item><title>A</title><link>https://lst.example/a</link></item></channel></rss>"
    )
    assert items(old) == [Item("A", "https://lst.example/a")]


def test_rdf_has_its_items_beside_the_channel() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>N</title></channel>'
        "<item><title>A</title><link>https://lst.example/a</link><dc:date>2024-03-02</dc:date></item></rdf:RDF>"
    )
    assert items(rdf, "application/rdf+xml") == [Item("A", "https://lst.example/a", "2024-03-02")]


def test_atom_takes_the_page_of_an_entry_and_not_its_other_forms() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://lst.example/arkiv/"><title>N</title><entry>'
        '<title type="html">Råd &amp;amp; stöd</title><link rel="self" href="/self"/><link rel="edit" href="/edit"/>'
        '<link type="application/pdf" href="a.pdf"/><link href="a.html"/><updated>2024-03-05T10:00:00Z</updated>'
        "<published>2024-03-04T10:00:00Z</published></entry></feed>"
    )
    assert items(atom, "application/atom+xml") == [Item("Råd & stöd", "https://lst.example/arkiv/a.html", "2024-03-04")]


def test_an_extension_does_not_take_the_place_of_a_feeds_own_title() -> None:
    entry = (
        '<media:title xmlns:media="http://search.yahoo.com/mrss/">Bilden</media:title><title>Texten</title>'
        "<link>https://lst.example/1</link>"
    )
    assert items(rss(entry)) == [Item("Texten", "https://lst.example/1")]


def test_an_identifier_is_the_address_where_it_is_one_and_no_link_is_there() -> None:
    assert items(rss("<title>A</title><guid>https://lst.example/a</guid>")) == [Item("A", "https://lst.example/a")]


def test_an_entry_without_any_address_is_known_by_its_identifier_or_its_title() -> None:
    [one, two, three] = items(
        rss(
            '<title>A</title><guid isPermaLink="false">https://lst.example/a</guid>',
            "<title>B</title>",
            "<title>C</title><link>mailto:a@lst.example</link>",
        )
    )
    assert {item.url.partition("#")[0] for item in (one, two, three)} == {PAGE}
    assert len({one.url, two.url, three.url}) == 3


def test_entries_that_all_lead_to_the_site_are_told_apart() -> None:
    [one, two] = items(rss(*(f"<title>{t}</title><link>https://lst.example/</link>" for t in "AB")))
    assert one.url != two.url
    assert one.url.startswith("https://lst.example/#")


def test_an_entry_without_a_title_is_called_by_the_beginning_of_its_text() -> None:
    long = "ord " * 100
    found = items(
        rss(
            "<description>&lt;p&gt;Kort text.&lt;/p&gt;</description><link>https://lst.example/1</link>",
            f"<description>{long}</description><link>https://lst.example/2</link>",
        )
    )
    assert found[0].title == "Kort text."
    assert found[1].title.endswith("ord")
    assert len(found[1].title) <= 200


def test_a_base_that_is_no_address_is_passed_over() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://[x"><entry><title>A</title><link href="/a"/>'
        "</entry></feed>"
    )
    assert items(atom) == [Item("A", "https://www.lst.example/a")]


def test_a_json_feed_is_read() -> None:
    feed = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": ['
        '{"id": "1", "url": "https://lst.example/1", "title": "A", "date_published": "2024-03-01T08:00:00Z"},'
        '{"id": "2", "external_url": "https://lst.example/2", "content_html": "<p>B b</p>"},'
        '{"id": "3", "title": "C"}, 4]}'
    )
    found = items(feed, JSON)
    assert found[:2] == [Item("A", "https://lst.example/1", "2024-03-01"), Item("B b", "https://lst.example/2")]
    assert found[2].url.startswith(f"{PAGE}#")


@pytest.mark.parametrize("body", ['{"items": 3}', "[1, 2]", '{"title": '])
def test_json_that_is_no_feed_is_unreadable(body: str) -> None:
    with pytest.raises(Unreadable):
        read(body, JSON)


def test_a_json_feed_needs_no_title() -> None:
    assert read('{"items": [{"url": "https://lst.example/1", "title": "A"}]}', JSON).title == "www.lst.example"


def test_a_comment_in_a_feed_is_no_element() -> None:
    assert items(rss("<!-- a --><title>A</title><link>https://lst.example/1</link>")) == [
        Item("A", "https://lst.example/1")
    ]


# Sitemaps


def test_a_sitemap_has_addresses_and_shows_their_days_without_comparing_them() -> None:
    extraction = read(
        sitemap("<loc>https://lst.example/a</loc><lastmod>2024-03-01T10:00:00+01:00</lastmod>", "<loc>/b</loc>"), XML
    )
    assert extraction.items == (
        Item("", "https://lst.example/a", "2024-03-01"),
        Item("", "https://www.lst.example/b"),
    )
    assert [block.text for block in extraction.blocks] == ["https://lst.example/a", "https://www.lst.example/b"]


def test_what_is_no_web_address_in_a_sitemap_is_passed_over() -> None:
    assert items(sitemap("<loc>mailto:a@b.se</loc>", "<lastmod>2024</lastmod>", "<loc>/b</loc>"), XML) == [
        Item("", "https://www.lst.example/b")
    ]


@pytest.mark.parametrize("content_type", ["application/x-gzip", XML, None])
def test_a_packed_sitemap_is_unpacked(content_type: str | None) -> None:
    packed = gzip.compress(sitemap("<loc>/a</loc>").encode())
    assert items(packed, content_type) == [Item("", "https://www.lst.example/a")]


def test_a_bomb_is_too_heavy_and_takes_little_to_find_out() -> None:
    packing = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packing.compress(b" " * 1_000_000) for _ in range(40)) + packing.flush()
    assert len(bomb) < 100_000
    with pytest.raises(TooHeavy):
        read(bomb, XML)


def test_a_damaged_gzip_file_is_no_text() -> None:
    with pytest.raises(NotText):
        read(b"\x1f\x8b\x08broken", XML)


def test_a_list_of_addresses_is_a_sitemap() -> None:
    assert items("https://lst.example/a\n\nhttps://lst.example/b\nno address\n", "text/plain") == [
        Item("", "https://lst.example/a"),
        Item("", "https://lst.example/b"),
    ]


def test_more_than_fifty_thousand_addresses_are_too_heavy() -> None:
    many = "".join("https://lst.example/a\n" for _ in range(50_001))
    with pytest.raises(TooHeavy):
        read(many, "text/plain", most=50_000)
    with pytest.raises(TooHeavy):
        read(sitemap(*("<loc>/a</loc>" for _ in range(50_001))), XML, most=50_000)
    with pytest.raises(TooHeavy):
        read(rss(*("<title>A</title>" for _ in range(50_001))), most=50_000)
    with pytest.raises(TooHeavy):
        read('{"items": [' + ",".join("{}" for _ in range(50_001)) + "]}", JSON, most=50_000)


def test_a_sitemap_with_more_than_the_most_is_refused_since_it_has_no_order() -> None:
    three = sitemap("<loc>/a</loc>", "<loc>/b</loc>", "<loc>/c</loc>")
    with pytest.raises(TooManyItems) as caught:
        read(three, XML, most=2)
    assert caught.value.facts == {"items": 3, "most": 2}
    assert len(items(three, XML, most=2, match=("/[ab]$",))) == 2


def test_an_index_is_read_with_the_sitemaps_that_were_fetched_with_it() -> None:
    index = answer(sitemap("<loc>/s1.xml</loc>", "<loc>/s2.xml</loc>", root="sitemapindex", entry="sitemap"), XML)
    parts = [answer(sitemap(f"<loc>/{name}</loc>"), XML, f"https://www.lst.example/s{name}.xml") for name in "12"]
    recipe = Recipe(section=SectionRecipe())
    assert further_answers(index, recipe) == ["https://www.lst.example/s1.xml", "https://www.lst.example/s2.xml"]
    found = extract_section(joined([index, *parts]), recipe)
    assert [item.url for item in found.items or ()] == ["https://www.lst.example/1", "https://www.lst.example/2"]
    with pytest.raises(SitemapsMissing):
        extract_section(joined([index, parts[0]]), recipe)


def test_sitemaps_on_other_sites_are_not_fetched() -> None:
    index = answer(sitemap("<loc>https://other.example/s.xml</loc>", root="sitemapindex", entry="sitemap"), XML)
    assert further_answers(index, Recipe(section=SectionRecipe())) == []


# Listings


def test_the_links_of_the_main_content_are_items_and_the_menu_is_not() -> None:
    page = listing(
        "<p>Här finns våra nyheter.</p><ul><li><a href='/nyheter/a?utm_medium=x'>Ny vägledning</a> "
        "<time>5 mars 2024</time>"
        "<li><a href='/nyheter/b'>Konferens i Kalmar</a> <span>4 mars 2024</span>"
        "<li><a href='http://lst.example/nyheter/b'>Läs mer</a></ul>"
    )
    assert items(page, HTML) == [
        Item("Ny vägledning", "https://www.lst.example/nyheter/a", "2024-03-05"),
        Item("Konferens i Kalmar", "https://www.lst.example/nyheter/b", "2024-03-04"),
    ]


def test_a_card_that_is_a_link_as_a_whole_has_its_heading_and_its_day() -> None:
    cards = "".join(
        f"<article><a href='/arkiv/{n}x'><p>2024-03-0{n}</p><h2>Nyhet {n} om våld</h2><p>Ingress om veckan.</p></a>"
        "</article>"
        for n in (1, 2, 3)
    )
    assert items(listing(cards), HTML) == [
        Item(f"Nyhet {n} om våld", f"https://www.lst.example/arkiv/{n}x", f"2024-03-0{n}") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize("before", [True, False])
def test_a_day_belongs_to_the_headline_that_it_stands_beside(before: bool) -> None:  # noqa: FBT001
    days = {1: "1 mars 2024", 2: "2 mars 2024"}
    cards = "".join(
        (f"<p>{day}</p>" if before else "")
        + f"<h2><a href='/arkiv/{n}x'>Nyhet {n} om våld</a></h2>"
        + ("" if before else f"<p>Publicerad {day}</p>")
        + "<p>Ingress om vad som hände i länet.</p>"
        for n, day in days.items()
    )
    assert [(item.title, item.date) for item in items(listing(cards), HTML)] == [
        ("Nyhet 1 om våld", "2024-03-01"),
        ("Nyhet 2 om våld", "2024-03-02"),
    ]


def test_a_day_at_the_edge_of_a_headline_is_no_part_of_it() -> None:
    page = listing(
        "<ul><li><a href='/a/x'>2024-03-01 Ny vägledning</a><li><a href='/a/y'>Konferens, 2 mars 2024</a>"
        "<li><a href='/a/z'>Vad hände 3 mars 2024 i länet?</a></ul>"
    )
    assert [(item.title, item.date) for item in items(page, HTML)] == [
        ("Ny vägledning", "2024-03-01"),
        ("Konferens", "2024-03-02"),
        ("Vad hände 3 mars 2024 i länet?", None),
    ]


def test_links_that_all_say_the_same_are_called_by_the_headings_above_them() -> None:
    cards = "".join(
        f"<h2>Nyhet {n} om våld</h2><p>Publicerad {n} mars 2024</p><p>Ingress om länet.</p><p><a href='/arkiv/{n}x'>"
        f"{'Läs mer' if n < 3 else '(pdf, 300 kB)'}</a></p>"
        for n in (1, 2, 3)
    )
    assert [(item.title, item.date) for item in items(listing(cards), HTML)] == [
        (f"Nyhet {n} om våld", f"2024-03-0{n}") for n in (1, 2, 3)
    ]


def test_links_that_repeat_their_headings_are_called_by_them_with_the_day_above() -> None:
    headlines = ("Ny strategi mot våld", "Kurs om boenden", "Konferens")
    cards = "".join(
        f"<article><p>2026-03-0{n}</p><h2>{headline}</h2><p>Ingress om länet.</p>"
        f"<a href='/n/{n}x'>Läs mer om {headline}</a></article>"
        for n, headline in enumerate(headlines, 1)
    )
    assert [(item.title, item.date) for item in items(listing(cards), HTML)] == [
        (headline, f"2026-03-0{n}") for n, headline in enumerate(headlines, 1)
    ]
    apart = listing(
        "<h2>Bidrag</h2><p><a href='/a/x'>Bidrag till jourer</a><h2>Stöd</h2><p><a href='/a/y'>Stöd i länet</a>"
    )
    assert [item.title for item in items(apart, HTML)] == ["Bidrag till jourer", "Stöd i länet"]


def test_links_that_say_the_same_under_one_heading_keep_their_words() -> None:
    page = listing("<h2>Beslut</h2><p><a href='/a/x'>Beslut</a> och <a href='/a/y'>Beslut</a></p>")
    assert [item.title for item in items(page, HTML)] == ["Beslut", "Beslut"]


def test_what_leads_on_within_the_listing_is_no_item() -> None:
    page = listing(
        "<ul><li><a href='/nyheter/a'>Ny vägledning</a><li><a href='/nyheter/b'>Konferens</a></ul>"
        "<p><a href='?sida=2'>Fler</a> <a href='/nyheter/sida/3'>3</a> <a href='/nyheter/sida/3'>Sista sidan</a> "
        "<a href='/nyheter/2024'>År 2024</a> <a href='/nyheter/2024/03'>Mars</a> "
        "<a rel=next href='/nyheter/nasta'>Nästa</a> "
        "<a href='?kategori=vald'>Bara våld</a> <a href='https://other.example/x'>Annan webbplats</a> "
        "<a href='mailto:a@b.se'>Skriv till oss</a> <a href='/nyheter'>Alla nyheter</a> "
        "<a href='/'>Till startsidan</a></p>"
    )
    assert [item.title for item in items(page, HTML)] == ["Ny vägledning", "Konferens"]


def test_a_number_is_that_of_an_item_where_it_has_a_headline() -> None:
    page = listing(
        "<ul><li><a href='/nyheter/71234'>Ny vägledning</a><li><a href='/nyheter/7'>Beslut om bidrag</a>"
        "<li><a href='/nyheter/nyhet-8'>Nyhet 8</a></ul>"
    )
    assert len(items(page, HTML)) == 3


def test_pages_that_differ_in_their_parameters_are_items_where_there_are_no_others() -> None:
    page = listing("<ul><li><a href='?id=16'>Länsstyrelsen Kalmar</a><li><a href='?id=17'>Länsstyrelsen Skåne</a></ul>")
    assert [item.url for item in items(page, HTML)] == [f"{PAGE}?id=16", f"{PAGE}?id=17"]


def test_match_alone_decides_which_links_are_items() -> None:
    page = listing(
        "<ul><li><a href='/nyheter/2024/03'>Mars</a><li><a href='https://other.example/nyheter/x'>Hos andra</a>"
        "<li><a href='/om'>Om oss och annat</a></ul>"
    )
    assert len(items(page, HTML, match=("/nyheter/",))) == 2
    assert items(page, HTML, match=("/NYHETER/", "/om$")) == [Item("Om oss och annat", "https://www.lst.example/om")]


def test_a_listing_among_nothing_but_boilerplate_is_read_all_the_same() -> None:
    page = (
        "<html lang=sv><title>Nyheter</title><body><header><a href=/>Start</a></header><div class=menu><ul>"
        "<li><a href=/a>Ny vägledning om våld</a><li><a href=/b>Konferens i Kalmar</a><li><a href=/c>Beslut</a></ul>"
        "</div></body></html>"
    )
    assert len(items(page, HTML)) == 3


def test_keep_and_drop_narrow_the_listing() -> None:
    page = listing("<ul id=a><li><a href='/a'>Ett beslut</a></ul><ul id=b><li><a href='/b'>Två beslut</a></ul>")
    kept = Recipe(keep="#b", section=SectionRecipe())
    dropped = Recipe(drop=("#a",), section=SectionRecipe())
    for recipe in (kept, dropped):
        assert [item.title for item in items(page, HTML, recipe=recipe)] == ["Två beslut"]
    with pytest.raises(SelectorMatchedNothing):
        read(page, HTML, recipe=Recipe(keep="#c", section=SectionRecipe()))


def test_the_first_of_a_listing_are_taken_and_the_whole_is_no_mistake() -> None:
    page = listing("".join(f"<p><a href='/a/{name}x'>Nyhet {name}</a></p>" for name in "abcd"))
    assert [item.title for item in items(page, HTML, most=2)] == ["Nyhet a", "Nyhet b"]


def test_the_next_page_is_what_the_markup_names_on_the_same_site() -> None:
    recipe = Recipe(section=SectionRecipe())

    def further(head: str) -> list[str]:
        return further_answers(answer(listing("<p><a href='/a'>Ett beslut</a></p>", head), HTML), recipe)

    assert further("<link rel=next href='?sida=2'>") == [f"{PAGE}?sida=2"]
    assert further("<link rel=next href='https://other.example/2'>") == []
    assert further(f"<link rel=next href='{PAGE}'>") == []
    assert further("<link rel=next href='tel:1'>") == []


def test_an_answer_that_cannot_be_read_leads_nowhere() -> None:
    recipe = Recipe(section=SectionRecipe())
    for body, content_type in (
        (b"\x00\x01\x02", "application/pdf"),
        (b"\x1f\x8bbroken", XML),
        (b"<div>" * 100_000, HTML),
    ):
        assert further_answers(answer(body, content_type), recipe) == []
    assert further_answers(answer(rss("<title>A</title>")), recipe) == []


def test_markup_that_no_parser_should_read_is_refused() -> None:
    with pytest.raises(TooIntricate):
        read("<div>" * 100_000, HTML)


def test_a_listing_that_declares_no_language_is_read() -> None:
    page = "<title>Nyheter</title><main><h1>Nyheter</h1><p><a href=/a>Ett beslut</a> 2024-03-01</p></main>"
    assert items(page, HTML) == [Item("Ett beslut", "https://www.lst.example/a", "2024-03-01")]


# Whatever it is


@pytest.mark.parametrize(
    ("body", "content_type", "source"),
    [
        (rss("<title>A</title>"), FEED, "listing"),
        (listing("<a href=/a>Ett beslut</a>"), HTML, "feed"),
        (sitemap("<loc>/a</loc>"), XML, "feed"),
        ("https://lst.example/a", "text/plain", "feed"),
        ("a;b\n1;2\n", "text/csv", None),
        ("<dokument><titel>A</titel></dokument>", XML, None),
        (rss(), FEED, None),
        (listing("<p>Inga nyheter.</p>"), HTML, None),
        ("<html><body></body></html>", HTML, None),
        (sitemap(), XML, "sitemap"),
    ],
)
def test_an_answer_without_items_of_its_kind_is_not_the_section(
    body: str, content_type: str, source: SectionSource | None
) -> None:
    with pytest.raises(NoItems):
        read(body, content_type, source)


def test_what_is_no_text_is_no_section() -> None:
    with pytest.raises(NotText):
        read(b"%PDF-1.7", "application/pdf")


def test_one_address_written_in_several_ways_is_one_item_with_what_each_says() -> None:
    found = items(
        rss(
            "<link>http://lst.example/a/</link>",
            "<title>A</title><link>https://www.lst.example/a?fbclid=1</link><pubDate>2024-03-01</pubDate>",
        )
    )
    assert found == [Item("A", "http://lst.example/a/", "2024-03-01")]


def test_expect_and_ignore_hold_for_items() -> None:
    body = rss("<title>Sedd 17 gånger: Ny väg</title><link>https://lst.example/1</link>")
    ignoring = Recipe(ignore=(r"Sedd \d+ gånger: ",), expect="Ny väg", section=SectionRecipe())
    assert items(body, recipe=ignoring) == [Item("Ny väg", "https://lst.example/1")]
    with pytest.raises(SentinelMissing):
        read(body, recipe=Recipe(expect="Något annat", section=SectionRecipe()))


def test_several_answers_are_one_body_and_apart_again() -> None:
    answers = [
        answer("ett", "text/plain; charset=utf-8"),
        answer(b"tv\xe5\r\n--x\r\n", None, "https://www.lst.example/2"),
        answer(b"", HTML, "https://www.lst.example/3"),
    ]
    whole = joined(answers)
    assert whole == joined(answers)
    assert (whole.validators.etag, whole.validators.last_modified) == (None, None)
    apart = split(whole)
    assert [(part.url, part.body) for part in apart] == [(part.url, part.body) for part in answers]
    assert [part.header("Content-Type") for part in apart] == ["text/plain; charset=utf-8", None, HTML]
    assert joined(answers[:1]) is answers[0]
    assert split(answers[0]) == (answers[0],)


@pytest.mark.parametrize("body", [b"--x\r\nContent-Type", b"--x\r\n\r\n\r\nett\r\n--x--\r\n", b""])
def test_what_a_server_sends_as_several_answers_is_none_of_ours(body: bytes) -> None:
    sent = answer(body, 'multipart/mixed; boundary="x"')
    assert split(sent) == (sent,)
    with pytest.raises(ExtractError):
        read(body, 'multipart/mixed; boundary="x"')


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream", "text/xml", None])
def test_a_feed_under_a_wrong_type_is_a_feed(content_type: str | None) -> None:
    entry = "<title><![CDATA[Råd & <b>stöd</b>]]></title><link>https://lst.example/1</link>"
    assert items(rss(entry), content_type) == [Item("Råd & stöd", "https://lst.example/1")]


def test_a_headline_that_no_parser_should_read_is_refused() -> None:
    with pytest.raises(TooIntricate):
        read(rss(f"<title><![CDATA[{'<div>' * 100_000}]]></title>"))
