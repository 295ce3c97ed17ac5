"""Who is told, and what is owed to them: the commands for both."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from tests.acceptance.pages import county
from tests.acceptance.program import Bevaka
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site

ANN = "ann@kommun.example"


def is_time(text: object) -> bool:
    """ISO 8601 with an offset."""
    return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None


def test_people_come_and_go(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county(deadline=f"{day} mars")) for day in range(1, 9)]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    assert bevaka("subscribers", "add", ANN, "--language", "en").code == 0
    assert bevaka("subscribe", "page", ANN).code == 0
    [ann] = bevaka("subscribers", "list", "--json").rows
    assert (ann["address"], ann["state"], ann["language"]) == (ANN, "confirmed", "en")
    assert [(each["watch"], each["frequency"]) for each in ann["follows"]] == [("page", "immediately")]
    assert bevaka("check", "--json").row["owed"] == 1, "confirmed by the operator: mail at once"
    bevaka("deliver")
    assert str(message_from_bytes(bevaka.mails[0], policy=policy.default)["Subject"]).startswith("Changed: ")
    assert bevaka("subscribe", "page", ANN, "--weekly").code == 0
    assert [each["frequency"] for each in bevaka("subscribers", "list", "--json").row["follows"]] == ["weekly"]
    assert bevaka("unsubscribe", "page", ANN).code == 0
    assert bevaka("subscribers", "list", "--json").row["follows"] == []
    assert bevaka("check", "--json").row["owed"] == 0
    assert bevaka("subscribers", "remove", ANN).code == 0
    assert all(person["address"] != ANN or person["state"] != "confirmed" for person in _people(bevaka))


def test_who_follows_everything_follows_what_comes_later(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  old: {{url: {site.url}/old}}\n")
    bevaka("subscribe", "--all", ANN)
    bevaka.schedule(f"  new: {{url: {site.url}/}}\n")
    bevaka("check")
    assert bevaka("check", "--json").row["owed"] == 1
    assert bevaka("unsubscribe", "--all", ANN).code == 0


def test_what_was_owed_to_one_who_is_removed_is_cancelled(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("subscribe", "page", ANN)
    bevaka("check")
    bevaka("check")
    bevaka("subscribers", "remove", ANN)
    bevaka("deliver")
    assert bevaka.mails == []
    assert [row["state"] for row in bevaka("outbox", "list", "--json").rows] == ["cancelled"]


def _people(bevaka: Bevaka) -> list[Any]:
    return bevaka("subscribers", "list", "--json").rows


def test_outbox_list_in_json(lived: Bevaka) -> None:
    row = lived("outbox", "list", "--json").row
    keys = ["id", "state", "kind", "address", "watch", "message_id", "attempts", "next_attempt_at", "last_reply"]
    assert list(row) == keys
    assert (row["state"], row["address"], row["watch"], row["attempts"]) == ("pending", ANN, "county", 0)
    assert re.fullmatch(r"<[^<>\s]+@localhost>", row["message_id"])
    assert is_time(row["next_attempt_at"])
    assert row["last_reply"] is None


def test_a_refused_recipient_exits_with_5_and_may_be_tried_again(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    bevaka("subscribe", "page", ANN)
    bevaka("check")
    with MailServer(recipients={ANN: "550 5.1.1 no such user"}) as server:
        said = bevaka("deliver", BEVAKA_SMTP_URL=server.url())
        assert said.code == 5
        assert "1 dead" in said.err
    row = bevaka("outbox", "list", "--json").row
    assert (row["state"], row["attempts"]) == ("dead", 1)
    assert "550" in row["last_reply"] or "no such user" in row["last_reply"]
    shown = bevaka("outbox", "show", str(row["id"]), "--json").row
    assert [(each["outcome"], each["code"]) for each in shown["tries"]] == [("refused", 550)]
    assert bevaka("outbox", "retry", str(row["id"])).code == 2, "she is suspended"
    bevaka("subscribers", "add", ANN)
    assert bevaka("outbox", "retry", str(row["id"])).code == 0
    assert bevaka("deliver").code == 0
    assert bevaka("outbox", "list", "--json").row["message_id"] == row["message_id"]
