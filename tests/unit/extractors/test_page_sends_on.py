"""A page that sends its reader on by itself, with and without a word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import EmptyText
from monitor.extractors.page import Page

URL = "https://norrvik.example/cyklar"
NEW = "https://norrvik.example/ny"


def extract(body: str, delay: int = 0) -> Extraction:
    html = (
        "<!doctype html><html lang=sv><head><title>Cyklar</title>"
        f"<meta http-equiv=refresh content='{delay}; url=/ny'></head><body>{body}</body></html>"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    fetched = Fetched(URL, 200, headers, html.encode(), datetime(2026, 3, 1, 9, tzinfo=UTC))
    return Page().extract(fetched, Recipe())


@pytest.mark.parametrize(
    "body",
    ["", "<h1>Cyklar</h1>", "<p><a href=/ny>Klicka här</a></p>", "<h1>Cyklar</h1><p><a href=/ny>Vidare</a> »</p>"],
)
def test_headings_and_links_are_no_text_of_such_a_page(body: str) -> None:
    with pytest.raises(EmptyText) as caught:
        extract(body)
    assert caught.value.facts["to"] == NEW


def test_where_nobody_is_sent_on_they_are() -> None:
    assert [block.text for block in extract("<h1>Cyklar</h1>", delay=900).blocks] == ["Cyklar"]
    with pytest.raises(EmptyText) as caught:
        extract("", delay=900)
    assert "to" not in caught.value.facts


def test_a_page_with_words_of_its_own_carries_where_it_sends_its_reader() -> None:
    page = extract("<h1>Cyklar</h1><p>Kommunen lånar ut cyklar till den som bor i Norrvik.</p>")
    assert (page.sends_to, page.moved_notice, page.moved_to) == (NEW, None, None)


@pytest.mark.parametrize(
    "body", ["<p><a href=/ny>Sidan har flyttat hit</a></p>", "<h1>Sidan har flyttat</h1><p><a href=/ny>Vidare</a></p>"]
)
def test_a_link_or_a_heading_may_say_that_the_page_has_moved(body: str) -> None:
    page = extract(body)
    assert page.moved_notice is not None
    assert page.moved_to == NEW
