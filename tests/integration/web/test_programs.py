"""The interfaces for programs: feeds, JSON, health and metrics."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from monitor.core.model import Schedule, Watch
from monitor.core.schedule.host_turns import TurnWish
from monitor.errors import HttpStatus
from monitor.ports.values import Worker
from tests.fakes.world import COUNTY, LAW, OLD, QUIET, REGION, TOWN, World, page

ATOM = "{http://www.w3.org/2005/Atom}"


# Feeds


def feed(client: FlaskClient, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.data)  # noqa: S314  the program's own XML


@pytest.mark.parametrize(
    ("address", "entries"),
    [
        ("/feed.atom", 6),
        (f"/watches/{COUNTY}/feed.atom", 2),
        (f"/watches/{TOWN}/feed.atom", 0),
        ("/tags/vald/feed", 3),
        ("/tags/tom/feed", 0),
    ],
)
def test_a_feed_has_what_the_standard_asks_for(client: FlaskClient, address: str, entries: int) -> None:
    root = feed(client, address)
    found = root.findall(f"{ATOM}entry")
    assert root.tag == f"{ATOM}feed"
    assert len(found) == entries
    for element in (root, *found):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        at = element.findtext(f"{ATOM}updated", "")
        assert datetime.fromisoformat(at).tzinfo is not None
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id", ""))
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Bevaka"
    rels = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert rels["self"] == f"http://127.0.0.1:8000{address}?lang=sv"
    assert len({entry.findtext(f"{ATOM}id") for entry in found}) == entries
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in found]
    assert updated == sorted(updated, reverse=True)


def test_an_entry_has_the_words_that_changed(client: FlaskClient) -> None:
    entries = feed(client, f"/watches/{COUNTY}/feed.atom").findall(f"{ATOM}entry")
    content = entries[-1].find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert "<ins>och metodstöd</ins>" in " ".join((content.text or "").split())
    assert "<del>2025-11-18</del> <ins>2026-01-23</ins>" in (content.text or "")
    english = feed(client, f"/watches/{COUNTY}/feed.atom?lang=en").findall(f"{ATOM}entry/{ATOM}content")
    assert "NEW LIST ITEM" in (english[-1].text or "")


def test_a_page_that_could_not_be_read_and_is_back_is_in_the_feed(world: World) -> None:
    text = world.says[QUIET]
    world.says[QUIET] = HttpStatus(status=503, url="http://127.0.0.1:9/stilla")
    world.check(QUIET, hours=1)
    world.check(QUIET, days=3)
    world.says[QUIET] = text
    world.check(QUIET, days=1)
    entries = feed(world.client(), f"/watches/{QUIET}/feed.atom").findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title", "") for entry in entries]
    assert [title.partition(": om rådet: ")[2][:34] for title in titles] == [
        "Sidan gick inte att läsa från 2026", "Sidan har inte kunnat läsas sedan "
    ]  # fmt: skip
    content = entries[0].findtext(f"{ATOM}content", "")
    assert "<p>Texten är densamma som vid senaste läsningen" in content
    assert entries[0].find(f"{ATOM}link").get("href", "").endswith(f"/watches/{QUIET}?lang=sv")  # type: ignore[union-attr]


def test_a_page_that_goes_back_and_forth_says_in_the_feed_what_it_last_changed_to(world: World) -> None:
    texts = [page("Jour", f"Jourtelefonen är öppen {when} för dig som ringer.") for when in ("dygnet runt", "kl. 8–22")]
    for number in range(5):
        world.says[QUIET] = texts[number % 2]
        world.check(QUIET, hours=6)
    (entry,) = (
        entry
        for entry in feed(world.client(), f"/watches/{QUIET}/feed.atom").findall(f"{ATOM}entry")
        if "växlat fram och tillbaka" in (entry.findtext(f"{ATOM}title") or "")
    )
    content = entry.findtext(f"{ATOM}content") or ""
    assert "Senast växlade den" in content
    assert "”dygnet runt” → ”kl. 8–22”" in content or "”kl. 8–22” → ”dygnet runt”" in content


def test_what_is_held_back_is_in_no_feed(client: FlaskClient) -> None:
    assert "räknare" not in client.get(f"/watches/{COUNTY}/feed.atom").text


def test_ids_stay_when_the_page_is_moved_or_read_in_another_language(make_world: Callable[..., World]) -> None:
    def ids(client: FlaskClient, address: str) -> list[str | None]:
        return [element.text for element in feed(client, address).iter(f"{ATOM}id")]

    here, there = make_world().client(), make_world(BEVAKA_PUBLIC_URL="https://b.example/x").client()
    assert ids(here, "/feed.atom") == ids(there, "/x/feed.atom?lang=en")


def test_a_feed_that_is_known_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/feed.atom").headers["ETag"]
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 304


def test_a_hostile_page_cannot_break_the_feed(world: World) -> None:
    heading = "Hand\x01bok\x1b[31m]]> \ufffe&lt;entry&gt; \u202eför alla"
    for text in (
        "Ny text ]]> &lt;entry&gt; \x0b\x1f &amp;amp; och mer om det.",
        "Senast den 1 maj ska var och en ha svarat.",
    ):
        world.says[OLD] = page(heading, text, "Rad två.")
        world.check(OLD, hours=1)
    entry = feed(world.client(), f"/watches/{OLD}/feed.atom").find(f"{ATOM}entry")
    assert entry is not None
    told = f"{entry.findtext(f'{ATOM}title')} {entry.findtext(f'{ATOM}summary')}"
    assert "under ”Hand bok [31m]]> <entry> för alla”" in told


# JSON


def check(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "$") -> None:
    """Check a value against the part of JSON Schema that the program's description uses."""
    if "$ref" in schema:
        part = root
        for name in schema["$ref"].removeprefix("#/").split("/"):
            part = part[name]
        return check(value, part, root, where)
    if "oneOf" in schema:
        chosen = next(each for each in schema["oneOf"] if (each.get("type") == "null") == (value is None))
        return check(value, chosen, root, where)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object", type(None): "null"}
    assert names[type(value)] in kinds, where
    if value is not None and schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).utcoffset() == timedelta(0), where
    assert value in schema.get("enum", [value]), where
    if isinstance(value, int):
        assert value >= schema.get("minimum", value), where
    if isinstance(value, list):
        for number, each in enumerate(value):
            check(each, schema["items"], root, f"{where}[{number}]")
    if isinstance(value, dict):
        assert set(schema["required"]) <= value.keys() <= schema["properties"].keys(), where
        for name, each in value.items():
            check(each, schema["properties"][name], root, f"{where}.{name}")
    return None


