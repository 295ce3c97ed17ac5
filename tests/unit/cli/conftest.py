"""Fixtures that run commands as a user at the terminal does, each test in a folder of its own."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bevaka.cli.app import main
from tests.fakes.site import Answer, Site

COUNTY = Path(__file__).parents[2] / "data" / "cli" / "county"


@dataclass(frozen=True, slots=True)
class Said:
    """The output of a command, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """The JSON objects of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


Bevaka = Callable[..., Said]


@pytest.fixture
def county() -> Path:
    """Return the folder of an invented county page: before.html and after.html."""
    return COUNTY


@pytest.fixture
def bevaka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Bevaka]:
    """Yield a function that runs a command in an empty folder; the environment allows requests to loopback only."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BEVAKA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BEVAKA_ALLOW_NETWORKS", "127.0.0.0/8")

    def run(*arguments: str) -> Said:
        capfd.readouterr()
        code = main(arguments)
        return Said(code, *capfd.readouterr())

    root, ours = logging.getLogger(), logging.getLogger("bevaka")
    before = root.handlers[:], root.level, ours.level
    yield run
    root.handlers[:] = before[0]  # a daemon's log is that of its process
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.fixture
def site(tmp_path: Path, empty_database: Path) -> Iterator[Site]:
    """Yield a site whose page /county is watched as `county` by the schedule file."""
    with Site() as site:
        site.pages["/county"] = Answer((COUNTY / "before.html").read_bytes())
        (tmp_path / "data").mkdir(mode=0o700)
        database = Path(shutil.copyfile(empty_database, tmp_path / "data" / "bevaka.db"))
        database.chmod(0o600)  # as the program makes it
        (tmp_path / "schedule.yaml").write_text(
            "version: 1\n"
            "defaults:\n"
            "  host_delay: 0s\n"
            "watches:\n"
            "  county:\n"
            '    name: "Länsstyrelsen Norrvik"\n'
            f"    url: {site.url}/county\n",
            encoding="utf-8",
        )
        yield site
