"""Sections from end to end: a loopback site, the real fetchers, readers, database and mails."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Adapters, Assembly
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import Outcome
from monitor.ports.values import Envelope, Message
from tests.fakes.site import Answer, Request, Site
from tests.fakes.world import Letterbox, WorldClock

XML, RSS = "application/xml", "application/rss+xml"


class Newsroom:
    """A site with news, a program that follows it, and a reader of its mails."""

    def __init__(self, site: Site, folder: Path, **environment: str) -> None:
        self.site, self.clock, self.mails = site, WorldClock(), list[Envelope]()
        self.schedule = folder / "schedule.yaml"
        given = {
            "BEVAKA_SCHEDULE": str(self.schedule),
            "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
            "BEVAKA_SECRET_KEY": "not so secret",
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
            **environment,
        }
        adapters = Adapters(notifier=Letterbox(self.mails), jitter=lambda: 0.0)
        self.assembly = Assembly(given, self.clock, adapters)

    def follow(self, path: str, *lines: str, key: str = "nyheter") -> None:
        """Follow an address of the site."""
        keys = "".join(f"\n    {line}" for line in (f"follow: {self.site.url + path}", *lines))
        text = f"version: 1\ndefaults: {{host_delay: 0s, every: 1h}}\nwatches:\n  {key}:{keys}\n"
        self.schedule.write_text(text, encoding="utf-8")
        self.assembly.__dict__.pop("schedule", None)
        self.assembly.sync_schedule()

    def subscribe(self) -> None:
        with self.assembly.unit_of_work.write() as work:
            subscriber = work.subscribers.add("a@x.example", "sv", self.clock.now(), how="operator")
            work.subscribers.subscribe(subscriber, None, "immediately", self.clock.now())

    def check(self, key: str = "nyheter", *, hours: float = 1) -> CheckResult:
        self.clock.at += timedelta(hours=hours)
        with self.assembly.unit_of_work.read() as work:
            watch = work.watches.get(key).watch
        result = self.assembly.check(watch, force=True)
        assert result is not None
        return result

    def told(self) -> list[Message]:
        """Send what is owed; return the mails of this time."""
        before = len(self.mails)
        self.assembly.deliver.deliver_due()
        return [mail.message for mail in self.mails[before:]]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with Site() as site:
        newsroom = Newsroom(site, tmp_path)
        with newsroom.assembly:
            yield newsroom


def feed(*numbers: int, day: int = 0) -> Answer:
    entries = "".join(
        f"<item><title>Nyhet {n}</title><link>http://x.example/{n}</link>"
        f"<pubDate>{day or n:02} Jan 2026 08:00:00 GMT</pubDate></item>"
        for n in numbers
    )
    return Answer(f"<rss version='2.0'><channel><title>Nyheter</title>{entries}</channel></rss>", content_type=RSS)


def listing(*numbers: int, following: str = "") -> Answer:
    lines = "".join(f"<li><a href='/nyheter/nyhet-{n}'>Nyhet {n}</a> <span>{n} januari 2026</span>" for n in numbers)
    more = f"<link rel=next href='{following}'>" if following else ""
    return Answer(
        f"<html lang=sv><head><title>Nyheter</title>{more}</head><body><main><h1>Nyheter</h1><ul>{lines}</ul></main>"
    )


def article(number: int, text: str = "Länsstyrelsen har beslutat i ärendet.") -> Answer:
    return Answer(
        f"<html lang=sv><title>Nyhet {number}</title><main><h1>Nyhet {number}</h1><p>{text} Beslutet gäller kommunerna "
        "i länet och börjar tillämpas genast.</p></main>"
    )


def sitemap(*paths: str, stamp: str = "2026-01-01") -> Answer:
    entries = "".join(f"<url><loc>{path}</loc><lastmod>{stamp}</lastmod></url>" for path in paths)
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return Answer(xml, content_type=XML)


def outcomes(result: CheckResult) -> list[tuple[str, str]]:
    return [(checked.item.title or checked.item.url, checked.outcome) for checked in result.items or ()]


def test_a_new_item_is_told_once_by_its_headline_its_day_and_its_address(room: Newsroom) -> None:
    room.site.pages["/feed"] = feed(2, 1)
    room.follow("/feed")
    room.subscribe()
    first = room.check()
    assert (first.outcome, outcomes(first)) == (Outcome.FIRST, [("Nyhet 2", "known"), ("Nyhet 1", "known")])
    assert room.told() == []
    room.site.pages["/feed"] = feed(4, 3, 2)
    changed = room.check()
    assert (changed.outcome, changed.material) == (Outcome.CHANGED, True)
    assert (changed.summary or {})["sv"] == "2 nya: ”Nyhet 4” (2026-01-04), ”Nyhet 3” (2026-01-03)"
    assert outcomes(changed) == [("Nyhet 4", "new"), ("Nyhet 3", "new"), ("Nyhet 2", "known"), ("Nyhet 1", "gone")]
    [mail] = room.told()
    assert "2 nya: ”Nyhet 4” (2026-01-04)" in mail.subject
    assert "[NY: Nyhet 4 (2026-01-04)]\n   http://x.example/4" in mail.text
    room.site.pages["/feed"] = feed(4, 3, 2, 1)
    back = room.check()
    assert (back.outcome, back.material) == (Outcome.CHANGED, False)
    assert room.told() == []
    assert room.check().outcome is Outcome.UNCHANGED


def test_an_item_that_falls_off_and_another_day_mail_nobody(room: Newsroom) -> None:
    room.site.pages["/feed"] = feed(3, 2, 1)
    room.follow("/feed")
    room.subscribe()
    room.check()
    room.site.pages["/feed"] = feed(3, 2)
    gone = room.check()
    assert (gone.outcome, gone.material, gone.owed) == (Outcome.CHANGED, False, 0)
    room.site.pages["/feed"] = feed(2, 3, day=20)
    same = room.check()
    assert (same.outcome, outcomes(same)) == (Outcome.UNCHANGED, [("Nyhet 2", "known"), ("Nyhet 3", "known")])
    assert room.told() == []


def test_not_modified_gives_the_items_that_are_known(room: Newsroom) -> None:
    answer = feed(2, 1)
    room.site.pages["/feed"] = Answer(answer.body, content_type=RSS, etag='"a"')
    room.follow("/feed")
    room.check()
    same = room.check()
    assert room.site.requests[-1].headers["If-None-Match"] == '"a"'
    assert outcomes(same) == [("Nyhet 2", "known"), ("Nyhet 1", "known")]


def test_the_history_shows_verifies_and_judges_items_as_they_were_told(room: Newsroom) -> None:
    room.site.pages["/feed"] = feed(1)
    room.follow("/feed")
    for numbers in ((2, 1), (2,), (3, 2, 1)):
        room.check()
        room.site.pages["/feed"] = feed(*numbers)
    room.check()
    history = room.assembly.history
    change = history.diff("nyheter").change
    assert change is not None
    assert [(block.rule, block.material) for block in change.blocks] == [("item-new", True), ("item-back", False)]
    assert history.verify()[1] == []


def test_the_next_pages_of_a_listing_are_read_with_it_and_no_farther_than_they_lead(room: Newsroom) -> None:
    room.site.pages["/nyheter"] = listing(9, 8, following="/nyheter?sida=2")
    room.site.pages["/nyheter?sida=2"] = listing(7, 6, following="/nyheter?sida=3")
    room.site.pages["/nyheter?sida=3"] = listing(5, 8, following="/nyheter")
    room.follow("/nyheter")
    assert [name for name, _ in outcomes(room.check())] == [f"Nyhet {n}" for n in (9, 8, 7, 6, 5)]
    room.site.pages["/nyheter?sida=3"] = Answer("", status=500)
    assert room.check().outcome is Outcome.NOT_SEEN


def test_a_calendar_without_end_is_left_after_twenty_pages(room: Newsroom) -> None:
    for month in range(40):
        room.site.pages[f"/kalender?m={month}"] = listing(1, 2, following=f"/kalender?m={month + 1}")
    room.follow("/kalender?m=0")
    assert len(room.check().items or ()) == 2
    assert sum(request.path.startswith("/kalender") for request in room.site.requests) == 20


def test_an_index_of_packed_sitemaps_is_one_section_and_a_stamp_is_no_news(room: Newsroom) -> None:
    def publish(*paths: str, stamp: str = "2026-01-01") -> None:
        body = sitemap(*(room.site.url + path for path in paths), stamp=stamp).content
        room.site.pages["/a.xml.gz"] = Answer(gzip.compress(body), content_type="application/x-gzip")

    index = "<sitemap><loc>/a.xml.gz</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap>"
    room.site.pages["/sitemap.xml"] = Answer(f"<sitemapindex>{index}</sitemapindex>", content_type=XML)
    room.site.pages["/b.xml"] = sitemap("/om")
    publish("/ett", "/tva")
    room.follow("/sitemap.xml", "match: ['/(ett|tva|tre)$']")
    assert len(room.check().items or ()) == 2
    publish("/tva", "/ett", stamp="2026-02-02")
    assert room.check().outcome is Outcome.UNCHANGED
    publish("/tva", "/ett", "/tre")
    changed = room.check()
    assert (changed.summary or {})["en"].startswith("1 new: “http://127.0.0.1")
    history = room.assembly.history
    assert history.verify()[1] == []


def test_an_answer_that_is_no_section_is_not_seen_and_says_why(room: Newsroom) -> None:
    room.site.pages["/feed"] = feed(2, 1)
    room.follow("/feed", "from: feed")
    room.check()
    room.site.pages["/feed"] = article(1)
    unseen = room.check()
    assert (unseen.outcome, unseen.items) == (Outcome.NOT_SEEN, ())
    assert unseen.reason is not None
    assert unseen.reason.code == "no-items"


def rebuilt(room: Newsroom) -> CheckResult:
    room.site.pages["/feed"] = feed(*range(1, 31))
    room.follow("/feed")
    room.subscribe()
    room.check()
    moved = feed(*range(1, 31)).content.replace(b"x.example/", b"x.example/ny/")
    room.site.pages["/feed"] = Answer(moved, content_type=RSS)
    return room.check()


def test_a_rebuilt_site_is_held_until_the_operator_decides_and_is_one_mail(tmp_path: Path) -> None:
    with Site() as site:
        room = Newsroom(site, tmp_path, BEVAKA_OPERATOR="op@x.example")
        with room.assembly:
            changed = rebuilt(room)
            assert (changed.outcome, changed.owed) == (Outcome.CHANGED, 1)
            assert room.told() == []
            held = room.assembly.mass_changes.held()
            assert held is not None
            assert (held.changed, held.watched, held.keys, held.of_items) == (30, 30, ("nyheter",), True)
            room.assembly.mass_changes.release()
            [mail] = room.told()
            assert "30 nya: ”Nyhet 1” (2026-01-01)" in mail.text


def test_a_rebuilt_site_is_one_mail_where_nobody_could_decide(room: Newsroom) -> None:
    rebuilt(room)
    assert len(room.told()) == 1


def pages_of(room: Newsroom, *numbers: int) -> None:
    room.site.pages["/nyheter"] = listing(*numbers)
    for number in numbers:
        room.site.pages.setdefault(f"/nyheter/nyhet-{number}", article(number))


def states(room: Newsroom) -> dict[str, str]:
    return {row.watch: row.state for row in room.assembly.history.status(archived=True) if row.section}


def test_with_pages_every_item_is_watched_and_its_first_copy_is_silent(room: Newsroom) -> None:
    pages_of(room, 2, 1)
    room.follow("/nyheter", "pages: true", "each: {every: 1d, keep: main}", "patience: 2h")
    room.subscribe()
    room.check()
    assert states(room) == {"nyheter/nyhet-1": "waiting", "nyheter/nyhet-2": "waiting"}
    for key in states(room):
        assert room.check(key).outcome is Outcome.FIRST
    assert room.told() == []
    room.site.pages["/nyheter/nyhet-1"] = article(1, "Länsstyrelsen har beslutat att betala 400 000 kronor.")
    assert room.check("nyheter/nyhet-1").material
    [mail] = room.told()
    assert "Nyhet 1" in mail.subject
    assert "/watches/nyheter~nyhet-1/diff?" in mail.text


def test_the_form_for_subscribers_lists_an_item_only_where_they_come_from_it(room: Newsroom) -> None:
    pages_of(room, 2, 1)
    room.follow("/nyheter", "pages: true")
    room.check()
    client = room.assembly.web_app().test_client()
    offered = {
        address: re.findall(r'name="watch" value="([^"]+)"', client.get(address).text)
        for address in ("/subscribe", "/subscribe?watch=nyheter/nyhet-1")
    }
    assert offered == {
        "/subscribe": ["nyheter"],
        "/subscribe?watch=nyheter/nyhet-1": ["nyheter/nyhet-1", "nyheter"],
    }


def test_an_items_watch_is_archived_after_the_patience_of_its_section(room: Newsroom) -> None:
    pages_of(room, 2, 1)
    room.follow("/nyheter", "pages: true", "patience: 2h")
    room.check()
    pages_of(room, 2)
    for state in ("waiting", "waiting", "waiting", "archived"):
        room.check()
        assert states(room) == {"nyheter/nyhet-1": state, "nyheter/nyhet-2": "waiting"}
    pages_of(room, 2, 1)
    room.check()
    assert states(room)["nyheter/nyhet-1"] == "waiting"


def test_a_section_that_is_not_seen_archives_nothing(room: Newsroom) -> None:
    pages_of(room, 2, 1)
    room.follow("/nyheter", "pages: true", "patience: 2h")
    room.check()
    room.site.pages["/nyheter"] = Answer("", status=503)
    room.check(hours=100)
    assert set(states(room).values()) == {"waiting"}


def test_items_of_a_sitemap_are_called_by_their_pages_once_these_are_fetched(room: Newsroom) -> None:
    room.site.pages["/sitemap.xml"] = sitemap("/nyheter/nyhet-1")
    room.site.pages["/nyheter/nyhet-1"] = article(1)
    room.follow("/sitemap.xml", "pages: true")
    assert outcomes(room.check())[0][0].startswith("http://")
    room.check("nyheter/nyhet-1")
    assert outcomes(room.check()) == [("Nyhet 1", "known")]
    _, [item], _ = room.assembly.history.items("nyheter")
    assert (item.title, item.watch) == ("Nyhet 1", "nyheter/nyhet-1")


def test_a_page_that_becomes_a_section_is_told_of_new_items_alone(room: Newsroom) -> None:
    room.site.pages["/nyheter"] = listing(2, 1)
    room.follow("/nyheter")
    text = room.schedule.read_text(encoding="utf-8")
    room.schedule.write_text(text.replace("follow:", "url:"), encoding="utf-8")
    room.assembly.__dict__.pop("schedule")
    room.assembly.sync_schedule()
    room.subscribe()
    assert room.check().outcome is Outcome.FIRST
    room.follow("/nyheter")
    assert room.check().outcome is Outcome.UNCHANGED
    room.site.pages["/nyheter"] = listing(3, 2, 1)
    assert (room.check().summary or {})["sv"] == "1 ny: ”Nyhet 3” (2026-01-03)"
    assert len(room.told()) == 1


def test_another_address_is_a_new_baseline_that_knows_nothing_of_the_items_before(room: Newsroom) -> None:
    room.site.pages["/nyheter"], room.site.pages["/arkiv"] = listing(3, 2, 1), listing(5, 2)
    room.follow("/nyheter")
    room.subscribe()
    room.check()
    room.follow("/arkiv")
    result = room.check()
    assert (result.outcome, outcomes(result)) == (Outcome.FIRST, [("Nyhet 5", "known"), ("Nyhet 2", "known")])
    _, items, newest = room.assembly.history.items("nyheter")
    assert [(item.title, item.outcome(newest)) for item in items] == [("Nyhet 5", "known"), ("Nyhet 2", "known")]
    assert (room.check().outcome, room.told()) == (Outcome.UNCHANGED, [])
    room.site.pages["/arkiv"] = listing(5, 2, 1)
    assert outcomes(room.check())[-1] == ("Nyhet 1", "new"), "the old section had it, this one had not"
    assert len(room.told()) == 1


def test_items_watches_follow_their_section_to_another_address(room: Newsroom) -> None:
    pages_of(room, 2, 1)
    room.site.pages["/arkiv"] = listing(2, 5)
    room.follow("/nyheter", "pages: true")
    room.check()
    room.check("nyheter/nyhet-2")
    room.follow("/arkiv", "pages: true")
    room.check()
    assert states(room) == {
        "nyheter/nyhet-1": "archived",
        "nyheter/nyhet-2": "first",
        "nyheter/nyhet-5": "waiting",
    }
    room.site.pages["/arkiv"] = listing(2, 5, 1)
    room.check()
    assert states(room)["nyheter/nyhet-1"] == "waiting"


def test_an_edit_of_match_mails_nobody(room: Newsroom) -> None:
    room.site.pages["/feed"] = feed(12, 11, 2, 1)
    room.follow("/feed", "match: ['/1[12]$']")
    room.subscribe()
    room.check()
    room.follow("/feed")
    assert (room.check().outcome, room.told()) == (Outcome.UNCHANGED, [])
    room.site.pages["/feed"] = feed(12, 11)
    room.check()
    room.site.pages["/feed"] = feed(12, 11, 2, 1)
    assert (room.check().material, room.told()) == (False, [])


def requests_to(room: Newsroom, path: str) -> Sequence[Request]:
    return [request for request in room.site.requests if request.path == path]


def test_robots_txt_holds_for_every_page_of_a_listing(room: Newsroom) -> None:
    room.site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /nyheter/sida", content_type="text/plain")
    room.site.pages["/nyheter"] = listing(1, following="/nyheter/sida/2")
    room.follow("/nyheter")
    unseen = room.check()
    assert unseen.outcome is Outcome.NOT_SEEN
    assert unseen.reason is not None
    assert unseen.reason.code == "robots-refused"
    assert requests_to(room, "/nyheter/sida/2") == []


def test_the_web_page_shows_a_section_its_change_and_the_pages_of_its_items(room: Newsroom) -> None:
    pages_of(room, 1)
    room.follow("/nyheter", "pages: true")
    room.check()
    room.check("nyheter/nyhet-1")
    pages_of(room, 2, 1)
    room.check()
    client = room.assembly.web_app().test_client()
    assert 'href="/watches/nyheter~nyhet-1"' in client.get("/").text
    for address in ("nyheter", "nyheter~nyhet-1", "nyheter~nyhet-1/1", "nyheter~nyhet-1/feed.atom"):
        assert client.get(f"/watches/{address}").status_code == 200, address
    diff = client.get("/watches/nyheter/diff?from=1&to=2&lang=sv").text
    assert "Nyhet 2" in diff
    assert "en ny post listas" in diff
    raw = client.get("/watches/nyheter~nyhet-1/1/raw").headers["Content-Disposition"]
    assert raw == 'attachment; filename="nyheter-nyhet-1-1.html"'
    assert client.get("/api/watches/nyheter~nyhet-1").get_json()["watch"] == "nyheter/nyhet-1"
