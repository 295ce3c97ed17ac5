"""The pages of history, as a visitor gets them."""

from __future__ import annotations

import hashlib
import html
import re

import pytest
from flask.testing import FlaskClient

from monitor.core.model import Schedule, Watch
from tests.fakes.html import read
from tests.fakes.world import COUNTY, LAW, OLD, QUIET, REGION, TAG, TOWN, World, county, page

PAGES = [
    "/",
    *(f"/watches/{key}" for key in (COUNTY, LAW, REGION, TOWN, OLD, QUIET)),
    f"/watches/{COUNTY}/1",
    f"/watches/{LAW}/2",
    f"/watches/{COUNTY}/diff?from=1&to=4",
    f"/watches/{COUNTY}/diff?from=4&to=1&view=side",
    f"/watches/{COUNTY}/diff?from=1&to=4&view=page",
    f"/watches/{LAW}/diff?view=page",
    f"/watches/{LAW}/diff",
    f"/tags/{TAG}",
    "/tags/tom",
    "/subscribe",
    f"/subscribe?watch=tag:{TAG}",
    "/subscribe/sent",
    "/link",
    "/login",
    "/api/",
]


@pytest.fixture(scope="module")
def client(read_only_world: World) -> FlaskClient:
    """Return one client for all tests of the module: they change nothing."""
    return read_only_world.client()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_in_both_languages(client: FlaskClient, page: str, language: str) -> None:
    answer = client.get(page, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_a_script_or_a_style_of_its_own(client: FlaskClient, page: str) -> None:
    text = client.get(page).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text)


def test_every_page_is_reached_by_links_and_every_link_leads_somewhere(client: FlaskClient) -> None:
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop()
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        links = {html.unescape(link) for link in re.findall(r'href="(/[^"#]*)"', text)}
        waiting += links - seen
        seen |= links
    assert {f"/watches/{key}" for key in (COUNTY, LAW, REGION, TOWN, OLD, QUIET)} <= seen
    assert {f"/tags/{TAG}", f"/tags/{TAG}/feed?lang=sv", "/tags/tom"} <= seen
    assert {"/", "/subscribe", "/login", "/api/", "/api/openapi.json", f"/watches/{COUNTY}/1/raw"} <= seen


def test_the_overview_tells_the_state_of_each_watch_those_in_trouble_first(client: FlaskClient) -> None:
    text = client.get("/").text
    assert re.findall(r'class="state (\w+)"', text) == [
        "suspect", "moved", "not_seen", "unchanged", "unchanged", "unchanged"
    ]  # fmt: skip
    assert "3 kan inte läsas som de ska." in text
    assert "svarade 503 (tillfälligt ur funktion) (4 gånger i rad)" in text
    assert "idans datum 2025-11-18 → 2026-01-23" in read(text)


def test_the_overview_does_not_say_that_all_is_well_while_nobody_looks(world: World) -> None:
    world.clock.sleep(3 * 86_400)
    text = world.client().get("/").text
    assert re.search(r'class="standing bad">6 sidor bevakas\. \d har inte kontrollerats i tid\.', text)
    assert "Alla kan läsas" not in text
    assert 'class="state late">inte kontrollerad i tid' in text
    assert "oförändrad<" not in text
    assert 'class="state late">inte kontrollerad i tid' in world.client().get(f"/watches/{COUNTY}").text


def test_a_page_that_was_seen_this_moment_was_seen_just_now(world: World) -> None:
    world.check(COUNTY, hours=1)
    text = world.client().get("/").text
    assert ">nyss</time>" in text
    assert "0 sekund" not in text


def test_the_overview_can_be_searched(client: FlaskClient) -> None:
    found = client.get("/?q=kvinnoFRID").text
    assert re.findall(r'<h2><a href="[^"]*">([^<]*)', found) == ["Rådet för kvinnofrid: om rådet"]
    assert "”&lt;b&gt;”" in client.get("/?q=<b>").text


