"""`stats` and `completion`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from bevaka.cli.app import bevaka as bevaka_group
from bevaka.cli.stats import _percentile
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

MAIN = Path(__file__).parents[3] / "main.py"


def test_stats_counts_checks_revisions_changes_mails_and_bytes(bevaka: Bevaka, site: Site, county: Path) -> None:
    bevaka("subscribers", "add", "anna@example.org")
    bevaka("subscribe", "county", "anna@example.org")
    before, after = (county / "before.html").read_bytes(), (county / "after.html").read_bytes()
    for body in (before, before, after):
        site.pages["/county"] = Answer(body)
        bevaka("check")
    bevaka("deliver")
    [one, all_] = bevaka("stats", "--json").rows
    assert one["watch"] == "county"
    assert (one["looks"], one["revisions"], one["changes"], one["material"], one["mails"]) == (3, 2, 1, 1, 1)
    assert one["bytes_read"] == len(before) + len(after)
    assert 0 < one["bytes_kept"] < one["bytes_read"]
    assert one["first_look"] <= one["last_look"]
    late = {name: all_.pop(name) for name in ("late_p50", "late_p99")}
    assert all_ == {**one, "watch": None}
    assert 0 <= late["late_p50"] <= late["late_p99"] < 60


def test_stats_says_it_to_people_with_a_line_for_all(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    answer = bevaka("stats")
    assert re.search(r"half of the checks began within \S+ s of being due, 99 % within \S+ s", answer.err)
    said = answer.out.splitlines()
    assert [line.split()[0] for line in said] == ["watch", "county", "in"]
    assert said[1].split()[2:7] == ["1", "1", "0", "0", "0"]


def test_a_watch_that_was_never_checked_has_nothing(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    schedule = Path("schedule.yaml")
    schedule.write_text(schedule.read_text() + "  other:\n    url: http://127.0.0.1:9/\n")
    bevaka("check", "county")
    assert [(row["watch"], row["looks"]) for row in bevaka("stats", "--json").rows][1:] == [("other", 0), (None, 2)]


def test_stats_of_nothing_says_what_to_do(bevaka: Bevaka) -> None:
    said = bevaka("stats")
    assert (said.out, said.code) == ("", 0)
    assert "bevaka check" in said.err


@pytest.mark.parametrize(("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef bevaka"), ("fish", "complete")])
def test_completion_prints_a_script_for_the_shell(bevaka: Bevaka, shell: str, sign: str) -> None:
    said = bevaka("completion", shell)
    assert sign in said.out
    assert f"_BEVAKA_COMPLETE={shell}_complete" in said.out


def test_the_shell_is_told_what_could_come_next(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, str(MAIN)],
        env={"_BEVAKA_COMPLETE": "bash_complete", "COMP_WORDS": "bevaka lo", "COMP_CWORD": "1", "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout == "plain,log\n"


def test_log_shows_the_newest_and_counts_the_older(bevaka: Bevaka, site: Site, county: Path) -> None:
    for name in ("before.html", "after.html", "before.html"):
        site.pages["/county"] = Answer((county / name).read_bytes())
        bevaka("check")
    said = bevaka("log", "county", "--all", "--newest", "1")
    assert [line.split()[0] for line in said.out.splitlines()] == ["#3"]
    assert "2 older revisions: bevaka log county --all --newest 3" in said.err
    assert len(bevaka("log", "county", "--json", "--newest", "1").rows) == 3


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (["log", "co"], ["county"]),
        (["show", ""], ["county", "law"]),
        (["watch", "pause", "l"], ["law"]),
        (["subscribe", "l"], ["law"]),
        (["diff", "county", "x"], []),
    ],
)
def test_the_keys_of_the_schedule_are_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], completed: list[str]
) -> None:
    def offered() -> list[str]:
        completer = BashComplete(bevaka_group, {}, "bevaka", "_BEVAKA_COMPLETE")
        return [item.value for item in completer.get_completions(typed[:-1], typed[-1])]

    schedule = tmp_path / "schedule.yaml"
    monkeypatch.setenv("BEVAKA_SCHEDULE", str(schedule))
    schedule.write_text(
        "version: 1\nwatches:\n  county: {url: 'https://a.example'}\n  law: {sfs: '2021:995'}\n", "utf-8"
    )
    assert offered() == completed
    schedule.write_text("watches: [", "utf-8")
    assert offered() == []
    schedule.unlink()
    assert offered() == []


@pytest.mark.parametrize(
    ("values", "half", "most"),
    [([1.0], 1.0, 1.0), ([1.0, 2.0], 1.0, 2.0), ([float(n) for n in range(1, 201)], 100.0, 198.0)],
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(values: list[float], half: float, most: float) -> None:
    assert (_percentile(values, 50), _percentile(values, 99)) == (half, most)
    assert _percentile([], 50) is None
