"""Output of the commands: tables, hanging lines, counts, times, and the program's own name."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bevaka.cli import console

NINE = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
WORDS = "ett två tre fyra fem sex sju"


def on_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))


def test_the_columns_of_a_table_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    console.table([["a", "1", "x"], ["bbb", "22", ""]], ["key", "n", "note"])
    assert capsys.readouterr().out == "key  n   note\na    1   x\nbbb  22\n"


def test_a_table_without_rows_prints_its_header_or_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    console.table([], ["key", "note"])
    assert capsys.readouterr().out == "key  note\n"
    console.table([])
    assert capsys.readouterr().out == ""


def test_a_cell_cannot_steer_the_terminal_and_a_line_can(capsys: pytest.CaptureFixture[str]) -> None:
    console.table([["\x1b[2J", "en\nrad"]])
    assert capsys.readouterr().out == "\\x1b[2J  en\\nrad\n"
    console.note("en\u202erad")
    assert capsys.readouterr().err == "en\u202erad\n"


def test_a_long_last_cell_hangs_under_its_beginning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_terminal(monkeypatch, columns=25)
    console.table([["key", WORDS]])
    assert capsys.readouterr().out == "key  ett två tre fyra fem\n     sex sju\n"


@pytest.mark.parametrize("columns", [4 + console.NARROWEST_COLUMN - 1, 200])
def test_a_text_is_one_line_where_it_fits_or_its_column_is_too_narrow(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_terminal(monkeypatch, columns)
    assert console.hanging(WORDS, 4) == WORDS


def test_a_text_hangs_from_the_narrowest_column_on_and_words_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminal(monkeypatch, 4 + console.NARROWEST_COLUMN)
    assert console.hanging(WORDS, 4) == "ett två tre fyra fem\n    sex sju"
    word = "lansstyrelsen-norrvik-och-sodervik"
    assert console.hanging(f"se {word} nu", 4) == f"se\n    {word}\n    nu"


def test_what_goes_to_a_file_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminal(monkeypatch, 30)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert console.hanging(WORDS, 4) == WORDS


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 changes"), (1, "1 change"), (2, "2 changes"), (3301, "3 301 changes")]
)
def test_a_count_has_its_noun(count: int, shown: str) -> None:
    assert console.plural(count, "change", "changes") == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (111, "111th"),
    ],
)
def test_an_ordinal_has_its_suffix(number: int, shown: str) -> None:
    assert console.ordinal(number) == shown


def test_a_time_is_shown_in_its_time_zone_and_none_as_a_dash() -> None:
    assert console.date_and_time(NINE) == "2026-03-01 09:00"
    assert console.date_and_time(NINE, "Europe/Helsinki") == "2026-03-01 10:00"
    assert console.date_and_time(None) == "–"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder; its .venv/bin holds the Python and the bevaka that run, and PATH does not name it."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "bevaka"):
        (programs / name).touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    monkeypatch.setenv("PATH", os.defpath)
    return tmp_path


@pytest.mark.parametrize(
    ("started", "shown"),
    [
        ("main.py", ".venv/bin/python main.py"),
        ("lib/bevaka/__main__.py", ".venv/bin/python -m bevaka"),
        (".venv/bin/bevaka", ".venv/bin/bevaka"),
    ],
)
def test_the_program_is_named_as_it_was_started(
    started: str, shown: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(folder / started), "demo"])
    assert console.invoked_as() == shown


def test_a_program_on_the_path_is_named_by_its_name_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder / ".venv" / "bin"))
    monkeypatch.setattr(sys, "argv", [str(folder / ".venv" / "bin" / "bevaka")])
    assert console.invoked_as() == "bevaka"


def test_a_program_elsewhere_is_named_by_its_whole_path(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setattr(sys, "argv", [str(folder / "main.py")])
    assert console.invoked_as() == f"{folder}/.venv/bin/python {folder}/main.py"
