"""The watch of an item of a section: what it is asked with, by the origin that it is at."""

from __future__ import annotations

import pytest

from monitor.core.model import Recipe, Watch
from monitor.core.request import Request
from monitor.core.section.item_watch import item_watch

SAID = Request(method="POST", headers=(("X-Key", "${KEY}"), ("Accept-Language", "sv")), body="a=1")
EACH = Watch("each", "each", "https://a.example/", recipe=Recipe(keep="main", request=SAID))
BARE = Request(headers=(("Accept-Language", "sv"),))


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://a.example/1", SAID),
        ("https://A.example:443/1", SAID),
        ("http://a.example/1", BARE),
        ("https://a.example:8443/1", BARE),
        ("https://a.example.evil.example/1", BARE),
        ("https://a.example@evil.example/1", BARE),
        ("https://a.example:99999/1", BARE),
    ],
)
def test_an_item_is_asked_as_the_section_says_at_its_own_origin_alone(url: str, asked: Request) -> None:
    watch = item_watch("https://a.example/feed", EACH, key="s/one", name="One", url=url)
    assert (watch.key, watch.name, watch.url, watch.recipe.keep) == ("s/one", "One", url, "main")
    assert watch.recipe.request == asked


def test_an_item_of_a_section_that_asks_with_nothing_is_as_each_says() -> None:
    each = Watch("each", "each", "https://a.example/", recipe=Recipe(keep="main"))
    watch = item_watch("https://a.example/feed", each, key="s/one", name="One", url="https://b.example/1")
    assert watch.recipe == each.recipe