def test_more_than_thirty_watches_are_a_line_each_those_in_trouble_first(world: World) -> None:
    schedule = world.assembly.schedule
    more = [Watch(f"sida-{number:03}", f"Sida {number:03}", f"http://127.0.0.1:9/{number}") for number in range(120)]
    with world.assembly.unit_of_work.write() as work:
        work.watches.sync(Schedule((*schedule.watches, *more)), world.clock.now())
    client = world.client()
    text = client.get("/").text
    assert '<ul class="cards">' not in text
    lines = re.findall(r'<li class="(\w+)"><h2><a href="/watches/([\w-]+)">', text)
    assert len(lines) == 100
    assert [state for state, _ in lines[:4]] == ["suspect", "moved", "not_seen", "unchanged"]
    assert "webbplatsen svarade 503" in text
    assert "oförändrad sedan 2026-02-12" in text
    assert client.get("/?page=2").text.count('<li class="waiting"><h2>') == 26
    assert '<ul class="cards">' in client.get("/?q=länsstyrelse").text


def test_a_watch_shows_its_history_with_gaps_and_what_is_held_back_on_request(client: FlaskClient) -> None:
    text = client.get(f"/watches/{COUNTY}").text
    assert "Inget väsentligt har ändrats: räknare" not in text
    assert "1 ändring som inte bedöms väsentlig visas inte." in text
    assert "Inget väsentligt har ändrats: räknare" in client.get(f"/watches/{COUNTY}?show=all").text
    quiet = client.get(f"/watches/{QUIET}").text
    assert "Kunde inte läsas i 4 dygn: webbplatsen svarade 503 (tillfälligt ur funktion)" in quiet
    assert 'aria-label="Från 2026-01-12 till 2026-03-02: 1 lucka, inga ändringar."' in quiet


def test_a_gap_that_goes_on_is_said_to_go_on(client: FlaskClient) -> None:
    assert "pågår" in client.get(f"/watches/{REGION}").text


def test_two_copies_are_compared_word_by_word(client: FlaskClient) -> None:
    text = client.get(f"/watches/{COUNTY}/diff?from=2&to=3").text
    assert re.search(r"Erbjuda utbildning\s*<ins>.*och metodstöd</ins>", text)
    assert re.search(r"<del>.*>2025-11-18</span></del>", text)
    assert "regel: update-date" in text


def test_side_by_side_each_side_says_what_it_said(client: FlaskClient) -> None:
    text = client.get(f"/watches/{COUNTY}/diff?from=2&to=3&view=side").text
    sides = [re.sub(r"<[^>]+>|\s+", " ", side) for side in re.findall(r'<p class="side">(.*?)</p>', text, re.DOTALL)]
    before, after = [" ".join(side.split()) for side in sides[:2]]
    assert (before, after) == (
        "Före: Erbjuda utbildning",
        "Efter: Erbjuda utbildning Lades till: och metodstöd",
    )
    assert "fanns inte" in sides[2]


def test_copies_that_read_the_same_differ_in_nothing(client: FlaskClient) -> None:
    assert "Inget skiljer de två kopiorna åt" in client.get(f"/watches/{COUNTY}/diff?from=3&to=3").text


def test_without_a_choice_the_newest_copy_is_compared_with_the_one_before(client: FlaskClient) -> None:
    assert "kopia 3 → kopia 4" in read(client.get(f"/watches/{COUNTY}/diff").text)


