"""What the fault tests share: one watched page, one reader who is owed a mail, and processes to be harmed."""

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

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from monitor.core.model import Outcome
from tests.fakes.mail_server import MailServer

MAIN = Path(__file__).parents[2] / "main.py"
READER = "ann@kommun.example"


def page(month: str = "mars", more: str = "") -> str:
    """The county's page; what is due in which month is what changes."""
    return (
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Länet</title><main><h1>Våld i nära relationer</h1>"
        "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta i sitt arbete.</p>"
        f"<p>Kommunerna redovisar sina strategier senast den 1 {month} varje år.</p>{more}</main></html>"
    )


class MovableClock(SystemClock):
    """The world's clock, which a test may set."""

    def __init__(self, off: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.off = off

    def now(self) -> datetime:
        """The world's time, and what the test put on it."""
        return datetime.now(UTC) + self.off


def later() -> MovableClock:
    """A clock an hour ahead: the leases of whoever died have run out."""
    return MovableClock(timedelta(hours=1))


def environment(folder: Path, url: str, smtp_url: str = "", *, timeout: str = "20s") -> dict[str, str]:
    """A folder with a schedule of one page, and the environment of a program in it."""
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
    """Somebody follows everything."""
    assembly.synced_schedule()
    now = assembly.clock.now()
    with assembly.unit_of_work.write() as work:
        reader = work.subscribers.add(READER, "sv", now, how="operator")
        work.subscribers.subscribe(reader, None, "immediately", now)


def look(assembly: Assembly, *, force: bool = True) -> Outcome | None:
    """Look at the page once; what it came to, or None when it was not looked at."""
    [watch] = assembly.synced_schedule().watches
    result = assembly.check(watch, force=force)
    return None if result is None else result.outcome


def outcomes(assembly: Assembly) -> list[Outcome]:
    """What became of the page, the oldest first, of a history without a flaw."""
    assert assembly.history.verify()[1] == []
    return [row.outcome for row in assembly.history.log("county").rows]


def start(folder: Path, env: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """`bevaka ARGUMENTS` as a process of its own."""
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
    """How often each mail came."""
    return Counter(str(message_from_bytes(mail.content)["Message-ID"]) for mail in server.received)


def chance(part: int = 0) -> random.Random:
    """Random choices whose seed is printed; TEST_SEED=… makes the same ones again. A run of parts names its part."""
    seed = int(os.environ.get("TEST_SEED") or random.randrange(1_000_000))
    print(f"seed {seed}{f', part {part}' if part else ''}")  # noqa: T201  replays the run
    return random.Random(seed + part)


def scaled(small: int, long: int) -> int:
    """How much of a run is made: little with all the slow tests, much in `make long-runs`."""
    return long if os.environ.get("LONG") == "1" else small
