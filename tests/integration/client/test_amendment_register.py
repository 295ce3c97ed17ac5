"""The register of amendments over a real client."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.amendment_register import Rkrattsbaser
from monitor.client import Client
from monitor.core.law.amendments import Amendment
from monitor.errors import BadBody, HttpStatus
from tests.fakes.site import Answer, Site, redirect

PAGE = Path(__file__).parents[2] / "data" / "law_register" / "register.html"


def test_the_register_is_asked_for_the_law(client: Client, site: Site) -> None:
    site.pages["/sfsr?bet=2021:995"] = Answer(PAGE.read_bytes())
    found = Rkrattsbaser(client, site.url).amendments("2021:995")
    assert found[0] == Amendment("2023:101", "ändr. 3 §")
    assert [request.path for request in site.requests] == ["/robots.txt", "/sfsr?bet=2021:995"]


def test_a_law_with_an_odd_number_is_asked_for_in_a_right_address(client: Client, site: Site) -> None:
    site.pages["/sfsr?bet=1909:bih.%2029%20s.%201"] = Answer("<html></html>")
    assert Rkrattsbaser(client, site.url).amendments("1909:bih. 29 s. 1") == ()


def test_an_error_is_a_fetch_error(client: Client, site: Site) -> None:
    with pytest.raises(HttpStatus):
        Rkrattsbaser(client, site.url).amendments("2021:995")
    site.pages["/sfsr?bet=2021:995"] = redirect("/elsewhere", 301)
    site.pages["/elsewhere"] = Answer("moved")
    with pytest.raises(BadBody):
        Rkrattsbaser(client, site.url).amendments("2021:995")