def test_every_answer_is_as_the_description_says(client: FlaskClient) -> None:
    description = client.get("/api/openapi.json").json
    assert description is not None
    assert description["openapi"] == "3.1.0"
    assert description["servers"] == [{"url": "http://127.0.0.1:8000/api"}]
    for path, operations in description["paths"].items():
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for key in (COUNTY, LAW, REGION):
            address = "/api" + path.format(key=key, number=2, when="2026-01-21")
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert answer.json, address
            check(answer.json, schema, description, address)


def test_every_address_under_api_is_described(client: FlaskClient) -> None:
    described = {f"/api{path}" for path in (client.get("/api/openapi.json").json or {})["paths"]}
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in client.application.url_map.iter_rules()}
    assert {route for route in routes if route.startswith("/api")} - {"/api/", "/api/openapi.json"} == described


def test_a_difference_in_json_is_what_the_command_line_says(client: FlaskClient) -> None:
    found = client.get(f"/api/watches/{COUNTY}/diff?from=2&to=3").json
    assert found is not None
    assert (found["before"], found["after"]) == (f"{COUNTY}#2", f"{COUNTY}#3")
    assert found["updated"] == {"before": "2025-11-18", "after": "2026-01-23"}
    assert [block["op"] for block in found["blocks"]] == ["edited", "added", "edited"]


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "99999"])
def test_a_limit_that_is_none_is_refused(client: FlaskClient, limit: str) -> None:
    assert client.get(f"/api/changes?limit={limit}").status_code == 400


def test_so_many_changes_as_asked_for(client: FlaskClient) -> None:
    assert [row["watch"] for row in client.get("/api/changes?limit=1").json or []] == [COUNTY]


# Health


def test_all_is_well_while_the_daemon_ticks_and_nothing_waits(world: World) -> None:
    world.check(hours=1)
    client = world.web_app(lambda: 3.21).test_client()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "overdue": [], "seconds_since_tick": 3.2})


