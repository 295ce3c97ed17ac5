"""The page of a section: what it lists now, and what it no longer lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.model import Fetched, Validators, Watch
from tests.fakes.html import read
from tests.fakes.world import World

SCHEDULE = "version: 1\nwatches:\n  nyheter: {name: Nyheter, follow: 'https://lan.example/feed', patience: 2d}\n"
Entry = tuple[str, int]


class WorldOfNews(World):
    """A world with one section: a feed of headlines with their days in March."""

    news: tuple[Entry, ...] = (("Utlysning av medel", 1), ("Ny <b>samordnare</b>", 3), ("Odaterad", 0))

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        """Return the feed, or the page of an item."""
        if watch.url != "https://lan.example/feed":
            body = "<!doctype html><html lang=sv><title>Sidan</title><main><h1>Sidan</h1><p>Beslutet gäller.</p></main>"
            return Fetched(watch.url, 200, (("Content-Type", "text/html"),), body.encode(), self.clock.now())
        entries = "".join(
            f"<item><title><![CDATA[{title}]]></title><link>https://lan.example/{title[:3]}{day}</link>"
            + (f"<pubDate>2026-03-{day:02}</pubDate>" if day else "")
            + "</item>"
            for title, day in self.news
        )
        body = f"<rss version='2.0'><channel><title>Nytt</title>{entries}</channel></rss>"
        headers = (("Content-Type", "application/rss+xml"),)
        return Fetched(watch.url, 200, headers, body.encode(), self.clock.now())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldOfNews]:
    world = WorldOfNews(tmp_path)
    (tmp_path / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    world.check()
    yield world
    world.close()


def items_in(page: str) -> list[str]:
    """Return what the page says of each listed item."""
    [listed] = re.findall(r'<section[^>]*aria-labelledby="items">.*?</section>', page, re.DOTALL)
    return [read(item) for item in re.findall(r"<li.*?</li>", listed, re.DOTALL)]


def test_the_page_of_a_section_lists_its_items_the_newest_first(world: WorldOfNews) -> None:
    page = world.client().get("/watches/nyheter").text
    assert items_in(page) == [
        "2026-03-03 Ny samordnare",
        "2026-03-01 Utlysning av medel",
        "först sedd 2026-01-12 Odaterad",
    ]
    assert "3 poster listas nu" in read(page)
    assert '<a href="https://lan.example/Utl1" rel="noreferrer nofollow">Utlysning av medel</a>' in page
    english = read(world.client().get("/watches/nyheter?lang=en").text)
    assert "3 items are listed now" in english
    assert "first seen 2026-01-12" in english


def test_what_is_no_longer_listed_is_said_for_as_long_as_the_section_is_patient(world: WorldOfNews) -> None:
    world.news = (*world.news[1:], ("Konferens", 5))
    world.check(days=1)
    page = world.client().get("/watches/nyheter").text
    assert items_in(page)[0] == "2026-03-05 Konferens"
    assert items_in(page)[-1] == "2026-03-01 Utlysning av medel · listas inte längre sedan 2026-01-13"
    world.clock.at += timedelta(days=3)
    assert "Utlysning av medel" not in str(items_in(world.client().get("/watches/nyheter").text))


def test_of_many_items_fifty_are_listed_and_the_others_counted(world: WorldOfNews) -> None:
    world.news = (*world.news, *((f"{number:03} nyheter", 9) for number in range(60)))
    world.check(days=1)
    page = world.client().get("/watches/nyheter").text
    assert len(items_in(page)) == 50
    assert "63 poster listas nu" in read(page)
    assert "… och 13 till. Alla står i den senaste kopian." in read(page)


def test_an_item_with_a_watch_of_its_own_leads_to_its_history(world: WorldOfNews, tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(SCHEDULE.replace("patience: 2d", "patience: 2d, pages: true"), encoding="utf-8")
    world.assembly.__dict__.pop("schedule", None)
    world.check(hours=1)
    page = world.client().get("/watches/nyheter").text
    assert 'href="/watches/nyheter~utlysning-av-medel"' in page


def test_a_page_that_is_no_section_lists_no_items(world: WorldOfNews, tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text("version: 1\nwatches:\n  sidan: {url: 'https://lan.example/sidan'}\n", encoding="utf-8")
    world.assembly.__dict__.pop("schedule", None)
    world.check(hours=1)
    assert 'id="items"' not in world.client().get("/watches/sidan").text
