"""The page of a section in a real browser: its items, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.test_looks import findings, fits
from tests.integration.web.test_sections import SCHEDULE, WorldOfNews

pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldOfNews]:
    """Yield a world of news whose items have pages of their own; two of them are listed no longer."""
    world = WorldOfNews(tmp_path)
    (tmp_path / "schedule.yaml").write_text(SCHEDULE.replace("patience: 2d", "patience: 2d, pages: true"), "utf-8")
    long = "Förvaltningsmyndigheternas" * 3
    world.news = (*world.news, *((f"{long} beslut {number}", number) for number in range(5, 28)))
    world.check()
    world.news = world.news[2:]
    world.check(days=1)
    yield world
    world.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_the_items_of_a_section_keep_nobody_out(visit: Callable[..., Page], width: int, scheme: str) -> None:
    page = visit("/watches/nyheter", width, color_scheme=scheme)
    assert page.locator(".items li").first.is_visible()
    for summary in page.locator("section[aria-labelledby=items] summary").all():
        summary.click()
    assert page.locator(".items li:visible").count() == 26
    assert (findings(page), fits(page)) == ([], True)
