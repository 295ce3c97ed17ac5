"""The schedule file: every key of it, its default, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.pages import county, ordinance
from tests.acceptance.program import Bevaka
from tests.fakes.site import Answer, Fault, Site

FAR = "http://127.0.0.1:9/"
"""Nothing is fetched in most of these tests; nothing listens there."""

DEFAULTS: dict[str, object] = {
    "name": "page",
    "url": FAR,
    "sfs": None,
    "every": 6 * 3600,
    "cron": None,
    "between": None,
    "timezone": "Europe/Stockholm",
    "keep": None,
    "drop": [],
    "ignore": [],
    "expect": None,
    "alert": "material",
    "language": "sv",
    "timeout": 30,
    "max_size": 10_000_000,
    "patience": 2 * 86400,
    "ca_file": None,
}


def write(bevaka: Bevaka, text: str) -> None:
    """Write the schedule file as it stands."""
    (bevaka.folder / "schedule.yaml").write_text(text, encoding="utf-8")


def test_everything_but_version_and_watches_has_its_default(bevaka: Bevaka) -> None:
    write(bevaka, f"version: 1\nwatches:\n  page: {{url: '{FAR}'}}\n")
    shown = bevaka("watch", "show", "page", "--json").row
    assert {name: shown[name] for name in DEFAULTS} == DEFAULTS


def test_no_watch_at_all_is_a_valid_schedule(bevaka: Bevaka) -> None:
    write(bevaka, "version: 1\nwatches: {}\n")
    assert bevaka("schedule", "check").code == 0
    assert (bevaka("check").code, bevaka("check").out) == (0, "")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("every: 30s", {"every": 30}),
        ("every: 30m", {"every": 1800}),
        ("every: 6h", {"every": 21600}),
        ("every: 1d", {"every": 86400}),
        ('cron: "0 7 * * mon-fri"', {"every": None, "cron": "0 7 * * mon-fri"}),
        ('between: "06:00-22:00"', {"between": ["06:00", "22:00"]}),
        ('between: "22:00-06:00"', {"between": ["22:00", "06:00"]}),
        ('name: "Länsstyrelsen Kalmar: mäns våld"', {"name": "Länsstyrelsen Kalmar: mäns våld"}),
        ("keep: main", {"keep": "main"}),
        ('drop: [".related"]', {"drop": [".related"]}),
        ('ignore: ["Antal besök: \\\\d+"]', {"ignore": ["Antal besök: \\d+"]}),
        ('expect: "Länsstyrelsen"', {"expect": "Länsstyrelsen"}),
        ("alert: content", {"alert": "content"}),
        ("alert: any", {"alert": "any"}),
        ("language: en", {"language": "en"}),
        ("timezone: Europe/Helsinki", {"timezone": "Europe/Helsinki"}),
        ("timeout: 5s", {"timeout": 5}),
        ("max_size: 1MB", {"max_size": 1_000_000}),
        ("patience: 6h", {"patience": 21600}),
    ],
)
def test_a_watch_may_say_otherwise(bevaka: Bevaka, written: str, shown: dict[str, object]) -> None:
    write(bevaka, f"version: 1\nwatches:\n  page:\n    url: {FAR}\n    {written}\n")
    said = bevaka("watch", "show", "page", "--json")
    assert said.code == 0, said.err
    row = said.row
    assert {name: row[name] for name in DEFAULTS} == {**DEFAULTS, **shown}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("every: 12h", {"every": 43200}),
        ('cron: "30 6 * * *"', {"every": None, "cron": "30 6 * * *"}),
        ("language: en", {"language": "en"}),
        ("timeout: 10s", {"timeout": 10}),
        ("max_size: 2MB", {"max_size": 2_000_000}),
        ("patience: 1d", {"patience": 86400}),
    ],
)
def test_the_defaults_hold_for_every_watch(bevaka: Bevaka, written: str, shown: dict[str, object]) -> None:
    write(bevaka, f"version: 1\ndefaults:\n  {written}\nwatches:\n  page:\n    url: {FAR}\n")
    row = bevaka("watch", "show", "page", "--json").row
    assert {name: row[name] for name in DEFAULTS} == {**DEFAULTS, **shown}


def test_the_time_zone_of_the_file_holds_for_every_watch(bevaka: Bevaka) -> None:
    write(bevaka, f"version: 1\ntimezone: Europe/Lisbon\nwatches:\n  page:\n    url: {FAR}\n")
    assert bevaka("watch", "show", "page", "--json").row["timezone"] == "Europe/Lisbon"


def test_a_law_is_read_from_riksdagens_open_data(bevaka: Bevaka) -> None:
    write(bevaka, 'version: 1\nwatches:\n  law:\n    sfs: "2021:995"\n')
    row = bevaka("watch", "show", "law", "--json").row
    assert row["sfs"] == "2021:995"
    assert row["url"].startswith("https://data.riksdagen.se/dokument/sfs-2021-995")


def test_a_law_may_have_a_mirror_beside_its_number(bevaka: Bevaka, site: Site) -> None:
    site.pages["/mirror/sfs-2022-9001.json"] = Answer(ordinance(), content_type="application/json")
    bevaka.schedule(f'  law: {{sfs: "2022:9001", url: "{site.url}/mirror/sfs-2022-9001.json"}}\n')
    assert bevaka("check", "--json").row["outcome"] == "first"
    labels = [block["label"] for block in bevaka("show", "law", "--json").row["blocks"] if block["kind"] == "section"]
    assert labels == ["1 §", "2 §", "3 §"]


# What the keys do


def test_keep_is_all_that_counts(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county(deadline=day, aside=f"<div id=box>{day}</div>")) for day in ("1 mars", "2 mars")]
    bevaka.schedule(f'  page: {{url: {site.url}/, keep: "ul"}}\n')
    bevaka("check")
    assert bevaka("check", "--json").row["outcome"] == "unchanged"
    assert [block["text"] for block in bevaka("show", "page", "--json").row["blocks"]] == [
        "Erbjuda utbildning",
        "Samordna nätverk i länet",
    ]


def test_drop_does_not_count(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county(more=f"<p class=related>Läs mer om {what}.</p>")) for what in ("jakt", "fiske")]
    bevaka.schedule(f'  page: {{url: {site.url}/, drop: [".related"]}}\n  whole: {{url: {site.url}/}}\n')
    bevaka("check", "page")
    assert bevaka("check", "page", "--json").row["outcome"] == "unchanged"
    assert "fiske" not in bevaka("show", "page", "--text").out


def test_what_is_ignored_does_not_count(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county(more=f"<p>Ärenden hos oss i dag: {n} stycken</p>")) for n in (17, 23)]
    bevaka.schedule(f"  page:\n    url: {site.url}/\n    ignore: ['i dag: \\d+ stycken']\n")
    bevaka("check")
    assert bevaka("check", "--json").row["outcome"] == "unchanged"


def test_without_its_expected_text_a_page_was_not_seen(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f'  page: {{url: {site.url}/, expect: "Region X"}}\n')
    said = bevaka("check")
    assert said.code == 3
    assert said.out.startswith("page  NOT SEEN   200, men ”Region X” saknas")


@pytest.mark.parametrize(
    ("alert", "later", "owed"),
    [
        ("material", {"updated": "2024-03-01"}, 1),
        ("content", {"updated": "2024-03-01"}, 0),
        ("content", {"updated": "2024-03-01", "deadline": "1 april"}, 1),
        ("any", {"updated": "2024-03-01"}, 1),
        ("material", {"more": "<p>Antal besök: 2026</p>"}, 0),
        ("content", {"more": "<p>Antal besök: 2026</p>"}, 0),
        ("any", {"more": "<p>Antal besök: 2026</p>"}, 1),
    ],
)
def test_alert_decides_what_is_owed(bevaka: Bevaka, site: Site, alert: str, later: dict[str, str], owed: int) -> None:
    before = {"more": "<p>Antal besök: 2025</p>"} if "more" in later else {}
    site.pages["/"] = [Answer(county(**before)), Answer(county(**later))]
    bevaka.schedule(f"  page: {{url: {site.url}/, alert: {alert}}}\n")
    bevaka("check")
    bevaka("subscribe", "page", "ann@kommun.example")
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["owed"]) == ("changed", owed)


def test_the_size_of_a_page_is_capped(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county(more="<p>Mer text. </p>" * 500))
    bevaka.schedule(f"  page: {{url: {site.url}/, max_size: 2kB}}\n")
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["reason"]) == ("not_seen", "sidan är större än 2 kB, som är det mesta som hämtas")


def test_a_fetch_ends_at_its_timeout_first_byte_to_last(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county(), fault=Fault.DRIP_BODY)
    bevaka.schedule(f"  page: {{url: {site.url}/, timeout: 1s}}\n")
    begun = datetime.now(UTC)
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["reason"]) == ("not_seen", "inget fullständigt svar inom 1 sekunder")
    assert datetime.now(UTC) - begun < timedelta(seconds=4)


def test_requests_to_one_host_are_spaced_by_host_delay(bevaka: Bevaka, site: Site) -> None:
    site.pages |= {f"/{name}": Answer(county()) for name in "ab"}
    watches = "".join(f"  {name}: {{url: {site.url}/{name}}}\n" for name in "ab")
    bevaka.schedule(watches, defaults="host_delay: 1s")
    begun = datetime.now(UTC)
    bevaka("check")
    assert datetime.now(UTC) - begun >= timedelta(seconds=2), "robots.txt and two pages: two pauses of a second"
    assert len(site.requests) == 3


def test_a_private_authority_may_be_trusted_for_one_watch(bevaka: Bevaka, tmp_path: Path) -> None:
    with Site(tls=tmp_path) as site:
        site.pages["/"] = Answer(county())
        bevaka.schedule(f"  trusted: {{url: {site.url}/, ca_file: site.pem}}\n  not: {{url: {site.url}/}}\n")
        outcomes = {row["watch"]: row["outcome"] for row in bevaka("check", "--json").rows}
    assert outcomes == {"trusted": "first", "not": "not_seen"}


def test_the_cadence_says_when_the_next_look_is(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  page: {{url: {site.url}/, every: 1h}}\n")
    bevaka("check")
    due = datetime.fromisoformat(bevaka("status", "--json").row["next_check"])
    assert timedelta(minutes=59) < due - datetime.now(UTC) < timedelta(minutes=66)


def test_looks_keep_to_the_window_also_over_midnight(bevaka: Bevaka) -> None:
    write(
        bevaka,
        f'version: 1\nwatches:\n  page:\n    url: {FAR}\n    every: 30m\n    between: "22:00-02:00"\n'
        "    timezone: UTC\n",
    )
    looks = [datetime.fromisoformat(at) for at in bevaka("schedule", "plan", "--json").row["looks"]]
    assert looks
    assert {at.hour for at in looks} <= {22, 23, 0, 1, 2}
    assert {23, 0} <= {at.hour for at in looks}


# What is refused


def test_every_mistake_is_told_at_once_with_its_line(bevaka: Bevaka) -> None:
    write(
        bevaka,
        "version: 1\n"
        "timezone: Europe/Stockholmm\n"
        "defaults:\n"
        "  evry: 6h\n"
        "watches:\n"
        "  page:\n"
        "    url: ftp://example.org/\n"
        "    every: 6\n"
        '    ignore: ["(?=x)"]\n'
        "    drop: .related\n"
        "  page:\n"
        "    url: https://example.org/\n",
    )
    said = bevaka("schedule", "check")
    assert said.code == 2
    assert said.out == ""
    lines = said.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "schedule.yaml:2",
        "schedule.yaml:4",
        "schedule.yaml:7",
        "schedule.yaml:8",
        "schedule.yaml:9",
        "schedule.yaml:10",
        "schedule.yaml:11",
    ]
    assert "did you mean 'every'?" in lines[1]
    assert "'page' is there twice, first on line 6" in lines[6]


@pytest.mark.parametrize(
    "command", [("check",), ("run",), ("watch", "list"), ("watch", "test", "page"), ("schedule", "plan")]
)
def test_a_bad_schedule_is_exit_code_2_without_a_traceback(bevaka: Bevaka, command: tuple[str, ...]) -> None:
    write(bevaka, "version: 1\nwatches:\n  page:\n    ulr: https://example.org/\n")
    said = bevaka(*command)
    assert (said.code, said.out) == (2, "")
    assert "schedule.yaml:4: unknown key 'ulr'; did you mean 'url'?" in said.err
    assert "Traceback" not in said.err


def test_two_watches_of_one_address_are_no_duplicate(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county())
    bevaka.schedule(f"  whole: {{url: {site.url}/}}\n  list: {{url: {site.url}/, keep: ul}}\n")
    assert [row["outcome"] for row in bevaka("check", "--json").rows] == ["first", "first"]


# Editing it


def test_an_edited_address_starts_a_new_baseline_and_mails_nobody(bevaka: Bevaka, site: Site) -> None:
    site.pages["/old"] = Answer(county())
    site.pages["/new"] = Answer(county(deadline="1 april", heading="Mäns våld mot kvinnor"))
    bevaka.schedule(f"  page: {{url: {site.url}/old}}\n")
    bevaka("check")
    bevaka("subscribe", "page", "ann@kommun.example")
    bevaka.schedule(f"  page: {{url: {site.url}/new}}\n")
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["revision"], row["material"], row["owed"]) == ("first", 2, None, 0)
    assert bevaka("outbox", "list", "--json").rows == []
    assert [each["outcome"] for each in bevaka("log", "page", "--json").rows] == ["first", "first"]


def test_a_watch_taken_out_is_archived_and_its_history_still_read(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    entry = f"  page: {{url: {site.url}/}}\n"
    other = f"  other: {{url: {site.url}/}}\n"
    bevaka.schedule(entry)
    bevaka("check")
    bevaka("check")
    bevaka.schedule(other)
    assert [row["watch"] for row in bevaka("check", "--json").rows] == ["other"]
    assert [row["watch"] for row in bevaka("status", "--json").rows] == ["other"]
    assert [row["revision"] for row in bevaka("log", "page", "--json").rows] == [2, 1]
    assert "1 mars" in bevaka("show", "page#1", "--text").out
    assert bevaka("diff", "page").code == 1
    assert bevaka("verify", "page").code == 0
    assert bevaka("check", "page").code == 2
    bevaka.schedule(entry + other)
    assert bevaka("check", "page", "--json").row["outcome"] == "unchanged", "put back, it goes on where it was"
