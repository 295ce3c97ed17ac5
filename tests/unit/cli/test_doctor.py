"""`doctor`: each problem is named, with its remedy."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bevaka.cli.doctor_checks import LEAST_FREE, room
from storage.types import microseconds
from tests.fakes.mail_server import CERTIFICATE, MailServer
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka


def states(bevaka: Bevaka) -> dict[str, str]:
    """Return the state of every check; the worst one where a check has several findings."""
    said = bevaka("doctor", "--json")
    order = ["ok", "warning", "problem"]
    found: dict[str, str] = {}
    for row in said.rows:
        assert (row["fix"] is None) == (row["state"] == "ok"), "whatever is not well has a fix"
        found[row["check"]] = max(found.get(row["check"], "ok"), row["state"], key=order.index)
    assert said.code == (2 if "problem" in found.values() else 0)
    return found


def fix(bevaka: Bevaka, check: str) -> str:
    return next(f"{row['what']} → {row['fix']}" for row in bevaka("doctor", "--json").rows if row["check"] == check)


def edit(tmp_path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database, database:
        database.execute(statement, values)


def test_a_new_installation_has_no_problem_and_nothing_is_made(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    found = states(bevaka)
    assert found["schedule"] == found["database"] == found["disk"] == "ok"
    assert found["mail server"] == found["operator"] == found["public address"] == "warning"
    assert not (tmp_path / "data").exists()


def test_a_good_installation_is_all_right(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bevaka("check")
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("BEVAKA_OPERATOR", "ann@drift.se")
    monkeypatch.setenv("BEVAKA_PUBLIC_URL", "https://bevaka.drift.se")
    monkeypatch.setenv("BEVAKA_MAIL_FROM", "Bevaka <bevaka@drift.se>")
    with MailServer(tls="starttls", password="right") as server:
        monkeypatch.setenv("BEVAKA_SMTP_URL", server.url(login="ann:right@"))
        assert set(states(bevaka).values()) == {"ok"}
        assert server.logins == ["ann"]
    assert (server.received, server.attempted) == ([], []), "nothing is sent"


def test_what_it_says_to_a_person(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatchs: {}\nother: 7\n")
    said = bevaka("doctor")
    assert said.code == 2
    assert "PROBLEM  schedule" in said.out
    assert "schedule.yaml:2: unknown key 'watchs'" in said.out
    assert "schedule.yaml:3" in said.out
    assert "→ Mend the file" in said.out
    assert "1 problem" in said.err


def test_a_schedule_without_a_watch_is_a_warning(bevaka: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatches: {}\n")
    assert states(bevaka)["schedule"] == "warning"


@pytest.mark.parametrize(
    ("login", "said"),
    [("ann:wrong@", "user, password"), ("", "takes our mails → None")],
)
def test_the_mail_server_is_logged_in_to(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch, login: str, said: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with MailServer(tls="starttls", password="right") as server:
        monkeypatch.setenv("BEVAKA_SMTP_URL", server.url(login=login))
        found = fix(bevaka, "mail server")
    assert said in found
    assert "wrong" not in found.replace("What is wrong", "")


def test_a_certificate_that_is_not_trusted_and_a_server_that_is_not_there(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(tls="implicit") as server:
        monkeypatch.setenv("BEVAKA_SMTP_URL", server.url())
        assert "TLS" in fix(bevaka, "mail server")
        assert states(bevaka)["mail server"] == "problem"
    monkeypatch.setenv("BEVAKA_SMTP_URL", "smtp://127.0.0.1:9")
    assert "no connection" in fix(bevaka, "mail server")


def test_a_key_that_could_be_guessed_is_told_and_not_shown(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEVAKA_SECRET_KEY", "hemlighet" * 4)
    assert "key" not in states(bevaka)
    monkeypatch.setenv("BEVAKA_SECRET_KEY", "hemlighet")
    assert states(bevaka)["key"] == "warning"
    assert "hemlighet" not in bevaka("doctor").out


def test_a_key_file_without_a_key_is_a_problem_with_a_cure(
    bevaka: Bevaka, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BEVAKA_SECRET_KEY", raising=False)
    bevaka("check")
    file = tmp_path / "data" / "secret_key"
    file.write_text("ab" * 32)
    assert "key" not in states(bevaka)
    file.write_text("")
    assert states(bevaka)["key"] == "problem"
    assert "Put it back from a backup" in fix(bevaka, "key")


@pytest.mark.parametrize("command", ["doctor", "status", "check", "verify"])
def test_a_database_elsewhere_is_named_without_its_password(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("BEVAKA_DATABASE", "postgresql://bevaka:hemligt@127.0.0.1:9/bevaka")
    said = bevaka(command)
    assert said.code == 2
    assert "hemligt" not in said.out + said.err


def test_a_sender_that_a_server_refuses_is_a_problem(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(senders=("550 5.7.1 not you",)) as server:
        monkeypatch.setenv("BEVAKA_SMTP_URL", server.url())
        assert "550 5.7.1 not you" in fix(bevaka, "mail server")
        assert states(bevaka)["sender"] == "problem", "bevaka@localhost is nobody's address"


def test_a_server_elsewhere_without_tls_is_a_warning(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEVAKA_PUBLIC_URL", "http://bevaka.drift.se")
    assert "without TLS" in fix(bevaka, "public address")


def test_files_that_others_can_read_are_named(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    assert states(bevaka)["permissions"] == "ok"
    (tmp_path / "data" / "bevaka.db").chmod(0o644)
    assert states(bevaka)["permissions"] == "warning"
    assert "chmod 600 data/bevaka.db" in fix(bevaka, "permissions")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "schema 9999"),
        ("DROP TABLE alembic_version", "no database of Bevaka"),
    ],
)
def test_a_database_that_is_not_ours_is_a_problem(
    bevaka: Bevaka, site: Site, tmp_path: Path, damage: str, said: str
) -> None:
    bevaka("check")
    edit(tmp_path, damage)
    assert states(bevaka)["database"] == "problem"
    assert said in fix(bevaka, "database")


def test_a_watch_that_is_overdue_says_that_it_is_not_checked(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    assert states(bevaka)["last round"] == "ok"
    edit(tmp_path, "UPDATE watches SET next_check_at = ?", microseconds(datetime.now(UTC) - timedelta(hours=2)))
    assert states(bevaka)["last round"] == "problem"
    assert "1 watch is overdue (county)" in fix(bevaka, "last round")
    bevaka("watch", "pause", "county")
    assert states(bevaka)["last round"] == "ok"


def test_a_clock_that_was_set_back_is_a_problem(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    edit(tmp_path, "UPDATE watches SET last_seen_at = ?", microseconds(datetime.now(UTC) + timedelta(days=2)))
    assert states(bevaka)["clock"] == "problem"


def test_all_times_are_in_the_time_zone_of_the_schedule_and_of_one_form(
    bevaka: Bevaka, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(file.read_text().replace("version: 1\n", "version: 1\ntimezone: Pacific/Auckland\n"))
    bevaka("check")
    zone = ZoneInfo("Pacific/Auckland")
    now = datetime.now(UTC)
    said = bevaka("doctor").out
    times = [
        datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        for text in re.findall(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", said)
    ]
    assert len(times) == 2, "the clock, and when a page was last seen"
    assert all(abs(at - now) < timedelta(minutes=2) for at in times)
    assert "Pacific/Auckland" in said
    edit(tmp_path, "UPDATE watches SET last_seen_at = ?", microseconds(now + timedelta(days=2)))
    said = bevaka("doctor").out
    assert f"last seen at {(now + timedelta(days=2)).astimezone(zone):%Y-%m-%d %H:}" in said
    assert "UTC" not in said


@pytest.mark.parametrize(
    ("headers", "state"),
    [
        ([["Date", "Tue, 24 Nov 1998 16:09:48 GMT"]], "warning"),
        ([["Date", "Tue, 24 Nov 1998 16:09:48 GMT"], ["Age", "9"]], "ok"),
        ([["Date", "soon"]], "ok"),
        ([], "ok"),
    ],
)
def test_a_clock_that_differs_from_the_servers_is_a_warning(
    bevaka: Bevaka, site: Site, tmp_path: Path, headers: list[list[str]], state: str
) -> None:
    bevaka("check")
    edit(tmp_path, "UPDATE snapshots SET headers = ?", json.dumps(headers))
    assert states(bevaka)["clock"] == state


def test_mails_that_wait_and_mails_that_were_given_up_are_told(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    bevaka("subscribers", "add", "ann@kommun.example")
    long_ago = microseconds(datetime.now(UTC) - timedelta(hours=3))
    edit(
        tmp_path,
        "INSERT INTO deliveries (subscriber_id, kind, state, dedup_key, message_id, thread_id, created_at,"
        " next_attempt_at, attempts, last_reply, lease_token)"
        " VALUES (1, 'mail', 'pending', 'k', '<a@b>', '<a@b>', ?, ?, 1, '451 later', 0)",
        long_ago,
        long_ago,
    )
    assert states(bevaka)["mails"] == "problem"
    assert "1 mail waits to be sent; the last answer: 451 later" in fix(bevaka, "mails")
    edit(tmp_path, "UPDATE deliveries SET state = 'dead'")
    assert states(bevaka)["mails"] == "warning"


@pytest.mark.parametrize(
    ("free", "size", "state"),
    [(LEAST_FREE - 1, 0, "problem"), (LEAST_FREE, LEAST_FREE + 1, "warning"), (LEAST_FREE, LEAST_FREE, "ok")],
)
def test_a_disk_that_is_nearly_full_is_told(free: int, size: int, state: str) -> None:
    assert room(free, size, Path("/srv")).state == state


@pytest.fixture
def read_only(bevaka: Bevaka, site: Site, county: Path, tmp_path: Path) -> Iterator[Bevaka]:
    """Yield the program, whose data are on a disk that is mounted read-only."""
    assert bevaka("check").code == 0
    data = tmp_path / "data"
    for options in (("--bind", str(data)), ("-o", "remount,ro,bind")):
        done = subprocess.run(["mount", *options, str(data)], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    yield bevaka
    subprocess.run(["umount", str(data)], check=True)


def test_a_read_only_disk_is_called_one_and_nothing_is_to_be_restored(read_only: Bevaka) -> None:
    rows = {row["check"]: row for row in read_only("doctor", "--json").rows if row["state"] == "problem"}
    assert "is on a disk that is mounted read-only" in rows["permissions"]["what"]
    assert "Mount it writable" in rows["permissions"]["fix"]
    assert "cannot be written" in rows["database"]["what"]
    assert "there is nothing to restore" in rows["database"]["fix"]
    assert "cannot be written" in read_only("status").err


def test_pages_that_the_latest_check_did_not_see_are_named(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    page, *others = list(site.pages)
    good = site.pages[page]
    site.pages[page] = Answer("", 500)
    bevaka("check")
    assert states(bevaka)["last round"] == ("warning" if others else "problem")
    for path in others:
        site.pages[path] = Answer("", 500)
    bevaka("check")
    assert states(bevaka)["last round"] == "problem"
    assert "not seen at the latest check (" in fix(bevaka, "last round")
    site.pages[page] = good
    bevaka("check")
    assert (states(bevaka)["last round"] == "ok") == (not others)


def test_who_is_suspended_is_counted(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    bevaka("subscribers", "add", "ann@kommun.example")
    edit(tmp_path, "UPDATE subscribers SET state = 'suspended', state_reason = '2026-03-01T09:00:00+00:00 550 gone'")
    assert states(bevaka)["mails"] == "warning"
    assert "1 person is suspended, mail came back" in fix(bevaka, "mails")


def test_a_page_of_a_host_to_be_left_alone_is_not_overdue_and_says_when_it_is_checked(
    bevaka: Bevaka, site: Site, tmp_path: Path
) -> None:
    bevaka("check")
    long_ago, tomorrow = datetime.now(UTC) - timedelta(hours=20), datetime.now(UTC) + timedelta(hours=23)
    edit(tmp_path, "UPDATE watches SET next_check_at = ?", microseconds(long_ago))
    assert states(bevaka)["last round"] == "problem"
    edit(tmp_path, "UPDATE hosts SET held_until = ?", microseconds(tomorrow))
    assert states(bevaka)["last round"] == "ok"
    day = tomorrow.astimezone(ZoneInfo("Europe/Stockholm")).date().isoformat()
    said = bevaka("status")
    assert re.search(rf"{day} \d\d:\d\d.*, when its host may be asked again \(Retry-After\)", said.out)
    assert "overdue" not in said.out + said.err


def test_a_host_that_asks_to_be_left_alone_is_named_with_until_when(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    assert "hosts" not in states(bevaka)
    for path in list(site.pages):
        site.pages[path] = Answer("", 503, headers={"Retry-After": "3600"})
    bevaka("check")
    assert "asks to be left alone until 20" in fix(bevaka, "hosts")
    assert states(bevaka)["hosts"] == "warning"
