"""Mails in a real browser: light and dark, on a narrow phone, without a request to any server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, sync_playwright

from monitor.ports.values import Message
from tests.faults.lab import scaled
from tests.unit.notifiers.test_every_kind import EVERY_KIND

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MAILS: dict[str, Message] = {kind: write("sv") for kind, write in EVERY_KIND.items()}

pytestmark = pytest.mark.slow

LOOKS = scaled(list(zip(MAILS, cycle(["light", "dark"]), strict=False)), list(product(MAILS, ["light", "dark"])))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.mark.parametrize(("kind", "scheme"), LOOKS)
def test_a_mail_can_be_read_on_a_narrow_phone_in_light_and_dark(
    browser: Browser, kind: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(MAILS[kind].html)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 25, 29)"
    assert dark is (scheme == "dark")
    found = Axe().run(page).response["violations"]
    # Mail programs set no landmarks, and a mail need not have an h1.
    serious = [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
    assert serious == []
    assert asked == []
    page.close()
