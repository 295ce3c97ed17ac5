"""`watch test` and `watch edit --dry-run`: what a recipe would have said of the kept history."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

FRAME = (
    "<!doctype html><html lang=sv><meta charset=utf-8><title>Diarium</title><main><h1>Diarium i Norrvik</h1>"
    "<p>Här står de senaste besluten om stöd till våldsutsatta i länet.</p><ul>{}</ul></main></html>"
)
ONE, TWO, THREE = "Beslut om bidrag till kvinnojouren", "Yttrande över handlingsplanen", "Kallelse till samrådet"


def says(site: Site, *lines: str) -> None:
    site.pages["/county"] = Answer(FRAME.format("".join(f"<li>{line}</li>" for line in lines)))


def with_history(bevaka: Bevaka, site: Site) -> None:
    for lines in ((ONE, TWO), (TWO,), (ONE, TWO), (ONE, TWO, THREE)):
        says(site, *lines)
        assert bevaka("check").code == 0


def test_an_edit_is_tried_on_the_kept_history_before_it_is_saved(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    with_history(bevaka, site)
    before = (tmp_path / "schedule.yaml").read_text(encoding="utf-8")
    asked = len(site.requests)
    said = bevaka("watch", "edit", "county", "--never-seen", "true", "--dry-run")
    assert said.code == 0
    lines = said.out.splitlines()
    assert "+    never_seen: true" in lines
    assert "REPLAY  4 kept revisions: 2 would be told otherwise" in lines
    assert "then  3 told, 1 first" in lines
    assert "now   1 told, 2 held back, 1 first" in lines
    rows = [line.split()[:2] for line in lines[-4:]]
    assert rows == [["≠", "#3"], ["≠", "#2"], ["#4", rows[2][1]], ["#1", rows[3][1]]]
    assert "told   →  held back (never-seen)" in lines[-4]
    assert f"”{THREE}”" in lines[-2]
    assert (tmp_path / "schedule.yaml").read_text(encoding="utf-8") == before
    assert len(site.requests) == asked, "the history is read, the page is not"
    assert bevaka("watch", "edit", "county", "--never-seen", "true").code == 0
    shown = bevaka("watch", "show", "county")
    assert "only text that no revision ever had is told" in shown.out
    [row] = bevaka("watch", "show", "county", "--json").rows
    assert row["never_seen"] is True


def test_the_replay_as_json_has_all_of_it(bevaka: Bevaka, site: Site) -> None:
    with_history(bevaka, site)
    [row] = bevaka("watch", "edit", "county", "--expect", "bidrag", "--dry-run", "--replay", "3", "--json").rows
    assert set(row) == {"watch", "file", "replay"}
    assert "+    expect: bidrag" in row["file"]
    replay = row["replay"]
    assert (replay["differ"], replay["left_out"]) == (2, {"most": 1})
    assert replay["then"] == {"told": 3, "held_back": 0, "unchanged": 0, "not_seen": 0, "first": 0}
    assert replay["now"] == {"told": 1, "held_back": 0, "unchanged": 1, "not_seen": 1, "first": 0}
    three, two, four = replay["revisions"]
    assert [each["revision"] for each in (three, two, four)] == [3, 2, 4]
    assert set(three) == {"revision", "before", "at", "differs", "then", "now"}
    assert set(three["now"]) == {"outcome", "rule", "reason", "summary", "held_back"}
    assert (three["before"], three["now"]["outcome"], three["differs"]) == (1, "unchanged", True)
    assert (two["now"]["outcome"], two["now"]["reason"]) == ("not_seen", "”bidrag” saknas på sidan")
    assert four["then"]["summary"]["en"] == four["now"]["summary"]["en"] != ""
    assert four["differs"] is False


def test_a_test_of_a_watch_replays_what_the_file_says(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    with_history(bevaka, site)
    file = tmp_path / "schedule.yaml"
    file.write_text(file.read_text(encoding="utf-8") + '    only_if: {added: ["samråd"]}\n', encoding="utf-8")
    said = bevaka("watch", "test", "county")
    assert "REPLAY  4 kept revisions: 2 would be told otherwise" in said.out
    assert "held back (only-if)" in said.out
    [row] = bevaka("watch", "test", "county", "--json").rows
    assert row["replay"]["differ"] == 2
    [row] = bevaka("watch", "test", "county", "--json", "--replay", "0").rows
    assert "replay" not in row
    says(site)
    site.pages["/county"] = Answer("", status=503)
    said = bevaka("watch", "test", "county")
    assert said.code == 3
    assert "REPLAY  4 kept revisions: 2 would be told otherwise" in said.out


def test_a_page_without_a_history_has_no_replay(bevaka: Bevaka, site: Site) -> None:
    assert "REPLAY" not in bevaka("watch", "test", "county").out
    assert "REPLAY" not in bevaka("watch", "edit", "county", "--keep", "main", "--dry-run").out


def test_what_is_left_out_is_said(bevaka: Bevaka, site: Site) -> None:
    with_history(bevaka, site)
    said = bevaka("watch", "edit", "county", "--keep", "main", "--replay", "2", "--dry-run")
    assert "REPLAY  2 kept revisions: all as they were told" in said.out
    assert "left out  2: older than that (--replay N)" in said.out
    said = bevaka("watch", "edit", "county", "--url", f"{site.url}/other", "--dry-run")
    assert "REPLAY  no kept revision could be replayed" in said.out
    assert "left out  4: from another address" in said.out


def test_json_without_a_dry_run_is_refused(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("watch", "edit", "county", "--keep", "main", "--json")
    assert said.code == 2
    assert "--json goes with --dry-run" in said.err


def test_words_are_given_tried_and_taken_out(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    with_history(bevaka, site)
    words = ("--only-if", "samråd", "--only-if", "jour")
    [row] = bevaka("watch", "edit", "county", *words, "--dry-run", "--json").rows
    assert row["replay"]["now"] == {"told": 3, "held_back": 0, "unchanged": 0, "not_seen": 0, "first": 1}
    assert bevaka("watch", "edit", "county", *words).code == 0
    file = tmp_path / "schedule.yaml"
    assert '    only_if: {"any": ["samråd", "jour"]}\n' in file.read_text(encoding="utf-8")
    assert bevaka("watch", "edit", "county", "--every", "2h").code == 0
    assert bevaka("watch", "edit", "county", "--only-if", "").code == 0
    assert "only_if" not in file.read_text(encoding="utf-8")
    assert bevaka("watch", "add", f"{site.url}/news", "--key", "news", "--only-if", "jour").code == 0
    assert '    only_if: {"any": ["jour"]}\n' in file.read_text(encoding="utf-8")
    said = bevaka("watch", "edit", "county", "--only-if", "(", "--dry-run")
    assert said.code == 2
    assert "any: '(' is not an RE2 pattern" in said.err
