"""The whole way of a reader and of an operator by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.navigation import press_enter
from tests.fakes.world import LAW, PASSWORD, REGION, TOWN, World
from tests.fakes.world import page as a_page
from tests.faults.lab import scaled

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
MOST_STEPS = 120
FOCUSED = """() => {
  const e = document.activeElement;
  const named = e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.innerText || e.value || '';
  return named.trim();
}"""


class Keyboard:
    """Moves through a page as somebody without a mouse does."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def to(self, name: str) -> Keyboard:
        """Press Tab until the focus is on a control with this name."""
        seen = []
        for _ in range(MOST_STEPS):
            self._page.keyboard.press("Tab")
            named = str(self._page.evaluate(FOCUSED))
            seen.append(named)
            if named.startswith(name):
                return self
        raise AssertionError(f"no control {name!r} is reached; reached are {seen}")

    def tick(self) -> Keyboard:
        """Press Space on a box."""
        self._page.keyboard.press("Space")
        return self

    def enter(self) -> None:
        """Press Enter on a link or a button, and wait for the page that it leads to."""
        press_enter(self._page)

    def type(self, text: str) -> Keyboard:
        """Type a text."""
        self._page.keyboard.type(text)
        return self


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


@pytest.mark.parametrize("width", scaled([320], [320, 1280]))
def test_a_reader_subscribes_chooses_parts_changes_her_mind_leaves_and_is_erased(
    world: World, visit: Open, width: int
) -> None:
    page = visit(f"/watches/{LAW}", width)
    root = page.url.removesuffix(f"/watches/{LAW}")
    keys = Keyboard(page)
    keys.to("Prenumerera på ändringar").enter()
    keys.to("Din e-postadress").type("ann@kommun.example").to("2 §").tick().to("Skicka").enter()
    heading(page, "Titta i din inkorg")
    page.goto(f"{root}{world.path('confirm')}")
    keys.to("Bekräfta").enter()
    heading(page, "Prenumerationen är bekräftad")
    keys.to("Ändra vad du följer").enter()
    kept = page.url
    expect(page.get_by_label("Bara 2 §")).to_be_checked()
    page.goto(f"{kept}/parts?watch={LAW}")
    keys.to("3 §").tick().to("Spara").enter()
    expect(page.get_by_text("Sparat.")).to_be_visible()
    expect(page.get_by_label("Bara 3 §")).to_be_checked()
    keys.to("Region Sundmark").tick().to("Spara").enter()
    expect(page.get_by_text("Sparat.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Region Sundmark")).to_be_checked()
    world.says[REGION] = a_page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    page.goto(f"{root}{world.path('leave')}")
    keys.to("Sluta prenumerera").enter()
    heading(page, "Du prenumererar inte längre")
    page.goto(kept)
    keys.to("Ja, radera min adress").tick().to("Radera").enter()
    heading(page, "Du är raderad")


@pytest.mark.parametrize("width", scaled([320], [320, 1280]))
def test_an_operator_accepts_adds_edits_removes_and_logs_out(world: World, visit: Open, width: int) -> None:
    world.says[TOWN] = a_page("Logga in", "Du måste logga in för att se sidan. Användarnamn Lösenord")
    world.says["ny"] = a_page("Nytt råd", "Rådet samlar myndigheter som arbetar för kvinnofrid i hela landet.")
    page = visit("/login", width)
    keys = Keyboard(page)
    keys.to("Lösenord").type(PASSWORD).enter()
    heading(page, "Drift")
    keys.to("Se det som visas nu").enter()
    keys.to("Ja, det är sidans nya lydelse").tick().to("Godkänn det som visas nu").enter()
    expect(page.get_by_role("status")).to_contain_text("Almby kommun: stöd till våldsutsatta: nyss ändrad")
    keys.to("Bevaka en sida till").enter()
    keys.to("Nyckel").type("ny").to("Adress").type("http://127.0.0.1:9/ny").to("Prova").enter()
    expect(page.get_by_text("Rådet samlar myndigheter som arbetar för kvinnofrid")).to_be_visible()
    keys.to("Spara").enter()
    heading(page, "ny")
    keys.to("Kontrollera nu").enter()
    keys.to("Ändra").enter()
    keys.to("Ja, sluta bevaka den").tick().to("Sluta bevaka sidan").enter()
    expect(page.get_by_role("status")).to_contain_text("ny är borttagen ur schemafilen")
    keys.to("Logga ut").enter()
    expect(page.get_by_role("link", name="Logga in")).to_be_visible()
