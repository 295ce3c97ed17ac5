"""Four processes that write to one PostgreSQL as fast as they can, and what must be so afterwards.

    python -m tests.fleet.stress [SECONDS] [rough]     default 60; rough: connections are cut, a process is killed

Each process checks what is due, forces checks, sends mails, notes robots.txt and signs, all at once; one of them edits
the schedule. Pages are made up where they are asked for, each is another one every few seconds, and nothing is fetched.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text

from bevaka.assembly import Adapters, Assembly
from monitor.checking.dispatch import Round, due_watches
from monitor.checking.sync_schedule import sync_schedule
from monitor.core.model import Fetched, Schedule, Validators, Watch
from monitor.core.schedule.host_load import host_of
from monitor.errors import StorageError
from monitor.ports.storage import Work
from monitor.ports.values import Envelope
from storage.engine import open_engine, writing
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.postgres import Cluster

PROCESSES, HOSTS, PAGES, READERS = 4, 24, 3, 2
NEW_EVERY = 20.0
"""Seconds for which a page stays the same."""
KILLED = 1
"""The process that is killed, and started anew, in a rough run."""
ROUGHLY = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
)
LOST = text(
    "SELECT count(*) FROM events JOIN changes ON changes.id = events.change_id CROSS JOIN subscribers"
    " WHERE changes.material AND NOT EXISTS (SELECT 1 FROM delivery_items JOIN subscriptions"
    " ON subscriptions.id = delivery_items.subscription_id WHERE delivery_items.event_id = events.id"
    " AND subscriptions.subscriber_id = subscribers.id)"
)
WITHOUT_EVENT = text("SELECT count(*) FROM changes WHERE id NOT IN (SELECT change_id FROM events WHERE change_id > 0)")
TWICE = text(
    "SELECT count(*) FROM (SELECT 1 FROM snapshots GROUP BY watch_id, raw_sha256 HAVING count(*) > 1) AS twice"
)
MISCOUNTED = text(
    "SELECT count(*) FROM watches WHERE checks <>"
    " (SELECT coalesce(sum(looks), 0) FROM observations WHERE observations.watch_id = watches.id)"
)
HELD = text("SELECT count(*) FROM watches WHERE lease_until > now()")
TURNS = text("SELECT count(*) FROM hosts WHERE turn_until > now()")


class Pages:
    """A fetcher that makes up each page, and notes where a host is asked for two at once."""

    NAME = "http"

    def __init__(self, assembly: Assembly, folder: Path) -> None:
        self._assembly = assembly
        self._folder = folder

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        """Return the page as it is at the moment."""
        del validators
        busy = self._folder / "busy" / host_of(watch.url)
        self._occupy(busy)
        time.sleep(random.random() / 200)
        turn = int((time.time() + int(sha256(watch.key.encode()).hexdigest()[:4], 16)) / NEW_EVERY)
        words = " ".join(sha256(f"{watch.key} {turn} {number}".encode()).hexdigest()[:8] for number in range(6))
        body = (
            f"<html><title>{watch.key}</title><main><h1>{watch.key}</h1><p>The board has decided: {words}.</p></main>"
        )
        busy.unlink()
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return Fetched(watch.url, 200, headers, body.encode(), self._assembly.clock.now())

    def _occupy(self, busy: Path) -> None:
        try:
            with busy.open("x", encoding="utf-8") as file:
                file.write(str(os.getpid()))
        except FileExistsError:
            with suppress(FileNotFoundError, ValueError, ProcessLookupError):
                os.kill(int(busy.read_text("utf-8")), 0)  # the holder lives
                append(self._folder / "overlaps", busy.name)
            busy.write_text(str(os.getpid()), "utf-8")


class Letters:
    """A notifier that notes the Message-ID of each mail."""

    NAME = "letters"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "mails"

    def send(self, envelope: Envelope) -> str:
        """Take the mail."""
        append(self._file, envelope.message_id)
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


def append(file: Path, line: str) -> None:
    """Append a line to a file that several processes write."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")


