"""`mail`, `bounce`, and what the operator does for subscribers."""

from __future__ import annotations

import hmac
import io
import os
import re
import sys
import webbrowser
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor.core.people.signed_links import Signer
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

ANN = "ann@kommun.example"
BOUNCES = Path(__file__).parents[2] / "data" / "bounces"
TEMPLATE = "bounces+17.00112233445566778899@bevaka.example"


@pytest.fixture
def changed(bevaka: Bevaka, site: Site, county: Path) -> None:
    """Change the county's page, so that a mail is owed to Ann."""
    bevaka("check")
    bevaka("subscribe", "county", ANN)
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    bevaka("check")


def newest(folder: Path) -> EmailMessage:
    path = max((folder / "data" / "mail" / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)


# mail


@pytest.mark.usefixtures("changed")
def test_a_preview_is_the_mail_that_a_reader_gets(bevaka: Bevaka, tmp_path: Path) -> None:
    shown = bevaka("mail", "preview", "county")
    bevaka("deliver")
    mail = newest(tmp_path)
    assert shown.out.startswith(f"{mail['Subject']}\n\nVÄSENTLIG ÄNDRING · Länsstyrelsen Norrvik\n")
    text = mail.get_body(("plain",))
    assert text is not None
    received = text.get_content().replace("\r\n", "\n")
    assert shown.out.split("Du får detta")[0].partition("\n\n")[2] == received.split("Du får detta")[0]
    assert bevaka("mail", "preview", "county", "--language", "en").out.startswith("Changed: ")
    assert bevaka("mail", "preview", "county", "--html").out.startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("changed")
def test_a_preview_can_be_opened_in_a_browser(bevaka: Bevaka, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)  # the machine's own browser must not open in a test
    said = bevaka("mail", "preview", "county", "--open")
    path = Path(said.err.partition("shown: ")[2].strip())
    assert opened == [path.as_uri()]
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    path.unlink()


def test_what_has_not_changed_has_no_preview(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    said = bevaka("mail", "preview", "county")
    assert said.code == 2
    assert "nothing to tell yet" in said.err
    assert bevaka("mail", "preview", "nowhere").code == 2


def test_a_trial_mail_says_what_the_server_said(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert bevaka("mail", "test", ANN).err.startswith("taken: written to data/mail/new/")
    assert newest(tmp_path)["Subject"] == "Provmejl från Bevaka"
    with MailServer(recipients={"gone@kommun.example": "550 5.1.1 no such user"}) as server:
        monkeypatch.setenv("BEVAKA_SMTP_URL", server.url())
        assert bevaka("mail", "test", ANN, "--language", "en").err.startswith("taken: 250")
        said = bevaka("mail", "test", "gone@kommun.example")
        assert (said.code, said.err) == (5, "not taken: 550 5.1.1 no such user\n")
    assert [mail.to for mail in server.received] == [ANN]


# bounce


@pytest.fixture
def report(bevaka: Bevaka, monkeypatch: pytest.MonkeyPatch, changed: None) -> bytes:
    """Send Ann's mail and return the report that it bounced."""
    monkeypatch.setenv("BEVAKA_SECRET_KEY", "a key of this test")
    monkeypatch.setenv("BEVAKA_BOUNCE_ADDRESS", "bounces@bevaka.example")
    with MailServer() as server:
        monkeypatch.setenv("BEVAKA_SMTP_URL", server.url())
        assert bevaka("deliver").code == 0
    (mail,) = server.received
    assert mail.mail_from.startswith("bounces+1.")
    signer = Signer(hmac.digest(b"a key of this test", b"links", "sha256"))
    assert signer.returned(mail.mail_from) == 1
    return (BOUNCES / "unknown-user.eml").read_bytes().replace(TEMPLATE.encode(), mail.mail_from.encode())


def test_a_report_from_a_pipe_suspends_who_is_not_there(
    bevaka: Bevaka, report: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report)))
    assert bevaka("bounce").err == "1 suspended somebody\n"
    (row,) = bevaka("subscribers", "list", "--json").rows
    assert row["state"] == "suspended"
    assert row["state_reason"].endswith(" bounced 5.1.1")
    assert "suspended (bounced 5.1.1)" in bevaka("subscribers", "list").out
    assert "1 person is suspended" in bevaka("status").err
    assert bevaka("subscribers", "confirm", ANN).code == 0
    assert bevaka("subscribers", "list", "--json").rows[0]["state"] == "confirmed"


def test_reports_in_a_maildir_are_read_once(bevaka: Bevaka, report: bytes, tmp_path: Path) -> None:
    new = tmp_path / "bounces" / "new"
    new.mkdir(parents=True)
    (new / "1.report").write_bytes(report)
    (new / "2.report").write_bytes(report)
    (new / "3.spam").write_bytes(b"Subject: hello\n\n")
    counts = {"suspended": 1, "noted": 0, "known": 1, "left": 0, "ignored": 1, "failed": 0}
    assert bevaka("bounce", "bounces", "--json").rows == [counts]
    assert sorted(path.name for path in (tmp_path / "bounces" / "cur").iterdir()) == [
        "1.report:2,S",
        "2.report:2,S",
        "3.spam:2,S",
    ]
    assert bevaka("bounce", "bounces").err == "no new mail\n"


def test_a_mail_that_cannot_be_read_is_put_aside_and_the_next_one_is_read(
    bevaka: Bevaka, report: bytes, tmp_path: Path
) -> None:
    new = tmp_path / "bounces" / "new"
    new.mkdir(parents=True)
    parts = "".join(f"--{n}\nContent-Type: multipart/mixed; boundary={n + 1}\n\n" for n in range(2_000))
    (new / "1.nested").write_text(f"Content-Type: multipart/mixed; boundary=0\n\n{parts}")
    (new / "2.folder").mkdir()
    (new / "3.link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(new / "4.pipe")
    (new / "5.large").write_bytes(report + b"a" * 2_000_000)
    (new / "6.report").write_bytes(report)
    said = bevaka("bounce", "bounces", "--json")
    counts = {"suspended": 1, "noted": 0, "known": 1, "left": 0, "ignored": 0, "failed": 4}
    assert said.rows == [counts]
    failed = tmp_path / "bounces" / "failed"
    for name in ("1.nested", "2.folder", "3.link", "4.pipe"):
        assert f"{name} could not be read; it is in bounces/failed" in said.err
        assert (failed / name).is_symlink() or (failed / name).exists()
    assert list(new.iterdir()) == []
    assert bevaka("bounce", "bounces").err == "no new mail\n"


# What the operator does for subscribers


def test_a_person_is_forgotten_with_her_address(bevaka: Bevaka, changed: None, tmp_path: Path) -> None:
    bevaka("deliver")
    said = bevaka("subscribers", "forget", ANN.upper())
    assert said.code == 0
    assert "is erased" in said.err
    assert "data/mail still name the address" in said.err
    assert bevaka("subscribers", "list", "--json").rows == []
    assert [row["address"] for row in bevaka("outbox", "list", "--json").rows] == [""]
    assert ANN.encode() not in b"".join(path.read_bytes() for path in (tmp_path / "data").glob("bevaka.db*"))
    assert bevaka("verify").code == 0
    assert bevaka("subscribers", "forget", ANN).code == 2


def test_who_was_removed_can_still_be_forgotten(bevaka: Bevaka, site: Site) -> None:
    bevaka("subscribe", "county", ANN)
    bevaka("subscribers", "remove", ANN)
    assert bevaka("subscribers", "forget", ANN).code == 0


def test_only_who_is_known_can_be_confirmed(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("subscribers", "confirm", ANN)
    assert said.code == 2
    assert f"bevaka subscribers add {ANN}" in said.err


def test_preferences_are_set_one_by_one_and_kept(bevaka: Bevaka, site: Site) -> None:
    bevaka("subscribe", "county", ANN, "--weekly", "--material-only")
    said = bevaka("subscribers", "prefer", ANN, "--digest-at", "07:30", "--weekday", "friday", "--quiet", "20:00-07:00")
    assert said.err == (
        f"{ANN}: digests at 07:30, weekly ones on Fridays, in the watch's time zone, nothing from 20:00 to 07:00; "
        "mails in Swedish\n"
    )
    bevaka("subscribers", "prefer", ANN, "--timezone", "Europe/Helsinki", "--account", "--language", "en")
    (row,) = bevaka("subscribers", "list", "--json").rows
    assert row["preferences"] == {
        "timezone": "Europe/Helsinki",
        "digest_at": "07:30",
        "digest_weekday": "friday",
        "quiet": "20:00-07:00",
        "account": True,
    }
    assert row["language"] == "en"
    assert row["follows"][0]["material_only"] is True
    assert "told on Fridays" in bevaka("subscribe", "county", ANN, "--weekly").err
    bevaka("subscribers", "prefer", ANN, "--quiet", "none", "--no-account")
    (row,) = bevaka("subscribers", "list", "--json").rows
    assert (row["preferences"]["quiet"], row["preferences"]["account"]) == (None, False)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--digest-at", "25:00"),
        ("--quiet", "20-7"),
        ("--quiet", "20:00"),
        ("--timezone", "Europe/Nowhere"),
        ("--weekday", "fri"),
    ],
)
def test_a_wrong_preference_is_a_usage_error(bevaka: Bevaka, site: Site, option: str, value: str) -> None:
    bevaka("subscribers", "add", ANN)
    said = bevaka("subscribers", "prefer", ANN, option, value)
    assert said.code == 2
    assert re.search(r"write e\.g\.|is not one of", said.err)


def test_preferences_of_nobody_cannot_be_set(bevaka: Bevaka, site: Site) -> None:
    assert bevaka("subscribers", "prefer", ANN, "--account").code == 2


# A mass change


def six_pages(tmp_path: Path, site: Site) -> None:
    watches = "".join(f"  page-{n}:\n    name: Page {n}\n    url: {site.url}/page-{n}\n" for n in range(6))
    (tmp_path / "schedule.yaml").write_text(f"version: 1\ndefaults:\n  host_delay: 0s\nwatches:\n{watches}")


def all_say(site: Site, body: bytes) -> None:
    site.pages.update({f"/page-{number}": Answer(body) for number in range(6)})


def test_a_mass_change_is_held_and_released_or_discarded(
    bevaka: Bevaka, site: Site, county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEVAKA_OPERATOR", "drift@lan.example")
    before, after = ((county / f"{name}.html").read_bytes() for name in ("before", "after"))
    six_pages(tmp_path, site)
    all_say(site, before)
    bevaka("check")
    bevaka("subscribe", "--all", ANN)
    assert bevaka("outbox", "release").code == 2
    for decision, state in (("release", "pending"), ("discard", "cancelled")):
        all_say(site, after if state == "pending" else before)
        bevaka("check")
        said = bevaka("deliver")
        assert "6 mails are held: 6 of 6 pages changed in one round" in said.err
        assert "6 mails are held" in bevaka("status").err
        assert "6 mails are held: 6 of 6 pages changed in one round" in bevaka("doctor").out
        held = bevaka("outbox", "list", "--state", "held", "--json").rows
        assert len(held) == 6
        assert "waits for a decision: bevaka outbox release, or discard" in bevaka("outbox", "list").out
        assert bevaka("outbox", decision).err.startswith(f"6 mails {decision}")
        ids = {row["id"] for row in held}
        rows = bevaka("outbox", "list", "--json").rows
        assert {row["state"] for row in rows if row["id"] in ids} == {state}
        bevaka("deliver")
    assert len(list((tmp_path / "data" / "mail" / "new").iterdir())) == 6


def test_without_an_operator_to_ask_a_mass_change_is_told(
    bevaka: Bevaka, site: Site, county: Path, tmp_path: Path
) -> None:
    six_pages(tmp_path, site)
    all_say(site, (county / "before.html").read_bytes())
    bevaka("check")
    bevaka("subscribe", "--all", ANN)
    all_say(site, (county / "after.html").read_bytes())
    bevaka("check")
    bevaka("deliver")
    assert len(list((tmp_path / "data" / "mail" / "new").iterdir())) == 6
