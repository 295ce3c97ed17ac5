"""Tags on the web page: their pages and feeds, and following them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fakes.world import COUNTY, LAW, OLD, REGION, TAG, TOWN, World

ANN = "ann@kommun.example"
NAME = "Våld <nära> relationer"
ATOM = "{http://www.w3.org/2005/Atom}"
Post = Callable[..., TestResponse]


def text_of(client: FlaskClient, address: str) -> str:
    """Return the text of a page as a reader sees it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", client.get(address).text)).split())


def following(world: World) -> dict[str | None, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(ANN)
        running = work.subscribers.subscriptions(subscriber) if subscriber else []
        return {
            f"tag:{each.tag.key}" if each.tag else key: (each.frequency, each.only, each.only_if)
            for each, key in running
        }


def joined(world: World, client: FlaskClient, post: Post, *chosen: str) -> str:
    """Sign up and confirm; return the page for managing the subscription."""
    asked = {"address": ANN, "what": "some", "watch": list(chosen), "frequency": "daily", "language": "sv"}
    assert post(client, "/subscribe", **asked).headers["Location"] == "/subscribe/sent"
    found = re.search(r'href="(/manage/[^"]+)"', post(client, world.path("confirm")).text)
    assert found
    return found[1]


def test_the_page_of_a_tag_shows_its_watches_those_in_trouble_first_and_what_happened_on_them(
    world: World, client: FlaskClient
) -> None:
    page = client.get(f"/tags/{TAG}").text
    assert html.escape(NAME) in page
    assert re.findall(r'<h2><a href="/watches/([^"]+)"', page) == [TOWN, OLD, COUNTY]
    said = text_of(client, f"/tags/{TAG}")
    assert "3 sidor har taggen. 2 kan inte läsas som de ska." in said
    assert "tidsfrist ändrad" in said.lower()
    assert "Region Sundmark" not in said
    assert "3 pages have the tag." in text_of(client, f"/tags/{TAG}?lang=en")


def test_a_tag_without_watches_says_so(client: FlaskClient) -> None:
    said = text_of(client, "/tags/tom")
    assert "0 sidor har taggen." in said
    assert "Ingen sida har taggen just nu." in said
    assert "Inget har hänt än." in said


def test_a_watch_and_the_overview_name_the_tags(client: FlaskClient) -> None:
    link = f'<a href="/tags/{TAG}">{html.escape(NAME)}</a>'
    assert link in client.get("/").text
    assert link in client.get(f"/watches/{COUNTY}").text
    assert "/tags/" not in client.get(f"/watches/{REGION}").text


def test_the_feed_of_a_tag_has_the_events_of_its_watches_alone(client: FlaskClient) -> None:
    answer = client.get(f"/tags/{TAG}/feed")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.data)  # noqa: S314  the program's own XML
    assert root.findtext(f"{ATOM}title") == NAME
    titles = [entry.findtext(f"{ATOM}title", "") for entry in root.iter(f"{ATOM}entry")]
    assert [title.partition(":")[0] for title in titles] == [
        "Handbok för socialtjänsten <arkiv>", "Länsstyrelsen Norrvik", "Länsstyrelsen Norrvik"
    ]  # fmt: skip
    rels = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert rels["alternate"] == f"http://127.0.0.1:8000/tags/{TAG}?lang=sv"
    ids = {ET.fromstring(client.get(each).data).findtext(f"{ATOM}id") for each in (f"/tags/{TAG}/feed", "/feed.atom")}  # noqa: S314
    assert len(ids) == 2
    assert client.get(f"/tags/{TAG}/feed", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert 'xml:lang="en"' in client.get(f"/tags/{TAG}/feed?lang=en").text


def test_programs_are_told_of_tags(client: FlaskClient) -> None:
    assert client.get("/api/tags").json == [
        {"tag": TAG, "name": NAME, "watches": 3},
        {"tag": "tom", "name": "tom", "watches": 0},
    ]
    assert {row["watch"]: row["tags"] for row in client.get("/api/watches").json or []}[COUNTY] == [TAG]
    assert (client.get(f"/api/watches/{LAW}").json or {})["tags"] == []


def test_a_tag_is_chosen_beforehand_from_its_page(client: FlaskClient) -> None:
    assert f'href="/subscribe?watch=tag:{TAG}"' in client.get(f"/tags/{TAG}").text
    form = client.get(f"/subscribe?watch=tag:{TAG}").text
    assert f'value="tag:{TAG}" checked' in form
    assert 'value="some" checked' in form


def test_a_tag_is_followed_from_the_form_to_the_leave_link(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post, f"tag:{TAG}", LAW)
    assert following(world) == {f"tag:{TAG}": ("daily", (), ()), LAW: ("daily", (), ())}
    assert "Taggen ”Våld <nära> relationer”" in text_of(client, manage)
    assert f"/parts?watch=tag:{TAG}" not in client.get(manage).text
    chosen = {
        "follow": f"tag:{TAG}",
        f"frequency-tag:{TAG}": "immediately",
        f"word-tag:{TAG}": "jour",
        f"only-tag:{TAG}": "2 §",
        "digest_at": "08:00",
        "language": "sv",
    }
    assert post(client, manage, **chosen).status_code == 303
    assert following(world) == {f"tag:{TAG}": ("immediately", (), ("jour",))}
    again = client.get(manage).text
    assert f'name="words-tag:{TAG}" value="jour" checked' in again
    shown = post(client, manage, **{**chosen, "digest_at": ""})
    assert shown.status_code == 422
    assert f'name="follow" value="tag:{TAG}" checked' in shown.text
    assert post(client, manage, **{**chosen, f"word-tag:{TAG}": ""}).status_code == 303
    world.says[COUNTY] = str(world.says[COUNTY]).replace("april", "maj")
    world.check(COUNTY, hours=2)
    leave = world.path("leave")
    assert "följer taggen ”Våld <nära> relationer”" in " ".join(world.mails[-1].message.text.split())
    assert "taggen ”Våld <nära> relationer”" in text_of(client, leave)
    assert post(client, leave).status_code == 200
    assert following(world) == {}


def test_a_tag_that_is_gone_is_told_and_nothing_is_changed(world: World, client: FlaskClient, post: Post) -> None:
    asked = {"address": ANN, "what": "some", "watch": ["tag:nix"], "frequency": "daily", "language": "sv"}
    answer = post(client, "/subscribe", **asked)
    assert answer.status_code == 422
    assert "En av taggarna finns inte längre. Välj igen." in answer.text
    manage = joined(world, client, post, LAW)
    answer = post(client, manage, follow="tag:nix", digest_at="08:00", language="sv")
    assert answer.status_code == 422
    assert "En av taggarna finns inte längre. Välj igen." in answer.text
    assert following(world) == {LAW: ("daily", (), ())}


def test_the_desk_shows_changes_and_ends_a_subscription_to_a_tag(
    world: World, client: FlaskClient, operator: FlaskClient, post: Post
) -> None:
    joined(world, client, post, f"tag:{TAG}")
    assert "Taggen ”Våld <nära> relationer”" in text_of(operator, "/operator")
    facts = {"address": ANN, "watch": f"tag:{TAG}"}
    post(operator, "/operator", "/operator/people/frequency", **facts, frequency="weekly")
    assert following(world) == {f"tag:{TAG}": ("weekly", (), ())}
    assert "Taggen ”Våld <nära> relationer”: besked varje vecka" in text_of(operator, "/operator")
    post(operator, "/operator", "/operator/people/end", **facts)
    assert following(world) == {}
    assert post(operator, "/operator", "/operator/people/end", address=ANN, watch="tag:nix").status_code == 404


def test_an_operator_gives_a_watch_a_tag_in_the_form(
    world: World, client: FlaskClient, operator: FlaskClient, post: Post
) -> None:
    form, page = f"/operator/watches/{REGION}/edit", {"url": "http://127.0.0.1:9/region", "name": "Region"}
    refused = post(operator, form, action="try", **page, tags="nix")
    assert refused.status_code == 422
    assert "Det finns ingen tagg som heter ”nix”." in refused.text
    world.says[REGION] = "<h1>Region</h1><p>Vi svarar på frågor om våld i nära relationer varje dag.</p>"
    answer = post(operator, form, action="try", **page, tags=f"tom\n{TAG}")
    seal = re.search(r'name="tried" value="(\w+)"', answer.text)
    assert seal
    assert post(operator, form, action="save", tried=seal[1], **page, tags=f"tom\n{TAG}").status_code == 303
    assert "4 sidor har taggen." in text_of(client, f"/tags/{TAG}")
    assert f"tom\n{TAG}</textarea>" in operator.get(form).text
