"""Every variable of the environment."""

from __future__ import annotations

import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.acceptance.pages import county
from tests.acceptance.program import Bevaka
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site


@pytest.fixture
def owing(bevaka: Bevaka, site: Site) -> Bevaka:
    """One mail is owed."""
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    bevaka("subscribe", "page", "ann@kommun.example")
    assert bevaka("check", "--json").row["owed"] == 1
    return bevaka


def test_the_schedule_file_may_be_elsewhere(bevaka: Bevaka) -> None:
    (bevaka.folder / "other.yaml").write_text("version: 1\nwatches: {}\n")
    assert bevaka("schedule", "check", BEVAKA_SCHEDULE="other.yaml").out == "other.yaml: right, 0 watches\n"
    assert bevaka("schedule", "check").code == 2, "by default it is schedule.yaml"


def test_the_database_is_data_bevaka_db_unless_it_is_elsewhere(bevaka: Bevaka) -> None:
    bevaka("db", "upgrade")
    assert (bevaka.folder / "data" / "bevaka.db").is_file()
    bevaka("db", "upgrade", BEVAKA_DATABASE="sqlite:///elsewhere.db")
    assert (bevaka.folder / "elsewhere.db").is_file()


def test_without_a_mail_server_mails_go_into_a_maildir(owing: Bevaka) -> None:
    assert owing("deliver").code == 0
    [mail] = owing.mails
    assert message_from_bytes(mail, policy=policy.default)["From"] == "Bevaka <bevaka@localhost>"


def test_with_a_mail_server_mails_go_there(owing: Bevaka, mail_server: MailServer) -> None:
    said = owing("deliver", BEVAKA_SMTP_URL=mail_server.url(), BEVAKA_MAIL_FROM="Vakten <vakt@lan.example>")
    assert said.code == 0
    [mail] = mail_server.received
    assert (mail.mail_from, mail.to) == ("vakt@lan.example", "ann@kommun.example")
    assert message_from_bytes(mail.content, policy=policy.default)["From"] == "Vakten <vakt@lan.example>"
    assert owing.mails == []


def test_private_networks_are_refused_unless_they_are_named(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    row = bevaka("check", "--json", BEVAKA_ALLOW_NETWORKS="").row
    assert row["outcome"] == "not_seen"
    assert "privat nät" in row["reason"]
    assert bevaka("check", "--json", BEVAKA_ALLOW_NETWORKS="10.0.0.0/8").row["outcome"] == "not_seen"
    assert site.requests == []
    assert bevaka("check", "--json", BEVAKA_ALLOW_NETWORKS="10.0.0.0/8, 127.0.0.0/8").row["outcome"] == "first"


def test_the_user_agent_is_honest_and_names_the_operator(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    bevaka("check", BEVAKA_OPERATOR="drift@lan.example")
    bevaka("check", BEVAKA_PUBLIC_URL="https://bevaka.lan.example")
    plain, operator, public = (request.headers["User-Agent"] for request in site.asked("/"))
    assert plain.startswith("Bevaka/")
    assert "drift@lan.example" in operator
    assert "https://bevaka.lan.example" in public


def test_no_secret_is_shown_in_messages(owing: Bevaka) -> None:
    said = owing("deliver", BEVAKA_SMTP_URL="smtp+starttls://bo:hemligt@127.0.0.1:1")
    assert "hemligt" not in said.err + said.out
    said = owing("deliver", BEVAKA_SMTP_URL="smtpx://bo:hemligt@host")
    assert said.code == 2
    assert "hemligt" not in said.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEVAKA_DATABASE", "bevaka.db"),
        ("BEVAKA_SMTP_URL", "mail.example.org"),
        ("BEVAKA_MAIL_FROM", "Bevaka"),
        ("BEVAKA_PUBLIC_URL", "bevaka.example.org"),
        ("BEVAKA_OPERATOR", "the operator"),
        ("BEVAKA_WEB_BIND", "8000"),
        ("BEVAKA_ALLOW_NETWORKS", "127.0.0.1/8"),
        ("BEVAKA_ALOW_NETWORKS", "127.0.0.0/8"),
    ],
)
def test_a_wrong_variable_is_named_and_exits_with_2(bevaka: Bevaka, name: str, value: str) -> None:
    bevaka.schedule("  page: {url: https://example.org/}\n")
    said = bevaka("check", **{name: value})
    assert (said.code, said.out) == (2, "")
    assert name in said.err
    assert "Traceback" not in said.err


def test_what_is_kept_is_for_its_owner_alone(owing: Bevaka) -> None:
    owing("deliver")
    folder: Path = owing.folder / "data"
    for path in [folder / "bevaka.db", *(folder / "mail" / "new").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0, path
