"""Helpers of the fault tests: one watched page, one subscriber who is owed a mail, and processes to be harmed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import TypeVar

import pytest

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from monitor.core.model import Outcome
from tests.fakes.mail_server import MailServer

T = TypeVar("T")

IS_LONG = os.environ.get("LONG") == "1"
"""True in `make long-runs`."""
only_in_long_runs = pytest.mark.skipif(not IS_LONG, reason="takes its time: make long-runs")
MAIN = Path(__file__).parents[2] / "main.py"
READER = "ann@kommun.example"


def page(month: str = "mars", more: str = "") -> str:
    """Return the county's page; a change is a deadline in another month."""
    return (
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Länet</title><main><h1>Våld i nära relationer</h1>"
        "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta i sitt arbete.</p>"
        f"<p>Kommunerna redovisar sina strategier senast den 1 {month} varje år.</p>{more}</main></html>"
    )


class MovableClock(SystemClock):
    """The system's clock, plus an offset that the test sets."""

    def __init__(self, off: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.off = off

    def now(self) -> datetime:
        """Return the system's time plus the offset."""
        return datetime.now(UTC) + self.off


def later() -> MovableClock:
    """Return a clock one hour ahead: the leases of dead workers have expired."""
    return MovableClock(timedelta(hours=1))


def environment(folder: Path, url: str, smtp_url: str = "", *, timeout: str = "20s") -> dict[str, str]:
    """Write a schedule of one page into the folder; return the environment of a program that uses it."""
    schedule = folder / "schedule.yaml"
    schedule.write_text(
        f"version: 1\ndefaults: {{host_delay: 0s, timeout: {timeout}, every: 6h}}\nwatches:\n  county: {{url: {url}}}\n"
    )
    return {
        "BEVAKA_SCHEDULE": str(schedule),
        "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
        "BEVAKA_SECRET_KEY": "not so secret",
        "BEVAKA_SMTP_URL": smtp_url,
        "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
    }


def join(assembly: Assembly) -> None:
    """Add a subscriber who follows everything."""
    assembly.synced_schedule()
    now = assembly.clock.now()
    with assembly.unit_of_work.write() as work:
        reader = work.subscribers.add(READER, "sv", now, how="operator")
        work.subscribers.subscribe(reader, None, "immediately", now)


def check_once(assembly: Assembly, *, force: bool = True) -> Outcome | None:
    """Check the page once; return the outcome, or None if there was nothing to do."""
    [watch] = assembly.synced_schedule().watches
    result = assembly.check(watch, force=force)
    return None if result is None else result.outcome


def outcomes(assembly: Assembly) -> list[Outcome]:
    """Return the outcomes of the page's revisions, oldest first. Raises AssertionError if its history has a flaw."""
    assert assembly.history.verify()[1] == []
    return [row.outcome for row in assembly.history.log("county").rows]


def start(folder: Path, env: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start `bevaka ARGUMENTS` as a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BEVAKA_", "COV"))}
    return subprocess.Popen(
        [sys.executable, str(MAIN), *arguments],
        cwd=folder,
        env=inherited | {name: value for name, value in env.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def message_ids(server: MailServer) -> Counter[str]:
    """Return how often each mail was received, by its Message-ID."""
    return Counter(str(message_from_bytes(mail.content)["Message-ID"]) for mail in server.received)


def chance(part: int = 0) -> random.Random:
    """Return random choices whose seed is printed; TEST_SEED=… repeats them. A run in parts gives the part's number."""
    seed = int(os.environ.get("TEST_SEED") or random.randrange(1_000_000))
    print(f"seed {seed}{f', part {part}' if part else ''}")  # noqa: T201  repeats the run
    return random.Random(seed + part)


def scaled(small: T, long: T) -> T:
    """Return the size of a run, or its cases: `small` with the slow tests, `long` in `make long-runs`."""
    return long if IS_LONG else small
