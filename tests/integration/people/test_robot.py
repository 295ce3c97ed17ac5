"""A link scanner that follows every link of every mail changes nothing; one click, a POST, unsubscribes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from monitor.core.model import Preferences
from monitor.core.people.sign_up import SignUp, Wish
from storage.tables import metadata
from tests.fakes.world import COUNTY, LAW, World, play_two_months
from tests.integration.people.conftest import ANN, Letterbox

PUBLIC = "http://127.0.0.1:8000"
BO, CIA = "bo@kommun.example", "cia@kommun.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with world.assembly.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def follows(world: World, address: str) -> set[str | None]:
    """Return the keys of the watches that a subscriber follows, None for all of them."""
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(address)
        return {key for _, key in work.subscribers.subscriptions(subscriber)} if subscriber else set()


def links(letterbox: Letterbox) -> list[str]:
    """Return the path of every address of the web page in every mail, from text, HTML and headers."""
    found: list[str] = []
    for mail in letterbox.mails:
        found += re.findall(rf'{re.escape(PUBLIC)}[^\s"<>]*', mail.message.text)
        found += [url.replace("&amp;", "&") for url in re.findall(r'href="([^"]*)"', mail.message.html)]
        found += [mail.message.leave_url] if mail.message.leave_url else []
    ours = (urlsplit(url) for url in dict.fromkeys(found) if url.startswith(PUBLIC))
    return [f"{url.path}?{url.query}" if url.query else url.path for url in ours]


@pytest.fixture(scope="module")
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, letterbox: Letterbox) -> Iterator[World]:
    """Yield a world whose subscribers, of every kind, got mails of every kind; no test here depends on another one."""
    world = World(tmp_path_factory.mktemp("robot"), notifier=letterbox)
    assembly = world.assembly
    assembly.synced_schedule()
    self_service = assembly.self_service

    def join(address: str, wish: Wish, *watches: str) -> str:
        asked = SignUp(address, "sv", watches or None, wish, Preferences(account=wish.frequency != "immediately"))
        assert self_service.request(asked, requester="192.0.2.1") == "sent"
        assembly.deliver.deliver_due()
        confirmed = self_service.confirm(str(letterbox.mails[-1].message.text).split("/confirm/")[1].split()[0])
        assert confirmed is not None
        return confirmed.manage

    join(ANN, Wish())
    join(BO, Wish("weekly"))
    join(CIA, Wish(), COUNTY, LAW)
    play_two_months(world)
    for _ in range(3):
        assembly.deliver.deliver_due()
        self_service.tidy()
        world.clock.sleep(4 * 86400)
    assembly.deliver.deliver_due()
    self_service.remind(ANN, requester="192.0.2.1")
    self_service.request(SignUp("new@kommun.example", "en", (COUNTY,)), requester="192.0.2.2")
    assembly.deliver.deliver_due()
    yield world
    world.close()


def test_a_robot_that_follows_every_link_changes_nothing(world: World, letterbox: Letterbox) -> None:
    kinds = {mail.list_id.partition(".")[0] for mail in letterbox.mails}
    assert kinds >= {"confirm", "link", "digest", COUNTY, LAW}
    found = links(letterbox)
    assert {path.split("/")[1] for path in found} == {"confirm", "manage", "leave", "watches"}
    before, client = everything(world), world.client()
    good = set()
    for path in found:
        for ask in (client.get, client.head):
            with ask(path, headers={"User-Agent": "LinkScanner/1.0"}) as answer:
                assert answer.status_code in {200, 404}, path  # some links have expired
                good.add(path.split("/")[1] if answer.status_code == 200 else "")
    assert good >= {"confirm", "manage", "leave", "watches"}
    assert everything(world) == before


def test_one_click_without_a_cookie_leaves_what_the_mail_came_through(world: World, letterbox: Letterbox) -> None:
    mail = next(mail for mail in letterbox.mails if mail.to == CIA and mail.list_id.startswith(COUNTY))
    assert mail.message.leave_url is not None
    path = urlsplit(mail.message.leave_url).path
    with world.client().post(path, data=ONE_CLICK) as answer:
        assert answer.status_code == 200
    assert follows(world, CIA) == {LAW}
    with world.client().post(path, data=ONE_CLICK) as answer:
        assert answer.status_code == 200  # a repeated click succeeds as well
    assert follows(world, CIA) == {LAW}
    assert follows(world, ANN) == {None}


def test_forged_links_get_one_answer_whatever_is_wrong_with_them(world: World, letterbox: Letterbox) -> None:
    confirm = next(mail for mail in letterbox.mails if mail.list_id.startswith("confirm"))
    token = confirm.message.text.split("/confirm/")[1].split()[0]
    forged = [token[:-1] + ("0" if token[-1] != "0" else "1"), "x", token.replace("confirm.1", "confirm.2")]
    client = world.client()
    for method, purpose in product(("get", "post"), ("confirm", "manage", "leave")):
        answers = set()
        for bad in forged:
            path = f"/{purpose}/{bad}"
            with client.open(path, method=method) as answer:
                answers.add((answer.status_code, answer.get_data(as_text=True).replace(path, "")))
        assert len(answers) == 1
    assert follows(world, ANN) == {None}
