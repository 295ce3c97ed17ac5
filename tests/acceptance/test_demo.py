"""`bevaka demo`, as a person runs it: it prints its story, and writes the mails."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

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


def test_the_demo_tells_the_whole_story_twice_over(tmp_path: Path) -> None:
    for _ in range(2):  # a second run begins anew
        told = bevaka(tmp_path, "demo")
        assert told.returncode == 0, told.stderr
    subjects = [str(mail["Subject"]) for mail in mails(tmp_path)]
    assert [subject.split(":")[0].split(",")[0] for subject in subjects] == [
        "Ändrad",
        "Kan inte läsas sedan 5 mars",
        "Syns igen",
        "Weekly watch",
        "Ändrad",
        "Ändrad",
        "Weekly watch",
    ]
    assert "1 punkt tillagd: ”Följa upp arbetet årligen”" in subjects[0]
    assert "3 § ändrad genom förordning (2026:7101)" in subjects[5]
    for line in (
        "NOT SEEN   webbplatsen svarade 503",
        "NOT SEEN   200, men ”Länsstyrelsen” saknas",
        "sidans datum är oförändrat",
    ):
        assert line in told.stdout


def test_what_the_demo_leaves_can_be_looked_at(tmp_path: Path) -> None:
    bevaka(tmp_path, "demo")
    log = bevaka(tmp_path, "log", "lansstyrelsen-norrvik")
    assert [line.split()[0] for line in log.stdout.splitlines()] == ["#3", "#2", "#1"]
    diff = bevaka(tmp_path, "diff", "lansstyrelsen-norrvik")
    assert diff.returncode == 1
    assert "[-1 mars-]" in diff.stdout
    assert "{+1 april+}" in diff.stdout
    shown = bevaka(tmp_path, "show", "lansstyrelsen-norrvik@2026-03-03", "--text")
    assert "2025-11-18" in shown.stdout
    assert bevaka(tmp_path, "verify").returncode == 0
