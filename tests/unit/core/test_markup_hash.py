"""The part of a page's markup that its extraction depends on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.diff.align import extraction_fingerprint
from monitor.core.model import Fetched, Recipe
from monitor.errors import ExtractError
from monitor.extractors.page import Page

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
PAGE = (
    '<html lang="sv"><head><title>Stöd</title><meta name="csrf" content="{noise}"><script>let a="{noise}"</script>'
    '</head><body><h1>Stöd</h1><form><input type="hidden" name="token" value="{noise}"></form><!-- {noise} -->'
    '<p class="ingress">Ring <a href="/stod">Stödtelefonen</a>.</p><script nonce="{noise}">"<!--"</script>'
    "<template><p>{noise}</p></template><svg id='{noise}'><g/></svg></body></html>"
)


def markup(html: str, recipe: Recipe | None = None, url: str = "https://www.lansexempel.se/stod") -> str | None:
    return Page().markup_sha256(answer(html, url), recipe or Recipe())


def answer(html: str, url: str = "https://www.lansexempel.se/stod") -> Fetched:
    return Fetched(url, 200, (("Content-Type", "text/html; charset=utf-8"),), html.encode(), NOW)


def page(noise: str = "17", before: str = "", after: str = "") -> str:
    html = PAGE.replace("<template><p>{noise}</p></template>", "").replace("{noise}", noise)
    assert before in html
    return html.replace(before, after)


def test_noise_where_nobody_reads_makes_no_difference() -> None:
    assert markup(page("17")) == markup(page("18 » ö"))
    assert markup(page("17")) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ring", "Skriv"),
        ('href="/stod"', 'href="/hjalp"'),
        ('class="ingress"', 'class="sidebar"'),
        ("<title>Stöd", "<title>Hjälp"),
        ('lang="sv"', 'lang="en-US"'),
        ("</title>", '</title><base href="/annan/">'),
        ("<svg", "<p>Nytt</p><svg"),
        ("<input", "<input><input"),
    ],
)
def test_what_could_be_read_makes_one(before: str, after: str) -> None:
    assert markup(page()) != markup(page(before=before, after=after))


def test_the_address_makes_one_for_links_are_relative_to_it() -> None:
    assert markup(page()) != markup(page(), url="https://www.lansexempel.se/annan")


@pytest.mark.parametrize(
    ("html", "recipe"),
    [
        ("<xmp><!-- a --></xmp>", Recipe()),
        ("<frameset></frameset>", Recipe()),
        ("<p>a</p><template><script>'<!--'</script></template>", Recipe()),
        ("<script></script><p>a</p>", Recipe(keep="script + p")),
        ("<p>a</p>", Recipe(drop=("main > :first-child",))),
    ],
)
def test_where_only_reading_tells_nothing_is_said(html: str, recipe: Recipe) -> None:
    assert markup(html, recipe) is None


def test_a_template_is_compared_whole() -> None:
    assert markup(PAGE.replace("{noise}", "1")) == markup(PAGE.replace("{noise}", "1"))
    assert markup(PAGE.replace("{noise}", "1")) != markup(PAGE.replace("{noise}", "2"))


def test_the_content_of_a_shadow_root_makes_a_difference() -> None:
    shadow = "<p>a</p><x-y><template {}><p>b</p></template></x-y>"
    assert markup(shadow.format("shadowrootmode=open")) != markup(shadow.format(""))
    assert markup(shadow.format("id=a")) == markup(shadow.format("id=b")) is not None


def test_a_control_that_is_emptied_makes_one_where_it_opens_a_hidden_part() -> None:
    hidden = '<p>a</p><input type="checkbox" aria-controls="{}"><p id="b" hidden>c</p>'
    assert markup(hidden.format("b")) != markup(hidden.format("d"))
    assert markup(hidden.format("d")) == markup(hidden.format("e")) is not None


def test_a_plain_recipe_is_no_hindrance() -> None:
    recipe = Recipe(keep="body", drop=(".ingress",))
    assert markup(page("17"), recipe) == markup(page("18"), recipe) is not None


NOISE = st.sampled_from(["", "1", "2", "-->", "<!--", "<p>", "</script>", "x y"])
WORDS = st.sampled_from(["Ring", "Skriv", "12 kap.", ""])
TAGS = st.sampled_from(["p", "div", "li", "td", "h2", "span", "xmp", "nav", "tr", "sup"])
HIDDEN = st.sampled_from(
    [
        "<!--{}-->", "<script>{}</script>", "<script data-a='{}'></script>", "<input value='{}'>", "<svg><g id='{}'/>",
        "<template>{}</template>", "<noscript><p>{}</p></noscript>", "<select><option>{}</select>", "<del>{}</del>",
        "<iframe src='{}'></iframe>", "<textarea>{}</textarea>", "<meta content='{}'>", "<style>{}</style>",
        "<input aria-controls='{}'>", "<svg><a href='#{}'/></svg>", "<template shadowrootmode='{}'>{}</template>",
        "<select data-target='#{}'></select>", "<template {}><p id='1' hidden>a</p></template>",
    ]
)  # fmt: skip
PART = st.one_of(
    st.builds(lambda how, noise: how.replace("{}", noise), HIDDEN, NOISE),
    st.builds(lambda tag, words: f"<{tag}>{words}</{tag}>", TAGS, WORDS),
    st.builds(lambda name, words: f'<div id="{name}" hidden>{words}</div>', st.sampled_from(["1", "2", "x"]), WORDS),
    st.builds(
        lambda name, words: f'<button aria-controls="{name}">{words}</button>', st.sampled_from(["1", "2"]), WORDS
    ),
    st.builds(lambda name, words: f'<p title="<!--" class="{name}">{words}', st.sampled_from(["", "menu"]), WORDS),
)
PARTS = st.lists(PART, min_size=1, max_size=5)


def extracted(html: str) -> str:
    try:
        return extraction_fingerprint(Page().extract(answer(html), Recipe()))
    except ExtractError as error:
        return error.reason().code


@given(PARTS, st.lists(st.tuples(st.integers(0, 4), PART), min_size=1, max_size=2))
def test_equal_markup_is_read_equally(parts: list[str], edits: list[tuple[int, str]]) -> None:
    other = list(parts)
    for at, part in edits:
        other[at % len(parts)] = part
    one, two = "".join(parts), "".join(other)
    if markup(one) == markup(two) is not None:
        assert extracted(one) == extracted(two)
