"""Confirmation of empty and broken answers: one counts only if a second request, on a new connection, is no better."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.client import Client
from monitor.core.model import Fetched, Validators
from monitor.errors import FetchError
from tests.fakes.site import Answer, Fault, Site, gzipped

GOOD = "<h1>Våld i nära relationer</h1>"
BROKEN = {
    "truncated gzip": gzipped(GOOD.encode(), cut=9),
    "shorter than announced": Answer(GOOD, fault=Fault.SHORT_BODY),
    "cut between chunks": Answer(GOOD, fault=Fault.CUT_CHUNKS),
    "cut in the headers": Answer(GOOD, fault=Fault.CUT_HEAD),
    "closed at once": Answer(fault=Fault.CLOSE),
}
TEN_SECONDS = timedelta(seconds=10)


def get(client: Client, site: Site, validators: Validators | None = None) -> Fetched:
    answer = client.get(f"{site.url}/page", timeout=TEN_SECONDS, max_size=10_000, validators=validators, confirm=True)
    assert isinstance(answer, Fetched)
    return answer


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_is_cut_is_asked_for_once_more_on_a_new_connection(
    client: Client, site: Site, name: str
) -> None:
    site.pages["/page"] = [BROKEN[name], Answer(GOOD)]
    assert get(client, site).body.decode() == GOOD
    assert len(site.asked("/page")) == 2


@pytest.mark.parametrize("body", ["", " \n\t "])
def test_an_empty_page_is_asked_for_once_more_on_a_new_connection(client: Client, site: Site, body: str) -> None:
    site.pages["/page"] = [Answer(body), Answer(GOOD)]
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /", content_type="text/plain")
    assert get(client, site).body.decode() == GOOD
    assert site.connections == 2, "robots.txt and the empty page came over one connection, the page over another"


def test_what_is_empty_twice_is_empty(client: Client, site: Site) -> None:
    site.pages["/page"] = Answer("")
    assert get(client, site).body == b""
    assert len(site.asked("/page")) == 2


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_twice_is_broken(client: Client, site: Site, name: str) -> None:
    site.pages["/page"] = BROKEN[name]
    with pytest.raises(FetchError):
        get(client, site)
    # A third request where the connection was reused after robots.txt: the reuse may have been the reason.
    assert len(site.asked("/page")) == (3 if BROKEN[name].fault in {Fault.CLOSE, Fault.CUT_HEAD} else 2)


def test_a_good_page_and_a_clear_refusal_are_asked_for_once(client: Client, site: Site) -> None:
    site.pages["/page"] = [Answer(GOOD), Answer("", 404), Answer("", 503)]
    assert get(client, site).body.decode() == GOOD
    for _ in range(2):
        with pytest.raises(FetchError):
            get(client, site)
    assert len(site.asked("/page")) == 3
