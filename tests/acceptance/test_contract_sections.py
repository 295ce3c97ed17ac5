"""What is promised of sections, from outside: product.md, "Sections", "Tags" and "${NAME}" where they meet."""

from __future__ import annotations

from tests.acceptance.program import Bevaka
from tests.fakes.site import Answer, Site


def listing(*items: tuple[str, str]) -> Answer:
    """Return a listing of items, each a headline and a path."""
    links = "".join(f'<article><h2><a href="{url}">{title}</a></h2></article>' for title, url in items)
    return Answer(
        f"<!doctype html><html lang=sv><meta charset=utf-8><title>Nyheter</title><main><h1>Nyheter</h1>{links}</main>"
    )


def feed(site: Site, *items: tuple[str, str], more: str = "") -> Answer:
    """Return a feed of items, each a headline and an address."""
    entries = "".join(
        f"<item><title>{title}</title><link>{url if ':' in url else site.url + url}</link></item>"
        for title, url in items
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Nytt</title>{entries}{more}</channel></rss>'
    return Answer(text, content_type="application/rss+xml")


def news(title: str) -> Answer:
    """Return the page of an item."""
    return Answer(
        f"<!doctype html><html lang=sv><meta charset=utf-8><title>{title}</title><main><h1>{title}</h1>"
        "<p>Länsstyrelsen meddelar vad som gäller i länet från och med nästa år.</p></main>"
    )


def test_what_each_item_is_asked_with_goes_to_no_other_origin(bevaka: Bevaka, site: Site) -> None:
    bevaka.environment["BEVAKA_CREDENTIAL_KEY"] = "hemlig-nyckel-42"
    with Site() as other:
        site.pages["/feed"] = feed(site, ("Ny vägledning", "/1"), ("Konferens i länet", f"{other.url}/2"))
        site.pages["/1"], other.pages["/2"] = news("Ny vägledning"), news("Konferens i länet")
        asked = 'headers: {X-Key: "${KEY}", Accept-Language: sv}, cookies: {c: "${KEY}"}'
        bevaka.schedule(f"  nytt: {{follow: {site.url}/feed, pages: true, each: {{{asked}}}}}\n")
        bevaka("check")
        assert bevaka("check").code == 0
        [own], [strange] = site.asked("/1"), other.asked("/2")
        assert (own.headers["X-Key"], own.headers["Cookie"]) == ("hemlig-nyckel-42", "c=hemlig-nyckel-42")
        assert "hemlig-nyckel-42" not in str(strange.headers)
        assert (strange.headers["Accept-Language"], strange.headers["Cookie"]) == ("sv", None)


def test_a_page_in_place_of_a_feed_is_suspect_and_told_to_nobody(bevaka: Bevaka, site: Site) -> None:
    site.pages["/feed"] = feed(site, ("Ny vägledning", "/1"), ("Konferens i länet", "/2"))
    bevaka.schedule(f"  nytt: {{follow: {site.url}/feed}}\n")
    assert bevaka("check", "--json").row["outcome"] == "first"
    bevaka("subscribe", "nytt", "ann@kommun.example")
    site.pages["/feed"] = listing(("Om oss", "/om"), ("Tjänster för dig", "/tjanster"))
    instead = bevaka("check", "--json")
    assert (instead.code, instead.row["outcome"], instead.row["owed"]) == (3, "suspect", 0)
    assert instead.row["reason"] == "där fanns ett flöde, nu kommer en lista"
    site.pages["/feed"] = feed(site, ("Ny vägledning", "/1"), ("Konferens i länet", "/2"))
    assert bevaka("check", "--json").row["outcome"] == "unchanged"


def test_a_recipe_is_replayed_over_a_section_as_it_was_told(bevaka: Bevaka, site: Site) -> None:
    one, two, three = ("Ny vägledning", "/1"), ("Konferens i länet", "/2"), ("Nytt bidrag", "/3")
    site.pages["/nytt"] = [listing(*items) for items in ((one, two), (two, three), (one, two, three))]
    bevaka.schedule(f"  nytt: {{follow: {site.url}/nytt}}\n")
    assert [bevaka("check", "--json").row["material"] for _ in range(3)] == [None, True, False]
    replay = bevaka("watch", "test", "nytt", "--json").row["replay"]
    assert replay["differ"] == 0
    assert [each["now"]["outcome"] for each in replay["revisions"]] == ["held_back", "told", "first"]


def test_an_items_watch_is_named_by_its_headline_and_owned_by_its_section(bevaka: Bevaka, site: Site) -> None:
    odd = ("../../etc/passwd", "/nyheter/%2e%2e%2f%2e%2e%2fetc")
    items = [
        ("Ny vägledning", "/1"),
        ("Ny vägledning", "/2"),
        odd,
        ("A" * 300, "/4"),
        ("\u202eNytt \x1b[31m bidrag", "/5"),
    ]
    site.pages["/nytt"] = listing(*items)
    bevaka.schedule(f"  nytt: {{follow: {site.url}/nytt, pages: true, each: {{every: 1d}}}}\n")
    row = bevaka("check", "--json").row
    assert {each["outcome"] for each in row["items"]} == {"known"}
    assert set(row["items"][0]) == {"title", "url", "date", "outcome"}
    watches = {row["watch"]: row["section"] for row in bevaka("watch", "list", "--json").rows}
    keys = [key.removeprefix("nytt/") for key in watches if key != "nytt"]
    assert {*keys} == {"ny-vagledning", "ny-vagledning-2", "etc-passwd", "a" * 80, "nytt-31m-bidrag"}
    assert watches == {"nytt": None, **{f"nytt/{key}": "nytt" for key in keys}}
    shown = bevaka("section", "show", "nytt")
    assert not {"\u202e", "\x1b"} & {*shown.out}
    assert [{*row} for row in bevaka("section", "show", "nytt", "--json").rows] == [
        {"title", "url", "date", "first_seen", "outcome", "watch"}
    ] * 5
    edited = bevaka("watch", "edit", "nytt/ny-vagledning", "--every", "1h")
    assert (edited.code, "each: of nytt says how they are watched" in edited.err) == (2, True)


def test_each_item_is_told_once_and_one_that_is_gone_keeps_its_date(bevaka: Bevaka, site: Site) -> None:
    dated = "".join(
        f"<article><h2><a href=/{day}>Nyhet nummer {day}</a></h2>"
        f"<time datetime=2026-03-0{day}>2026-03-0{day}</time></article>"
        for day in (1, 2)
    )
    whole = (
        f"<!doctype html><html lang=sv><meta charset=utf-8><title>Nyheter</title><main><h1>Nyheter</h1>{dated}</main>"
    )
    site.pages["/nytt"] = Answer(whole)
    bevaka.schedule(f"  nytt: {{follow: {site.url}/nytt}}\n")
    bevaka("check")
    bevaka("subscribe", "nytt", "ann@kommun.example")
    site.pages["/nytt"] = Answer(whole.replace("/2>Nyhet nummer 2", "/3>Nyhet nummer 3"))
    changed = bevaka("check", "--json").row
    assert (changed["outcome"], changed["material"], changed["owed"]) == ("changed", True, 1)
    assert [(each["url"].removeprefix(site.url), each["outcome"]) for each in changed["items"]] == [
        ("/1", "known"),
        ("/3", "new"),
        ("/2", "gone"),
    ]
    assert changed["items"][2]["date"] == "2026-03-02"
    site.pages["/nytt"] = Answer(whole)
    back = bevaka("check", "--json").row
    assert (back["material"], back["owed"]) == (False, 0)


def test_how_many_items_and_how_many_revisions_are_two_options(bevaka: Bevaka, site: Site) -> None:
    site.pages["/nytt"] = listing(("Ny vägledning", "/1"))
    bevaka.schedule(f"  nytt:\n    follow: {site.url}/nytt\n")
    bevaka("check")
    said = bevaka("watch", "edit", "nytt", "--most", "7", "--dry-run", "--replay", "1", "--json").row
    assert 'most: "7"' in "".join(said["file"])
    assert len(said["replay"]["revisions"]) == 1


def test_who_follows_the_tag_of_a_section_is_told_of_new_items_and_of_what_changes_in_them(
    bevaka: Bevaka, site: Site
) -> None:
    site.pages["/nytt"] = [listing(("Ny vägledning", "/1")), listing(("Nytt bidrag", "/2"), ("Ny vägledning", "/1"))]
    site.pages["/1"], site.pages["/2"] = news("Ny vägledning"), news("Nytt bidrag")
    bevaka.schedule(f"  nytt: {{follow: {site.url}/nytt, pages: true, tags: [vald]}}\n")
    schedule = bevaka.folder / "schedule.yaml"
    schedule.write_text(schedule.read_text("utf-8").replace("watches:", "tags: {vald: {}}\nwatches:"), "utf-8")
    bevaka("subscribe", "tag:vald", "ann@kommun.example")
    bevaka("check")
    found = {row["watch"]: row["owed"] for row in bevaka("check", "--json").rows}
    assert found == {"nytt": 1, "nytt/ny-vagledning": 0}  # a new item; the first copy of the page of the first one
    assert bevaka("check", "nytt/nytt-bidrag", "--json").row["owed"] == 0
    site.pages["/1"] = Answer(news("Ny vägledning").content.replace(b"fr\xc3\xa5n och med", b"till och med"))
    assert bevaka("check", "nytt/ny-vagledning", "--json").row["owed"] == 1
    assert bevaka("tag", "list", "--json").row["watches"] == 3
    assert bevaka("tag", "show", "vald", "--json").row["watches"] == ["nytt", "nytt/ny-vagledning", "nytt/nytt-bidrag"]
    assert {"vald"} == {tag for row in bevaka("watch", "list", "--json").rows for tag in row["tags"]}
