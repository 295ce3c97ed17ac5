"""Looking and looking back: what the commands say, their `--json` forms, their exit codes."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.pages import ERROR_PAGE, county
from tests.acceptance.program import Bevaka
from tests.fakes.site import Answer, Site

ANN = "ann@kommun.example"
COMPARED = ["before", "after", "verdict", "material", "reason", "summary", "updated", "blocks", "held_back"]
BLOCK = ["op", "heading", "kind", "label", "before", "after", "class", "material", "rule"]


def is_time(text: object) -> bool:
    """ISO 8601 with an offset."""
    return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None


def test_check_says_a_line_a_watch_and_a_total_apart(bevaka: Bevaka, site: Site) -> None:
    site.pages |= {f"/{name}": Answer(county()) for name in "abc"}
    site.pages["/b"] = Answer("down", 503)
    site.pages["/c"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule("".join(f"  page-{name}: {{url: {site.url}/{name}}}\n" for name in "abc"))
    bevaka("check")
    said = bevaka("check")
    lines = said.out.splitlines()
    assert re.fullmatch(r"page-a  unchanged  since \d{4}-\d\d-\d\d", lines[0])
    assert lines[1] == "page-b  NOT SEEN   webbplatsen svarade 503 (tillfälligt ur funktion) (2nd time)"
    assert lines[2].startswith("page-c  CHANGED    #2 ← #1   Tidsfrist ändrad: 1 mars → 1 april")
    assert said.err == "3 checked, 1 changed, 1 not seen; 0 mails queued\n"
    assert said.code == 3


def test_check_in_json(bevaka: Bevaka, site: Site) -> None:
    keys = ["watch", "outcome", "revision", "material", "summary", "reason", "owed"]
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april")), Answer("", 503)]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    first = bevaka("check", "--json")
    assert (first.code, first.err) == (0, "")
    bevaka("subscribe", "page", ANN)
    changed, unseen = bevaka("check", "--json").row, bevaka("check", "--json").row
    assert all(list(row) == keys for row in (first.row, changed, unseen))
    assert (first.row["outcome"], first.row["revision"], first.row["owed"]) == ("first", 1, 0)
    assert first.row["material"] is first.row["summary"] is first.row["reason"] is None
    assert (changed["outcome"], changed["revision"], changed["material"], changed["owed"]) == ("changed", 2, True, 1)
    assert changed["summary"] == {
        "sv": "Tidsfrist ändrad: 1 mars → 1 april; sidans datum är oförändrat",
        "en": "Deadline changed: 1 mars → 1 april; the page's date is unchanged",
    }
    assert (unseen["outcome"], unseen["revision"], unseen["material"]) == ("not_seen", 2, None)
    assert unseen["reason"] == "webbplatsen svarade 503 (tillfälligt ur funktion)"


def test_check_looks_whatever_cadence_and_window_and_backoff_say(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer("", 503, headers={"Retry-After": "3600"})
    hour = datetime.now().astimezone().hour
    closed = f"{(hour + 12) % 24:02}:00-{(hour + 13) % 24:02}:00"
    bevaka.schedule(f'  page: {{url: {site.url}/, every: 1d, between: "{closed}", timezone: UTC}}\n')
    for _ in range(2):
        assert bevaka("check", "--json").row["outcome"] == "not_seen"
    site.pages["/"] = Answer(county())
    assert bevaka("check", "--json").row["outcome"] == "first"
    assert len(site.asked("/")) == 3


def test_exit_code_1_only_where_it_is_asked_for(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county(deadline=f"{day} mars")) for day in range(1, 5)]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    assert bevaka("check", "--exit-code").code == 0, "a first copy is no difference"
    assert bevaka("check").code == 0
    assert bevaka("check", "--exit-code").code == 1
    site.pages["/"] = Answer(county(deadline="3 mars"))
    assert bevaka("check", "--exit-code").code == 0


def test_a_dry_run_records_and_owes_nothing(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    assert bevaka("check", "--dry-run", "--json").row["outcome"] == "first"
    assert bevaka("log", "page", "--json").rows == []
    bevaka("check")
    bevaka("subscribe", "page", ANN)
    site.pages["/"] = Answer(county(deadline="1 april"))
    said = bevaka("check", "--dry-run", "--json").row
    assert (said["outcome"], said["revision"], said["owed"]) == ("changed", 1, 0)
    assert said["summary"]["sv"].startswith("Tidsfrist ändrad")
    assert bevaka("outbox", "list", "--json").rows == []
    assert bevaka("log", "page", "--checks", "--json").rows[0]["outcome"] == "first"
    assert bevaka("check", "--json").row["outcome"] == "changed", "the dry run took nothing away"


def test_the_operator_may_vouch_for_what_looks_suspicious(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer(ERROR_PAGE)]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    assert bevaka("check", "--json").row["outcome"] == "suspect"
    assert bevaka("check", "--accept", "--json").row["outcome"] == "changed"


# log


def test_log_shows_material_revisions_and_counts_the_rest(lived: Bevaka) -> None:
    said = lived("log", "county")
    newest, first = said.out.splitlines()
    assert re.match(r"#2 +\d{4}-\d\d-\d\d \d\d:\d\d  material  Tidsfrist ändrad", newest)
    assert re.match(r"#1 +\d{4}-\d\d-\d\d \d\d:\d\d +first copy", first)
    assert said.err == "1 revision held back: bevaka log county --all\n"
    everything = lived("log", "county", "--all").out.splitlines()
    assert [line.split()[0] for line in everything] == ["#3", "#2", "#1"]
    assert "held back" in everything[0]


def test_log_in_json_shows_every_revision(lived: Bevaka) -> None:
    rows = lived("log", "county", "--json").rows
    assert all(list(row) == ["revision", "at", "outcome", "material", "summary", "sha256"] for row in rows)
    assert [(row["revision"], row["outcome"], row["material"]) for row in rows] == [
        (3, "changed", False),
        (2, "changed", True),
        (1, "first", None),
    ]
    assert all(is_time(row["at"]) and re.fullmatch(r"[0-9a-f]{64}", row["sha256"]) for row in rows)
    assert rows[2]["summary"] is None
    assert set(rows[0]["summary"]) == {"sv", "en"}


def test_log_of_checks_shows_runs_of_equal_outcomes(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    for _ in range(4):
        bevaka("check")
    rows = bevaka("log", "page", "--checks", "--json").rows
    assert [(row["outcome"], row["count"]) for row in rows] == [("unchanged", 3), ("first", 1)]
    assert "3 checks unchanged" in bevaka("log", "page").out
    assert re.search(r"3 ×  unchanged  #1", bevaka("log", "page", "--checks").out)


# show and revisions


def test_show_raw_gives_the_very_bytes(bevaka: Bevaka, site: Site) -> None:
    raw = county(charset="").encode("iso-8859-1") + b"\r\n\x00\xff\x1b[0m"
    site.pages["/"] = Answer(raw, content_type="text/html; charset=iso-8859-1")
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    said = bevaka("show", "page", "--raw")
    assert (said.raw, said.err) == (raw, "")
    assert bevaka("log", "page", "--json").row["sha256"] == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("revision", "number"),
    [("county", 3), ("county~1", 2), ("county~2", 1), ("county~0", 3), ("county#2", 2)],
)
def test_revisions(lived: Bevaka, revision: str, number: int) -> None:
    assert lived("show", revision, "--json").row["revision"] == number


def test_a_time_after_the_last_check_is_refused(lived: Bevaka) -> None:
    said = lived("show", "county@2099-01-01")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: nothing is known of 'county@2099-01-01' yet: the last check was at 20")


def test_a_date_means_the_end_of_that_day(lived: Bevaka) -> None:
    today = datetime.now(ZoneInfo("Europe/Stockholm")).date()
    assert lived("show", f"county@{today}", "--json").row["revision"] == 3


@pytest.mark.parametrize(
    "revision", ["county#9", "county~9", "county@2001-01-01", "county@yesterday", "county#", "nix", "nix#1", "", "#1"]
)
@pytest.mark.parametrize("command", ["show", "diff"])
def test_an_unknown_watch_or_revision_exits_with_2(lived: Bevaka, command: str, revision: str) -> None:
    said = lived(command, revision)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(("error: ", "Usage: "))
    assert "Traceback" not in said.err


@pytest.mark.parametrize("command", [("log",), ("verify",), ("check",), ("watch", "show"), ("watch", "test")])
def test_an_unknown_watch_exits_with_2_and_says_which_there_are(lived: Bevaka, command: tuple[str, ...]) -> None:
    said = lived(*command, "nix")
    assert (said.code, said.out) == (2, "")
    assert "no watch is called 'nix'; known are: county, law" in said.err


def test_show_text_and_headers(lived: Bevaka) -> None:
    text = lived("show", "county#1", "--text").out
    assert text.startswith("# Våld i nära relationer\n")
    assert "• Erbjuda utbildning\n" in text
    headers = lived("show", "county#1", "--headers").out
    assert "Content-Type: text/html; charset=utf-8\n" in headers


def test_a_law_is_shown_section_by_section(lived: Bevaka) -> None:
    blocks = lived("show", "law", "--json").row["blocks"]
    labels = [block["label"] for block in blocks if block["kind"] == "section"]
    assert labels == ["1 §", "2 §", "3 §", "3 a §"]


# diff


def test_diff_in_json_is_compares_object_with_from_and_to(lived: Bevaka) -> None:
    said = lived("diff", "county#1", "county#3", "--json")
    assert said.code == 1
    row = said.row
    assert set(row) == {*COMPARED, "from", "to"}
    assert (row["before"], row["after"], row["from"], row["to"]) == ("county#1", "county#3", 1, 3)
    assert (row["verdict"], row["material"], row["reason"], row["held_back"]) == ("changed", True, "deadline", 1)
    assert row["updated"] == {"before": "2021-11-18", "after": "2021-11-18"}
    assert [list(block) for block in row["blocks"]] == [[*BLOCK, "document"]] * 2
    edited = row["blocks"][0]
    assert (edited["op"], edited["kind"], edited["label"], edited["material"]) == ("edited", "p", None, True)
    assert edited["heading"] == ["Våld i nära relationer", "Vad gör Länsstyrelsen?"]
    assert "1 mars" in edited["before"]
    assert "1 april" in edited["after"]


def test_diff_of_one_is_with_the_one_before_it(lived: Bevaka) -> None:
    row = lived("diff", "county", "--json").row
    assert (row["from"], row["to"], row["material"]) == (2, 3, False)
    row = lived("diff", "county~1", "--json").row
    assert (row["from"], row["to"], row["material"]) == (1, 2, True)


def test_diff_of_equal_revisions_exits_with_0(lived: Bevaka) -> None:
    said = lived("diff", "county#2", "county#2", "--json")
    assert (said.code, said.row["verdict"], said.row["blocks"]) == (0, "unchanged", [])


@pytest.mark.parametrize(
    ("revisions", "words"),
    [
        (("county#1",), "county#1 is the first copy: there is nothing before it"),
        (("county#9",), "no revision 'county#9'; the newest is #3"),
        (("county", "law"), "'law' is no revision of county: two revisions of one watch can be compared"),
        (("county@2001-01-01",), "no revision 'county@2001-01-01': the first copy is from "),
        (("county#x",), "'county#x' is no revision; write WATCH, WATCH~1, WATCH#12 or WATCH@2026-03-01"),
    ],
)
def test_a_revision_that_cannot_be_compared_is_explained(lived: Bevaka, revisions: tuple[str, ...], words: str) -> None:
    said = lived("diff", *revisions)
    assert said.code == 2
    assert said.err.startswith(f"error: {words}")


def test_diff_of_a_law_names_the_section(lived: Bevaka) -> None:
    row = lived("diff", "law", "--json").row
    found = {block["label"]: block["op"] for block in row["blocks"] if block["label"]}
    assert found == {"3 §": "edited", "3 a §": "added"}
    assert row["summary"]["sv"] == "3 § ändrad genom förordning (2026:7101); ny 3 a § genom förordning (2026:7101)"


# status, verify


def test_status_in_json(lived: Bevaka) -> None:
    rows = lived("status", "--json").rows
    keys = ["watch", "state", "last_seen", "last_changed", "next_check", "failures", "reason"]
    assert all(list(row) == keys for row in rows)
    assert [(row["watch"], row["state"], row["failures"], row["reason"]) for row in rows] == [
        ("county", "changed", 0, None),
        ("law", "unchanged", 0, None),
    ]
    assert all(is_time(row[name]) for row in rows for name in ("last_seen", "last_changed", "next_check"))


def test_failures_count_looks_in_a_row_that_were_not_seen_or_suspect(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer("", 500), Answer(ERROR_PAGE), Answer("", 500), Answer(county())]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    counted = []
    for _ in range(5):
        bevaka("check")
        row = bevaka("status", "--json").row
        counted.append((row["state"], row["failures"]))
    assert counted == [("first", 0), ("not_seen", 1), ("suspect", 2), ("not_seen", 3), ("unchanged", 0)]


def test_verify_in_json(lived: Bevaka) -> None:
    said = lived("verify", "--json")
    assert said.code == 0
    assert {"checked", "bad"} <= set(said.row)
    assert said.row["checked"] > lived("verify", "county", "--json").row["checked"] > 0
    assert said.row["bad"] == []


def test_verify_takes_the_revision_that_a_mail_names_and_refuses_one_that_is_not_there(lived: Bevaka) -> None:
    assert lived("verify", "county#2", "--json").row == lived("verify", "county", "--json").row
    assert lived("verify", "county#99").code == 2


def test_a_flipped_byte_exits_with_4_and_is_named(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n  other: {{url: {site.url}/}}\n")
    for _ in range(2):
        bevaka("check", "page")
    bevaka("check", "other")
    with closing(sqlite3.connect(bevaka.folder / "data" / "bevaka.db")) as database, database:
        [(sha256, stored)] = database.execute("SELECT sha256, bytes FROM bodies ORDER BY rowid LIMIT 1").fetchall()
        flipped = bytes([*stored[:-9], stored[-9] ^ 1, *stored[-8:]])
        database.execute("UPDATE bodies SET bytes = ? WHERE sha256 = ?", (flipped, sha256))
    said = bevaka("verify", "--json")
    assert said.code == 4
    assert {"watch": "page", "revision": 1} in [
        {name: flaw[name] for name in ("watch", "revision")} for flaw in said.row["bad"]
    ]
    assert all(list(flaw) == ["watch", "revision", "what"] for flaw in said.row["bad"])
    plain = bevaka("verify")
    assert (plain.code, plain.out.startswith("BAD  ")) == (4, True)


# watches


def test_watches_are_listed_shown_and_tried(lived: Bevaka, bevaka: Bevaka, site: Site) -> None:
    assert [row["watch"] for row in lived("watch", "list", "--json").rows] == ["county", "law"]
    assert "Länsstyrelsen Norrvik" in lived("watch", "list").out
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n  gone: {{url: {site.url}/gone}}\n")
    tried = bevaka("watch", "test", "page", "--json")
    assert tried.code == 0
    assert tried.row["updated"]["date"] == "2021-11-18"
    assert bevaka("watch", "test", "gone").code == 3


def test_a_paused_watch_is_looked_at_only_by_name(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    assert bevaka("watch", "pause", "page").code == 0
    assert bevaka("check", "--json").rows == []
    assert bevaka("check", "page", "--json").row["outcome"] == "first"
    assert bevaka("status", "--json").row["state"] == "paused"
    bevaka("watch", "resume", "page")
    assert bevaka("check", "--json").row["outcome"] == "unchanged"
