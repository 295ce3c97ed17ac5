"""The operator's page of subscribers: who follows what and how often, ending a subscription, confirming again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from bevaka.web.operators import PEOPLE
from monitor.core.model import Frequency, Subscription
from tests.fakes.world import COUNTY, LAW, REGION, World, page

ANN, BO = "ann@kommun.example", "bo@kommun.example"
DESK = "/operator"
Post = Callable[..., TestResponse]


def follow(
    world: World, address: str, key: str | None, often: Frequency = "immediately", only: Sequence[str] = ()
) -> None:
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.add(address, "en", now, how="link")
        watch_id = None if key is None else work.watches.get(key).id
        work.subscribers.subscribe(subscriber, watch_id, often, now, only=only, material_only=bool(only))


def suspend(world: World, address: str, why: str = "550 no such <user>") -> None:
    with world.assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.find(address)
        assert subscriber
        work.outbox.suspend(subscriber, world.clock.now(), why=why)


def following(world: World, address: str = ANN) -> dict[str | None, Subscription]:
    """Return the subscriptions of a subscriber by watch key."""
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(address)
        return {key: each for each, key in work.subscribers.subscriptions(subscriber)} if subscriber else {}


def state(world: World, address: str = ANN) -> str | None:
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(address)
        return subscriber.state if subscriber else None


def cards(client: FlaskClient, address: str = DESK) -> dict[str, str]:
    """Return the text that the operator's page shows of each subscriber, by address."""
    found = LexborHTMLParser(client.get(address).text).css('section[aria-labelledby="people"] article')
    return {card.css("h3")[0].text(): " ".join(card.text(separator=" ").split()) for card in found}


def press(client: FlaskClient, label: str, address: str = DESK, **chosen: str) -> TestResponse:
    """Post the form of the first button with this label, as a browser without scripts does."""
    forms = LexborHTMLParser(client.get(address).text).css('section[aria-labelledby="people"] form')
    form = next(form for form in forms if form.css("button")[0].text().startswith(label))
    fields = {str(each.attributes["name"]): each.attributes["value"] for each in form.css('input[type="hidden"]')}
    for select in form.css("select"):
        chosen.setdefault(str(select.attributes["name"]), str(select.css("option[selected]")[0].attributes["value"]))
    assert form.attributes["method"] == "post"
    return client.post(str(form.attributes["action"]), data={**fields, **chosen})


def test_the_desk_shows_who_follows_what(world: World, operator: FlaskClient) -> None:
    assert cards(operator) == {}
    assert "Ingen prenumererar ännu." in operator.get(DESK).text
    follow(world, ANN, None, "weekly")
    follow(world, ANN, LAW, only=["2 §"])
    with world.assembly.unit_of_work.write() as work:
        work.subscribers.ask(BO, "sv", world.clock.now())
    shown = cards(operator)
    assert list(shown) == [ANN, BO]
    assert shown[ANN].startswith(f"{ANN} bekräftad Allt som bevakas")
    assert "Förordning (2022:9001)" in shown[ANN]
    assert "Bara 2 § Bara det väsentliga" in shown[ANN]
    assert shown[BO] == f"{BO} väntar på bekräftelse Följer inget."
    assert cards(operator, f"{DESK}?lang=en")[BO] == f"{BO} waiting to be confirmed Follows nothing."


@pytest.mark.parametrize(
    "address", ["/", DESK, f"/watches/{COUNTY}", "/subscribe", "/login", "/api/changes", "/metrics"]
)
def test_nobody_else_sees_an_address(world: World, client: FlaskClient, address: str) -> None:
    follow(world, ANN, COUNTY)
    suspend(world, ANN)
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    assert "kommun.example" not in answer.text


def test_how_often_is_changed_and_her_parts_stay(world: World, operator: FlaskClient) -> None:
    follow(world, ANN, LAW, only=["2 §"])
    answer = press(operator, "Spara", frequency="daily")
    assert (answer.status_code, answer.headers["Location"]) == (303, DESK)
    text = operator.get(DESK).text
    assert "besked varje dag från och med nu." in text
    kept = following(world)[LAW]
    assert (kept.frequency, kept.only, kept.material_only) == ("daily", ("2 §",), True)
    press(operator, "Save", f"{DESK}?lang=en", frequency="weekly")
    assert "told weekly from now on." in operator.get(f"{DESK}?lang=en").text
    assert following(world)[LAW].frequency == "weekly"


