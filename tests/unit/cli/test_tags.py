"""`tag`, and tags in the other commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from bevaka.cli.app import bevaka as root
from bevaka.cli.completion import complete
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka


@pytest.fixture
def tagged(site: Site, tmp_path: Path) -> Path:
    """Return a schedule file in which the watch `county` has a tag, and another tag has no watch."""
    path = tmp_path / "schedule.yaml"
    tags = "tags:\n  vald: {name: Mäns våld mot kvinnor, every: 2h, match: ['/county$']}\n  kalmar:\nwatches:\n"
    path.write_text(path.read_text(encoding="utf-8").replace("watches:\n", tags), encoding="utf-8")
    return path


def test_tags_are_listed_with_their_number_of_watches(bevaka: Bevaka, tagged: Path) -> None:
    assert bevaka("tag", "list", "--json").rows == [
        {"tag": "vald", "name": "Mäns våld mot kvinnor", "watches": 1},
        {"tag": "kalmar", "name": "kalmar", "watches": 0},
    ]
    said = bevaka("tag", "list").out.splitlines()
    assert [line.split()[:2] for line in said] == [["tag", "watches"], ["vald", "1"], ["kalmar", "0"]]


def test_without_tags_it_is_said_how_one_is_made(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("tag", "list")
    assert (said.code, said.out, said.err) == (0, "", "no tags: the schedule file names none under tags:\n")
    assert "no tag is called 'vald'; the schedule file names none" in bevaka("tag", "show", "vald").err


def test_a_tag_is_shown_with_its_watches_and_followers(bevaka: Bevaka, tagged: Path) -> None:
    bevaka("subscribe", "tag:vald", "ann@kommun.example")
    assert bevaka("tag", "show", "vald", "--json").rows == [
        {
            "tag": "vald",
            "name": "Mäns våld mot kvinnor",
            "match": ["/county$"],
            "watches": ["county"],
            "followers": 1,
        }
    ]
    said = bevaka("tag", "show", "vald").out
    for words in ("vald  Mäns våld mot kvinnor", "match      /county$", "followers  1 subscription", "county"):
        assert words in said
    assert "no watch has it: write tags: [kalmar] under one" in bevaka("tag", "show", "kalmar").err


def test_an_unknown_tag_is_named_with_those_that_are_known(bevaka: Bevaka, tagged: Path) -> None:
    said = bevaka("tag", "show", "vadl")
    assert said.code == 2
    assert "no tag is called 'vadl'; known are: vald, kalmar; did you mean 'vald'?" in said.err
    assert bevaka("subscribe", "tag:vadl", "ann@kommun.example").code == 2
    assert bevaka("subscribers", "list", "--json").rows == []


def test_a_watch_says_its_tags(bevaka: Bevaka, tagged: Path) -> None:
    assert bevaka("watch", "list", "--json").rows[0]["tags"] == ["vald"]
    assert bevaka("watch", "show", "county", "--json").rows[0]["tags"] == ["vald"]
    assert "tags        vald" in bevaka("watch", "show", "county").out


def test_who_follows_a_tag_is_told_of_its_pages_and_not_of_an_edit_of_the_tag(
    bevaka: Bevaka, tagged: Path, site: Site, county: Path
) -> None:
    bevaka("check")
    said = bevaka("subscribe", "tag:vald", "ann@kommun.example", "--daily", "--only-if", "april")
    assert "ann@kommun.example follows tag:vald (where it says april): told once a day" in said.err
    [row] = bevaka("subscribers", "list", "--json").rows
    assert row["follows"] == [
        {"watch": "tag:vald", "frequency": "daily", "only": [], "only_if": ["april"], "material_only": False}
    ]
    edited = tagged.read_text(encoding="utf-8").replace("every: 2h", "every: 2h, drop: ['main li']")
    tagged.write_text(edited, encoding="utf-8")
    [row] = bevaka("check", "--json").rows
    assert (row["outcome"], row["owed"]) == ("unchanged", 0)
    tagged.write_text(edited.replace("drop: ['main li']", "alert: any"), encoding="utf-8")
    assert bevaka("check", "--json").rows[0]["owed"] == 0
    page = (county / "before.html").read_bytes()
    site.pages["/county"] = Answer(page.replace(b"</main>", "<p>Ansök senast den 1 april.</p></main>".encode()))
    [row] = bevaka("check", "--json").rows
    assert (row["outcome"], row["owed"]) == ("changed", 1)
    [owed] = bevaka("outbox", "list", "--json").rows
    assert (owed["kind"], owed["watch"]) == ("digest", "county")
    assert "follows tag:vald" in bevaka("unsubscribe", "county", "ann@kommun.example").err.replace(
        "they follow", "follows"
    )
    assert bevaka("unsubscribe", "tag:vald", "ann@kommun.example").code == 0
    assert bevaka("outbox", "list", "--json").rows[0]["state"] == "cancelled"


def test_parts_are_of_a_watch_and_not_of_a_tag(bevaka: Bevaka, tagged: Path) -> None:
    said = bevaka("subscribe", "tag:vald", "ann@kommun.example", "--only", "2 §")
    assert said.code == 2
    assert "--only names parts of one watch: name the watch instead of --all or a tag" in said.err


def test_words_of_a_tag_hold_back_what_touches_none_of_them(
    bevaka: Bevaka, tagged: Path, site: Site, county: Path
) -> None:
    text = tagged.read_text(encoding="utf-8").replace("every: 2h", "only_if: {any: [jour]}")
    tagged.write_text(text, encoding="utf-8")
    bevaka("check")
    page = (county / "before.html").read_bytes()
    site.pages["/county"] = Answer(page.replace(b"</main>", "<p>Ansök senast den 1 april.</p></main>".encode()))
    [row] = bevaka("check", "--json").rows
    assert (row["outcome"], row["material"]) == ("changed", False)
    site.pages["/county"] = Answer(page.replace(b"</main>", "<p>Vår jour svarar alltid.</p></main>".encode()))
    assert bevaka("check", "--json").rows[0]["material"] is True


def test_a_tag_is_given_to_a_watch_and_taken_from_it(bevaka: Bevaka, tagged: Path) -> None:
    assert bevaka("watch", "edit", "county", "--tag", "kalmar").code == 0
    assert bevaka("watch", "show", "county", "--json").rows[0]["tags"] == ["vald", "kalmar"]
    said = bevaka("watch", "edit", "county", "--tag", "klamar")
    assert "tags: no tag is called 'klamar'; did you mean 'kalmar'?" in said.err
    assert bevaka("watch", "edit", "county", "--tag", "").code == 0
    assert bevaka("watch", "show", "county", "--json").rows[0]["tags"] == ["vald"]
    assert bevaka("watch", "add", "http://127.0.0.1:9/new", "--key", "new", "--tag", "kalmar").code == 0
    assert [row["watches"] for row in bevaka("tag", "list", "--json").rows] == [1, 1]


@pytest.mark.parametrize(
    ("typed", "cword", "completed"),
    [
        ("bevaka subscribe tag : va", 4, ["vald"]),
        ("bevaka subscribe tag :", 3, ["vald", "kalmar"]),
        ("bevaka subscribe tag", 2, ["tag:vald", "tag:kalmar"]),
        ("bevaka subscribe tag:va", 2, ["vald"]),
        ("bevaka subscribe co", 2, ["county"]),
    ],
)
def test_bash_which_takes_a_colon_for_the_end_of_a_word_completes_what_comes_after_it(
    bevaka: Bevaka,
    tagged: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    typed: str,
    cword: int,
    completed: list[str],
) -> None:
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(cword))
    assert complete("bash_complete", root) == 0
    assert capfd.readouterr().out.splitlines() == [f"plain,{each}" for each in completed]


def test_the_shell_completes_tags(bevaka: Bevaka, tagged: Path) -> None:
    completer = BashComplete(root, {}, "bevaka", "_BEVAKA_COMPLETE")
    found = {
        typed: [item.value for item in completer.get_completions(typed.split()[:-1], typed.split()[-1])]
        for typed in ("tag show v", "subscribe tag:", "unsubscribe c")
    }
    assert found == {"tag show v": ["vald"], "subscribe tag:": ["tag:vald", "tag:kalmar"], "unsubscribe c": ["county"]}