@pytest.mark.parametrize(
    "address",
    [
        "/watches/nobody", "/watches/nobody/1", "/watches/nobody/diff", "/watches/nobody/feed.atom",
        "/tags/nobody", "/tags/nobody/feed", f"/tags/{TAG}?page=2", "/watches/tag:vald",
        f"/watches/{COUNTY}/99", f"/watches/{COUNTY}/99/raw", f"/watches/{COUNTY}/0", f"/watches/{COUNTY}/diff?to=99",
        f"/watches/{COUNTY}/diff?from=x&to=2", f"/watches/{COUNTY}/diff?to=1", f"/watches/{QUIET}/diff",
        "/watches/..%2f..%2fetc/1", "/?page=0", "/?page=2", "/?page=x", "/api/watches/nobody", "/api/nothing",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_copy_is_shown_as_text_whatever_it_holds(client: FlaskClient) -> None:
    text = client.get(f"/watches/{OLD}/1").text
    assert "Handboken &lt;script&gt;alert(2)&lt;/script&gt; gäller." in text
    assert "<script" not in text


def test_what_looks_like_a_template_is_text(world: World) -> None:
    for text in ("Handboken gäller från i dag.", "Handboken {{ 7*7 }} {% if x %} {# y #} gäller från i dag."):
        world.says[OLD] = page("Handbok {{ 6*6 }}", text, "Den är till för alla som möter våldsutsatta i arbetet.")
        world.check(OLD, hours=1)
    newest = world.assembly.history.log(OLD).rows[-1].revision
    shown = world.client().get(f"/watches/{OLD}/{newest}").text
    assert "Handboken {{ 7*7 }} {% if x %} {# y #} gäller" in shown
    assert "Handbok {{ 6*6 }}" in shown
    diff = world.client().get(f"/watches/{OLD}/diff").text
    assert "{{ 7*7 }} {% if x %} {# y #}" in diff
    assert "Handbok {{ 6*6 }}" in diff


def test_the_original_is_only_to_be_saved(client: FlaskClient) -> None:
    answer = client.get(f"/watches/{COUNTY}/1/raw")
    assert answer.data == county().encode()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{COUNTY}-1.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert hashlib.sha256(answer.data).hexdigest() in client.get(f"/watches/{COUNTY}/1").text


def test_an_original_that_is_known_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get(f"/watches/{COUNTY}/1/raw").headers["ETag"]
    assert client.get(f"/watches/{COUNTY}/1/raw", headers={"If-None-Match": etag}).status_code == 304


def test_a_language_that_was_chosen_is_carried_along(client: FlaskClient) -> None:
    text = client.get("/?lang=en", headers={"Accept-Language": "sv"}).text
    assert f'href="/watches/{COUNTY}?lang=en"' in text
    assert 'href="/?lang=sv"' in text


def test_a_browser_that_wants_neither_language_gets_swedish(client: FlaskClient) -> None:
    assert '<html lang="sv">' in client.get("/", headers={"Accept-Language": "fi"}).text
    assert '<html lang="sv">' in client.get("/?lang=fi").text


def test_a_watch_that_was_never_seen_says_so(world: World) -> None:
    schedule = world.assembly.settings.schedule
    schedule.write_text(
        schedule.read_text(encoding="utf-8") + "  ny: {url: 'http://127.0.0.1:9/ny'}\n", encoding="utf-8"
    )
    world.assembly.synced_schedule()
    client = world.client()
    assert "Sidan har inte setts än." in client.get("/watches/ny").text
    assert 'class="state waiting"' in client.get("/").text


def test_an_archived_watch_keeps_its_history(world: World) -> None:
    schedule = world.assembly.settings.schedule
    text = schedule.read_text(encoding="utf-8")
    schedule.write_text(text[: text.index("  stilla:")], encoding="utf-8")
    world.assembly.synced_schedule()
    client = world.client()
    assert "bevakas inte längre" in client.get(f"/watches/{QUIET}").text
    assert QUIET not in client.get("/").text


def test_nothing_at_all_is_no_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    world = World(folder)
    client = world.client()
    assert "Inget bevakas än." in client.get("/").text
    assert "Inget har hänt än." in client.get("/").text
    world.close()


@pytest.mark.parametrize("view", ["", "side", "page"])
def test_what_the_marks_mean_is_said_above_everything_that_has_them(client: FlaskClient, view: str) -> None:
    text = client.get(f"/watches/{COUNTY}/diff?view={view}").text
    marks = [at for at in (text.find(each) for each in ("<ins>", "<del>", "sides heads")) if at >= 0]
    assert len(marks) == 2 + (view == "side")
    assert text.index("Understruket lades till") < min(marks)
