"""What people do on the pages, with and without JavaScript, on a telephone and on a desktop."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.browser.navigation import follow, press_enter
from tests.fakes.world import COUNTY, PASSWORD, REGION, TOWN, World
from tests.fakes.world import page as a_page
from tests.faults.lab import scaled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize(
        ("scripts", "width"), scaled([(True, 320), (False, 1280)], list(product([True, False], [320, 1280])))
    ),
]

Open = Callable[..., Page]


def test_a_reader_looks_back(visit: Open, width: int, scripts: bool) -> None:  # noqa: FBT001  from the parametrisation
    page = visit("/", width, scripts=scripts)
    follow(page, page.locator(".cards").get_by_role("link", name="Länsstyrelsen Norrvik"))
    follow(page, page.get_by_role("link", name="Visa även dem"))
    follow(page, page.get_by_role("link", name="Se ändringen 3"))
    expect(page.locator("ins").first).to_contain_text("och metodstöd")
    follow(page, page.get_by_role("link", name="Sida vid sida"))
    expect(page.locator(".side").nth(0)).to_contain_text("Erbjuda utbildning")
    page.get_by_label("Från").select_option("1")
    page.get_by_label("Till").select_option("4")
    follow(page, page.get_by_role("button", name="Jämför"))
    expect(page.get_by_text("kopia 1 → kopia 4")).to_be_visible()
    follow(page, page.get_by_role("link", name="Läs kopian efter"))
    expect(page.locator(".paper")).to_contain_text("senast den 1 april varje år")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Ladda ner originalet").click()
    assert saved.value.suggested_filename == f"{COUNTY}-4.html"
    follow(page, page.get_by_role("link", name="English"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("What it said")


def test_a_reader_joins_changes_her_mind_and_leaves(
    world: World,
    visit: Open,
    width: int,
    scripts: bool,  # noqa: FBT001
) -> None:
    page = visit(f"/watches/{REGION}", width, scripts=scripts)
    root = page.url.removesuffix(f"/watches/{REGION}")
    follow(page, page.get_by_role("link", name="Prenumerera på ändringar"))
    expect(page.get_by_label("Region Sundmark: kunskapscentrum mot våld")).to_be_checked()
    page.get_by_label("Din e-postadress").fill("ann@kommun.example")
    follow(page, page.get_by_role("button", name="Skicka"))
    expect(page.get_by_role("heading", name="Titta i din inkorg")).to_be_visible()
    page.goto(f"{root}{world.path('confirm')}")
    follow(page, page.get_by_role("button", name="Bekräfta"))
    follow(page, page.get_by_role("link", name="Ändra vad du följer"))
    kept = page.url
    page.get_by_role("group", name="Region Sundmark").get_by_label("varje vecka").check()
    page.get_by_label("Klockslag").fill("07:30")
    follow(page, page.get_by_role("button", name="Spara"))
    expect(page.get_by_text("Sparat.")).to_be_visible()
    expect(page.get_by_role("group", name="Region Sundmark").get_by_label("varje vecka")).to_be_checked()
    page.get_by_role("group", name="Region Sundmark").get_by_label("direkt").check()
    follow(page, page.get_by_role("button", name="Spara"))
    world.says[REGION] = a_page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    page.goto(f"{root}{world.path('leave')}")
    follow(page, page.get_by_role("button", name="Sluta prenumerera"))
    expect(page.get_by_role("heading", name="Du prenumererar inte längre")).to_be_visible()
    page.goto(kept)
    page.get_by_label("Ja, radera min adress").check()
    follow(page, page.get_by_role("button", name="Radera"))
    expect(page.get_by_role("heading", name="Du är raderad")).to_be_visible()


def test_an_operator_accepts_a_doubtful_page(
    world: World,
    visit: Open,
    width: int,
    scripts: bool,  # noqa: FBT001
) -> None:
    world.says[TOWN] = a_page("Logga in", "Du måste logga in för att se sidan. Användarnamn Lösenord")
    page = visit("/login", width, scripts=scripts)
    page.get_by_label("Lösenord").fill(PASSWORD)
    press_enter(page)
    follow(page, page.get_by_role("link", name="Se det som visas nu"))
    expect(page.get_by_text("Du måste logga in för att se sidan.")).to_be_visible()
    page.get_by_role("button", name="Godkänn det som visas nu").click()  # stays: a box is not ticked
    expect(page.get_by_role("status")).to_have_count(0)
    page.get_by_label("Ja, det är sidans nya lydelse").check()
    follow(page, page.get_by_role("button", name="Godkänn det som visas nu"))
    expect(page.get_by_role("status")).to_contain_text("Almby kommun: stöd till våldsutsatta: nyss ändrad")
    follow(page, page.get_by_role("button", name="Logga ut"))
    expect(page.get_by_role("link", name="Logga in")).to_be_visible()
