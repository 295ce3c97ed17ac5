"""The root command: help, exit codes, and the messages of errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from bevaka.cli.app import COMMANDS
from bevaka.cli.app import bevaka as group
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

ROOT = Path(__file__).parents[3]


def _commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", each) for sub, each in command.commands.items()]
    return found


@pytest.mark.parametrize(("name", "command"), _commands())
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    assert command.help, name
    assert "Example:" in command.help, name
    assert f"bevaka {name.split(maxsplit=1)[0]}" in command.help, name


def test_help_names_every_command(bevaka: Bevaka) -> None:
    said = bevaka("--help")
    assert said.code == 0
    assert all(f"  {name} " in said.out for name in COMMANDS)


def test_an_unknown_command_is_a_usage_error(bevaka: Bevaka) -> None:
    said = bevaka("watchh")
    assert said.code == 2
    assert "watchh" in said.err
    assert "Did you mean 'watch'?" in said.err
    assert "Did you mean" not in bevaka("qqqqqq").err


def test_of_very_many_watches_some_are_named_and_the_most_similar(bevaka: Bevaka, tmp_path: Path) -> None:
    watches = "".join(f"  kommun-{n:03}: {{url: http://127.0.0.1:9/{n}}}\n" for n in range(120))
    (tmp_path / "schedule.yaml").write_text(f"version: 1\nwatches:\n{watches}", encoding="utf-8")
    assert bevaka("check", "kommun-000").code == 3
    said = bevaka("log", "komun-077").err
    assert said.startswith("error: no watch is called 'komun-077'; known are: kommun-000, kommun-001, ")
    assert said.endswith("kommun-019 and 100 more (`bevaka watch list`); did you mean 'kommun-077'?\n")


def test_status_without_a_schedule_says_so_and_makes_no_database(bevaka: Bevaka, tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.yaml"
    schedule.unlink(missing_ok=True)
    before = sorted(tmp_path.rglob("*"))
    said = bevaka("status")
    assert (said.code, said.out) == (2, "")
    assert "no such file" in said.err
    assert sorted(tmp_path.rglob("*")) == before


def test_status_before_the_first_check_says_what_is_wrong_with_the_schedule(bevaka: Bevaka, tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.yaml"
    schedule.write_text("version: 1\nwatches:\n  county: {urll: http://127.0.0.1:9/}\n", encoding="utf-8")
    said = bevaka("status")
    assert (said.code, said.out) == (2, "")
    assert "did you mean 'url'" in said.err


def test_a_bad_schedule_is_told_line_by_line(bevaka: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text(
        "version: 1\nwatches:\n  a:\n    url: https://x.example/\n    evry: 6h\n    drop: 3\n"
    )
    said = bevaka("check")
    assert said.code == 2
    assert "error: schedule.yaml:5: " in said.err
    assert "error: schedule.yaml:6: " in said.err
    assert not (tmp_path / "data").exists()


def test_a_bad_environment_is_told(bevaka: Bevaka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEVAKA_DATABSE", "sqlite:///x.db")
    said = bevaka("status")
    assert said.code == 2
    assert "did you mean BEVAKA_DATABASE?" in said.err


def test_status_says_a_schedule_with_mistakes_though_a_database_is_there(bevaka: Bevaka, tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.yaml"
    schedule.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    assert bevaka("check").code == 0
    assert "schedule file" not in bevaka("status").err
    schedule.write_text("version: 1\nwatches:\n  a: {url: nowhere, evry: 1h}\n", encoding="utf-8")
    said = bevaka("status")
    assert said.code == 0
    assert "the last good schedule is in force, and not that of the file, which has mistakes:" in said.err
    assert "schedule.yaml:3: url: not a web address" in said.err
    assert "unknown key 'evry'" in said.err


def test_a_file_that_is_no_database_is_left_alone(
    bevaka: Bevaka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("important notes, " * 100)
    monkeypatch.setenv("BEVAKA_DATABASE", "sqlite:///notes.txt")
    said = bevaka("status")
    assert said.code == 2
    assert "not a database of Bevaka; it was left as it is" in said.err
    assert file.read_text() == "important notes, " * 100


def test_a_check_that_finds_nothing_new_imports_no_reader(
    bevaka: Bevaka, site: Site, county: Path, tmp_path: Path
) -> None:
    """Run the second check in a process of its own, because this one has imported everything."""
    site.pages["/county"] = Answer((county / "before.html").read_bytes(), etag='"1"')
    assert bevaka("check").code == 0
    heavy = ("monitor.core.judging.significance", "monitor.core.page.extraction", "selectolax", "rapidfuzz")
    script = (
        "import sys; from bevaka.cli.app import main; main(['check']);"
        f"print(*(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "unchanged" in done.stdout
    assert done.stderr.splitlines()[-1] == ""


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], ["sqlalchemy", "requests", "jinja2", "apscheduler", "selectolax", "bs4", "yaml"]),
        (["log", "nix"], ["requests", "jinja2", "apscheduler", "alembic", "pydantic"]),
        (["inspect", "--help"], ["sqlalchemy", "requests", "jinja2", "apscheduler", "selectolax"]),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], heavy: list[str], tmp_path: Path) -> None:
    """Run the command in a process of its own, because this one has imported everything.

    The database is created first, and the modules imported for that are removed from sys.modules: creating a
    database may cost more.
    """
    script = (
        "import sys; from bevaka.cli.app import main; main(['db', 'upgrade']) if 'log' in sys.argv else None;"
        "[sys.modules.pop(name) for name in list(sys.modules) if name.partition('.')[0] in ('alembic', 'pydantic')];"
        "main(sys.argv[2:]); print(*(set(sys.argv[1].split(',')) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, ",".join(heavy), *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == ""


@pytest.mark.parametrize("arguments", [("check",), ("watch", "test", "county"), ("inspect", "http://10.0.0.9:8/")])
def test_who_watches_a_private_network_is_told_what_allows_it(
    bevaka: Bevaka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.delenv("BEVAKA_ALLOW_NETWORKS")
    (tmp_path / "schedule.yaml").write_text(
        "version: 1\nwatches:\n  county: {url: http://10.0.0.9:8/}\n  law: {url: http://10.0.0.9:8/law}\n",
        encoding="utf-8",
    )
    said = bevaka(*arguments)
    assert said.code == 3
    assert said.err.count("10.0.0.9: a private network is fetched only if BEVAKA_ALLOW_NETWORKS allows it") == 1
