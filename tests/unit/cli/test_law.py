"""Laws at the command line: parts, blame, announced events, adding a law, following a section."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.core.law.amendments import RegisterFinding
from tests.acceptance.pages import county
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_json
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

TITLE = "Förordning (2022:9001) om prov"
PAGE = "/dokument/sfs-2022-9001.json"
OLD = Wording(("Varje station ska redovisa sina prov senast den 1 mars.",))
NEW = Wording(("Varje station ska redovisa sina prov senast den 1 april.",), "Förordning (2026:7101)")
FUTURE = (
    Wording(OLD.stycken, None, "/Upphör att gälla U:2099-01-01/"),
    Wording(
        ("Varje station ska redovisa sina prov senast den 1 maj.",), "Lag (2098:9)", "/Träder i kraft I:2099-01-01/"
    ),
)


def law(*second: Wording) -> Answer:
    sections = (
        Section("1", (Wording(("Förordningen gäller prov.",)),), ("Inledning",)),
        Section("2", second or (OLD,)),
        Section("3", (Wording(("Avgift får tas ut.",)),), ("Avgifter",)),
    )
    return Answer(as_json(Law("2022:9001", TITLE, (Chapter("", "", sections),))), content_type="application/json")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Site]:
    """Yield a site with a watched law that has no name of its own, and a watched page."""
    with Site() as site:
        site.pages[PAGE] = law()
        site.pages["/county"] = Answer(county())
        (tmp_path / "schedule.yaml").write_text(
            "version: 1\ndefaults: {host_delay: 0s}\nwatches:\n"
            f'  law: {{sfs: "2022:9001", url: "{site.url}{PAGE}"}}\n'
            f'  county: {{name: "Norrvik", url: "{site.url}/county"}}\n',
            encoding="utf-8",
        )
        yield site


# show PART


def test_one_section_of_a_revision_is_shown_alone(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    said = bevaka("show", "law", "2§", "--text")
    assert said.out == "2 §  Varje station ska redovisa sina prov senast den 1 mars.\n"
    [row] = bevaka("show", "law", "2 §", "--json").rows
    assert [block["label"] for block in row["blocks"]] == ["2 §"]
    assert row["title"] == TITLE


def test_a_heading_is_shown_with_all_that_stands_below_it(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    assert bevaka("show", "law", "avgifter", "--text").out == "### Avgifter\n3 §  Avgift får tas ut.\n"


def test_a_section_is_shown_as_it_was_on_a_day(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    watched.pages[PAGE] = law(NEW)
    bevaka("check", "law")
    today = datetime.now(ZoneInfo("Europe/Stockholm")).date()
    assert "1 april" in bevaka("show", f"law@{today}", "2 §", "--text").out
    assert "1 mars" in bevaka("show", "law~1", "2 §", "--text").out


def test_a_part_that_the_text_does_not_have_is_refused_with_those_that_it_has(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    said = bevaka("show", "law", "12 §")
    assert (said.code, said.out) == (2, "")
    assert "the text has no part '12 §'; it has, among others, 2 §" in said.err
    said = bevaka("show", "law", "2 §", "--raw")
    assert (said.code, "leave '2 §' out" in said.err) == (2, True)


# blame


def test_blame_names_the_revision_and_the_act_of_each_section(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    watched.pages[PAGE] = law(NEW)
    bevaka("check", "law")
    rows = {row["label"]: row for row in bevaka("blame", "law", "--json").rows if row["label"]}
    assert {label: (row["revision"], row["acts"]) for label, row in rows.items()} == {
        "1 §": (1, []),
        "2 §": (2, ["förordning (2026:7101)"]),
        "3 §": (1, []),
    }
    assert list(rows["2 §"]) == ["watch", "revision", "at", "kind", "heading", "label", "text", "acts"]
    line = next(line for line in bevaka("blame", "law").out.splitlines() if "2 §" in line)
    assert line.startswith("#2")
    assert "förordning (2026:7101)" in line


def test_blame_works_for_a_page_and_says_when_there_is_nothing(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check", "law")  # adds the county to the database as well
    assert "there is no revision yet" in bevaka("blame", "county").err
    bevaka("check", "county")
    rows = bevaka("blame", "county", "--json").rows
    assert {(row["revision"], tuple(row["acts"])) for row in rows} == {(1, ())}
    assert bevaka("blame", "nowhere").code == 2


# diff


def test_diff_says_what_the_register_said_when_the_change_was_found(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check", "law")
    watched.pages[PAGE] = law(NEW)
    bevaka("check", "law")
    assert "register" not in bevaka("diff", "law", "--json").rows[0]  # a mirror has no register
    finding = RegisterFinding(("2026:7101",), "ändr. 2, 3 §§", ("3 §",))
    with closing(sqlite3.connect("data/bevaka.db")) as database, database:
        database.execute("UPDATE events SET facts = ?", [json.dumps({"register": finding.facts})])
    [row] = bevaka("diff", "law", "--json").rows
    assert row["register"] == {**finding.facts, "agrees": False}
    assert bevaka("diff", "law").out.endswith(
        "Ändringsregistret, SFS 2026:7101: ändr. 2, 3 §§ – stämmer inte med texten: texten visar ingen ändring av 3 §\n"
    )


# log


def test_the_log_shows_what_is_to_come_at_its_day(bevaka: Bevaka, watched: Site) -> None:
    watched.pages[PAGE] = law(*FUTURE)
    bevaka("check", "law")
    first, second = bevaka("log", "law").out.splitlines()
    assert "2099-01-01" in first
    assert "in force" in first
    assert "2 § ändrad genom lag (2098:9)" in first
    assert "first copy" in second
    [row] = bevaka("log", "law", "--json").rows
    assert list(row) == ["revision", "at", "outcome", "material", "summary", "sha256"]


# subscribe --only


def test_following_one_section_owes_its_changes_alone(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    said = bevaka("subscribe", "law", "ann@kommun.example", "--only", "3§", "--only", "avgifter")
    assert "follows law (3 §, avgifter only): told at once" in said.err
    bevaka("subscribe", "law", "bo@kommun.example", "--only", "2 §")
    watched.pages[PAGE] = law(NEW)
    assert bevaka("check", "law", "--json").rows[0]["owed"] == 1
    [row] = bevaka("outbox", "list", "--json").rows
    assert row["address"] == "bo@kommun.example"
    subscribers = {row["address"]: row["follows"] for row in bevaka("subscribers", "list", "--json").rows}
    assert [each["only"] for each in subscribers["ann@kommun.example"]] == [["3 §", "avgifter"]]
    assert "law (2 § only)" in bevaka("subscribers", "list").out
    assert bevaka("unsubscribe", "law", "bo@kommun.example").code == 0
    assert [row["state"] for row in bevaka("outbox", "list", "--json").rows] == ["cancelled"]


def test_saying_it_again_without_a_part_follows_all_of_it(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    bevaka("subscribe", "law", "ann@kommun.example", "--only", "3 §")
    bevaka("subscribe", "law", "ann@kommun.example")
    [row] = bevaka("subscribers", "list", "--json").rows
    assert row["follows"][0]["only"] == []


def test_a_part_that_is_not_there_cannot_be_followed(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check")
    said = bevaka("subscribe", "law", "ann@kommun.example", "--only", "77 §")
    assert (said.code, "the text has no part '77 §'" in said.err) == (2, True)
    assert bevaka("subscribers", "list", "--json").rows == []
    assert bevaka("subscribe", "--all", "ann@kommun.example", "--only", "2 §").code == 2


def test_a_part_of_what_was_never_seen_is_taken_with_a_word(bevaka: Bevaka, watched: Site) -> None:
    said = bevaka("subscribe", "law", "ann@kommun.example", "--only", "2 §")
    assert said.code == 0
    assert "law was not seen yet: whether it has 2 § is not known" in said.err


# watch add


def test_a_law_is_added_by_its_number_and_known_by_its_title(bevaka: Bevaka, watched: Site, tmp_path: Path) -> None:
    said = bevaka("watch", "add", "--sfs", "2023:30")
    assert said.code == 0
    assert "sfs-2023-30 is added, with the address https://data.riksdagen.se/dokument/sfs-2023-30" in said.err
    assert (tmp_path / "schedule.yaml").read_text(encoding="utf-8").endswith('  sfs-2023-30:\n    sfs: "2023:30"\n')


@pytest.mark.parametrize("kind", [("--sfs", "2023:30"), ("--follow", "https://a.example/nyheter")])
def test_a_key_in_the_place_of_the_address_is_told_where_it_goes(bevaka: Bevaka, kind: tuple[str, str]) -> None:
    said = bevaka("watch", "add", "lagen", *kind)
    assert (said.code, "'lagen' is no address; the key of the new watch is an option: --key lagen" in said.err) == (
        2,
        True,
    )


def test_a_page_gets_a_key_of_its_name_or_its_address(bevaka: Bevaka, watched: Site) -> None:
    bevaka("watch", "add", "https://a.example/Sida/?id=1", "--name", "Länet: våld")
    bevaka("watch", "add", "https://b.example/Sida/?id=1")
    bevaka("watch", "add", "https://c.example/", "--key", "egen")
    assert [row["watch"] for row in bevaka("watch", "list", "--json").rows][2:] == [
        "lanet-vald",
        "b-example-sida",
        "egen",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name an address, a law with --sfs, or a section with --follow"),
        (("--sfs", "2022:9001"), "2022:9001 is watched already, as law"),
        (("https://x.example/", "--key", "law"), "a watch is called 'law' already"),
        (("ftp://x.example/",), "not a web address"),
        (("--sfs", "22"), "is not an SFS number"),
    ],
)
def test_what_cannot_be_added_is_refused_and_the_file_stays(
    bevaka: Bevaka, watched: Site, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = (tmp_path / "schedule.yaml").read_bytes()
    answer = bevaka("watch", "add", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert (tmp_path / "schedule.yaml").read_bytes() == before


def test_an_added_law_is_called_by_its_title_once_it_was_seen(bevaka: Bevaka, watched: Site) -> None:
    bevaka("check", "law")
    bevaka("subscribe", "law", "ann@kommun.example")
    watched.pages[PAGE] = law(NEW)
    bevaka("check", "law")
    bevaka("deliver")
    [path] = Path("data/mail/new").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert str(mail["Subject"]).startswith(f"Ändrad: {TITLE}")
