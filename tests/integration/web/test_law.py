"""A law's pages: what is to come, the law on a day, and where each section comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.fakes.html import read
from tests.fakes.riksdagen import Section, Wording, as_json
from tests.fakes.world import AMENDED, COUNTY, LAW, World

OLD = AMENDED.chapters[0].sections[1].wordings[0]
NEW = Wording(("Länsstyrelsen ska redovisa arbetet senast den 1 april varje år.",), "Förordning (2026:900)")
DAY = "2026-07-01"
NEW_YEAR = datetime(2027, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def announced(world: World) -> World:
    """Return a world in which the law announces a new wording of 2 § and a new 5 § for a day."""
    ends, begins = f"/Upphör att gälla U:{DAY}/", f"/Träder i kraft I:{DAY}/"
    one, _, three, four = AMENDED.chapters[0].sections
    two = Section("2", (replace(OLD, time=ends), replace(NEW, time=begins)))
    five = Section("5", (Wording(("Regeringen får meddela undantag.",), "Förordning (2026:900)", begins),))
    law = AMENDED.with_sections(one, two, three, four, five)
    world.says[LAW] = as_json(replace(law, amended="t.o.m. SFS 2026:900"))
    world.check(LAW, hours=1)
    return world


def text_of(world: World, address: str) -> str:
    answer = world.client().get(address)
    assert answer.status_code == 200
    return read(answer.text)


def test_the_page_of_a_law_says_what_is_to_come_and_leads_to_it(announced: World) -> None:
    text = text_of(announced, f"/watches/{LAW}")
    assert "Det som träder i kraft" in text
    act = "genom förordning (2026:900)"
    assert f"Träder i kraft {DAY}: 2 § ändrad {act}; ny 5 § {act}. Läs lagen {DAY}" in text
    assert f'href="/watches/{LAW}/law?on={DAY}"' in announced.client().get(f"/watches/{LAW}").text
    assert "Det som träder i kraft" not in text_of(announced, f"/watches/{COUNTY}")


def test_the_law_of_today_is_without_what_is_to_come(announced: World) -> None:
    text = text_of(announced, f"/watches/{LAW}/law")
    assert "Lagen i dag" in text
    assert "senast den 15 februari varje år" in text
    assert "1 april" not in text
    assert "Regeringen får meddela undantag" not in text
    assert "Upphör att gälla" not in text


def test_the_law_of_a_day_to_come_is_without_what_has_ended_then(announced: World) -> None:
    text = text_of(announced, f"/watches/{LAW}/law?on={DAY}")
    assert f"Lagen {DAY}" in text
    assert "senast den 1 april varje år" in text
    assert "15 februari" not in text
    assert "Regeringen får meddela undantag" in text


def test_a_section_has_an_address_its_act_and_the_change_that_brought_it(announced: World) -> None:
    page = announced.client().get(f"/watches/{LAW}/law").text
    assert re.findall(r'<p id="(P\d)">', page) == ["P1", "P2", "P3", "P4"]
    text = read(page)
    assert "Lydelse enligt förordning (2026:41) · Senast ändrad 2026-02-05 (kopia 2)" in text
    assert (
        "3 § Länsstyrelsen ska samverka med regioner och kommuner. Oförändrad sedan första kopian (2026-01-12)" in text
    )
    assert f"Ändras {DAY}, enligt kopia 3 (2026-03-02)" in text
    for after in (2, 3):
        assert f'href="/watches/{LAW}/diff?from={after - 1}&amp;to={after}"' in page
    text = text_of(announced, f"/watches/{LAW}/law?on={DAY}")
    assert "Lydelse enligt förordning (2026:900) · Senast ändrad 2026-03-02 (kopia 3)" in text
    assert "Ändras" not in text


@pytest.mark.parametrize(
    ("until", "swedish", "english"),
    [
        ("2026-07-01", "Upphör att gälla 2026-07-01", "Ceases to apply on 2026-07-01"),
        (
            "den dag regeringen bestämmer",
            "Upphör att gälla den dag regeringen bestämmer",
            "Ceases to apply on the day that the Government decides",
        ),
    ],
)
def test_a_section_of_which_only_the_end_was_announced_has_not_changed(
    world: World, until: str, swedish: str, english: str
) -> None:
    one, two, three, four = AMENDED.chapters[0].sections
    ending = Section("3", (replace(three.wordings[0], time=f"/Upphör att gälla U:{until}/"),))
    world.says[LAW] = as_json(AMENDED.with_sections(one, two, ending, four))
    world.check(LAW, hours=1)
    text = text_of(world, f"/watches/{LAW}/law")
    assert f"Oförändrad sedan första kopian (2026-01-12) · {swedish}, enligt kopia 3 (2026-03-02)" in text
    english_text = text_of(world, f"/watches/{LAW}/law?lang=en")
    assert f"Unchanged since the first copy (2026-01-12) · {english}, according to copy 3 (2026-03-02)" in english_text


def test_the_day_that_has_come_is_in_the_history_on_the_overview_and_in_the_feed(announced: World) -> None:
    announced.clock.at = NEW_YEAR
    assert announced.assembly.entries_into_force.notify_due() == 0  # nobody follows it
    sentence = f"Trädde i kraft {DAY}: 2 § ändrad"
    for address in (f"/watches/{LAW}", "/"):
        assert sentence in text_of(announced, address)
    feed = announced.client().get(f"/watches/{LAW}/feed.atom").text
    assert sentence in feed
    assert "Regeringen får meddela undantag" in feed


def test_a_page_that_is_no_law_has_no_page_of_a_law(world: World) -> None:
    for address in (f"/watches/{COUNTY}/law", f"/watches/{LAW}/law?on=soon", "/watches/nobody/law"):
        assert world.client().get(address).status_code == 404


def test_a_law_that_is_repealed_has_no_section_on_a_day_after_that(world: World) -> None:
    world.says[LAW] = as_json(replace(AMENDED, repealed=(DAY, "SFS 2026:900")))
    world.check(LAW, hours=1)
    before, after = (text_of(world, f"/watches/{LAW}/law?on={day}") for day in ("2026-06-30", DAY))
    assert "senast den 15 februari varje år" in before
    assert "Inget av lagen gäller den dagen." not in before
    assert "senast den 15 februari varje år" not in after
    assert "Inget av lagen gäller den dagen." in after
    assert f"Upphävd: {DAY} genom SFS 2026:900" in after


def test_a_past_day_is_read_in_the_copy_of_that_time(announced: World) -> None:
    one, _, three, four = AMENDED.chapters[0].sections
    tidied = AMENDED.with_sections(one, Section("2", (NEW,)), three, four)
    announced.clock.at = datetime(2026, 8, 1, 9, tzinfo=UTC)
    announced.says[LAW] = as_json(replace(tidied, amended="t.o.m. SFS 2026:900"))
    announced.check(LAW)
    text = text_of(announced, f"/watches/{LAW}/law?on=2026-05-01")
    assert "senast den 15 februari varje år" in text
    assert "1 april" not in text
    assert "Lagen lästes inte den dagen: texten är från kopian dessförinnan" in text
    text = text_of(announced, f"/watches/{LAW}/law?on=2026-07-15")
    assert "senast den 1 april varje år" in text
    before = text_of(announced, f"/watches/{LAW}/law?on=2020-01-01")
    assert "Lagen lästes inte den dagen: texten är från den första kopian därefter" in before
    announced.clock.at = datetime(2026, 8, 3, 9, tzinfo=UTC)
    on_a_day_of_a_check = text_of(announced, f"/watches/{LAW}/law?on=2026-08-01")
    assert "Det är den lydelse som fanns publicerad den dagen." in on_a_day_of_a_check


def test_when_the_law_was_last_read_is_said_where_that_was_before_today(announced: World) -> None:
    assert "Lagen lästes senast" not in text_of(announced, f"/watches/{LAW}/law")
    last = announced.clock.at.date()
    announced.clock.at = NEW_YEAR
    for day in ("", "?on=2027-03-01"):
        said = f"Lagen lästes senast {last}: ändringar efter det är inte kända."
        assert said in text_of(announced, f"/watches/{LAW}/law{day}")


def test_a_day_that_only_a_transitional_provision_names_is_warned_of(world: World) -> None:
    act = ("2026:900", ("Denna förordning träder i kraft den 1 juli 2026.",))
    world.says[LAW] = as_json(replace(AMENDED, transitions=(*AMENDED.transitions, act), amended="t.o.m. SFS 2026:900"))
    world.check(LAW, hours=1)
    warned = f"Något i lagen träder i kraft {DAY} enligt övergångsbestämmelserna, men texten säger inte vad."
    assert warned in text_of(world, f"/watches/{LAW}/law")
    assert warned not in text_of(world, f"/watches/{LAW}/law?on={DAY}")
