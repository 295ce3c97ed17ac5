"""`compare` and `inspect`: their JSON forms, their text output, and what they refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fakes.site import Answer, Site, redirect
from tests.unit.cli.conftest import Bevaka

COMPARE_KEYS = ["before", "after", "verdict", "material", "reason", "summary", "updated", "blocks", "held_back"]
BLOCK_KEYS = {"op", "heading", "kind", "label", "before", "after", "class", "material", "rule"}
INSPECT_KEYS = ["file", "title", "language", "encoding", "updated", "published", "blocks", "dropped"]


# compare


def test_a_change_has_the_fixed_json_form_and_exits_with_1(bevaka: Bevaka, county: Path) -> None:
    before, after = str(county / "before.html"), str(county / "after.html")
    said = bevaka("compare", before, after, "--json")
    [row] = said.rows
    assert said.code == 1
    assert list(row) == COMPARE_KEYS
    assert (row["before"], row["after"], row["verdict"], row["material"]) == (before, after, "changed", True)
    assert row["updated"] == {"before": "2021-11-18", "after": "2024-03-01"}
    assert set(row["summary"]) == {"sv", "en"}
    assert all(set(block) >= BLOCK_KEYS for block in row["blocks"])
    assert row["reason"] == next(block["rule"] for block in row["blocks"] if block["material"])
    assert row["held_back"] == sum(not block["material"] for block in row["blocks"])


def test_a_file_and_itself_are_unchanged_and_say_their_date(bevaka: Bevaka, county: Path) -> None:
    page = str(county / "before.html")
    said = bevaka("compare", page, page, "--json")
    [row] = said.rows
    assert said.code == 0
    assert (row["verdict"], row["material"], row["reason"], row["blocks"]) == ("unchanged", False, None, [])
    assert row["updated"] == {"before": "2021-11-18", "after": "2021-11-18"}


def test_people_see_the_words_that_went_and_came(bevaka: Bevaka, county: Path) -> None:
    said = bevaka("compare", str(county / "before.html"), str(county / "after.html"))
    assert said.code == 1
    assert said.out.startswith("CHANGED  material\n")
    assert "senast den [-1 mars-]{+1 april+} varje år" in said.out
    assert "  + Följa upp arbetet årligen" in said.out


def test_unchanged_is_one_word(bevaka: Bevaka, county: Path) -> None:
    page = str(county / "before.html")
    assert bevaka("compare", page, page).out == "unchanged\n"


@pytest.mark.parametrize("order", [["page", "other"], ["other", "page"]])
def test_a_side_that_cannot_be_read_is_suspect_and_never_material(
    bevaka: Bevaka, county: Path, tmp_path: Path, order: list[str]
) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    names = {"page": str(county / "before.html"), "other": "empty.html"}
    said = bevaka("compare", *(names[name] for name in order), "--json")
    [row] = said.rows
    assert said.code == 3
    assert list(row) == COMPARE_KEYS
    assert (row["verdict"], row["material"], row["blocks"]) == ("suspect", False, [])
    assert row["reason"] == row["summary"]["sv"]
    assert row["summary"]["en"] != row["summary"]["sv"]
    assert bevaka("compare", *(names[name] for name in order)).out.startswith("SUSPECT  ")


def test_pairs_answer_a_line_each_in_order_and_exit_with_0(bevaka: Bevaka, county: Path, tmp_path: Path) -> None:
    before, after = str(county / "before.html"), str(county / "after.html")
    (tmp_path / "nothing.html").write_bytes(b"")
    lines = [
        f"{before}\t{after}\thttps://www.example.org/page\t2024-02-01\t2024-03-02T09:00:00+01:00",
        f"{before}\t{before}",
        "",
        f"{before}\tnothing.html\t",
    ]
    (tmp_path / "pairs.tsv").write_text("\n".join(lines))
    said = bevaka("compare", "--pairs", "pairs.tsv", "--json")
    assert said.code == 0
    assert [(row["after"], row["verdict"]) for row in said.rows] == [
        (after, "changed"),
        (before, "unchanged"),
        ("nothing.html", "suspect"),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("only-one", "pairs.tsv:2: 2 to 5 fields with tabs between them are expected"),
        ("a\tb\tc\td\te\tf", "pairs.tsv:2: 2 to 5 fields"),
        ("a\tb\t\tyesterday", "pairs.tsv:2: 'yesterday' is no time; write e.g. 2026-03-01T09:00:00Z"),
    ],
)
def test_a_bad_line_of_a_list_is_named_before_anything_is_compared(
    bevaka: Bevaka, county: Path, tmp_path: Path, line: str, words: str
) -> None:
    page = county / "before.html"
    (tmp_path / "pairs.tsv").write_text(f"{page}\t{page}\n{line}\n")
    said = bevaka("compare", "--pairs", "pairs.tsv", "--json")
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_a_file_that_is_not_there_is_named(bevaka: Bevaka, county: Path) -> None:
    said = bevaka("compare", str(county / "before.html"), "nowhere.html")
    assert said.code == 2
    assert "nowhere.html: No such file or directory" in said.err


@pytest.mark.parametrize("arguments", [[], ["one.html"], ["a", "b", "c"], ["a", "b", "--pairs", "list"]])
def test_anything_but_two_files_or_a_list_is_a_usage_error(bevaka: Bevaka, arguments: list[str]) -> None:
    said = bevaka("compare", *arguments)
    assert said.code == 2
    assert "name two files, or a list of them with --pairs" in said.err


def test_a_recipe_of_the_schedule_is_used_on_both_sides(bevaka: Bevaka, county: Path, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text(
        "version: 1\nwatches:\n  county:\n    url: https://www.example.org/\n    keep: main ul\n    language: en\n"
    )
    before, after = str(county / "before.html"), str(county / "after.html")
    [whole], [kept] = (bevaka("compare", before, after, "--json", *more).rows for more in ([], ["--recipe", "county"]))
    assert "deadline" in {block["rule"] for block in whole["blocks"]}
    assert "deadline" not in {block["rule"] for block in kept["blocks"]}
    assert "content-added" in {block["rule"] for block in kept["blocks"]}
    said = bevaka("compare", before, after, "--recipe", "nix")
    assert said.code == 2
    assert "no watch is called 'nix'; known are: county" in said.err


def test_neither_command_makes_a_database(bevaka: Bevaka, county: Path, tmp_path: Path) -> None:
    page = str(county / "before.html")
    bevaka("compare", page, page)
    bevaka("inspect", page)
    assert list(tmp_path.iterdir()) == []


# inspect


def test_a_reading_has_the_fixed_json_form(bevaka: Bevaka, county: Path) -> None:
    page = str(county / "before.html")
    said = bevaka("inspect", page, "--json", "--url", "https://www.example.org/page")
    [row] = said.rows
    assert said.code == 0
    assert list(row) == INSPECT_KEYS
    assert row["file"] == page
    assert row["updated"] == {
        "date": "2021-11-18",
        "label": "Senast uppdaterad",
        "text": "Senast uppdaterad: 2021-11-18",
        "source": "text",
    }
    assert all(list(block) == ["heading", "kind", "label", "text"] for block in row["blocks"])
    assert {part["why"] for part in row["dropped"]} >= {"nav", "footer"}


def test_people_see_the_text_its_dates_and_what_is_dropped(bevaka: Bevaka, county: Path) -> None:
    said = bevaka("inspect", str(county / "before.html"))
    assert "updated    2021-11-18 (Senast uppdaterad: 2021-11-18; from text)" in said.out
    assert "## Vad gör Länsstyrelsen?" in said.out
    assert "• Erbjuda utbildning" in said.out
    assert said.out.rstrip().endswith("footer  Kakor")


def test_a_list_answers_a_line_each_also_for_what_cannot_be_read(bevaka: Bevaka, county: Path, tmp_path: Path) -> None:
    page = str(county / "before.html")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "list.tsv").write_text(f"{page}\thttps://www.example.org/\t2024-03-02\nempty.html\n")
    said = bevaka("inspect", "--files", "list.tsv", "--json")
    assert said.code == 0
    good, bad = said.rows
    assert good["updated"]["date"] == "2021-11-18"
    assert (bad["file"], bad["blocks"], bad["updated"]) == ("empty.html", [], None)
    assert bad["reason"]


def test_a_file_that_cannot_be_read_exits_with_3(bevaka: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "scan.html").write_bytes(b"PK\x03\x04\x00\x01")
    said = bevaka("inspect", "scan.html")
    assert said.code == 3
    assert said.out.startswith("NOT SEEN  ")
    assert "application/zip" in said.out


def test_an_address_is_fetched_and_read_without_a_database(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    said = bevaka("inspect", f"{site.url}/county", "--json")
    assert said.code == 0
    assert said.rows[0]["file"] == f"{site.url}/county"
    assert said.rows[0]["updated"]["date"] == "2021-11-18"
    assert [request.path for request in site.requests] == ["/robots.txt", "/county"]
    assert not (tmp_path / "data").exists()


def test_an_address_keeps_the_guards_of_a_check(bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /county", content_type="text/plain")
    forbidden = bevaka("inspect", f"{site.url}/county")
    assert (forbidden.code, "robots.txt" in forbidden.out) == (3, True)
    assert site.asked("/county") == []
    monkeypatch.delenv("BEVAKA_ALLOW_NETWORKS")
    private = bevaka("inspect", f"{site.url}/county", "--json")
    assert (private.code, private.rows[0]["blocks"]) == (3, [])
    assert private.rows[0]["reason"]


def test_an_address_is_fetched_within_the_limits_of_the_schedules_defaults(
    bevaka: Bevaka, site: Site, tmp_path: Path
) -> None:
    schedule = tmp_path / "schedule.yaml"
    schedule.write_text("version: 1\ndefaults: {max_size: 100B}\nwatches: {}\n", encoding="utf-8")
    said = bevaka("inspect", f"{site.url}/county")
    assert said.code == 3
    assert "100" in said.out
    schedule.write_text("version: 1\ndefaults: {max_size: 1MB}\nwatches: {}\n", encoding="utf-8")
    assert bevaka("inspect", f"{site.url}/county").code == 0
    schedule.write_text("version: 1\ndefaults: {max_size: large}\nwatches: {}\n", encoding="utf-8")
    assert "'large' is not a size" in bevaka("inspect", f"{site.url}/county").err


def test_an_address_that_has_moved_says_where(bevaka: Bevaka, site: Site) -> None:
    site.pages["/old"] = redirect("/county", 301)
    said = bevaka("inspect", f"{site.url}/old")
    assert said.code == 3
    assert f"{site.url}/county" in said.out


def test_a_time_that_is_none_is_refused(bevaka: Bevaka, county: Path) -> None:
    said = bevaka("inspect", str(county / "before.html"), "--fetched", "soon")
    assert said.code == 2
    assert "'soon' is no time" in said.err


@pytest.mark.parametrize("arguments", [[], ["page.html", "--files", "list"]])
def test_neither_nothing_nor_both_can_be_inspected(bevaka: Bevaka, arguments: list[str]) -> None:
    assert bevaka("inspect", *arguments).code == 2


def test_page_text_cannot_steer_the_terminal(bevaka: Bevaka, tmp_path: Path) -> None:
    text = "Länsstyrelsen \x1b[31msamordnar\u202e arbetet i länet. " * 5
    (tmp_path / "page.html").write_text(f"<title>T\x1b]0;x\x07</title><main><h1>H</h1><p>{text}</p></main>")
    said = bevaka("inspect", "page.html")
    assert not {"\x1b", "\x07", "\u202e"} & set(said.out)


def test_links_count_in_files_whose_address_is_not_given(bevaka: Bevaka, tmp_path: Path) -> None:
    page = "<!doctype html><html lang=sv><title>Stöd</title><main><h1>Stöd</h1><p>Ansök med den.</p>"
    for year in (2026, 2027):
        linked = f'{page}<p><a href="/blankett-{year}.pdf">Ansökan om stöd</a></p></main>'
        (tmp_path / f"{year}.html").write_text(linked, encoding="utf-8")
    said = bevaka("compare", "2026.html", "2027.html")
    assert said.code == 1
    assert "”Ansökan om stöd” (blankett-2026.pdf → blankett-2027.pdf)" in said.out
