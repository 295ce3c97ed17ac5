"""A fleet for tests: several daemons as processes, one PostgreSQL, many hosts on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import Self

from bevaka.assembly import Assembly
from monitor.errors import StorageError
from storage.schema import HEAD
from tests.fleet.site import ManyHosts, addresses

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "main.py"
NEXT = "9001"
MIGRATION = """\
import sqlalchemy
from alembic import op

revision, down_revision = "{next}", "{head}"


def upgrade():
    op.add_column("watches", sqlalchemy.Column("colour", sqlalchemy.String()))
"""
PATIENCE = 30.0
READER = "ann@kommun.example"


def wait_for(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until something holds, through errors of a database that is away. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while True:
        with suppress(StorageError):
            if holds():
                return
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.2)


def numbers_of_revisions(assembly: Assembly) -> dict[str, int]:
    """Return how many revisions each page has."""
    with assembly.unit_of_work.read() as work:
        return {row.watch.key: len(work.snapshots.all(row.id)) for row in work.watches.all()}


def owed(assembly: Assembly) -> int:
    """Return how many mails are not sent yet."""
    with assembly.unit_of_work.read() as work:
        counts = work.outbox.counts()
    return counts.get("pending", 0) + counts.get("sending", 0)


def mails(folder: Path) -> Counter[str]:
    """Return how often each mail was sent, by its Message-ID."""
    sent = (message_from_bytes(file.read_bytes()) for file in (folder / "data/mail/new").iterdir())
    return Counter(str(mail["Message-ID"]) for mail in sent)


def next_program(folder: Path) -> Path:
    """Make the next program, whose schema has one more column, and takes none away; return its main file.

    Its storage is there, and the rest is imported from this one, which must be on PYTHONPATH.
    """
    made = folder / "next"
    shutil.copytree(ROOT / "storage", made / "storage", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(MAIN, made)
    schema = made / "storage/schema.py"
    schema.write_text(schema.read_text("utf-8").replace(f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"'), "utf-8")
    with (made / "storage/tables.py").open("a", encoding="utf-8") as tables:
        tables.write('\n\nwatches.append_column(Column("colour", String))\n')
    migration = made / f"storage/migrations/versions/{NEXT}_next.py"
    migration.write_text(MIGRATION.format(next=NEXT, head=HEAD), "utf-8")
    return made / MAIN.name


class Fleet:
    """Daemons on one database, as a context manager that ends them."""

    def __init__(self, folder: Path, database: str, site: ManyHosts, *, more: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._site = site
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BEVAKA_", "COV"))}
        self.environment = inherited | {
            "BEVAKA_DATABASE": database,
            "BEVAKA_SCHEDULE": str(folder / "schedule.yaml"),
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
            "BEVAKA_SECRET_KEY": "a key that all machines of the fleet share",
            "BEVAKA_WEB_BIND": "127.0.0.1:0",
            **(more or {}),
        }
        self.daemons: list[subprocess.Popen[bytes]] = []
        self.program = MAIN
        """What is run and started from now on."""

    def watch(self, hosts: int, pages: int, *, every: str, delay: str) -> None:
        """Write the schedule, so many pages on each of so many hosts, and put it in force."""
        watches = "".join(
            f"  h{host}-{page}: {{url: http://{name}:{self._site.port}/{page}, every: {every}}}\n"
            for host, name in enumerate(addresses(hosts))
            for page in range(pages)
        )
        text = f"version: 1\ndefaults: {{host_delay: {delay}, timeout: 10s}}\nwatches:\n{watches}"
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
        self.run("schedule", "apply")

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end, which must be this exit code; return what it said."""
        done = subprocess.run(
            [sys.executable, str(self.program), *arguments],
            cwd=self.folder,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, count: int, *arguments: str) -> None:
        """Start so many more daemons."""
        for _ in range(count):
            log = (self.folder / f"daemon-{len(self.daemons)}.log").open("wb")
            self.daemons.append(
                subprocess.Popen(
                    [sys.executable, str(self.program), "run", *arguments],
                    cwd=self.folder,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
            )
            log.close()

    def log(self, number: int) -> str:
        """Return what a daemon has logged."""
        return (self.folder / f"daemon-{number}.log").read_text("utf-8")

    def kill(self, number: int) -> None:
        """Kill a daemon (SIGKILL)."""
        self.daemons[number].kill()
        self.daemons[number].wait()

    def join(self, assembly: Assembly) -> None:
        """Let a reader follow every page."""
        now = assembly.clock.now()
        with assembly.unit_of_work.write() as work:
            reader = work.subscribers.add(READER, "sv", now, how="operator")
            work.subscribers.subscribe(reader, None, "immediately", now)

    def rate(self, seconds: float) -> float:
        """Return how many pages a second the hosts were asked for, for so long."""
        before, began = self._site.seen().pages, time.monotonic()
        time.sleep(seconds)
        return (self._site.seen().pages - before) / (time.monotonic() - began)

    def cpu(self) -> float:
        """Return the CPU seconds that the living daemons have used."""
        used = 0.0
        for daemon in self.daemons:
            if daemon.poll() is None:
                fields = Path(f"/proc/{daemon.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                used += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        return used

    def stop(self) -> None:
        """End every daemon orderly."""
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.send_signal(signal.SIGTERM)
        for daemon in self.daemons:
            daemon.wait(PATIENCE)
        self.daemons.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