def test_saving_without_a_choice_keeps_how_often_as_it_is(world: World, operator: FlaskClient) -> None:
    follow(world, ANN, None, "weekly")
    press(operator, "Spara")
    assert following(world)[None].frequency == "weekly"


def test_what_is_no_frequency_changes_nothing(world: World, operator: FlaskClient) -> None:
    follow(world, ANN, None, "weekly")
    assert press(operator, "Spara", frequency="hourly").status_code == 400
    assert press(operator, "Spara", watch="nobody").status_code == 404
    assert following(world)[None].frequency == "weekly"


def test_a_subscription_is_ended_and_what_was_owed_through_it_is_cancelled(world: World, operator: FlaskClient) -> None:
    follow(world, ANN, REGION)
    follow(world, ANN, LAW)
    world.says[REGION] = page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    press(operator, "Avsluta", watch=REGION)
    assert "Region Sundmark: kunskapscentrum mot våld: prenumerationen är avslutad." in operator.get(DESK).text
    assert set(following(world)) == {LAW}
    world.assembly.deliver.deliver_due()
    assert world.mails == []
    press(operator, "Avsluta")
    assert following(world) == {}
    assert state(world) == "confirmed"


def test_every_watch_is_left_apart_from_those_that_are_followed_by_name(world: World, operator: FlaskClient) -> None:
    follow(world, ANN, None)
    follow(world, ANN, LAW)
    press(operator, "Avsluta", watch="*")
    assert "Allt som bevakas: prenumerationen är avslutad." in operator.get(DESK).text
    assert set(following(world)) == {LAW}


def test_a_form_that_is_too_old_brings_nothing_back(world: World, operator: FlaskClient, post: Post) -> None:
    follow(world, ANN, LAW)
    press(operator, "Avsluta")
    for action in ("frequency", "end"):
        post(operator, DESK, f"/operator/people/{action}", address=ANN, watch=LAW, frequency="daily")
        assert "prenumerationen var redan avslutad." in operator.get(DESK).text
    assert following(world) == {}
    for address in (ANN, BO):
        post(operator, DESK, "/operator/people/confirm", address=address)
        assert "adressen är inte spärrad längre." in operator.get(DESK).text
    assert state(world, BO) is None


def test_a_suspended_person_comes_first_and_is_confirmed_again(world: World, operator: FlaskClient) -> None:
    follow(world, ANN, COUNTY)
    follow(world, BO, COUNTY)
    suspend(world, BO)
    assert "1 adress är spärrad och får inga mejl." in operator.get(DESK).text
    shown = cards(operator)
    assert list(shown) == [BO, ANN]
    assert shown[BO].startswith(f"{BO} spärrad 550 no such <user> Bekräfta igen")
    assert "Bekräfta igen" not in shown[ANN]
    press(operator, "Bekräfta igen")
    assert state(world, BO) == "confirmed"
    text = operator.get(DESK).text
    assert "Adressen är bekräftad igen. De mejl som inte kom fram skickas på nytt." in text
    assert "spärrad" not in text
    assert list(cards(operator)) == [ANN, BO]
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(BO)
    assert subscriber
    assert (subscriber.language, subscriber.consent_how) == ("en", "operator")


def test_who_has_not_confirmed_yet_herself_is_confirmed_by_no_form_for_suspended_ones(
    world: World, operator: FlaskClient, post: Post
) -> None:
    with world.assembly.unit_of_work.write() as work:
        work.subscribers.ask(ANN, "sv", world.clock.now())
    post(operator, DESK, "/operator/people/confirm", address=ANN)
    assert state(world) == "pending"


def test_many_people_are_shown_page_by_page_and_an_action_stays_on_its_page(
    world: World, operator: FlaskClient
) -> None:
    for number in range(PEOPLE + 1):
        follow(world, f"p{number:02}@kommun.example", None)
    assert len(cards(operator)) == PEOPLE
    second = f"{DESK}?page=2"
    assert list(cards(operator, second)) == [f"p{PEOPLE}@kommun.example"]
    answer = press(operator, "Spara", second, frequency="daily")
    assert answer.headers["Location"] == second
    assert following(world, f"p{PEOPLE}@kommun.example")[None].frequency == "daily"
    assert operator.get(f"{DESK}?page=3").status_code == 404
