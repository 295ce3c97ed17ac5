"""robots.txt, as RFC 9309 requires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.client import Client
from monitor.core.model import Fetched
from monitor.errors import ConnectionBroken, HttpStatus, RobotsRefused
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate
from tests.fakes.site import Answer, Fault, Site, gzipped, redirect
from tests.integration.client.conftest import Get

NOT_US = "User-agent: bevaka\nDisallow: /internt/\nAllow: /internt/oppet\n\nUser-agent: *\nDisallow: /"


@pytest.fixture
def site(site: Site) -> Site:
    for path in ("/", "/internt/", "/internt/oppet"):
        site.pages[path] = Answer("hej")
    return site


def test_what_is_forbidden_to_us_by_name_is_not_asked_for(site: Site, get: Get) -> None:
    site.pages["/robots.txt"] = Answer(NOT_US, content_type="text/plain")
    assert get(site.url)
    assert get(f"{site.url}/internt/oppet")
    with pytest.raises(RobotsRefused) as refused:
        get(f"{site.url}/internt/")
    assert refused.value.facts == {
        "url": f"{site.url}/internt/",
        "robots": f"{site.url}/robots.txt",
        "status": 200,
    }
    assert site.asked("/internt/") == []


def test_what_a_redirect_leads_to_must_be_allowed_as_well(site: Site, get: Get) -> None:
    site.pages["/robots.txt"] = Answer(NOT_US, content_type="text/plain")
    site.pages["/"] = redirect("/internt/")
    with pytest.raises(RobotsRefused):
        get(site.url)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_txt_allows_everything(site: Site, get: Get, status: int) -> None:
    site.pages["/robots.txt"] = Answer("Disallow: /", status)
    assert isinstance(get(site.url), Fetched)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_in_trouble_forbids_everything_until_it_answers(
    site: Site, get: Get, gate: OpenGate, status: int
) -> None:
    site.pages["/robots.txt"] = [Answer("", status), Answer("", 404)]
    with pytest.raises(RobotsRefused) as refused:
        get(site.url)
    assert refused.value.facts["status"] == status
    assert refused.value.reached is None, "robots.txt that cannot be had says nothing of who could be reached"
    assert gate.kept == {}
    assert get(site.url)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_on_robots_txt_is_obeyed(
    site: Site, get: Get, gate: OpenGate, clock: FakeClock, status: int
) -> None:
    site.pages["/robots.txt"] = Answer("", status, headers={"Retry-After": "60"})
    with pytest.raises(RobotsRefused) as refused:
        get(site.url)
    assert refused.value.retry_at == clock.now() + timedelta(seconds=60)
    assert gate.held == [(f"127.0.0.1:{site.port}", clock.now() + timedelta(seconds=60))]


def test_a_robots_txt_that_cannot_be_had_forbids(site: Site, get: Get) -> None:
    site.pages["/robots.txt"] = Answer(fault=Fault.CLOSE)
    with pytest.raises(ConnectionBroken):
        get(site.url)
    assert site.asked("/") == []


@pytest.mark.parametrize(
    "page",
    [
        Answer("<!doctype html><title>Sidan finns inte</title><p>User-agent: *<br>\nDisallow: /"),
        Answer("\ufeff \n<html>\nUser-agent: *\nDisallow: /\n</html>"),
        Answer(b"\xff\xfe\x00 no text at all"),
        Answer(""),
    ],
)
def test_what_is_no_robots_txt_rules_nothing(site: Site, get: Get, page: Answer) -> None:
    site.pages["/robots.txt"] = page
    assert isinstance(get(site.url), Fetched)


@pytest.mark.parametrize("page", [Answer("\ufeffUser-agent: *\nDisallow: /"), gzipped(b"User-agent: *\nDisallow: /")])
def test_rules_are_read_in_every_usual_form(site: Site, get: Get, page: Answer) -> None:
    site.pages["/robots.txt"] = page
    with pytest.raises(RobotsRefused):
        get(site.url)


def test_the_rules_are_where_redirects_lead_and_nowhere_after_five(site: Site, get: Get, gate: OpenGate) -> None:
    site.pages["/robots.txt"] = redirect("/regler.txt", 301)
    site.pages["/regler.txt"] = Answer("User-agent: *\nDisallow: /internt/", content_type="text/plain")
    with pytest.raises(RobotsRefused):
        get(f"{site.url}/internt/")
    with Site() as round_and_round:
        round_and_round.pages |= {"/robots.txt": redirect("/robots.txt"), "/": Answer("hej")}
        assert isinstance(get(round_and_round.url), Fetched)
        assert len(round_and_round.asked("/robots.txt")) == 6


def test_only_the_start_of_an_endless_robots_txt_is_read(site: Site, get: Get) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /internt/\n" * 1000, fault=Fault.ENDLESS_BODY)
    with pytest.raises(RobotsRefused):
        get(f"{site.url}/internt/")


def test_the_rules_are_asked_for_once_a_day(
    site: Site, gate: OpenGate, clock: FakeClock, make_client: Callable[..., Client]
) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /internt/", content_type="text/plain")

    def fetch_and_count(client: Client) -> int:
        client.get(site.url, timeout=timedelta(seconds=5), max_size=1000)
        return len(site.asked("/robots.txt"))

    first = make_client()
    assert fetch_and_count(first) == fetch_and_count(first) == fetch_and_count(make_client()) == 1, (
        "another process reads them from the gate"
    )
    clock.move(hours=23, minutes=59)
    assert fetch_and_count(first) == fetch_and_count(make_client()) == 1
    clock.move(minutes=2)
    assert fetch_and_count(first) == fetch_and_count(make_client()) == 2
    clock.move(days=-30)
    assert fetch_and_count(first) == 3, "a copy from the future is not kept for ever"


def test_the_rules_are_those_of_each_origin(site: Site, get: Get, gate: OpenGate) -> None:
    with Site() as other:
        other.pages["/"] = Answer("hej")
        other.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /", content_type="text/plain")
        assert get(site.url)
        with pytest.raises(RobotsRefused):
            get(other.url)
    assert set(gate.kept) == {f"http://127.0.0.1:{site.port}", f"http://127.0.0.1:{other.port}"}


def test_a_missing_page_is_still_missing_where_all_is_allowed(site: Site, get: Get) -> None:
    with pytest.raises(HttpStatus):
        get(f"{site.url}/finns-inte")
