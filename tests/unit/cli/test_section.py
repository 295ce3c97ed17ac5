"""Sections on the command line: what is read, what is new, and what the JSON forms say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka


def feed(*titles: str) -> Answer:
    entries = "".join(
        f"<item><title>{title}</title><link>http://x.example/{title[-1]}</link><pubDate>2026-01-0{title[-1]}</pubDate>"
        "</item>"
        for title in titles
    )
    return Answer(f"<rss><channel><title>Nytt</title>{entries}</channel></rss>", content_type="application/rss+xml")


def listing(*numbers: int) -> Answer:
    lines = "".join(f"<li><a href='/nyhet-{n}'>Nyhet nummer {n}</a>" for n in numbers)
    return Answer(f"<html lang=sv><title>Nyheter</title><main><h1>Nyheter</h1><ul>{lines}</ul></main></html>")


@pytest.fixture
def followed(site: Site, tmp_path: Path) -> Site:
    site.pages["/feed"] = feed("Nyhet 2", "Nyhet 1")
    site.pages["/nyheter"] = listing(1)
    site.pages["/nyhet-1"] = Answer(
        "<html lang=sv><title>Ett</title><main><h1>Nyhet 1</h1><p>Länsstyrelsen har beslutat om bidrag.</p></main>"
    )
    (tmp_path / "schedule.yaml").write_text(
        "version: 1\ndefaults: {host_delay: 0s}\nwatches:\n"
        f"  flode: {{follow: {site.url}/feed, name: Flödet}}\n"
        f"  nyheter: {{follow: {site.url}/nyheter, pages: true, each: {{every: 1d}}}}\n",
        encoding="utf-8",
    )
    return site


def test_check_gives_one_row_with_the_items_of_a_section(bevaka: Bevaka, followed: Site) -> None:
    [row] = bevaka("check", "flode", "--json").rows
    assert row["outcome"] == "first"
    followed.pages["/feed"] = feed("Nyhet 3", "Nyhet 2")
    [row] = bevaka("check", "flode", "--dry-run", "--json").rows
    assert [item["outcome"] for item in row["items"]] == ["new", "known", "gone"]
    [row] = bevaka("check", "flode", "--json").rows
    assert row["summary"] == {"sv": "1 ny: ”Nyhet 3” (2026-01-03)", "en": "1 new: “Nyhet 3” (2026-01-03)"}
    assert row["items"] == [
        {"title": "Nyhet 3", "url": "http://x.example/3", "date": "2026-01-03", "outcome": "new"},
        {"title": "Nyhet 2", "url": "http://x.example/2", "date": "2026-01-02", "outcome": "known"},
        {"title": "Nyhet 1", "url": "http://x.example/1", "date": "2026-01-01", "outcome": "gone"},
    ]


def test_a_page_has_no_items_in_its_row(bevaka: Bevaka, site: Site) -> None:
    del site
    [row] = bevaka("check", "--json").rows
    assert "items" not in row


def test_section_show_lists_every_item_with_its_first_time_and_its_watch(bevaka: Bevaka, followed: Site) -> None:
    bevaka("check")
    followed.pages["/nyheter"] = listing(2)
    bevaka("check", "nyheter")
    rows = bevaka("section", "show", "nyheter", "--json").rows
    assert [{**row, "first_seen": None} for row in rows] == [
        {
            "title": f"Nyhet nummer {n}",
            "url": f"{followed.url}/nyhet-{n}",
            "date": None,
            "first_seen": None,
            "outcome": outcome,
            "watch": f"nyheter/nyhet-nummer-{n}",
        }
        for n, outcome in ((2, "new"), (1, "gone"))
    ]
    assert rows[0]["first_seen"] > rows[1]["first_seen"]
    shown = bevaka("section", "show", "nyheter").out
    assert "nyheter/nyhet-nummer-2" in shown
    assert "gone" in shown


def test_what_is_no_section_has_no_items(bevaka: Bevaka, site: Site) -> None:
    del site
    bevaka("check")
    said = bevaka("section", "show", "county")
    assert (said.code, "county is no section" in said.err) == (2, True)


def test_items_are_watched_from_the_next_round_on_and_listed_with_their_section(bevaka: Bevaka, followed: Site) -> None:
    del followed
    assert [row["watch"] for row in bevaka("check", "--json").rows] == ["flode", "nyheter"]
    assert [row["watch"] for row in bevaka("check", "--json").rows] == ["flode", "nyheter", "nyheter/nyhet-nummer-1"]
    rows = {row["watch"]: row for row in bevaka("watch", "list", "--json").rows}
    assert {key: row["section"] for key, row in rows.items()} == {
        "flode": None,
        "nyheter": None,
        "nyheter/nyhet-nummer-1": "nyheter",
    }
    assert (rows["nyheter"]["follow"], rows["nyheter"]["pages"]) == (rows["nyheter"]["url"], True)


def test_an_items_watch_is_named_like_any_other(bevaka: Bevaka, followed: Site) -> None:
    del followed
    bevaka("check")
    key = "nyheter/nyhet-nummer-1"
    assert bevaka("check", key).code == 0
    for command in (("watch", "show"), ("watch", "test"), ("log",), ("show",), ("verify",), ("watch", "pause")):
        assert bevaka(*command, key).code == 0, command
    assert bevaka("subscribe", key, "a@x.example").code == 0
    assert bevaka("export", key, "--format", "zip", "-o", "kopia.zip").code == 0
    assert bevaka("check", "nyheter/annat").code == 2


def test_watch_test_says_how_many_items_are_read_and_the_first_few(bevaka: Bevaka, followed: Site) -> None:
    followed.pages["/feed"] = feed(*(f"Nyhet {n}" for n in range(1, 8)))
    said = bevaka("watch", "test", "flode").out
    assert "7 items" in said
    assert "and 2 more" in said
    assert "http://x.example/5" in said
    [row] = bevaka("watch", "test", "flode", "--json").rows
    assert len(row["items"]) == 7
    assert "each item is watched, every 1d" in bevaka("watch", "show", "nyheter").out


def test_inspect_reads_an_address_or_a_file_as_a_section(bevaka: Bevaka, followed: Site, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(feed("Nyhet 1").content)
    [row] = bevaka("inspect", "feed.xml", "--follow", "--json").rows
    assert row["items"] == [{"title": "Nyhet 1", "url": "http://x.example/1", "date": "2026-01-01"}]
    assert "1 item" in bevaka("inspect", f"{followed.url}/nyheter", "--follow").out
    [row] = bevaka("inspect", "feed.xml", "--json").rows
    assert "items" not in row


def test_an_edit_of_a_section_keeps_what_is_said_of_its_items(bevaka: Bevaka, followed: Site, tmp_path: Path) -> None:
    del followed
    text = (tmp_path / "schedule.yaml").read_text(encoding="utf-8")
    block = (
        text.replace("  nyheter: {", "  nyheter:\n    ")
        .replace(", pages", "\n    pages")
        .replace(", each", "\n    each")
    )
    (tmp_path / "schedule.yaml").write_text(block.replace("}}\n", "}\n"), encoding="utf-8")
    assert bevaka("watch", "edit", "nyheter", "--every", "30m").code == 0
    after = (tmp_path / "schedule.yaml").read_text(encoding="utf-8")
    assert "each: {every: 1d}" in after
    assert "every: 30m" in after


def test_a_section_is_added_and_edited_from_the_command_line(bevaka: Bevaka, followed: Site) -> None:
    more = ("--from", "feed", "--match", "/[12]$", "--most", "9", "--pages", "true")
    assert bevaka("watch", "add", "--follow", f"{followed.url}/annat", "--key", "annat", *more).code == 0
    [row] = [row for row in bevaka("watch", "list", "--json").rows if row["watch"] == "annat"]
    assert (row["from"], row["match"], row["most"], row["pages"]) == ("feed", ["/[12]$"], 9, True)
    assert bevaka("watch", "edit", "annat", "--match", "/x$", "--from", "").code == 0
    [row] = [row for row in bevaka("watch", "list", "--json").rows if row["watch"] == "annat"]
    assert (row["from"], row["match"]) == (None, ["/x$"])
    said = bevaka("watch", "add", "--follow", f"{followed.url}/annat")
    assert (said.code, "watched already, as annat" in said.err) == (2, True)
    assert bevaka("watch", "add", f"{followed.url}/annat", "--key", "sida").code == 0  # the same address as a page
    assert "a section with --follow" in bevaka("watch", "add").err
