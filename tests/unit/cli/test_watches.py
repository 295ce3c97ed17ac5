"""`watch` and `schedule`: their output, what they leave unchanged, and their exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bevaka.cli.app import main
from bevaka.cli.schedule import planned
from bevaka.cli.schedule_words import cadence_words
from monitor.core.model import Cadence
from tests.fakes.office import docx
from tests.fakes.site import Answer, Site, redirect

PAGE = """<!doctype html><html lang="sv"><title>Länet</title><main><h1>Länet mot våld</h1>
<p>Länsstyrelsen Norrmark samordnar arbetet mot mäns våld mot kvinnor i länet och stödjer kommunerna.</p>
<ul><li>Erbjuda utbildning till personal i kommuner och regioner</li><li>Sprida kunskap om våldets orsaker</li></ul>
<p class="related">Läs även om trafiken</p><p>Senast uppdaterad: 2026-02-11</p></main></html>"""

SCHEDULE = """version: 1
defaults:
  host_delay: 0s
  language: en
watches:
  county:
    name: "Länet: våld"
    url: {url}
    every: 1h
    between: "06:00-22:00"
    {recipe}
  law:
    sfs: "2021:995"
    cron: "0 7 * * mon-fri"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty working folder with a schedule file; everything that Bevaka writes stays in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BEVAKA_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("NO_COLOR", "1")
    write_schedule(tmp_path)
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        running.pages["/page"] = Answer(PAGE)
        yield running


def write_schedule(folder: Path, url: str = "https://county.example/page", recipe: str = "") -> None:
    (folder / "schedule.yaml").write_text(SCHEDULE.format(url=url, recipe=recipe), encoding="utf-8")


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# schedule check


def test_a_right_file_is_said_to_be_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "check"]) == 0
    assert capsys.readouterr().out == "schedule.yaml: right, 2 watches\n"


def test_every_mistake_is_said_on_a_line_that_editors_understand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "schedule.yaml").write_text("version: 2\ncolour: red\nwatches: {}\n", encoding="utf-8")
    assert main(["schedule", "check"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "schedule.yaml:1: version: '2' is not known to this program; write 1\n"
        "schedule.yaml:2: unknown key 'colour'; known are version, timezone, defaults, tags, watches\n"
    )


def test_mistakes_as_json_are_an_object_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.yaml").write_text("version: 1\nwatches: []\n", encoding="utf-8")
    assert main(["schedule", "check", "other.yaml", "--json"]) == 2
    (row,) = rows(capsys)
    assert (row["file"], row["line"]) == ("other.yaml", 2)


def test_another_file_can_be_checked_before_it_is_put_in_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "new.yaml").write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    assert main(["schedule", "check", "new.yaml"]) == 0
    assert capsys.readouterr().out == "new.yaml: right, 0 watches\n"


def test_a_right_file_says_nothing_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "check", "--json"]) == 0
    assert capsys.readouterr().out == ""


# schedule plan


def test_a_plan_counts_the_checks_of_the_hours_ahead(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "plan", "--hours", "168", "--json"]) == 0
    county, law = rows(capsys)
    assert county["watch"] == "county"
    assert 7 * 15 <= len(county["looks"]) <= 7 * 17
    assert len(law["looks"]) == 5


def test_a_plan_for_people_names_the_next_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "plan", "law"]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split("  ")[0] == "watch"
    assert line.startswith('law    cron "0 7 * * mon-fri"')


def test_a_plan_for_an_unknown_watch_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "plan", "contry"]) == 2
    assert "no watch is called 'contry'; known are: county, law" in capsys.readouterr().err


def test_planned_checks_end_where_they_should() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    checks = list(planned(Cadence(every=timedelta(hours=1)), noon, noon + timedelta(hours=3), timedelta(seconds=5)))
    assert checks == [noon + timedelta(hours=ahead) for ahead in (1, 2, 3)]


def test_a_cadence_shorter_than_the_daemons_tick_is_said_and_planned_as_it_will_be_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "version: 1\ndefaults: {host_delay: 0s}\nwatches:\n  a: {url: https://a.example, every: 1s}\n"
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    sentence = "the daemon looks for due watches every 5s, and checks none more often than that"
    assert main(["schedule", "check"]) == 0
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert main(["schedule", "plan", "--hours", "1"]) == 0
    said = capsys.readouterr()
    assert re.search(r"^a .* 720 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, ", said.out, re.MULTILINE)
    assert sentence in " ".join(said.err.split())