def assembled(folder: Path) -> Assembly:
    """Return the program on the database of that folder."""
    adapters = Adapters(notifier=Letters(folder))
    environment = {
        "BEVAKA_DATABASE": (folder / "database").read_text("utf-8"),
        "BEVAKA_SCHEDULE": str(folder / "schedule.yaml"),
        "BEVAKA_SECRET_KEY": "a key that all processes share",
    }
    assembly = Assembly(environment, adapters=adapters)
    assembly._adapters = replace(adapters, fetchers={"http": Pages(assembly, folder)})
    return assembly


class Worker:
    """What a process does, each in a thread of its own; what goes wrong is noted."""

    def __init__(self, assembly: Assembly, folder: Path, number: int) -> None:
        self._assembly = assembly
        self._errors = folder / "errors"
        self._number = number
        self._round: Round[object] = Round(assembly.check.turn, workers=6, flush=assembly.check.flush)

    def run(self, seconds: float) -> None:
        """Do everything for so long."""
        until = time.time() + seconds
        actions = [self.check, self.force, self.mail, self.note, *([self.edit] if self._number == 0 else [])]
        threads = [threading.Thread(target=self._again, args=(action, until)) for action in actions]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self._assembly.clock.stop()
        for thread in threads:
            thread.join()
        self._round.wait()
        with suppress(StorageError):
            self._assembly.check.give_back()

    def _again(self, action: Callable[[], None], until: float) -> None:
        while time.time() < until:
            try:
                action()
            except StorageError as error:
                append(self._errors, f"{action.__name__}: {type(error).__name__} {error}")

    def check(self) -> None:
        """Check what is due, whosever share it is: all are after the same hosts."""
        due = due_watches(self._assembly.unit_of_work, self._assembly.clock.now(), 200)
        self._round.start(due, lambda _, __: None, self._failed)
        time.sleep(0.1)

    def _failed(self, watch: Watch, error: Exception) -> None:
        append(self._errors, f"{watch.key}: {type(error).__name__} {error}")

    def force(self) -> None:
        """Check some page as a person asks for it."""
        self._assembly.check(random.choice(self._assembly.schedule.watches), force=True)
        time.sleep(0.1)

    def mail(self) -> None:
        """Send what is owed."""
        self._assembly.deliver.deliver_due()
        time.sleep(0.1)

    def note(self) -> None:
        """Keep a robots.txt."""
        assembly = self._assembly
        assembly.check.note(
            lambda work: work.hosts.keep_robots("https://h1:443", str(self._number), assembly.clock.now())
        )
        time.sleep(0.5)

    def edit(self) -> None:
        """Put another schedule in force."""
        assembly = self._assembly
        sync_schedule(assembly.unit_of_work, renamed(assembly.schedule, time.time()), assembly.clock.now())
        time.sleep(0.3)


def renamed(schedule: Schedule, at: float) -> Schedule:
    """Return the schedule with another name for some of its watches."""
    some = int(at) % 7
    watches = tuple(
        replace(watch, name=f"{watch.key} {some}") if number % 7 == some else watch
        for number, watch in enumerate(schedule.watches)
    )
    return replace(schedule, watches=watches)


def prepare(folder: Path, url: str) -> None:
    """Make the database, the schedule and the readers."""
    (folder / "busy").mkdir()
    (folder / "database").write_text(url, "utf-8")
    pages = "".join(
        f"  h{host}-{page}: {{url: 'http://h{host}.example/{page}', every: 1s}}\n"
        for host in range(HOSTS)
        for page in range(PAGES)
    )
    (folder / "schedule.yaml").write_text(f"version: 1\ndefaults: {{host_delay: 0s}}\nwatches:\n{pages}", "utf-8")
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    with assembled(folder) as assembly:
        assembly.sync_schedule()
        now = assembly.clock.now()
        with assembly.unit_of_work.write() as work:
            for number in range(READERS):
                reader = work.subscribers.add(f"reader-{number}@kommun.example", "sv", now, how="operator")
                work.subscribers.subscribe(reader, None, "immediately", now)


