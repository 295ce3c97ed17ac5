"""A terminal whose encoding lacks a sign gets the nearest one, from every command, and never a traceback."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bevaka.cli.app import COMMANDS, main
from bevaka.terminal import NEAREST
from tests.unit.cli.conftest import Bevaka

ROOT = Path(__file__).resolve().parents[3]
PLACE = "→ ”Å” – € łø \N{SNOWMAN}"


def said(encoding: str, *arguments: str) -> tuple[int, bytes]:
    """Run a command whose streams have an encoding; return its exit code and its data."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    out.flush()
    return code, out.buffer.getvalue()


def name_the_watch(folder: Path) -> None:
    schedule = folder / "schedule.yaml"
    schedule.write_text(schedule.read_text(encoding="utf-8").replace("Länsstyrelsen", PLACE), encoding="utf-8")


@pytest.mark.parametrize(
    ("encoding", "nearest"), [("ascii", '-> "A" - EUR ?o ?'), ("iso-8859-1", '-> "Å" - EUR ?ø ?'), ("utf-8", PLACE)]
)
def test_what_cannot_be_encoded_is_written_as_the_nearest_sign(encoding: str, nearest: str) -> None:
    assert PLACE.encode(encoding, NEAREST).decode(encoding) == nearest


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
@pytest.mark.usefixtures("site")
def test_no_command_ends_because_of_a_sign(bevaka: Bevaka, tmp_path: Path, encoding: str) -> None:
    name_the_watch(tmp_path)
    bevaka("check")
    bevaka("subscribe", "county", "ann@kommun.example")
    for arguments in (
        *(["status"], ["log", "county"], ["show", "county"], ["watch", "list"], ["watch", "show", "county"]),
        *(["check"], ["check", "nowhere→"], ["inspect", "nowhere→"], ["blame", "county"], ["subscribers", "list"]),
        *(["outbox", "list"], ["schedule", "check"], ["schedule", "plan"], ["stats"], ["silence", "county"]),
        *(["verify"], ["diff", "county", "county"], ["mail", "preview", "county"], ["watch", "test", "county"]),
        *([name, "--help"] for name in COMMANDS),
    ):
        code, _ = said(encoding, *arguments)
        assert code in (0, 2), arguments


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
@pytest.mark.usefixtures("bevaka", "site")
def test_json_says_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    name_the_watch(tmp_path)
    _, out = said(encoding, "watch", "list", "--json")
    assert json.loads(out)["name"] == f"{PLACE} Norrvik"


@pytest.mark.usefixtures("site")
def test_a_process_in_another_locale_writes_what_it_can(tmp_path: Path) -> None:
    name_the_watch(tmp_path)
    environment = {**os.environ, "PYTHONIOENCODING": "iso-8859-1", "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, str(ROOT / "main.py"), "watch", "list"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert '-> "Å" - EUR'.encode("iso-8859-1") in done.stdout


def test_an_argument_that_is_not_utf_8_is_refused_and_one_that_the_locale_cannot_read_is_read(
    bevaka: Bevaka, tmp_path: Path
) -> None:
    del bevaka
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    told = []
    for argument in (b"R\xe4ddning", "Räddning".encode()):
        command = [sys.executable.encode(), str(ROOT / "main.py").encode(), b"log", argument]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr
        told.append(done.stderr)
    assert "is not UTF-8" in told[0]
    assert "there is no database" in told[1]
    assert "Traceback" not in "".join(told)