def test_a_tick_that_stands_still_is_stale(world: World) -> None:
    answer = world.web_app(lambda: 61.0).test_client().get("/healthz")
    assert answer.status_code == 503
    assert (answer.json or {})["status"] == "stale"


def test_watches_that_wait_too_long_are_overdue(world: World) -> None:
    world.clock.sleep(20 * 24 * 3600)
    answer = world.client().get("/healthz")
    assert answer.status_code == 503
    assert (answer.json or {})["status"] == "overdue"
    assert COUNTY in (answer.json or {})["overdue"]


def many(world: World, count: int) -> None:
    """Add this many watches, none of which has been checked."""
    watches = tuple(Watch(f"page-{number:04}", f"Sida {number}", "https://kommun.example/") for number in range(count))
    with world.assembly.unit_of_work.write() as work:
        work.watches.sync(Schedule(watches), world.clock.now())


def test_of_very_many_that_wait_too_long_a_hundred_are_named(world: World) -> None:
    many(world, 1001)
    world.clock.sleep(2 * 3600)
    answer = world.client().get("/healthz")
    assert (answer.json or {})["overdue"] == [f"page-{number:04}" for number in range(100)]


@pytest.mark.parametrize(("count", "measured"), [(1000, 1000), (1001, 0)])
def test_of_very_many_watches_the_measures_give_their_number_alone(world: World, count: int, measured: int) -> None:
    many(world, count)
    world.clock.sleep(2 * 3600)
    lines = world.client().get("/metrics").text.splitlines()
    assert f'bevaka_watches{{state="waiting"}} {count}.0' in lines
    assert f"bevaka_watches_overdue {count}.0" in lines
    assert sum(line.startswith("bevaka_watch_failures{") for line in lines) == measured


def test_measures_are_in_prometheus_form_and_name_nobody(world: World) -> None:
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        ann = work.subscribers.add("ann@kommun.example", "sv", now, how="operator")
        work.subscribers.subscribe(ann, None, "immediately", now)
    world.says[REGION] = page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    answer = world.web_app(lambda: 2.0).test_client().get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    lines = set(answer.text.splitlines())
    assert {
        'bevaka_watches{state="unchanged"} 3.0',
        'bevaka_watches{state="moved"} 1.0',
        f'bevaka_watch_failures{{watch="{REGION}"}} 0.0',
        'bevaka_subscribers{state="confirmed"} 1.0',
        'bevaka_deliveries{state="pending"} 1.0',
        "bevaka_seconds_since_tick 2.0",
    } <= lines
    assert "kommun.example" not in answer.text


def test_who_checks_is_counted_by_version_and_shown_to_operators(world: World, operator: FlaskClient) -> None:
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        for name, version in (("one", "0.1.0"), ("two", "0.1.0"), ("three", "0.2.0")):
            work.workers.sign(Worker(name, f"{name}.example", version), now)
        work.workers.sign(Worker("dead", "dead.example", "0.1.0"), now - timedelta(minutes=1))
        work.hosts.begin_turns([TurnWish("a.example", timedelta(minutes=1), "asker", "two")], now, timedelta())
    lines = world.client().get("/metrics").text.splitlines()
    assert 'bevaka_workers{version="0.1.0"} 2.0' in lines
    assert 'bevaka_workers{version="0.2.0"} 1.0' in lines
    assert "bevaka_turns 1.0" in lines
    shown = operator.get("/operator").text
    assert "three.example" in shown
    assert "dead.example" not in shown


def test_how_late_checks_begin_is_measured(world: World) -> None:
    with world.assembly.unit_of_work.read() as work:
        due = work.watches.get(TOWN).next_check_at
    assert due
    world.clock.at = due + timedelta(seconds=7)
    world.assembly.check(world.assembly.schedule.watches[3])
    world.check(TOWN, hours=9)  # one that a person asks for is not late, whatever its cadence
    lines = world.web_app(lambda: 2.0).test_client().get("/metrics").text.splitlines()
    assert 'bevaka_check_lateness_seconds_bucket{le="5.0"} 0.0' in lines
    assert 'bevaka_check_lateness_seconds_bucket{le="10.0"} 1.0' in lines
    assert "bevaka_check_lateness_seconds_sum 7.0" in lines
    assert "check_lateness" not in world.client().get("/metrics").text  # no daemon runs in this process