def start(folder: Path, number: int, seconds: float) -> subprocess.Popen[bytes]:
    """Start a process; it notes when its connections may be cut, as a program that cannot start rightly ends."""
    (folder / f"started-{number}").unlink(missing_ok=True)
    with (folder / f"log-{number}").open("ab") as log:
        arguments = [str(folder), str(number), str(seconds)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.fleet.stress", "work", *arguments], stdout=log, stderr=log
        )


def run(cluster: Cluster, folder: Path, seconds: float, *, rough: bool = False) -> dict[str, int]:
    """Let them write for so long; return figures: what was done, and what must not be (0)."""
    url = cluster.database()
    prepare(folder, url)
    until = time.time() + seconds
    processes = [start(folder, number, seconds) for number in range(PROCESSES)]
    engine = open_engine(url)
    killed = not rough
    while rough and time.time() < until:
        time.sleep(0.5)
        if all((folder / f"started-{number}").exists() for number in range(PROCESSES)):
            with suppress(StorageError), writing(engine).begin() as connection:
                connection.execute(ROUGHLY)
        if not killed and time.time() > until - seconds / 2:
            processes[KILLED].kill()
            processes[KILLED].wait()
            processes[KILLED] = start(folder, KILLED, seconds / 2)
            killed = True
    codes = [process.wait(seconds + 60) for process in processes]
    found = examine(engine, folder) | {"processes that failed": sum(code != 0 for code in codes)}
    engine.dispose()
    return found


def examine(engine: object, folder: Path) -> dict[str, int]:
    """Return figures on what was left."""
    sent = Counter((folder / "mails").read_text("utf-8").split()) if (folder / "mails").exists() else Counter[str]()
    unit_of_work = SqlUnitOfWork(engine)  # type: ignore[arg-type]
    with unit_of_work.read() as work_:
        flaws, checks = work_.history.verify()[1], sum(row.checks for row in work_.watches.all())
        owed = work_.outbox.counts()
        figures = _counted(work_)
    errors = Counter(line.partition(": ")[2].partition(" ")[0] for line in _lines(folder / "errors"))
    return {
        "checks": checks,
        "mails": sum(sent.values()),
        "owed": sum(owed.get(state, 0) for state in ("pending", "sending")),
        **{name: count for name, count in errors.items() if name},
        "flaws": len(flaws),
        "two at once": len(_lines(folder / "overlaps")),
        "mails that came twice": sum(count > 1 for count in sent.values()),
        "mails that came more often": sum(count > 2 for count in sent.values()),
        **figures,
    }


def _counted(work_: Work) -> dict[str, int]:
    connection = work_.watches._connection  # type: ignore[attr-defined]
    queries = {
        "changes": text("SELECT count(*) FROM changes"),
        "changes that nobody is told of": LOST,
        "changes without an event": WITHOUT_EVENT,
        "revisions that were recorded twice": TWICE,
        "pages whose checks are miscounted": MISCOUNTED,
        "leases left": HELD,
        "turns left": TURNS,
    }
    return {name: connection.scalar(query) for name, query in queries.items()}


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []


def main(arguments: list[str]) -> None:
    """Run, and print the figures."""
    if arguments[:1] == ["work"]:
        folder = Path(arguments[1])
        with assembled(folder) as assembly, assembly.signs_of_life:
            (folder / f"started-{arguments[2]}").touch()
            Worker(assembly, folder, int(arguments[2])).run(float(arguments[3]))
        return
    seconds = next((float(each) for each in arguments if each != "rough"), 60.0)
    with Cluster() as cluster, tempfile.TemporaryDirectory() as made:
        for name, count in run(cluster, Path(made), seconds, rough="rough" in arguments).items():
            print(f"{count:8} {name}", flush=True)  # noqa: T201  the program's output


if __name__ == "__main__":
    main(sys.argv[1:])
