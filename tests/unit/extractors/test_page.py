"""The page extractor: page files beside the extraction that a careful reader expects."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import EmptyText, SelectorMatchedNothing, SentinelMissing, TooIntricate
from monitor.extractors.page import Page

DATA = Path(__file__).parents[2] / "data"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def cases(topic: str) -> list[Any]:
    return [pytest.param(folder, id=folder.name) for folder in sorted((DATA / topic).iterdir())]


def answer(
    body: bytes | str,
    *,
    url: str = "https://www.lansexempel.se/",
    headers: tuple[tuple[str, str], ...] = HTML,
    at: datetime = datetime(2026, 3, 20, 9, tzinfo=UTC),
) -> Fetched:
    return Fetched(url, 200, headers, body.encode() if isinstance(body, str) else body, at)


def extract(body: bytes | str, recipe: Recipe | None = None, **facts: Any) -> Extraction:
    return Page().extract(answer(body, **facts), recipe or Recipe())


def texts(extraction: Extraction) -> list[str]:
    return [block.text for block in extraction.blocks]


@pytest.mark.parametrize("folder", cases("reading"))
def test_a_page_is_read_as_its_file_says(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    extraction = extract((folder / "page.html").read_bytes(), url=expected["url"])
    assert [
        {
            "kind": block.kind,
            "text": block.text,
            "heading": list(block.heading),
            "links": [[link.text, link.target] for link in block.links],
        }
        for block in extraction.blocks
    ] == expected["blocks"]
    assert [part.why for part in extraction.dropped] == expected["dropped"]
    assert extraction.title == expected["title"]
    assert extraction.language == "sv"


@pytest.mark.parametrize("folder", cases("updated_date"))
def test_a_page_says_its_date(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    extraction = extract(
        (folder / "page.html").read_bytes(),
        url=expected["url"],
        headers=(*HTML, *((name, value) for name, value in expected["headers"])),
        at=datetime.fromisoformat(expected["fetched"]),
    )
    updated, published = extraction.updated, extraction.published
    assert (updated and {"date": updated.date, "label": updated.label, "source": updated.source}) == expected["updated"]
    assert (published.date if published else None) == expected["published"]
    assert len(extraction.notes) == expected["notes"]
    if updated is not None and updated.source == "text":
        assert any(
            updated.text in " ".join(pair) for pair in zip(texts(extraction), [*texts(extraction)[1:], ""], strict=True)
        )


PAGE = """<html lang="sv-SE"><title>Stöd</title><body><main><h1>Stöd i länet</h1><div id="del"><p>Det här räknas.</p>
<p class="teller">Antal besök: 123</p></div><p>Det här står utanför.</p></main></body></html>"""


def test_keep_leaves_only_its_part() -> None:
    extraction = extract(PAGE, Recipe(keep="#del"))
    assert texts(extraction) == ["Det här räknas.", "Antal besök: 123"]
    assert {part.why for part in extraction.dropped} == {"outside keep"}


def test_keep_may_name_what_is_boilerplate_elsewhere() -> None:
    extraction = extract(
        PAGE + "<footer><p>Storgatan 1</p><nav><a href='/a'>Start</a></nav></footer>", Recipe(keep="footer")
    )
    assert texts(extraction) == ["Storgatan 1"]


LONG = "<p>Länets kommuner samverkar om stöd till den som har utsatts för våld.</p>" * 30


def test_a_keep_of_a_small_part_is_not_taken_for_a_mistake() -> None:
    page = PAGE.replace("<p>Det här står utanför.</p>", LONG)
    assert texts(extract(page, Recipe(keep=".teller"))) == ["Antal besök: 123"]


def test_a_drop_of_the_greatest_part_stands() -> None:
    page = PAGE.replace("<p>Det här står utanför.</p>", f"<section>{LONG}</section>")
    assert texts(extract(page, Recipe(drop=("section",)))) == ["Stöd i länet", "Det här räknas.", "Antal besök: 123"]


def test_what_is_kept_counts_outside_the_main_part_and_where_it_is_a_list_of_links() -> None:
    links = "".join(f"<li><a href='/{number}.pdf'>Rapport {number}</a></li>" for number in range(12))
    extraction = extract(f"{PAGE}<ul class=rapporter>{links}</ul>", Recipe(keep=".teller, .rapporter"))
    assert texts(extraction) == ["Antal besök: 123", *(f"Rapport {number}" for number in range(12))]


@pytest.mark.parametrize("selector", ["#borta", "p[["])
def test_keep_without_a_match_is_not_an_empty_page(selector: str) -> None:
    with pytest.raises(SelectorMatchedNothing) as caught:
        extract(PAGE, Recipe(keep=selector))
    assert caught.value.facts == {"selector": selector}


def test_drop_is_listed_with_its_selector() -> None:
    extraction = extract(PAGE, Recipe(drop=(".teller", "#finns-inte")))
    assert texts(extraction) == ["Stöd i länet", "Det här räknas.", "Det här står utanför."]
    assert [(part.why, part.text) for part in extraction.dropped] == [("recipe: drop .teller", "Antal besök: 123")]


def test_ignored_text_does_not_count_and_an_empty_block_goes() -> None:
    assert texts(extract(PAGE, Recipe(ignore=(r"Antal besök: \d+", "Det här ")))) == [
        "Stöd i länet",
        "räknas.",
        "står utanför.",
    ]


def test_expect_is_found_across_white_space_and_in_the_title() -> None:
    assert extract(PAGE, Recipe(expect="Det här\u00a0räknas.")).title == "Stöd"
    assert extract(PAGE, Recipe(keep="#del", expect="Stöd")).blocks


def test_expect_that_is_missing_is_not_seen() -> None:
    with pytest.raises(SentinelMissing) as caught:
        extract(PAGE, Recipe(expect="Region Exempel"))
    assert caught.value.facts == {"expect": "Region Exempel"}


@pytest.mark.parametrize("body", ["", "<html><body></body></html>", "<html><body><script>x</script></body></html>"])
def test_a_page_without_text_is_not_seen(body: str) -> None:
    with pytest.raises(EmptyText) as caught:
        extract(body)
    assert caught.value.facts == {"bytes": len(body)}


@pytest.mark.parametrize(
    ("kind", "body", "claimed"),
    [
        ("text/html; charset=utf-8", b"", True),
        ("application/xhtml+xml", b"", True),
        (None, b"\n<!-- x --><!DOCTYPE html><p>x", True),
        ("text/plain", b"<html><p>x", True),
        ("text/plain", b"One <html> in a sentence", False),
        ("application/pdf", b"%PDF-1.7", False),
        ("application/json", b"<html>", False),
        ("utf-8", b"<!doctype html><p>x", True),
        ("*/*", b"<main><p>x</p></main>", True),
        ("html", b"x", False),
        ("text/html", b"%PDF-1.7", False),
        ("text/html", b"<rss><channel/></rss>", False),
    ],
)
def test_pages_are_claimed_by_type_or_by_their_first_bytes(
    kind: str | None,
    body: bytes,
    claimed: bool,  # noqa: FBT001 -- the expectation of a test case
) -> None:
    headers = (("Content-Type", kind),) if kind else ()
    assert Page().claims(answer(body, headers=headers)) is claimed


def test_nesting_without_end_is_not_seen_instead_of_parsed_for_minutes() -> None:
    with pytest.raises(TooIntricate):
        extract("<ul><li>a" * 80_000)


def test_deep_nesting_is_read_to_the_end() -> None:
    assert texts(extract("<div>" * 20_000 + "djupt ner" + "</div>" * 20_000)) == ["djupt ner"]


def test_the_encoding_of_meta_is_honoured() -> None:
    body = '<html><meta charset="iso-8859-1"><p>Förändring på gång i år'.encode("latin-1")
    extraction = extract(body, headers=(("Content-Type", "text/html"),))
    assert texts(extraction) == ["Förändring på gång i år"]
    assert extraction.encoding == "cp1252"


def test_an_unclosed_frame_for_browsers_without_scripts_does_not_swallow_the_page() -> None:
    body = '<body><noscript><iframe src="/ns.html"/></noscript><h1>Stöd</h1><p>Text</p></body>'
    assert texts(extract(body)) == ["Stöd", "Text"]


def test_a_base_address_that_is_none_leaves_links_as_they_are() -> None:
    extraction = extract('<base href="//[x"><p>Läs <a href="/a">mer</a></p>')
    assert [link.target for block in extraction.blocks for link in block.links] == ["https://www.lansexempel.se/a"]


def test_protected_addresses_and_hidden_words_are_told_apart_inside_text() -> None:
    hidden = "<p>Ring <b>oss</b> <i hidden>inte</i> <span data-cfemail='zz'>[skyddad]</span> nu <time>i dag</time></p>"
    assert texts(extract(hidden)) == ["Ring oss [skyddad] nu i dag"]


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("Rapporten (länk till annan webbplats)", "Rapporten"),
        ("Extern länk", "Extern länk"),
        ("Nytt fönster", "Nytt fönster"),
    ],
)
def test_what_systems_add_to_the_text_of_a_link_is_left_out_unless_it_is_all_there_is(said: str, read_as: str) -> None:
    extraction = extract(f"<main><p>{'Om stöd. ' * 20}</p><p><a href='https://annan.se/'>{said}</a></p></main>")
    assert texts(extraction)[1] == read_as


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>Ring oss</p><script hidden>om()</script>", ["Ring oss"]),
        ('<p>Ring <span hidden="until-found">oss</span> <b hidden>inte</b></p>', ["Ring oss"]),
    ],
)
def test_what_is_hidden_until_it_is_looked_for_is_read(html: str, said: list[str]) -> None:
    assert texts(extract(html)) == said


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p>Covid-19<sup><b>1</b></sup> sprids", "Covid-19 1 sprids"),
        ("<p>Covid-19<sup> <!-- not --><a href=#n>1</a></sup> sprids", "Covid-19 1 sprids"),
        ("<p>Covid-19<sup></sup> sprids", "Covid-19 sprids"),
        (f"<p>Covid-19<sup>{'<b>' * 20}1</sup> sprids", "Covid-191 sprids"),
        ("<dl><dt><br></dt><dd>Covid-19 sprids</dl>", "Covid-19 sprids"),
    ],
)
def test_the_mark_of_a_note_is_looked_for_among_the_first_few_nodes(markup: str, said: str) -> None:
    assert texts(extract(f"<h1>Smitta</h1>{markup}"))[1:] == [said]


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p>Torget 4<br>© 2026 Granvik</p>", ["Torget 4"]),
        ("<table><tr><td>Torget 4<br>\n© 2026 Granvik</td></tr></table>", ["Torget 4"]),
        ("<p>Torget 4 © 2026 Granvik</p>", ["Torget 4 © 2026 Granvik"]),
        ("<h2>Bilderna<br>© Granvik</h2>", ["Bilderna © Granvik"]),
        ("<p>Torget 4<br>Granvik</p>", ["Torget 4 Granvik"]),
        ("<p>Torget 4<br> <b>Granvik</b></p>", ["Torget 4 Granvik"]),
        ("<table><tr><td>Torget 4<br>– 2 tr<td>Granvik</td></tr></table>", ["Torget 4 – 2 tr | Granvik"]),
    ],
)
def test_a_line_of_copyright_after_a_break_is_a_line_of_its_own(markup: str, said: list[str]) -> None:
    assert texts(extract(f"<h1>Smitta</h1><p>Så undviks smitta i länet under vintern.</p>{markup}"))[2:] == said


_SLIDES = [
    ("Stöd till föreningar", "Sök bidrag för arbete som når den som är utsatt, senast under våren."),
    ("Frågor och svar om skyddat boende", "Vi svarar på det som kommuner och boenden frågar oss oftast om."),
    ("Utbildningar för yrkesverksamma", "Här finns kurserna för den som möter våldsutsatta i sitt arbete."),
    ("Nytt nätverk i länet", "Kommunerna i länet möts fyra gånger om året och delar metoder med varandra."),
]


@pytest.mark.parametrize(("role", "is_content"), [("tab", True), ("", False)])
def test_a_button_that_opens_a_slide_does_not_make_a_banner_of_the_slides(role: str, *, is_content: bool) -> None:
    slides = "".join(
        f'<div class="hero-banner__slide" role="tabpanel"><h2>{title}</h2><p>{text * 2}</p>'
        f'<a href="/{number}">Läs mer om {title}</a></div>'
        for number, (title, text) in enumerate(_SLIDES)
    )
    pager = "".join(f'<li><button role="{role}">{number}</button></li>' for number in range(len(_SLIDES)))
    rest = "<p>Länsstyrelsen samordnar arbetet mot våld i länet och stödjer kommunerna med kunskap.</p>" * 25
    html = f'<h1>Våld</h1><section><div class="hero-banner">{slides}<ul>{pager}</ul></div></section>{rest}'
    found = texts(extract(html))
    assert [title in found for title, _ in _SLIDES] == [is_content] * len(_SLIDES)
