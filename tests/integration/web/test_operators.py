"""Operators' actions: behind a login, disabled unless a password is set, each by a form with its token."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from monitor.core.model import Attempt
from tests.fakes.world import COUNTY, PASSWORD, REGION, TOWN, World, page

ACTIONS = [
    f"/operator/watches/{COUNTY}/check",
    f"/operator/watches/{COUNTY}/pause",
    f"/operator/watches/{COUNTY}/resume",
    f"/operator/watches/{COUNTY}/accept",
    "/operator/deliveries/1/retry",
    "/operator/held/release",
    "/operator/held/discard",
    "/operator/people/frequency",
    "/operator/people/end",
    "/operator/people/confirm",
]
Post = Callable[..., TestResponse]


def state(world: World, key: str) -> str:
    return next(row.state for row in world.assembly.history.status() if row.watch == key)


def text_shown(operator: FlaskClient) -> str:
    """Return the hash of the suspect text that an operator is shown."""
    found = re.search(r'name="text" value="([0-9a-f]{64})"', operator.get(f"/operator/watches/{TOWN}/suspect").text)
    assert found
    return found[1]


def test_without_a_password_there_is_nothing_to_log_in_to(make_world: Callable[..., World], post: Post) -> None:
    client = make_world(BEVAKA_WEB_PASSWORD="").client()
    assert "/login" not in client.get("/").text
    for address in ("/login", "/operator"):
        assert client.get(address).status_code == 404
    for address in ("/login", *ACTIONS):
        assert post(client, "/subscribe", address, password="").status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_acts_without_having_logged_in(world: World, client: FlaskClient, post: Post, action: str) -> None:
    answer = post(client, "/subscribe", action)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert state(world, COUNTY) == "unchanged"


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_is_taken_without_the_forms_token(world: World, operator: FlaskClient, action: str) -> None:
    observations = world.assembly.history.log(COUNTY).observations
    assert operator.post(action).status_code == 400
    assert operator.post(action, data={"csrf": "guessed"}).status_code == 400
    assert state(world, COUNTY) == "unchanged"
    assert world.assembly.history.log(COUNTY).observations == observations


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_is_taken_by_a_get(operator: FlaskClient, action: str) -> None:
    assert operator.get(action).status_code == 405


def test_a_wrong_password_is_refused_and_few_tries_are_given(world: World, client: FlaskClient, post: Post) -> None:
    codes = [post(client, "/login", password="fel").status_code for _ in range(11)]
    assert codes == [403] * 10 + [429]
    assert post(client, "/login", password=PASSWORD).status_code == 429
    assert client.get("/operator").status_code == 303
    world.clock.sleep(15 * 60)
    assert post(client, "/login", password=PASSWORD).status_code == 303
    assert client.get("/operator").status_code == 200


def test_the_right_password_is_no_try(client: FlaskClient, post: Post) -> None:
    for _ in range(11):
        assert post(client, "/login", password=PASSWORD).status_code == 303
        post(client, "/operator", "/logout")
    codes = [post(client, "/login", password="fel").status_code for _ in range(11)]
    assert codes == [403] * 10 + [429]


def test_tries_from_many_places_are_counted_together(client: FlaskClient) -> None:
    given = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert given is not None
    codes = [
        client.post(
            "/login",
            data={"csrf": given[1], "password": "fel"},
            environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
        ).status_code
        for number in range(51)
    ]
    assert codes == [403] * 50 + [429]


def test_no_log_holds_a_password_that_was_given(
    client: FlaskClient, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        post(client, "/login", password="nästan rätt hast batteri")
        post(client, "/login", password=PASSWORD)
    assert [record.getMessage() for record in caplog.records] == ["a login failed", "an operator logged in"]
    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "nästan rätt" not in said
    assert PASSWORD not in said


def test_what_was_in_a_session_before_the_login_is_worth_nothing_after_it(client: FlaskClient, post: Post) -> None:
    given = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert given is not None
    assert post(client, "/login", password=PASSWORD).status_code == 303
    assert client.post("/logout", data={"csrf": given[1]}).status_code == 400
    assert client.get("/operator").status_code == 200


def test_the_session_cookie_is_kept_from_scripts_and_from_other_sites(
    make_world: Callable[..., World], post: Post
) -> None:
    client = make_world(BEVAKA_PUBLIC_URL="https://bevaka.example/sidor").client()
    found = client.get("/sidor/login").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/sidor", "Secure"} <= set(found.split("; "))


def test_logging_out_ends_the_session(operator: FlaskClient, post: Post) -> None:
    assert operator.get("/operator").status_code == 200
    assert post(operator, "/operator", "/logout").status_code == 303
    assert operator.get("/operator").status_code == 303


def test_a_copy_of_the_cookie_is_worth_nothing_after_logging_out(operator: FlaskClient, post: Post) -> None:
    cookie = operator.get_cookie("bevaka")
    assert cookie is not None
    other = operator.application.test_client()
    other.set_cookie("bevaka", cookie.value)
    assert other.get("/operator").status_code == 200
    post(operator, "/operator", "/logout")
    assert other.get("/operator").status_code == 303
    operator.set_cookie("bevaka", cookie.value)
    assert operator.get("/operator").status_code == 303


def test_a_session_ends_by_itself(world: World, operator: FlaskClient) -> None:
    world.clock.at += timedelta(hours=12)
    assert operator.get("/operator").status_code == 303


def test_another_password_ends_every_session(make_world: Callable[..., World], post: Post) -> None:
    first = make_world().client()
    post(first, "/login", password=PASSWORD)
    cookie = first.get_cookie("bevaka")
    assert cookie is not None
    second = make_world(BEVAKA_WEB_PASSWORD=generate_password_hash("ett annat", "pbkdf2:sha256:1")).client()
    second.set_cookie("bevaka", cookie.value)
    assert second.get("/operator").status_code == 303


def test_an_operators_pages_are_kept_by_no_cache(operator: FlaskClient) -> None:
    for address in ("/", "/operator", f"/watches/{COUNTY}"):
        assert operator.get(address).headers["Cache-Control"] == "no-store"


def test_looking_now_says_what_was_seen(world: World, operator: FlaskClient, post: Post) -> None:
    world.says[REGION] = page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    answer = post(operator, f"/watches/{REGION}", f"/operator/watches/{REGION}/check", back="watch")
    assert answer.headers["Location"] == f"/watches/{REGION}"
    assert "Region Sundmark: kunskapscentrum mot våld: nyss ändrad – " in operator.get(f"/watches/{REGION}").text
    assert state(world, REGION) == "changed"


def test_a_watch_is_paused_and_resumed(world: World, operator: FlaskClient, post: Post) -> None:
    post(operator, "/operator", f"/operator/watches/{REGION}/pause")
    assert "1 bevakning är pausad." in operator.get("/operator").text
    assert state(world, REGION) == "paused"
    assert "Bevakningen är pausad." in operator.get(f"/watches/{REGION}").text
    post(operator, f"/watches/{REGION}", f"/operator/watches/{REGION}/resume")
    assert state(world, REGION) == "not_seen"


def test_what_a_suspect_page_shows_is_seen_beside_the_last_copy_before_it_is_accepted(
    world: World, operator: FlaskClient
) -> None:
    world.says[TOWN] = page("Logga in", "Du måste logga in för att se sidan.")
    world.check(TOWN)
    assert f'href="/operator/watches/{TOWN}/suspect"' in operator.get("/operator").text
    text = operator.get(f"/operator/watches/{TOWN}/suspect").text
    assert "<ins>" in text
    assert "<del>" in text
    assert "Du måste logga in för att se sidan." in text
    assert f'action="/operator/watches/{TOWN}/accept"' in text
    assert operator.get(f"/operator/watches/{COUNTY}/suspect").status_code == 404
    assert world.client().get(f"/operator/watches/{TOWN}/suspect").status_code == 303


def test_what_a_suspect_page_shows_can_be_accepted(world: World, operator: FlaskClient, post: Post) -> None:
    assert "Se det som visas nu" in operator.get("/operator").text
    seen = text_shown(operator)
    for fields, code in (({}, 422), ({"text": seen}, 422), ({"sure": "yes"}, 400)):
        assert post(operator, "/operator", f"/operator/watches/{TOWN}/accept", **fields).status_code == code
    post(operator, "/operator", f"/operator/watches/{TOWN}/accept", text=seen, sure="yes")
    assert state(world, TOWN) == "changed"
    assert world.assembly.history.log(TOWN).rows[-1].revision == 2


def test_what_nobody_has_seen_is_not_accepted(world: World, operator: FlaskClient, post: Post) -> None:
    seen = text_shown(operator)
    world.says[TOWN] = page("Logga in", "Ange ditt lösenord och din kod för att fortsätta till sidan.")
    answer = post(operator, "/operator", f"/operator/watches/{TOWN}/accept", text=seen, sure="yes")
    assert answer.headers["Location"] == f"/operator/watches/{TOWN}/suspect"
    assert state(world, TOWN) == "suspect"
    text = operator.get(answer.headers["Location"]).text
    assert "något annat än det du såg" in text
    assert "Ange ditt lösenord" in text
    post(operator, "/operator", f"/operator/watches/{TOWN}/accept", text=text_shown(operator), sure="yes")
    assert state(world, TOWN) == "changed"


def test_the_desk_says_a_broken_schedule_and_a_host_that_is_asked_for_too_much(
    world: World, operator: FlaskClient
) -> None:
    assert "Schemafilen" not in operator.get("/operator").text
    path = world.assembly.settings.schedule
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("watches:", "watchs:"), encoding="utf-8")
    text = operator.get("/operator").text
    assert "Schemafilen har fel" in text
    assert "schedule.yaml:6: " in text
    assert "watchs" in text
    assert "Inget behöver göras." not in text
    pages = "".join(f"  p{n}:\n    url: https://busy.example/{n}\n    every: 30s\n" for n in range(30))
    path.write_text(before.replace("host_delay: 0s", "host_delay: 2s").rstrip("\n") + "\n" + pages, encoding="utf-8")
    text = operator.get("/operator").text
    assert "Schemafilen har fel" not in text
    assert "De 30 sidorna på busy.example behöver tillsammans 2,0 gånger den tid" in text


def test_an_action_on_a_watch_that_is_not_there_is_not_found(operator: FlaskClient, post: Post) -> None:
    for action in ("check", "pause"):
        assert post(operator, "/operator", f"/operator/watches/nobody/{action}").status_code == 404


def test_the_desk_shows_the_mails_and_owes_a_dead_one_again(world: World, operator: FlaskClient, post: Post) -> None:
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        ann = work.subscribers.add("ann@kommun.example", "sv", now, how="operator")
        work.subscribers.subscribe(ann, None, "immediately", now)
    world.says[REGION] = page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    with world.assembly.unit_of_work.write() as work:
        (owed,) = work.outbox.due(world.clock.now(), 10)
        delivery = work.outbox.claim(owed, world.clock.now(), timedelta(minutes=1))
        assert delivery
        work.outbox.dead(delivery, Attempt(world.clock.now(), "refused", 550, "no such <user>"))
    text = operator.get("/operator").text
    assert "ann@kommun.example" in text
    assert "no such &lt;user&gt;" in text
    assert "uppgivet: 1." in text
    assert "1 mejl har inte gått att leverera." in text
    post(operator, "/operator", f"/operator/deliveries/{owed}/retry")
    text = operator.get("/operator").text
    assert "Mejlet skickas på nytt." in text
    assert "väntar: 1." in text
    with world.assembly.unit_of_work.write() as work:
        work.subscribers.remove("ann@kommun.example", world.clock.now())
    post(operator, "/operator", f"/operator/deliveries/{owed}/retry")
    assert "Mejlet lämnades som det är" in operator.get("/operator").text


def test_the_desk_says_since_when_mails_wait(world: World, operator: FlaskClient) -> None:
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        ann = work.subscribers.add("ann@kommun.example", "sv", now, how="operator")
        work.subscribers.subscribe(ann, None, "immediately", now)
    world.says[REGION] = page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    assert "Mejl väntar" not in operator.get("/operator").text
    world.clock.sleep(2 * 60 * 60)
    text = operator.get("/operator").text
    assert re.search(r"1 mejl har väntat på att skickas sedan \d{4}-\d\d-\d\d kl\. \d\d\.\d\d\.", text)


def test_a_held_mass_change_names_every_page_with_its_sentence_and_its_difference(
    world: World, operator: FlaskClient
) -> None:
    now = world.clock.now()
    with world.assembly.unit_of_work.write() as work:
        ann = work.subscribers.add("ann@kommun.example", "sv", now, how="operator")
        work.subscribers.subscribe(ann, None, "immediately", now)
        mass_change = work.mass_changes.begin(now, now - timedelta(hours=1), 1, 1)
    world.says[REGION] = page("Kunskapscentrum", "Vi har flyttat.", "Ring oss på 010-111 11 11 om du har frågor.")
    world.check(REGION)
    with world.assembly.unit_of_work.write() as work:
        assert work.mass_changes.hold(mass_change, now - timedelta(hours=1)) == 1
    text = operator.get("/operator").text
    counted = '<span class="value">2 stycken</span> tillagda'
    assert re.search(rf'<li><a href="/watches/{REGION}/diff\?from=\d+&amp;to=\d+">[^<]+</a>: {counted}', text)
    assert "Ja, skicka inget om detta" in text


def test_with_nothing_held_there_is_nothing_to_release_or_discard(operator: FlaskClient, post: Post) -> None:
    post(operator, "/operator", "/operator/held/release")
    assert "0 mejl skickas." in operator.get("/operator").text
    post(operator, "/operator", "/operator/held/discard", sure="yes")
    assert "0 mejl kastades." in operator.get("/operator").text
