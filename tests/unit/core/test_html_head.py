"""Where a page sends its reader by itself: by a refresh, or by a script."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.core.page.html_head import HtmlHead

PAGE = "https://www.norrvik.example/vald/stod?id=3"
NEW = "https://www.norrvik.example/ny/stod"


def sends_to(head: str, body: str = "<body><p>Text</p></body>") -> str | None:
    return HtmlHead(LexborHTMLParser(f"<html><head>{head}</head>{body}</html>", scripting=True)).sends_to(PAGE)


def refresh(content: str) -> str:
    return f"<meta http-equiv='Refresh' content='{content}'>"


@pytest.mark.parametrize(
    "content",
    [
        f"0; url={NEW}",
        f"5;URL={NEW}",
        f"0.5; Url = {NEW}",
        f'60;url="{NEW}"',
        "0; url=/ny/stod",
        "3, /ny/stod",
        "0 ../ny/stod",
        f"0; url={NEW}?utm_source=gammal",
    ],
)
def test_a_refresh_sends_the_reader_on(content: str) -> None:
    assert sends_to(refresh(content)) == NEW


@pytest.mark.parametrize(
    "content",
    [
        "300",
        "0",
        "61; url=/ny/stod",
        "nu; url=/ny/stod",
        "0; url=",
        "0; url=#del",
        "0; url=?id=3",
        "0; url=http://norrvik.example/vald/stod/?id=3",
        "0; url=https://www.norrvik.example/vald/stod?id=3&amp;PHPSESSID=7",
        "0; url=mailto:a@norrvik.example",
        "0; url=javascript:ny()",
        "0; url=https://[ny",
    ],
)
def test_a_refresh_of_the_page_itself_or_to_no_address_or_much_later_does_not(content: str) -> None:
    assert sends_to(refresh(content)) is None


@pytest.mark.parametrize(
    "script",
    [
        'window.location.replace("/ny/stod")',
        "location = '/ny/stod';",
        "document.location.href='/ny/stod'",
        'top . location . assign ( "/ny/stod" ) ;',
        "<!-- for old browsers\nlocation.href = '/ny/stod';\n// -->",
        '"use strict"; self.location.href = "/ny/stod";',
        "setTimeout(\"location.href='/ny/stod'\", 5000)",
        'window.setTimeout(function () { window.location = "/ny/stod"; }, 100);',
        'setTimeout(() => { location.assign("/ny/stod") }, 0)',
        'setTimeout(() => location.assign("/ny/stod"), 0)',
        'window.onload = function go() { location.replace("/ny/stod"); }',
        'addEventListener("load", () => { location.href = "/ny/stod" })',
        '(function () { location.href = "/ny/stod"; })();',
    ],
)
def test_a_script_that_does_little_else_sends_the_reader_on(script: str) -> None:
    assert sends_to(f"<script>{script}</script>") == NEW
    assert sends_to("", f"<body><p>Text</p><script type=text/javascript>{script}</script></body>") == NEW


@pytest.mark.parametrize(
    "script",
    [
        'if (screen.width < 700) { location.href = "/ny/stod"; }',
        'document.getElementById("b").onclick = function () { location.href = "/ny/stod"; }',
        '$("#b").click(function () { location.href = "/ny/stod"; })',
        'var location_name = "/ny/stod"; go(location_name);',
        'location == "/ny/stod"',
        "location.href = target;",
        'location.replace("#top")',
        'location.href = "/ny/stod"; ' + "count();" * 100,
    ],
)
def test_a_script_that_may_do_so_or_does_much_else_does_not(script: str) -> None:
    assert sends_to(f"<script>{script}</script>") is None


def test_the_text_of_a_script_that_is_loaded_from_elsewhere_is_not_run() -> None:
    assert sends_to("<script src=/a.js>location.href = '/ny/stod'</script>") is None


def test_a_page_that_sends_its_reader_on_once_it_is_loaded() -> None:
    assert sends_to("", "<body onload=\"location.href='/ny/stod'\"><p>Text</p></body>") == NEW
    assert sends_to("", '<body onload=""><p>Text</p></body>') is None


def test_a_refresh_goes_before_a_script_and_addresses_are_relative_to_the_base() -> None:
    script = "<script>location.href = '/annan'</script>"
    assert sends_to(f"<base href='https://ny.example/a/'>{refresh('0; url=b')}{script}") == "https://ny.example/a/b"
    assert sends_to(refresh("0; url=#del") + script) == "https://www.norrvik.example/annan"


def test_what_is_there_for_readers_without_scripts_sends_nobody_on() -> None:
    assert sends_to(f"<noscript>{refresh('0; url=/utan-skript')}</noscript>") is None
