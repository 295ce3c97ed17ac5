"""Sixty days of an authority's news: what a generator publishes is told once and by its name, and nothing else is."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from monitor.checking.check_outcome import CheckResult
from tests.fakes.site import Answer, Site
from tests.integration.checking.test_sections import RSS, XML, Newsroom

DAYS = 60
KINDS = ("feed", "listing", "sitemap")


@dataclass
class Editors:
    """People who publish, take away, put back and shuffle; `published` is the truth of what is new on a day."""

    random: random.Random
    listed: list[int] = field(default_factory=lambda: [3, 2, 1])
    away: list[int] = field(default_factory=list)
    newest: int = 3
    published: list[int] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        self.published = []
        what = self.random.choice(["nothing", "publish", "publish", "take away", "put back", "shuffle", "restamp"])
        self.done[what] += 1
        if what == "publish":
            self.published = [self.newest + n for n in range(1, self.random.randint(2, 4))]
            self.newest += len(self.published)
            self.listed = [*reversed(self.published), *self.listed]
        elif what == "take away" and len(self.listed) > 3:
            self.away.append(self.listed.pop(self.random.randrange(len(self.listed))))
        elif what == "put back" and self.away:
            self.listed.insert(self.random.randrange(len(self.listed)), self.away.pop())
        elif what == "shuffle":
            self.random.shuffle(self.listed)

    def publish(self, site: Site, day: int) -> None:
        """Write the pages anew; tracking, stamps and the scheme of addresses are others each day."""
        tracking = f"?utm_source=day{day}"
        stamp = f"2026-01-{1 + day % 28:02}"
        entries = "".join(
            f"<item><title>Nyhet {n}</title><link>http{'s' * (day % 2)}://x.example/f/{n}x{tracking}</link>"
            f"<pubDate>{stamp}</pubDate></item>"
            for n in self.listed
        )
        site.pages["/feed"] = Answer(f"<rss><channel><title>F</title>{entries}</channel></rss>", content_type=RSS)
        halves = self.listed[: len(self.listed) // 2 + 1], self.listed[len(self.listed) // 2 + 1 :]
        for page, numbers in enumerate(halves):
            lines = "".join(f"<li><a href='/l/{n}x{tracking}'>Nyhet {n}</a> {n % 28 + 1} januari 2026" for n in numbers)
            following = "" if page else "<link rel=next href='/listing?sida=2'>"
            body = f"<html lang=sv><title>L</title>{following}<main><h1>Nyheter</h1><ul>{lines}</ul></main>"
            site.pages["/listing?sida=2" if page else "/listing"] = Answer(body)
        for part in (0, 1):
            urls = "".join(f"<url><loc>/s/Nyhet_{n}x</loc><lastmod>{stamp}</lastmod></url>" for n in halves[part])
            site.pages[f"/s{part}.xml"] = Answer(f"<urlset>{urls}</urlset>", content_type=XML)
        index = "".join(f"<sitemap><loc>/s{part}.xml</loc></sitemap>" for part in (0, 1))
        site.pages["/sitemap"] = Answer(f"<sitemapindex>{index}</sitemapindex>", content_type=XML)


def new_in(result: CheckResult) -> list[int]:
    """Return the numbers of the items that a check found to be new."""
    names = [checked.item.title or checked.item.url for checked in result.items or () if checked.outcome == "new"]
    return sorted(int(re.findall(r"Nyhet[ _](\d+)", name)[0]) for name in names)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_each_new_item_is_told_once_and_nothing_else_is(tmp_path: Path, seed: int) -> None:
    with Site() as site:
        room = Newsroom(site, tmp_path)
        with room.assembly:
            watches = "".join(f"  {kind}: {{follow: {site.url}/{kind}}}\n" for kind in KINDS)
            room.schedule.write_text(f"version: 1\ndefaults: {{host_delay: 0s}}\nwatches:\n{watches}", encoding="utf-8")
            room.assembly.sync_schedule()
            room.subscribe()
            editors = Editors(random.Random(seed))
            told: Counter[str] = Counter()
            for day in range(DAYS):
                if day:
                    editors.work()
                editors.publish(site, day)
                for kind in KINDS:
                    result = room.check(kind, hours=8)
                    assert new_in(result) == sorted(editors.published), (day, kind)
                    assert bool(result.material) is bool(editors.published), (day, kind)
                    told[kind] += len(editors.published)
                mails = room.told()
                assert len(mails) == (len(KINDS) if editors.published else 0), day
            assert set(told.values()) == {editors.newest - 3}
            assert editors.done.keys() >= {"publish", "take away", "put back", "shuffle", "restamp", "nothing"}
            assert room.assembly.history.verify()[1] == []
