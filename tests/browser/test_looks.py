"""Every page in a real browser: narrow and wide, light and dark, by keyboard, for people who cannot see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.navigation import follow, press_enter
from tests.fakes.riksdagen import as_json
from tests.fakes.world import AMENDED, COUNTY, LAW, PASSWORD, REGION, TOWN, World
from tests.fakes.world import page as a_page
from tests.faults.lab import scaled

pytestmark = pytest.mark.slow

LOOKS = scaled([(320, "dark"), (1280, "light")], list(product([320, 768, 1280], ["light", "dark"])))

Open = Callable[..., Page]
PAGES = [
    "/",
    "/?lang=en",
    f"/watches/{COUNTY}?show=all",
    f"/watches/{REGION}",
    f"/watches/{COUNTY}/diff?from=2&to=3",
    f"/watches/{COUNTY}/diff?from=1&to=4&view=side",
    f"/watches/{LAW}/diff?view=side",
    f"/watches/{LAW}/law",
    f"/subscribe?watch={LAW}",
    f"/watches/{COUNTY}/diff?from=1&to=4&view=page",
    f"/watches/{COUNTY}/3",
    "/subscribe",
    "/subscribe/sent",
    "/confirm/dead",
    "/login",
    "/api/",
    "/nothing",
]


def findings(page: Page) -> list[str]:
    """Return everything that axe finds, however slight."""
    found: dict[str, Any] = Axe().run(page).response
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


def fits(page: Page) -> bool:
    """True if nothing makes the page wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_keeps_anybody_out_or_is_wider_than_the_window(visit: Open, width: int, scheme: str) -> None:
    page = visit("/", width, color_scheme=scheme)
    root = page.url.rstrip("/")
    for path in PAGES:
        page.goto(f"{root}{path}")
        assert findings(page) == [], path
        assert fits(page), path


@pytest.mark.parametrize("width", scaled([320], [320, 768, 1280]))
def test_the_pages_behind_a_link_or_a_login_keep_nobody_out(world: World, visit: Open, width: int) -> None:
    page = visit("/subscribe", width)
    root = page.url.removesuffix("/subscribe")
    page.get_by_label("Din e-postadress").fill("ann@kommun.example")
    follow(page, page.get_by_role("button", name="Skicka"))
    confirm = f"{root}{world.path('confirm')}"
    page.goto(confirm)
    assert (findings(page), fits(page)) == ([], True)
    follow(page, page.get_by_role("button", name="Bekräfta"))
    assert (findings(page), fits(page)) == ([], True)
    follow(page, page.get_by_role("link", name="Ändra vad du följer"))
    assert (findings(page), fits(page)) == ([], True)
    page.goto(f"{page.url}/parts?watch={LAW}")
    assert (findings(page), fits(page)) == ([], True)
    world.says[REGION] = a_page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    page.goto(f"{root}{world.path('leave')}")
    assert (findings(page), fits(page)) == ([], True)
    page.goto(f"{root}/login")
    page.get_by_label("Lösenord").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Logga in"))
    assert page.url.endswith("/operator")
    assert (findings(page), fits(page)) == ([], True)
    editing = ("/operator/watches/new", f"/operator/watches/{REGION}/edit")
    for path in (f"/watches/{COUNTY}", f"/watches/{TOWN}", f"/operator/watches/{TOWN}/suspect", *editing):
        page.goto(f"{root}{path}")
        assert (findings(page), fits(page)) == ([], True)
    page.get_by_label("Delar som inte räknas").fill("p")
    page.get_by_label("Den del som räknas").fill("main")
    for mistaken in (False, True):
        page.get_by_label("Hur ofta").fill("soon" if mistaken else "2h")
        follow(page, page.get_by_role("button", name="Prova"))
        assert (findings(page), fits(page)) == ([], True)


@pytest.mark.parametrize("width", [320, 1280])
def test_parts_are_chosen_in_the_form_that_keeps_what_was_filled_in(visit: Open, width: int) -> None:
    page = visit("/subscribe", width)
    page.get_by_label("Din e-postadress").fill("ann@kommun.example")
    page.get_by_role("radio", name="Bara det jag väljer").check()
    follow(page, page.locator(f'button[value="{LAW}"]'))
    assert page.get_by_label("Din e-postadress").input_value() == "ann@kommun.example"
    assert page.evaluate("document.activeElement.id") == "parts"
    assert (findings(page), fits(page)) == ([], True)
    page.get_by_label("2 §").check()
    page.get_by_label("Din e-postadress").focus()
    press_enter(page)
    assert page.url.endswith("/subscribe/sent")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_menu_is_one_line_on_a_phone_and_the_other_language_is_beside_the_name(visit: Open, language: str) -> None:
    page = visit("/login?lang=sv", 320)
    page.get_by_label("Lösenord").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Logga in"))
    page.goto(page.url.split("/operator")[0] + f"/?lang={language}")
    tops = page.locator(".masthead nav a").evaluate_all("links => links.map(a => a.getBoundingClientRect().top)")
    *menu, other = tops
    assert (len(menu), len(set(menu))) == (3, 1)
    assert other < menu[0]
    assert fits(page)