def test_a_cadence_that_host_delay_leaves_no_time_for_is_said_by_schedule_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "version: 1\ndefaults: {host_delay: 1m}\nwatches:\n  a: {url: https://a.example, every: 30s}\n"
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    assert main(["schedule", "check"]) == 0
    assert "need 2.0 times the time that their cadences leave" in " ".join(capsys.readouterr().err.split())
    assert main(["schedule", "plan", "--hours", "1", "--json"]) == 0
    assert len(rows(capsys)[0]["looks"]) == 60


def test_a_paused_watch_is_said_to_be_paused_with_no_check_planned(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    write_schedule(folder, site.url + "/page")
    main(["watch", "pause", "county"])
    capsys.readouterr()
    assert main(["schedule", "plan"]) == 0
    out = capsys.readouterr().out
    words = "paused, no check is planned: bevaka watch resume county"
    assert re.search(rf"^county +every 1h, \S+ +0 +{words}$", out, re.MULTILINE)
    assert site.url.removeprefix("http://") not in out
    assert main(["schedule", "plan", "--json"]) == 0
    county, law = rows(capsys)
    assert (county["paused"], county["looks"], law["paused"]) == (True, [], False)
    assert main(["status"]) == 0
    assert re.search(r"^county +paused .* none is planned *$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (Cadence(), "every 6h"),
        (Cadence(timedelta(minutes=90), between=(time(22), time(6))), "every 1h30m, 22:00-06:00"),
        (Cadence(every=None, cron="0 7 * * *"), 'cron "0 7 * * *"'),
        (Cadence(timedelta(days=1, seconds=30)), "every 1d30s"),
    ],
)
def test_a_cadence_is_said_as_the_file_writes_it(cadence: Cadence, words: str) -> None:
    assert cadence_words(cadence) == words


# watch list, show, pause, resume


def test_a_list_shows_how_each_watch_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "watch   state    looked at               name",
        "county  waiting  every 1h, 06:00-22:00   Länet: våld",
        'law     waiting  cron "0 7 * * mon-fri"  law',
    ]


def test_a_list_as_json_has_what_the_file_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "list", "--json"]) == 0
    county, law = rows(capsys)
    assert (county["watch"], county["every"], county["between"]) == ("county", 3600, ["06:00", "22:00"])
    assert (law["sfs"], law["cron"], law["every"], law["state"]) == ("2021:995", "0 7 * * mon-fri", None, "waiting")


def test_an_empty_schedule_is_said_to_be_empty(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "schedule.yaml").write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    assert main(["watch", "list"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "nothing is watched: the schedule file names no watch\n")


def test_a_watch_is_shown_with_its_recipe_and_limits(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_schedule(folder, recipe='drop: [".related"]')
    assert main(["watch", "show", "county"]) == 0
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert shown["county"] == "Länet: våld"
    assert shown["drop"] == ".related"
    assert shown["keep"] == "found by itself"
    assert shown["limits"] == "30s, 10MB"


def test_a_watch_as_json_has_its_standing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "show", "law", "--json"]) == 0
    (row,) = rows(capsys)
    assert (row["watch"], row["state"], row["failures"], row["reason"]) == ("law", "waiting", 0, None)


def test_a_paused_watch_is_paused_until_it_is_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    states = []
    for command in ("pause", "resume"):
        assert main(["watch", command, "county"]) == 0
        capsys.readouterr()
        assert main(["watch", "list", "--json"]) == 0
        states.append({row["watch"]: row["state"] for row in rows(capsys)})
    assert states == [{"county": "paused", "law": "waiting"}, {"county": "waiting", "law": "waiting"}]


@pytest.mark.parametrize("command", ["show", "test", "pause", "resume"])
def test_an_unknown_watch_is_a_usage_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", command, "contry"]) == 2
    assert "no watch is called 'contry'; known are: county, law" in capsys.readouterr().err


# watch test


