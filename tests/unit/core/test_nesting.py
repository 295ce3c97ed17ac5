"""Markup that nests without end is told before it is parsed."""

from __future__ import annotations

import pytest

from monitor.core.page.nesting import DEEPEST, is_too_deep

MANY = 4 * DEEPEST


@pytest.mark.parametrize("tag", ["<div>", "<ul><li>", "<TABLE><tr><td>", "<my-box>", "<blockquote>text"])
def test_elements_that_are_never_closed_are_told(tag: str) -> None:
    assert is_too_deep(tag * MANY)


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
    ],
)
def test_a_long_page_is_not_deep(part: str) -> None:
    assert not is_too_deep(part * MANY)


def test_a_deep_page_that_is_parsed_in_no_time_is_let_through() -> None:
    assert not is_too_deep("<div>" * DEEPEST)
    assert not is_too_deep("<div>" * DEEPEST + " " * 100_000)
    assert is_too_deep("<div>" * (DEEPEST + 1) + " " * 100_000)
