"""A mass change that is held, and the operator's decision about it in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.core.model import DeliveryState
from tests.fakes.world import COUNTY, OLD, PASSWORD, QUIET, REGION, REGION_TEXT, TOWN, TOWN_TEXT, World, county, page

ANN = "ann@kommun.example"
PAGES = (COUNTY, REGION, TOWN, OLD, QUIET)
Post = Callable[..., TestResponse]


def name_day(world: World, day: str) -> None:
    """Change every page but the law, so that it names this day."""
    news = f"Ansökan ska ha kommit in senast den {day}."
    world.says |= {
        COUNTY: county("2026-03-02", day.partition(" ")[2], ("Erbjuda utbildning och metodstöd",), visits=2),
        REGION: page("Kunskapscentrum", *REGION_TEXT, news),
        TOWN: page("Stöd till våldsutsatta", *TOWN_TEXT, news),
        OLD: page("Handbok", "Handboken gäller för socialtjänsten i hela landet.", news),
        QUIET: page("Om rådet", "Rådet samlar myndigheter som arbetar för kvinnofrid och mot hedersvåld.", news),
    }


def hold_mass_change(world: World, *, followed: str | None = None) -> None:
    """Let every page but the law change, with a subscriber of one page or of all, and look at the mails."""
    name_day(world, "1 juni")
    world.check()
    world.check(days=2)
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.add(ANN, "sv", now, how="operator")
        watch_id = work.watches.get(followed).id if followed else None
        work.subscribers.subscribe(subscriber, watch_id, "immediately", now)
    name_day(world, "1 juli")
    world.check(hours=1)
    world.assembly.deliver.deliver_due()


@pytest.fixture
def held(world: World, operator: FlaskClient, post: Post) -> FlaskClient:
    """Return an operator's web client while the mails of a mass change are held."""
    hold_mass_change(world)
    post(operator, "/login", password=PASSWORD)  # the earlier session is too old
    return operator


def states(world: World) -> list[DeliveryState]:
    with world.assembly.unit_of_work.read() as work:
        return [delivery.state for delivery in work.outbox.deliveries(limit=50)]


def test_a_mass_change_is_held_and_the_desk_says_so(world: World, held: FlaskClient) -> None:
    assert states(world) == ["held"] * 5
    assert world.mails == []
    text = held.get("/operator").text
    assert "5 av 6 sidor ändrades i samma runda. 5 mejl hålls kvar tills du har tittat." in text
    assert "hålls kvar: 5." in text
    for key in PAGES:
        assert key in text


def test_the_desk_lists_all_pages_of_a_mass_change_also_those_that_nobody_follows(
    world: World, operator: FlaskClient, post: Post
) -> None:
    hold_mass_change(world, followed=TOWN)
    post(operator, "/login", password=PASSWORD)
    text = operator.get("/operator").text
    assert "5 av 6 sidor ändrades i samma runda. 1 mejl hålls kvar tills du har tittat." in text
    listed = re.findall(r'<li><a href="/watches/[^"]+/diff.*?</li>', text)
    assert len(listed) == 5
    assert [TOWN in item for item in listed if "1 prenumerant" in item] == [True]
    assert sum("inga prenumeranter" in item for item in listed) == 4
    assert operator.get("/operator?lang=en").text.count("no subscribers") == 4


def test_what_is_released_is_sent_once(world: World, held: FlaskClient, post: Post) -> None:
    answer = post(held, "/operator", "/operator/held/release")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/operator")
    text = held.get("/operator").text
    assert "5 mejl skickas." in text
    assert "Ovanligt mycket ändrades" not in text
    assert states(world) == ["pending"] * 5
    world.assembly.deliver.deliver_due()
    assert [mail.to for mail in world.mails] == [ANN] * 5
    post(held, "/operator", "/operator/held/release")
    world.assembly.deliver.deliver_due()
    assert len(world.mails) == 5


def test_what_is_discarded_is_told_to_nobody_and_stays_in_the_history(
    world: World, held: FlaskClient, post: Post
) -> None:
    post(held, "/operator", "/operator/held/discard", sure="yes")
    text = held.get("/operator").text
    assert "5 mejl kastades." in text
    assert "Ovanligt mycket ändrades" not in text
    assert states(world) == ["cancelled"] * 5
    post(held, "/operator", "/operator/held/release")
    world.assembly.deliver.deliver_due()
    assert world.mails == []
    assert "juli" in held.get(f"/watches/{TOWN}/diff").text


@pytest.mark.parametrize("decision", ["release", "discard"])
def test_what_is_held_stays_held_without_the_forms_token_or_by_a_get(
    world: World, held: FlaskClient, decision: str
) -> None:
    assert held.post(f"/operator/held/{decision}").status_code == 400
    assert held.get(f"/operator/held/{decision}").status_code == 405
    world.assembly.deliver.deliver_due()
    assert states(world) == ["held"] * 5
