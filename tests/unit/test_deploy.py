"""The systemd unit is as tight as it says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "bevaka.service"
LOOSEST = 15
"""Tenths of systemd's points of exposure; 100 is a service that may do anything."""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_finds_little_exposed() -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={LOOSEST}", str(UNIT)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_watchdog_is_on_and_a_stop_waits_for_the_mail_under_way() -> None:
    settings = dict(line.split("=", 1) for line in UNIT.read_text(encoding="utf-8").splitlines() if "=" in line)
    assert settings["Type"] == "notify"
    assert settings["Restart"] == "always"
    assert 30 < int(settings["WatchdogSec"]) <= 120
    assert int(settings["TimeoutStopSec"]) > 600