def test_trying_a_watch_says_what_is_read(folder: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    write_schedule(folder, site.url + "/page", 'drop: [".related"]')
    assert main(["watch", "test", "county"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("SEEN  ")
    assert "2026-02-11 (Senast uppdaterad: 2026-02-11; text)" in said
    assert "Erbjuda utbildning till personal" in said
    assert "trafiken" not in said


def test_trying_a_watch_records_nothing(folder: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    write_schedule(folder, site.url + "/page")
    assert main(["watch", "test", "county"]) == 0
    capsys.readouterr()
    assert main(["watch", "show", "county", "--json"]) == 0
    (row,) = rows(capsys)
    assert (row["state"], row["last_seen"]) == ("waiting", None)


def test_trying_a_watch_as_json_gives_its_blocks(folder: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    write_schedule(folder, site.url + "/page")
    assert main(["watch", "test", "county", "--json"]) == 0
    (row,) = rows(capsys)
    assert (row["watch"], row["seen"], row["status"]) == ("county", True, 200)
    assert "Länet mot våld" in [block["text"] for block in row["blocks"]]


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ('expect: "Länsstyrelsen Sörmark"', '200, but "Länsstyrelsen Sörmark" is missing'),
        ('keep: "#content"', "the watched part (#content) is not on the page"),
    ],
)
def test_a_recipe_that_misses_the_page_exits_with_3(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str], recipe: str, words: str
) -> None:
    write_schedule(folder, site.url + "/page", recipe)
    assert main(["watch", "test", "county"]) == 3
    assert capsys.readouterr().out.splitlines()[0] == f"NOT SEEN  {words}"


def test_a_page_that_is_not_there_exits_with_3_and_says_so_in_json(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    write_schedule(folder, site.url + "/nowhere")
    assert main(["watch", "test", "county", "--json"]) == 3
    assert rows(capsys) == [{"watch": "county", "seen": False, "reason": "the site answered 404 (not found)"}]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Answer(status=304), "NOT SEEN  the site answered 304"),
        (
            Answer("<title>Logga in</title><main><h1>Logga in</h1><form><input type=password></form></main>"),
            'SUSPECT  looks like a log-in page ("Logga in")',
        ),
    ],
    ids=["not modified", "log-in"],
)
def test_a_page_that_may_not_be_the_page_exits_with_3(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str], answer: Answer, line: str
) -> None:
    site.pages["/other"] = answer
    write_schedule(folder, site.url + "/other")
    assert main(["watch", "test", "county"]) == 3
    assert capsys.readouterr().out.splitlines()[0] == line


