"""The robots.txt rules that are kept between fetches."""

from __future__ import annotations

import pytest

from monitor.client.addresses import parse_target
from monitor.client.robots import ORIGINS_READY, Robots, rules_text
from monitor.errors import RobotsRefused
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate


def test_only_so_many_origins_are_kept_ready_and_the_others_are_in_the_gate() -> None:
    gate, asked = OpenGate(), []
    robots = Robots(gate, FakeClock(), "Bevaka")

    def fetch() -> str:
        asked.append(1)
        return ""

    origins = [parse_target(f"https://{number}.example.org/") for number in range(ORIGINS_READY + 10)]
    for origin in origins + origins:
        robots.check(origin, fetch)
    assert len(asked) == len(gate.kept) == ORIGINS_READY + 10
    assert len(robots._cached) == ORIGINS_READY


def is_allowed(text: str | bytes, url: str = "https://example.org/page") -> bool:
    """Return whether a robots.txt of these bytes allows the page."""
    body = text.encode() if isinstance(text, str) else text
    try:
        Robots(OpenGate(), FakeClock(), "Bevaka").check(parse_target(url), lambda: rules_text(body))
    except RobotsRefused:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    [
        "Bevaka",
        "bevaka/1.0",
        "Bevaka/0.1 (page monitor; +https://bevaka.example.org)",
        "BEVAKA 2",
        "*bevaka*",
        "Bevaka # and nobody else",
        "Mozilla/5.0 (compatible; Bevaka/1.0)",
        "Annanbot, Bevaka",
    ],
)
def test_a_group_that_names_us_is_ours_with_any_version(name: str) -> None:
    assert not is_allowed(f"User-agent: {name}\nDisallow: /page\n\nUser-agent: *\nAllow: /")
    assert is_allowed(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /")


@pytest.mark.parametrize(
    "name", ["Bevakaren/1.0", "not-bevaka", "bevaka-test", "minbevaka", "Annan # bevaka", "b", "Bevak"]
)
def test_a_group_of_another_name_is_not_ours(name: str) -> None:
    assert is_allowed(f"User-agent: {name}\nDisallow: /page")
    assert not is_allowed(f"User-agent: {name}\nAllow: /page\n\nUser-agent: *\nDisallow: /page")


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff",
        "\ufeff\ufeff\n",
        "# Våra regler\n\ufeff",
        "<!-- cached 12:00 -->\n",
        "<br />\n<b>Notice</b>:  Undefined index: lang in <b>/srv/index.php</b> on line <b>7</b><br />\n",
        "Warning: include(): failed in /srv/robots.php on line 3\n",
        "<?xml version='1.0'?>\n",
        "\x00\n",
        "Sitemap: https://example.org/sitemap.xml\n",
        "# HEAD <head> and <title> are fine\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_stands_before_the_rules_does_not_undo_them(before: str, end: str) -> None:
    rules = f"{before}User-agent: *\nDisallow: /page\n".replace("\n", end)
    assert not is_allowed(rules)
    assert is_allowed(rules, "https://example.org/annan")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rules_are_read_in_any_encoding(encoding: str) -> None:
    assert not is_allowed("User-agent: *\nDisallow: /våld".encode(encoding), "https://example.org/våld")


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n<p>\nUser-agent: *\nDisallow: /\n",
        "<!-- x -->\n<html>\nUser-agent: *\nDisallow: /\n</html>",
        "<title>Sidan finns inte</title>\nUser-agent: *\nDisallow: /",
        "<div>Sidan finns inte. User-agent: * Disallow: /</div>",
        "",
        "Sidan finns inte",
    ],
)
def test_a_page_in_the_place_of_robots_txt_has_no_rules(page: str) -> None:
    assert is_allowed(page)
