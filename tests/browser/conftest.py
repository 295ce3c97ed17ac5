"""A real browser and the real server, with a world of two months of history."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bevaka.web.server import Server
from tests.fakes.world import World, play_two_months

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield Debian's Chromium, headless; one at a time in a process, so each module closes its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def story_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a world's database, made once."""
    folder = tmp_path_factory.mktemp("story")
    world = World(folder)
    play_two_months(world)
    world.close()
    return folder


@pytest.fixture
def world(story_folder: Path, tmp_path: Path) -> Iterator[World]:
    """Yield a copy of that world, at the end of its two months."""
    shutil.copy(story_folder / "bevaka.db", tmp_path)
    world = World(tmp_path)
    with world.assembly.unit_of_work.read() as work:
        seen = [row.watch_state.last_seen for row in work.watches.all()]
    world.clock.at = max(at for at in seen if at)
    yield world
    world.close()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    """Yield the address of the world's web page."""
    server = Server(world.web_app(), ("127.0.0.1", 0))
    server.start()
    yield server.url
    server.stop()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Open]:
    """Yield a function that opens a page in a new window; an error in the browser's console fails the test."""
    said: list[str] = []
    with ExitStack() as stack:

        def open_(path: str, width: int = 1280, *, scripts: bool = True, **facts: object) -> Page:
            context: BrowserContext = browser.new_context(
                viewport={"width": width, "height": 800},
                java_script_enabled=scripts,
                locale="sv-SE",
                **facts,  # type: ignore[arg-type]
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on(
                "console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None
            )
            page.goto(f"{url}{path}")
            return page

        yield open_
    refused = [line for line in said if "status of 4" not in line]  # some pages are requested in vain
    assert not refused, os.linesep.join(refused)