def test_a_page_that_has_moved_exits_with_3(folder: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.pages["/old"] = redirect(site.url + "/page", 301)
    write_schedule(folder, site.url + "/old")
    assert main(["watch", "test", "county"]) == 3
    assert capsys.readouterr().out.splitlines()[0] == f"NOT SEEN  the page has moved to {site.url}/page"


def test_the_documents_of_a_page_are_fetched_and_listed_when_it_is_tried(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    links = {"Plan": "/plan.docx", "Bild": "/bild.docx", "Borta": "/borta.pdf", "Tal (PDF)": "/tal"}
    more = {f"Bilaga {number}": f"/{number}.txt" for number in range(4, 52)}
    items = "".join(f"<li><a href='{path}'>{words}</a></li>" for words, path in {**links, **more}.items())
    site.pages["/page"] = Answer(PAGE.replace("</main>", f"<ul>{items}</ul></main>"))
    site.pages["/plan.docx"] = Answer(docx("Redovisa senast den 1 mars.", "Planen."), content_type=None)
    site.pages["/bild.docx"] = Answer(b"PK\x03\x04 no more", content_type=None)
    site.pages["/tal"] = Answer(PAGE)
    site.pages |= {path: Answer("En bilaga.", content_type="text/plain") for path in more.values()}
    write_schedule(folder, site.url + "/page", "documents: true")
    assert main(["watch", "test", "county"]) == 3
    said = capsys.readouterr().out
    assert re.search(r"^  SEEN      Plan  [\d ]+ bytes, 2 blocks of text\n +http://\S+/plan\.docx$", said, re.MULTILINE)
    assert re.search(r"^  UNREAD    Bild  12 bytes; \S", said, re.MULTILINE)
    assert re.search(r"^  NOT SEEN  Borta  the site answered 404", said, re.MULTILINE)
    assert re.search(r"^  PAGE      Tal  a web page, which is no document", said, re.MULTILINE)
    assert re.search(r"^  LEFT OUT  Bilaga 51  not fetched", said, re.MULTILINE)
    assert "/51.txt" not in [request.path for request in site.requests]
    assert main(["watch", "test", "county", "--json"]) == 3
    listed = rows(capsys)[0]["documents"]
    assert [each["outcome"] for each in listed[:5]] == ["seen", "unread", "not_seen", "page", "seen"]
    assert (len(listed), listed[-1]["outcome"]) == (52, "left_out")
    main(["check", "county"])
    assert re.search(
        r"^ +LEFT OUT +2 documents beyond the 50 that are read of one page:$", capsys.readouterr().out, re.MULTILINE
    )
    main(["check", "county", "--json"])
    assert [each["title"] for each in rows(capsys)[0]["documents_left_out"]] == ["Bilaga 50", "Bilaga 51"]
    main(["doctor"])
    assert re.search(r"WARNING +documents +county links to 2 documents beyond the 50", capsys.readouterr().out)


def test_page_text_is_escaped_before_a_terminal_sees_it(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["/page"] = Answer(PAGE.replace("samordnar", "sam\u202eordnar\x1b[2J"))
    write_schedule(folder, site.url + "/page")
    assert main(["watch", "test", "county"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize("command", ["list", "show", "test", "pause", "resume"])
def test_each_watch_command_explains_itself_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", command, "--help"]) == 0
    assert f"bevaka watch {command}" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "plan"])
def test_each_schedule_command_explains_itself_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schedule", command, "--help"]) == 0
    assert f"bevaka schedule {command}" in capsys.readouterr().out


# Editing the file


def test_a_watch_gets_other_values_and_the_rest_of_the_file_stays(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "schedule.yaml").read_text(encoding="utf-8")
    recipe = ("--keep", "main", "--drop", ".a", "--drop", "#b", "--between", "")
    assert main(["watch", "edit", "county", "--every", "30m", *recipe]) == 0
    assert "county is changed; try it: bevaka watch test county" in capfd.readouterr().err
    after = before.replace("every: 1h", "every: 30m").replace('    between: "06:00-22:00"\n', "")
    after = after.replace("    \n", '    \n    keep: main\n    drop: [".a", "#b"]\n')
    written = (folder / "schedule.yaml").read_text(encoding="utf-8")
    assert sorted(written.split("\n")) == sorted(after.split("\n"))
    assert main(["watch", "edit", "county", "--drop", "", "--cron", "0 7 * * *"]) == 0
    written = (folder / "schedule.yaml").read_text(encoding="utf-8")
    assert "drop" not in written
    assert "every" not in written
    assert '    cron: "0 7 * * *"\n' in written


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["edit", "county"], "name what is to be changed"),
        (["edit", "county", "--every", "soon", "--alert", "red"], "every: 'soon' is not a duration"),
        (["edit", "nobody", "--every", "1h"], "no watch is called 'nobody'"),
        (["remove", "nobody"], "no watch is called 'nobody'"),
    ],
)
def test_a_wrong_edit_is_refused_and_the_file_stays(
    folder: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "schedule.yaml").read_bytes()
    assert main(["watch", *arguments]) == 2
    assert said in capfd.readouterr().err
    assert (folder / "schedule.yaml").read_bytes() == before


