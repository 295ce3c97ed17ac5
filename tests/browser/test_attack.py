"""A page that attacks, shown in a real browser: nothing in it runs, requests, opens a dialog or leads anywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request

from tests.fakes.attack import ATTACK, TITLE
from tests.fakes.world import REGION, World
from tests.fakes.world import page as a_page

pytestmark = pytest.mark.slow

PATHS = (
    f"/watches/{REGION}",
    f"/watches/{REGION}/3",
    f"/watches/{REGION}/diff?from=2&to=3",
    f"/watches/{REGION}/diff?from=2&to=3&view=side",
    "/",
)


def attack() -> str:
    """Return a page whose text, title and links attack, among words that make it a page."""
    text = a_page("Kunskapscentrum", "Kunskapscentrum stöder vården i mötet med våldsutsatta patienter.")
    return text.replace("<title>Kunskapscentrum", f"<title>{TITLE}").replace("</main>", f"{ATTACK}</main>")


def test_nothing_of_a_page_that_attacks_runs_in_a_browser(world: World, url: str, browser: Browser) -> None:
    with world.assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.add("reader@kommun.example", "sv", world.clock.now(), how="operator")
        work.subscribers.subscribe(subscriber, None, "immediately", world.clock.now())
    world.says[REGION] = attack()
    world.check(REGION, hours=1)
    world.assembly.deliver.deliver_due()
    happened: list[str] = []

    def refuse(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    def note(request: Request) -> None:
        if not request.url.startswith(url):
            happened.append(request.url)

    def opened() -> Page:
        page = browser.new_page()
        page.on("dialog", refuse)
        page.on("request", note)
        page.on("popup", lambda popup: happened.append(popup.url))
        return page

    page = opened()
    for path in PATHS:
        page.goto(f"{url}{path}")
        assert page.url == f"{url}{path}"
        page.mouse.move(400, 400)
        page.keyboard.press("Tab")
        page.wait_for_load_state("networkidle")
    assert "alert(2)" in page.goto(f"{url}{PATHS[1]}").text()  # type: ignore[union-attr]
    page.close()
    page = opened()  # a mail program has none of the web page's headers
    assert world.mails
    for mail in world.mails:
        page.set_content(mail.message.html)
        page.wait_for_load_state("networkidle")
    assert happened == []
    page.close()
