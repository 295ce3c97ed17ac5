"""What every fetcher promises, and what the law's fetcher promises besides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

import monitor.fetchers
from monitor.client import Client
from monitor.core.model import Fetched, NotModified, Recipe, Redirected, Validators, Watch
from monitor.core.request import Request
from monitor.errors import AddressRefused, BadBody, FetchError, HttpStatus, RobotsRefused, Timeout
from monitor.fetchers.http import Http
from monitor.fetchers.riksdagen import Riksdagen, forms, holds_law
from monitor.plugins import discover
from monitor.ports.world import Fetcher
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate
from tests.fakes.proxy import Proxy
from tests.fakes.site import Answer, Fault, Site, redirect

FETCHERS = discover(monitor.fetchers)
BASE = "/dokument/sfs-2099-1"
STATUS = "/dokumentstatus/sfs-2099-1.json"
LAW = {"dokumentstatus": {"dokument": {"dok_id": "sfs-2099-1", "text": "1 § Den här lagen är påhittad.", "html": ""}}}
AS_JSON = Answer(json.dumps(LAW), content_type="application/json", etag='"law"')
AS_HTML = Answer("<b>SFS nr</b>: 2099:1<hr /><a class='paragraf' name='P1'><b>1 §</b></a> Den här lagen är påhittad.")
BARE_HTML = Answer("<html><body></body></html>")
NO_TEXT = Answer(json.dumps({"dokumentstatus": {"dokument": {"text": " \r\n", "html": None}}}))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def gate() -> OpenGate:
    return OpenGate()


@pytest.fixture
def client(gate: OpenGate, clock: FakeClock) -> Iterator[Client]:
    client = Client(
        gate,
        clock,
        allow_networks=(ip_network("127.0.0.0/8"),),
        user_agent="Bevaka/0.1 (page monitor)",
        host_hold=gate.hold,
    )
    yield client
    client.close()


@pytest.fixture(params=sorted(FETCHERS))
def fetcher(request: pytest.FixtureRequest, client: Client) -> Fetcher:
    found: Fetcher = FETCHERS[request.param](client)
    return found


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch("w", "A watch", f"{site.url}{BASE}.json", timeout=timedelta(seconds=5), max_size=100_000)


def test_both_ways_to_get_a_page_are_found() -> None:
    assert set(FETCHERS) >= {"http", "riksdagen"}


def test_a_page_is_fetched_and_then_still_stands(site: Site, fetcher: Fetcher, watch: Watch) -> None:
    site.pages[f"{BASE}.json"] = AS_JSON
    fetched = fetcher.fetch(watch, None)
    assert isinstance(fetched, Fetched)
    assert fetched.body == AS_JSON.content
    assert isinstance(fetcher.fetch(watch, fetched.validators), NotModified)


def test_a_moved_page_is_told(site: Site, fetcher: Fetcher, watch: Watch) -> None:
    site.pages[f"{BASE}.json"] = redirect("/elsewhere", 301)
    site.pages["/elsewhere"] = AS_JSON
    assert fetcher.fetch(watch, None) == Redirected(f"{site.url}/elsewhere", FakeClock().now())


@pytest.mark.parametrize(
    "page",
    [
        Answer("", 404),
        Answer("", 500),
        Answer("x" * 200_000),
        *(Answer("text", fault=fault) for fault in (Fault.CUT_HEAD, Fault.SHORT_BODY, Fault.CLOSE)),
    ],
)
def test_whatever_goes_wrong_is_a_fetch_error(site: Site, fetcher: Fetcher, watch: Watch, page: Answer) -> None:
    site.pages[f"{BASE}.json"] = page
    with pytest.raises(FetchError):
        fetcher.fetch(watch, None)


def test_the_time_and_the_size_are_the_watchs(site: Site, fetcher: Fetcher, watch: Watch) -> None:
    site.pages[f"{BASE}.json"] = Answer(fault=Fault.HANG)
    with pytest.raises(Timeout):
        fetcher.fetch(replace(watch, timeout=timedelta(seconds=0.2)), None)


def test_an_address_is_checked(fetcher: Fetcher, watch: Watch) -> None:
    with pytest.raises(AddressRefused):
        fetcher.fetch(replace(watch, url="http://10.0.0.1/dokument/sfs-2099-1"), None)


# The law


@pytest.fixture
def law(site: Site) -> Watch:
    return Watch("law", "A law", f"{site.url}{BASE}", sfs="2099:1", timeout=timedelta(seconds=5))


@pytest.fixture
def fetch_law(client: Client, law: Watch) -> Callable[..., Any]:
    def fetch(validators: Validators | None = None) -> Fetched | NotModified | Redirected:
        return Riksdagen(client).fetch(law, validators)

    return fetch


def test_a_law_and_a_page_go_through_the_proxy_of_their_watch(site: Site, fetcher: Fetcher, watch: Watch) -> None:
    site.pages[f"{BASE}.json"] = AS_JSON
    with Proxy() as proxy:
        assert isinstance(fetcher.fetch(replace(watch, proxy=proxy.url), None), Fetched)
        assert len(proxy.asked) == len(site.requests)


def test_a_page_is_asked_with_what_its_watch_sends(client: Client, site: Site, watch: Watch) -> None:
    site.pages[f"{BASE}.json"] = AS_JSON
    request = Request("POST", headers=(("X-Way", "1"),), body="hej")
    Http(client).fetch(replace(watch, recipe=Recipe(request=request)), None)
    (asked,) = site.asked(f"{BASE}.json")
    assert (asked.method, asked.body, asked.headers["X-Way"]) == ("POST", b"hej", "1")


def _asked(site: Site) -> list[str]:
    return [request.path for request in site.requests if request.path != "/robots.txt"]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (
            "https://data.riksdagen.se/dokument/sfs-2021-995",
            (
                "https://data.riksdagen.se/dokument/sfs-2021-995.json",
                "https://data.riksdagen.se/dokumentstatus/sfs-2021-995.json",
                "https://data.riksdagen.se/dokument/sfs-2021-995.html",
            ),
        ),
        (
            "http://127.0.0.1:8080/mirror/dokument/sfs-2021-995.html",
            (
                "http://127.0.0.1:8080/mirror/dokument/sfs-2021-995.html",
                "http://127.0.0.1:8080/mirror/dokument/sfs-2021-995.json",
                "http://127.0.0.1:8080/mirror/dokumentstatus/sfs-2021-995.json",
            ),
        ),
        (
            "http://mirror.example/law/",
            ("http://mirror.example/law.json", "http://mirror.example/law.html", "http://mirror.example/law/"),
        ),
        (
            "http://mirror.example/LAW.JSON",
            ("http://mirror.example/LAW.JSON", "http://mirror.example/LAW.json", "http://mirror.example/LAW.html"),
        ),
        ("http://mirror.example/get?sfs=2021:995", ("http://mirror.example/get?sfs=2021:995",)),
    ],
)
def test_the_forms_of_a_law_are_asked_in_the_documented_order(url: str, asked: tuple[str, ...]) -> None:
    assert forms(url) == asked


def test_the_first_form_is_enough_when_it_has_the_text(site: Site, fetch_law: Callable[..., Any]) -> None:
    site.pages[f"{BASE}.json"] = AS_JSON
    assert fetch_law().url == f"{site.url}{BASE}.json"
    assert _asked(site) == [f"{BASE}.json"]


@pytest.mark.parametrize(
    "unusable",
    [
        Answer(""),
        BARE_HTML,
        NO_TEXT,
        Answer("{"),
        Answer("[]"),
        Answer("{}"),
        Answer('{"dokumentstatus": 1}'),
        Answer("", 404),
    ],
)
def test_the_next_form_is_asked_when_one_has_no_text(
    site: Site, fetch_law: Callable[..., Any], unusable: Answer
) -> None:
    site.pages[f"{BASE}.json"] = unusable
    site.pages[STATUS] = AS_JSON
    assert fetch_law().url == f"{site.url}{STATUS}"
    site.pages[STATUS] = unusable
    site.pages[f"{BASE}.html"] = AS_HTML
    assert fetch_law().body == AS_HTML.content


def test_the_last_error_is_raised_when_no_form_will_do(site: Site, fetch_law: Callable[..., Any]) -> None:
    site.pages[f"{BASE}.json"] = BARE_HTML
    with pytest.raises(HttpStatus) as refused:
        fetch_law()
    assert refused.value.facts == {"status": 404, "url": f"{site.url}{BASE}.html"}
    site.pages[f"{BASE}.html"] = BARE_HTML
    with pytest.raises(BadBody):
        fetch_law()


def test_a_form_that_robots_txt_forbids_is_passed_over(site: Site, fetch_law: Callable[..., Any]) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /dokument/", content_type="text/plain")
    site.pages[STATUS] = AS_JSON
    assert fetch_law().url == f"{site.url}{STATUS}"
    assert _asked(site) == [STATUS]


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_wants_to_be_left_alone_is_not_asked_for_other_forms(
    site: Site, fetch_law: Callable[..., Any], status: int
) -> None:
    site.pages[f"{BASE}.json"] = Answer("", status, headers={"Retry-After": "60"})
    with pytest.raises(HttpStatus):
        fetch_law()
    assert _asked(site) == [f"{BASE}.json"]


def test_a_server_in_trouble_is_not_asked_for_other_forms(site: Site, fetch_law: Callable[..., Any]) -> None:
    site.pages["/robots.txt"] = Answer("", 503)
    with pytest.raises(RobotsRefused):
        fetch_law()
    assert _asked(site) == []
    assert len(site.requests) == 1


def test_all_forms_share_the_watchs_time(site: Site, client: Client, law: Watch) -> None:
    site.pages[f"{BASE}.json"] = BARE_HTML
    site.pages[STATUS] = Answer(fault=Fault.HANG)
    with pytest.raises(Timeout):
        Riksdagen(client).fetch(replace(law, timeout=timedelta(seconds=0.3)), None)
    assert _asked(site) == [f"{BASE}.json", STATUS]


def test_a_law_that_moved_is_told_when_no_form_has_it(site: Site, fetch_law: Callable[..., Any]) -> None:
    site.pages[f"{BASE}.json"] = redirect("/elsewhere", 301)
    site.pages["/elsewhere"] = Answer("Hej")
    assert fetch_law() == Redirected(f"{site.url}/elsewhere", FakeClock().now())
    site.pages[STATUS] = AS_JSON
    assert isinstance(fetch_law(), Fetched)


def test_validators_go_to_the_form_that_gave_them(site: Site, fetch_law: Callable[..., Any]) -> None:
    site.pages[f"{BASE}.json"] = BARE_HTML
    site.pages[STATUS] = AS_JSON
    validators = fetch_law().validators
    assert isinstance(fetch_law(validators), NotModified)
    assert "If-None-Match" not in site.asked(f"{BASE}.json")[1].headers

    site.pages[f"{BASE}.json"] = AS_JSON
    assert isinstance(fetch_law(validators), Fetched), "the same tag at another form says nothing"
    assert isinstance(fetch_law(replace(validators, url=None)), Fetched), "nobody knows where the tag came from"


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        (AS_JSON.content, True),
        (b"\xef\xbb\xbf" + AS_JSON.content, True),
        (AS_HTML.content, True),
        (b'<?xml version="1.0"?><dokumentstatus><dokument/></dokumentstatus>', True),
        (b"SFS nr: 2099:1\r\n1 \xc2\xa7 Text", True),
        (NO_TEXT.content, False),
        (AS_JSON.content[:60], False),
        (b'{"dokumentstatus": {"dokument": []}}', False),
        (b"\xff\xfe{", False),
        (b"{\xff}", False),
        (b"", False),
    ],
)
def test_a_laws_text_is_recognised_in_every_form(body: bytes, *, holds: bool) -> None:
    assert holds_law(body) is holds