def test_a_watch_that_is_removed_is_archived_with_its_history(
    folder: Path, site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    write_schedule(folder, f"{site.url}/page")
    assert main(["check", "county"]) == 0
    assert main(["watch", "remove", "county"]) == 0
    assert "what was recorded of it, if anything, stays: bevaka log county" in capfd.readouterr().err
    assert main(["check", "county"]) == 2
    assert main(["log", "county"]) == 0
    assert "first copy" in capfd.readouterr().out


def test_a_watch_is_added_with_its_recipe(folder: Path) -> None:
    del folder
    assert main(["watch", "add", "https://b.example/", "--key", "b", "--every", "1d", "--ignore", r"\d+ besök"]) == 0
    assert '  b:\n    url: "https://b.example/"\n    every: 1d\n    ignore: ["\\\\d+ besök"]\n' in Path(
        "schedule.yaml"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sfs", "2021:x"], "sfs: '2021:x' is not an SFS number"),
        (["--url", "nowhere", "--name", "a\nb"], "url: not a web address"),
        (["--sfs", "2021:995", "--url", "http://x.example"], "write the address of the law's document there"),
    ],
)
def test_init_with_a_mistake_says_it_and_writes_nothing(
    folder: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "schedule.yaml").unlink()
    assert main(["init", *arguments]) == 2
    assert said in capfd.readouterr().err
    assert list(folder.iterdir()) == []


def test_a_law_that_a_page_becomes_is_not_read_from_the_page(folder: Path) -> None:
    assert main(["watch", "edit", "county", "--sfs", "2021:50"]) == 0
    assert "https://county.example" not in (folder / "schedule.yaml").read_text(encoding="utf-8")


def test_an_edit_that_changes_nothing_says_so(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = (folder / "schedule.yaml").read_bytes()
    assert main(["watch", "edit", "county", "--every", "1h"]) == 0
    assert "county is so already" in capfd.readouterr().err
    assert (folder / "schedule.yaml").read_bytes() == before


def test_another_part_of_a_page_that_is_watched_may_be_watched_as_well(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_schedule(folder, "https://a.example/")
    assert main(["watch", "add", "https://a.example/", "--every", "soon"]) == 2
    said = capfd.readouterr().err
    assert "is watched already, as county" in said
    assert "every: 'soon' is not a duration" in said
    assert main(["watch", "add", "https://a.example/", "--keep", "aside"]) == 0


# Hosts that are asked for too much


def overload(folder: Path) -> None:
    pages = "".join(f"  p{number}: {{url: https://a.example/{number}}}\n" for number in range(40))
    text = f"version: 1\ndefaults: {{every: 1m, host_delay: 3s}}\nwatches:\n{pages}  b: {{url: https://b.example/}}\n"
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("command", [["schedule", "plan"], ["status"]])
def test_a_host_that_is_asked_for_more_than_its_spacing_allows_is_said_with_a_cure(
    folder: Path, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    main(command)
    assert "times the time" not in capfd.readouterr().err
    overload(folder)
    main(command)
    said = " ".join(capfd.readouterr().err.split())
    assert "a.example: 40 pages, 3s apart, need 2.0 times the time that their cadences leave" in said
    assert "make `every` of its pages 2.0 times as long, or host_delay 1.5 s" in said
    assert "b.example" not in said


def test_a_plan_says_what_is_asked_of_each_host_and_when_the_peak_is(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    overload(folder)
    assert main(["schedule", "plan", "--hours", "2"]) == 0
    out = capfd.readouterr().out
    assert re.search(r"^a\.example +40 +57,600 +200%$", out, re.MULTILINE)
    assert re.search(r"^b\.example +1 +1,440 +5%$", out, re.MULTILINE)
    assert re.search(r"^busiest hour of the next 2: from .*, 2,460 looks$", out, re.MULTILINE)


def test_doctor_warns_of_a_host_that_is_asked_for_too_much(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    overload(folder)
    main(["doctor"])
    assert re.search(r"WARNING +hosts +a\.example: 40 pages", capfd.readouterr().out)


def test_a_schedule_that_cannot_be_written_is_said_and_stays_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = folder / f"{'s' * 245}.yaml"  # no draft beside it can have a longer name
    (folder / "schedule.yaml").rename(path)
    monkeypatch.setenv("BEVAKA_SCHEDULE", str(path))
    before = path.read_bytes()
    for command in (
        ["watch", "add", "https://www.example.org/page"],
        ["watch", "edit", "law", "--name", "A law"],
        ["watch", "remove", "law"],
    ):
        assert main(command) == 2
        shown = capfd.readouterr().err
        assert "yaml cannot be written, and is as it was: File name too long" in shown, shown
        assert "Traceback" not in shown
    assert path.read_bytes() == before
    assert list(folder.iterdir()) == [path]
