"""`bevaka demo`, as a person runs it: it prints its story, and writes the mails."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest

MAIN = Path(__file__).parent.parent.parent / "main.py"


def bevaka(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on what the demo left behind."""
    environment = {
        "BEVAKA_DATABASE": "sqlite:///demo-output/bevaka.db",
        "BEVAKA_SCHEDULE": "demo-output/schedule.yaml",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [sys.executable, MAIN, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def mails(folder: Path) -> list[EmailMessage]:
    """Return the mails in the order in which they were sent."""
    files = sorted((folder / "demo-output" / "mails").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


class Told(NamedTuple):
    """What the demo printed, and the folder with what it left."""

    output: str
    folder: Path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Run the demo twice in one folder: the second run begins anew."""
    folder = tmp_path_factory.mktemp("demo")
    for _ in range(2):
        ran = bevaka(folder, "demo")
        assert ran.returncode == 0, ran.stderr
    return Told(ran.stdout, folder)


def test_the_demo_tells_the_whole_story_twice_over(told: Told) -> None:
    subjects = [str(mail["Subject"]) for mail in mails(told.folder)]
    assert [subject.split(":")[0].split(",")[0] for subject in subjects] == [
        "Ändrad",
        "Kan inte läsas sedan 5 mars",
        "Syns igen",
        "Weekly digest",
        "Ändrad",
        "Ändrad",
        "Ändrad",
        "Ändrad",
        "Weekly digest",
    ]
    assert "1 punkt tillagd: ”Följa upp arbetet årligen”" in subjects[0]
    assert "2 nya: ”Utbildning om skyddat boende”" in subjects[5]
    assert "3 § ändrad genom förordning (2026:7101)" in subjects[6]
    assert "”Regional …”: tidsfrist ändrad: 30 april → 31 maj 2026" in subjects[7]
    for line in (
        "NOT SEEN   webbplatsen svarade 503",
        "NOT SEEN   200, men ”Länsstyrelsen” saknas",
        "sidans datum är oförändrat",
        "2 nya: ”Utbildning om skyddat boende” (2026-03-11), ”Ny samordnare mot våld i nära relationer” (2026-03-10)",
        "Dokumentet ”Regional handlingsplan” ändrat: tidsfrist ändrad: 30 april → 31 maj 2026",
    ):
        assert line in told.output


def test_what_the_demo_leaves_can_be_looked_at(told: Told) -> None:
    folder = told.folder
    log = bevaka(folder, "log", "lansstyrelsen-norrvik")
    assert [line.split()[0] for line in log.stdout.splitlines()] == ["#4", "#3", "#2", "#1"]
    plan = bevaka(folder, "diff", "lansstyrelsen-norrvik")
    assert "[-30 april 2026-]{+31 maj 2026+}" in plan.stdout
    news = bevaka(folder, "section", "show", "nyheter-norrvik", "--json")
    outcomes = [json.loads(line)["outcome"] for line in news.stdout.splitlines()]
    assert sorted(outcomes) == ["gone", "known", "known", "known", "new", "new"]
    diff = bevaka(folder, "diff", "lansstyrelsen-norrvik#2", "lansstyrelsen-norrvik#3")
    assert diff.returncode == 1
    assert "[-1 mars-]" in diff.stdout
    assert "{+1 april+}" in diff.stdout
    shown = bevaka(folder, "show", "lansstyrelsen-norrvik@2026-03-03", "--text")
    assert "2025-11-18" in shown.stdout
    assert bevaka(folder, "verify").returncode == 0