@pytest.mark.parametrize("path", ["/", f"/watches/{COUNTY}", f"/watches/{COUNTY}/diff", "/subscribe"])
def test_everything_is_reached_by_keyboard_and_seen_when_it_is_reached(visit: Open, path: str) -> None:
    page = visit(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    wanted = int(page.evaluate("document.querySelectorAll('a[href],button:not([tabindex]),select,summary').length"))
    reached: set[str] = set()
    for _ in range(3 * wanted):
        shown = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " e.dataset.n ??= String(window.count = (window.count ?? 0) + 1);"
            " return [e.tagName, e.dataset.n, s.outlineStyle !== 'none' || e.className === 'skip'] }"
        )
        if shown[0] == "BODY":
            break
        assert shown[2], shown
        if shown[0] in {"A", "BUTTON", "SELECT", "SUMMARY"}:
            reached.add(shown[1])
        page.keyboard.press("Tab")
    assert len(reached) == wanted


def test_the_skip_link_leads_to_the_content(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_on_paper_the_difference_stays_and_the_buttons_go(visit: Open) -> None:
    page = visit(f"/watches/{COUNTY}/diff?from=2&to=3")
    page.emulate_media(media="print")
    assert page.locator(".entry").first.is_visible()
    assert page.locator(".receipt").is_visible()
    for hidden in (".masthead", ".views", ".again"):
        assert not page.locator(hidden).is_visible()


VALUES = "|".join(
    (
        r"\d{4}-\d\d-\d\d|kl\. \d\d\.\d\d|\bat \d\d:\d\d",
        r"\d{3}-\d{3} \d\d \d\d|\d{4}:\d+|\d{1,3} \d{3} kronor|\d+ §|(?:kopia|copy) \d+",
    )
)
"""Days, times of day, phone numbers, SFS numbers, sums, sections, and the numbers of copies."""
BROKEN = """values => {
  const nodes = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
  for (let node = nodes.nextNode(); node; node = nodes.nextNode())
    for (const value of node.data.matchAll(new RegExp(values, 'g'))) {
      const range = document.createRange();
      range.setStart(node, value.index);
      range.setEnd(node, value.index + value[0].length);
      const boxes = [...range.getClientRects()].filter(box => box.width > 1);
      const lines = new Set(boxes.map(box => Math.round(box.top)));
      if (lines.size > 1) found.push(value[0] + ' in: ' + node.parentElement.textContent.slice(0, 80));
    }
  return found;
}"""
LONG_ADDRESS = "https://www.lansstyrelsen.se/" + "vald-i-nara-relationer/" * 6 + "?id=" + "1234567890" * 6
LONG_WORD = "Arbetsmarknadsdepartementets" * 3


def with_values(step: int) -> str:
    """Return a page with values and long words of every kind; `step` makes another text of each."""
    lines = [
        "Ansökan"
        + " ska" * word
        + f" ha kommit in 2026-0{step}-15 kl. 09.0{step}, högst {step}5 000 kronor enligt 1{step} §."
        for word in range(1, 9)
    ]
    lines += ["Ring" + " gärna" * word + f" 010-22{step} 33 44 om förordning (2021:99{step})." for word in range(1, 9)]
    return a_page("Kunskapscentrum", *lines, f"Läs mer på {LONG_ADDRESS}{step}", f"{LONG_WORD}{step} beslutar.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_line_ends_inside_a_value_and_nothing_long_makes_a_page_wider(
    world: World, visit: Open, scheme: str
) -> None:
    for step in (1, 2):
        world.says[REGION] = with_values(step)
        world.check(REGION, days=1)
    ends = f"/Upphör att gälla U:{world.clock.now().date() + timedelta(days=90)}/"
    sections = [
        replace(each, wordings=(replace(each.wordings[0], time=ends),)) for each in AMENDED.chapters[0].sections
    ]
    world.says[LAW] = as_json(AMENDED.with_sections(*sections))
    world.check(LAW)
    with world.assembly.unit_of_work.read() as work:
        row = work.watches.get(REGION)
        newest = work.snapshots.of(row.id).newest()
    assert newest is not None
    page = visit("/", 320, color_scheme=scheme)
    root, copy = page.url.rstrip("/"), newest.number
    versions = (f"{REGION}/diff?view={view}" for view in ("", "side", "page"))
    broken: set[str] = set()
    with world.assembly.unit_of_work.write() as work:
        ann = work.subscribers.add("ann@kommun.example", "sv", world.clock.now(), how="operator")
        work.subscribers.subscribe(ann, None, "immediately", world.clock.now())
    page.goto(f"{root}/login")
    page.get_by_label("Lösenord").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Logga in"))
    behind = (
        "/operator",
        f"/watches/{REGION}",
        f"/watches/{REGION}/at/2026-02-01",
        f"/watches/{LAW}",
        f"/operator/watches/{TOWN}/suspect",
    )
    own = [f"/watches/{each}" for each in (f"{REGION}/{copy}", *versions)]
    for path in (*PAGES, *behind, *own, *(f"{path}{'&' if '?' in path else '?'}lang=en" for path in own)):
        page.goto(f"{root}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        broken |= {f"{path}: {each}" for each in page.evaluate(BROKEN, VALUES)}
        assert fits(page), path
    assert broken == set()
