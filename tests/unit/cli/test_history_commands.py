"""A page's history at the terminal: checked, changed, mailed, and shown again."""

from __future__ import annotations

import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

ANN = "ann@kommun.example"


@pytest.fixture
def changed(bevaka: Bevaka, site: Site, county: Path) -> Bevaka:
    """Make a first check, a subscription, and a change that is not mailed yet."""
    bevaka("check")
    bevaka("subscribe", "county", ANN)
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    assert bevaka("check").code == 0
    return bevaka


def test_the_first_check_gives_the_first_revision(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("check")
    assert said.code == 0
    assert said.out == "county  first      #1   first copy\n"
    assert said.err == "1 checked, 1 first; 0 mails queued\n"


def test_check_has_the_fixed_json_form(bevaka: Bevaka, site: Site, county: Path) -> None:
    bevaka("check")
    bevaka("subscribe", "county", ANN)
    assert bevaka("check", "--json").rows == [
        {
            "watch": "county",
            "outcome": "unchanged",
            "revision": 1,
            "material": None,
            "summary": None,
            "reason": None,
            "owed": 0,
        }
    ]
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    [row] = bevaka("check", "--json").rows
    assert (row["outcome"], row["revision"], row["material"], row["owed"]) == ("changed", 2, True, 1)
    assert set(row["summary"]) == {"sv", "en"}


def test_exit_code_says_that_something_changed(bevaka: Bevaka, site: Site, county: Path) -> None:
    assert bevaka("check", "--exit-code").code == 0
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    assert bevaka("check", "--exit-code").code == 1


def test_a_dry_run_tells_and_records_nothing(bevaka: Bevaka, site: Site, county: Path) -> None:
    bevaka("check")
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    said = bevaka("check", "--dry-run")
    assert "CHANGED" in said.out
    assert said.err == "1 checked, 1 changed; nothing recorded\n"
    assert [row["revision"] for row in bevaka("log", "county", "--json").rows] == [1]


def test_a_page_that_is_not_seen_exits_with_3_and_counts(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    site.pages["/county"] = Answer("down", 503)
    bevaka("check")
    said = bevaka("check")
    assert said.code == 3
    assert said.out.startswith("county  NOT SEEN   webbplatsen svarade 503")
    assert said.out.endswith("(2nd time)\n")
    assert "1 checked, 1 not seen" in said.err
    [row] = bevaka("status", "--json").rows
    assert (row["state"], row["failures"]) == ("not_seen", 2)
    assert "(2 in a row)" in bevaka("status").out
    assert "not seen" in bevaka("log", "county", "--checks").out


def test_only_the_watches_that_are_named_are_checked(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("check", "nix")
    assert said.code == 2
    assert "no watch is called 'nix'" in said.err
    assert site.requests == []


def test_an_empty_schedule_is_no_error(bevaka: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatches: {}\n")
    said = bevaka("check")
    assert (said.code, said.out) == (0, "")
    assert "nothing is watched" in said.err


def test_log_tells_the_newest_first(changed: Bevaka) -> None:
    newest, first = changed("log", "county").out.splitlines()
    assert newest.startswith("#2  ")
    assert "material" in newest
    assert "; sidans datum 2021-11-18 → 2024-03-01" in newest
    assert first.startswith("#1  ")
    assert re.search(r"\d\d:\d\d  first copy   \(in all: 0 checks unchanged\)$", first)


def test_log_and_status_say_what_did_not_see_the_page(changed: Bevaka, site: Site) -> None:
    assert changed("log", "county").err == ""
    whole = site.pages["/county"]
    site.pages["/county"] = Answer(b"", status=503)
    changed("check")
    changed("check")
    site.pages["/county"] = Answer(b"<html><body><h1>Logga in</h1><p>Du beh\xc3\xb6ver logga in.</p></body></html>")
    assert " SUSPECT " in changed("check").out
    said = changed("log", "county").err
    assert re.search(r"^3 checks did not see the page \(2 not seen, 1 suspect\), last at \d.*: bevaka log", said)
    assert "\nsuspect now: " in said
    assert [(row["state"], row["failures"]) for row in changed("status", "--json").rows] == [("suspect", 3)]
    site.pages["/county"] = whole
    changed("check")
    assert "(2 not seen, 1 suspect)" in changed("log", "county").err
    assert " now: " not in changed("log", "county").err
    assert "since the oldest revision listed" in changed("log", "county", "--newest", "1").err
    assert [(row["state"], row["failures"]) for row in changed("status", "--json").rows] == [("unchanged", 0)]


def test_log_has_the_fixed_json_form(changed: Bevaka) -> None:
    rows = changed("log", "county", "--json").rows
    assert [row["revision"] for row in rows] == [2, 1]
    assert [row["outcome"] for row in rows] == ["changed", "first"]
    assert all(list(row) == ["revision", "at", "outcome", "material", "summary", "sha256"] for row in rows)
    runs = changed("log", "county", "--checks", "--json").rows
    assert [(run["outcome"], run["count"], run["revision"]) for run in runs] == [("changed", 1, 2), ("first", 1, 1)]


def test_diff_marks_the_words_and_exits_with_1(changed: Bevaka) -> None:
    said = changed("diff", "county")
    assert said.code == 1
    assert said.out.startswith("county#1 → #2   ")
    assert "[-1 mars-]{+1 april+}" in said.out
    [row] = changed("diff", "county#1", "county#2", "--json").rows
    assert (row["from"], row["to"], row["before"], row["after"]) == (1, 2, "county#1", "county#2")
    assert row["material"]
    same = changed("diff", "county#2", "county#2")
    assert (same.code, same.out.splitlines()[-1]) == (0, "nothing differs")


def test_show_gives_text_headers_and_the_very_bytes(changed: Bevaka, county: Path) -> None:
    assert "taken    " in changed("show", "county").out
    text = changed("show", "county~1", "--text").out
    assert text.startswith("# Våld i nära relationer\n")
    assert "1 mars" in text
    assert "1 april" in changed("show", "county#2", "--text").out
    assert changed("show", "county#1", "--raw").out.encode() == (county / "before.html").read_bytes()
    assert re.search(r"(?m)^Content-Type: text/html; charset=utf-8$", changed("show", "county", "--headers").out)
    [row] = changed("show", "county", "--json").rows
    assert (row["watch"], row["revision"], row["updated"]["date"]) == ("county", 2, "2024-03-01")


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("county#9", "no revision 'county#9'; the newest is #2"),
        ("county~5", "no revision 'county~5'; the newest is #2"),
        ("county@1999-01-01", "the first copy is from 20"),
        ("county#x", "is no revision; write WATCH, WATCH~1, WATCH#12 or WATCH@2026-03-01"),
        ("nix#1", "no watch is called 'nix'; known are: county"),
    ],
)
def test_an_unknown_revision_says_which_there_are(changed: Bevaka, revision: str, words: str) -> None:
    said = changed("show", revision)
    assert said.code == 2
    assert words in said.err


def test_what_is_owed_is_listed_sent_and_listed_as_sent(changed: Bevaka, tmp_path: Path) -> None:
    [owed] = changed("outbox", "list", "--json").rows
    keys = ["id", "state", "kind", "address", "watch", "message_id", "attempts", "next_attempt_at", "last_reply"]
    assert list(owed) == keys
    assert (owed["state"], owed["kind"], owed["address"], owed["watch"]) == ("pending", "mail", ANN, "county")
    assert owed["next_attempt_at"]
    assert changed("deliver").err == "1 sent\n"
    [sent] = changed("outbox", "list", "--state", "sent", "--json").rows
    assert (sent["id"], sent["message_id"], sent["attempts"]) == (owed["id"], owed["message_id"], 1)
    assert sent["next_attempt_at"] is None
    assert len(list((tmp_path / "data" / "mail" / "new").iterdir())) == 1
    assert changed("deliver").err == "nothing is owed now\n"


def test_a_delivery_is_shown_with_what_it_is_about_and_every_try(changed: Bevaka) -> None:
    changed("deliver")
    shown = changed("outbox", "show", "1").out
    assert shown.startswith("delivery 1  sent\n")
    assert "county#2 changed" in shown
    assert re.search(r"(?m)^try +\S+ \S+  sent", shown)
    [row] = changed("outbox", "show", "1", "--json").rows
    assert [item["revision"] for item in row["items"]] == [2]
    assert [each["outcome"] for each in row["tries"]] == ["sent"]


def test_a_delivery_that_was_tried_in_vain_is_owed_again(changed: Bevaka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEVAKA_SMTP_URL", f"smtp://127.0.0.1:{_closed_port()}")
    assert changed("deliver").err == "1 deferred\n"
    monkeypatch.delenv("BEVAKA_SMTP_URL")
    assert changed("deliver").err == "nothing is owed now\n"
    retried = changed("outbox", "retry", "1")
    assert (retried.code, retried.err) == (0, "1: owed again, now\n")
    assert changed("deliver").err == "1 sent\n"


def test_without_an_id_all_that_were_tried_in_vain_are_owed_again(
    changed: Bevaka, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert changed("outbox", "retry").err.startswith("nothing waits after a try in vain; ")
    monkeypatch.setenv("BEVAKA_SMTP_URL", f"smtp://127.0.0.1:{_closed_port()}")
    changed("deliver")
    assert changed("outbox", "retry").err == "1: owed again, now\n"


def test_a_sent_delivery_is_not_owed_again(changed: Bevaka) -> None:
    changed("deliver")
    said = changed("outbox", "retry", "1")
    assert said.code == 2
    assert said.err.startswith("1: left as it is")


def test_a_delivery_to_a_suspended_reader_says_what_to_do_first(changed: Bevaka, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as connection, connection:
        connection.execute("UPDATE subscribers SET state = 'suspended'")
        connection.execute("UPDATE deliveries SET state = 'dead'")
        [(address,)] = connection.execute("SELECT address FROM subscribers")
    said = changed("outbox", "retry", "1")
    assert said.code == 2
    assert f"{address} is suspended, mail came back; first" in said.err
    assert said.err.endswith(f"bevaka subscribers confirm {address}\n")


def test_a_delivery_that_was_not_tried_yet_says_when_it_is_due(changed: Bevaka) -> None:
    said = changed("outbox", "retry", "1", "99")
    assert said.code == 2
    assert re.search(r"^1: left as it is: not tried yet, due \d{4}-", said.err)
    assert "99: no such delivery; see bevaka outbox list\n" in said.err


def test_a_first_look_without_recording_has_no_number(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("check", "--dry-run")
    assert re.search(r"^county +first +first copy\n", said.out)


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def test_an_unknown_delivery_is_a_usage_error(changed: Bevaka) -> None:
    assert changed("outbox", "show", "99").code == 2
    assert changed("outbox", "retry", "99").code == 2


def test_an_outbox_without_anything_says_so(bevaka: Bevaka, site: Site) -> None:
    assert bevaka("outbox", "list").err == "nothing is owed, and nothing was\n"
    assert bevaka("outbox", "list", "--state", "dead").err == "none\n"


def test_verify_finds_everything_as_it_was_kept(changed: Bevaka) -> None:
    said = changed("verify")
    assert said.code == 0
    assert said.err.endswith("checked, all as they were kept\n")
    [row] = changed("verify", "county", "--json").rows
    assert row["checked"] > 0
    assert row["bad"] == []


def test_verify_names_what_was_damaged_and_exits_with_4(changed: Bevaka, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database, database:
        database.execute("UPDATE snapshots SET status = 204 WHERE number = 1")
    said = changed("verify")
    assert said.code == 4
    assert said.out.startswith("BAD  county")
    assert changed("verify", "--json").rows[0]["bad"]


def test_upgrading_twice_is_harmless(bevaka: Bevaka, tmp_path: Path) -> None:
    for _ in range(2):
        said = bevaka("db", "upgrade")
        assert (said.code, said.err) == (0, "sqlite:///data/bevaka.db has the schema of this program\n")
