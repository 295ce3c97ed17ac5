"""Lateness of checks in a simulated day: 20 000 watches on 4 000 hosts, of which some are bad, and a kill at noon.

    python bench/simulated_day.py [HOURS]     default 24, for which it takes half an hour; the database is in /dev/shm

The dispatcher, turns, claims, recorder, host gate and database are the program's own; time is simulated, and so is what
a fetcher brings. Sizes of hosts after Zipf; cadences of 5 minutes to a day, stretched so that a host has no more than
half the requests that its spacing allows; latencies log-normal around 300 ms. Every fiftieth host never answers within
its 30 seconds, and one has twice the requests that its spacing allows. In the middle the process is killed (SIGKILL),
and another one goes on five seconds later. Prints how late checks began before and after, but for the overloaded host.
"""

from __future__ import annotations

import math
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from lateness import BODY, LATENCY, OVERLOADED, SPACING, is_dead, sizes_and_cadences
from simulated_time import SimulatedTime
from sqlalchemy import bindparam, update

from bevaka.daemon.daemon import MOST_DUE, TICK
from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.checking.dispatch import Round, due_watches
from monitor.checking.lateness import Lateness
from monitor.core.model import Cadence, Fetched, NotModified, Redirected, Schedule, Validators, Watch
from monitor.errors import Timeout
from monitor.extractors.page import Page
from monitor.ports.values import Worker
from monitor.reader import Reader
from monitor.signs_of_life import EVERY, SignsOfLife
from storage import tables
from storage.engine import open_engine
from storage.host_gate import SqlHostGate
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DOWN = timedelta(seconds=5)
"""How long nothing runs after the kill."""
TIMEOUT = 30.0
_SET_DUE = update(tables.watches).where(tables.watches.c.key == bindparam("of")).values(next_check_at=bindparam("at"))
LATE = struct.Struct("<dfI")
"""A line of the record of checks: the simulated time, the seconds, the number of the host."""


class Seen(Lateness):
    """Writes how late each check began, at once, so that a kill loses nothing."""

    def __init__(self, simulated: SimulatedTime, path: Path) -> None:
        super().__init__()
        self._simulated = simulated
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.asked = threading.local()

    def note(self, seconds: float) -> None:
        """Count a check."""
        os.write(self._file, LATE.pack(self._simulated.now().timestamp(), max(0.0, seconds), self.asked.host))


class Scripted:
    """A fetcher of invented answers, behind the real host gate; robots.txt is asked for as the client does."""

    NAME = "http"

    def __init__(self, simulated: SimulatedTime, gate: SqlHostGate, seen: Seen) -> None:
        self._simulated, self._gate, self._seen = simulated, gate, seen

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Return the page that never changes. Raises Timeout."""
        del validators
        host = urlsplit(watch.url).netloc
        self._seen.asked.host = number = int(host[1 : host.index(".")])
        kept = self._gate.robots(f"http://{host}:80")
        if kept is None or self._simulated.now() - kept[1] > timedelta(days=1):
            self._ask(host, number)
            self._gate.keep_robots(f"http://{host}:80", "", self._simulated.now())
            self._gate.pause_turn(host)
        self._ask(host, number)
        return Fetched(watch.url, 200, (), BODY.format(watch.key).encode(), self._simulated.now())

    def _ask(self, host: str, number: int) -> None:
        with self._gate.request(host):
            if is_dead(number):
                self._simulated.sleep(TIMEOUT)
                raise Timeout(seconds=round(TIMEOUT))
            self._simulated.sleep(random.lognormvariate(math.log(LATENCY), 0.5))


def watches() -> list[Watch]:
    """Return all watches."""
    return [
        Watch(f"h{host}-{page}", "", f"http://h{host}.example/{page}", cadence=Cadence(every=timedelta(seconds=every)))
        for host, page, every in sizes_and_cadences()
    ]


def live(folder: Path, begin: datetime, end: datetime) -> None:
    """Run the engine from one simulated time to another, unless killed before."""
    simulated = SimulatedTime(begin)
    unit_of_work = SqlUnitOfWork(open_engine(f"sqlite:///{folder / 'bevaka.db'}"))
    seen = Seen(simulated, folder / "late")
    signs = SignsOfLife(
        unit_of_work,
        simulated,
        Worker(str(os.getpid()), "simulated", "0"),
        monotonic=simulated.monotonic,
    )
    spacing = timedelta(seconds=SPACING)
    gate = SqlHostGate(unit_of_work, simulated, spacing, monotonic=simulated.monotonic, worker=lambda: signs.worker_id)
    check = Check(
        unit_of_work,
        {"http": Scripted(simulated, gate, seen)},
        Reader(lambda: [Page()]),
        simulated,
        sender_domain="bevaka.example",
        jitter=random.random,
        gate=gate,
        spacing=lambda: spacing,
        lateness=seen,
        worker=lambda: signs.worker_id,
        threads=simulated,
    )
    gate.write_later = check.note
    round_: Round[CheckResult] = Round(check.turn, flush=check.flush, threads=simulated)

    def sign() -> None:
        while True:
            signs.sign()
            simulated.sleep(EVERY)

    simulated.start(sign, "signs of life")
    while simulated.now() < end:
        due = due_watches(unit_of_work, simulated.now(), MOST_DUE, but=round_.running)
        round_.start(due, lambda _, __: None, _failed)
        (folder / "now").write_text(simulated.now().isoformat(), "utf-8")
        simulated.sleep(TICK)
    os._exit(0)  # what still waits, waits in a time that no longer passes


def _failed(watch: Watch, error: Exception) -> None:
    print(f"{watch.key}: {error!r}", file=sys.stderr)


def say(what: str, lines: Sequence[tuple[float, float, int]]) -> None:
    """Print how late these checks began."""
    others = sorted((late, host) for _, late, host in lines if host != OVERLOADED)
    very_late = [host for late, host in others if late > 60]
    within = sum(late <= 10 for late, _ in others) / len(others)
    print(
        f"{what}: {len(others)} checks of others, {within:.3%} within 10 s,",
        f"{len(very_late)} later than 60 s, {sum(map(is_dead, very_late))} of them of hosts that never answer;",
        f"half within {others[len(others) // 2][0]:.1f} s, 99 % within {others[int(0.99 * len(others))][0]:.1f} s,",
        f"the last {others[-1][0]:.1f} s; {len(lines) - len(others)} checks of the overloaded host",
    )


def main(hours: float) -> None:
    """Live through the day in two processes, the first of which is killed in the middle."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        engine = open_engine(f"sqlite:///{folder / 'bevaka.db'}")
        upgrade(engine)
        all_watches, chance = watches(), random.Random(1)
        with SqlUnitOfWork(engine).write() as work:
            work.watches.sync(Schedule(tuple(all_watches)), BEGIN)
        firsts = [(BEGIN + chance.random() * (watch.cadence.every or DOWN), watch.key) for watch in all_watches]
        with engine.begin() as connection:
            connection.execute(_SET_DUE, [{"at": at, "of": key} for at, key in firsts])
        engine.dispose()
        middle, end = BEGIN + timedelta(hours=hours / 2), BEGIN + timedelta(hours=hours)
        began = time.monotonic()
        with subprocess.Popen([sys.executable, __file__, "--live", name, *map(str, (BEGIN, end))]) as first_half:  # noqa: S603
            while not _has_passed(folder / "now", middle) and first_half.poll() is None:
                time.sleep(0.05)
            first_half.send_signal(signal.SIGKILL)
        killed_at = datetime.fromisoformat((folder / "now").read_text("utf-8"))
        subprocess.run([sys.executable, __file__, "--live", name, *map(str, (killed_at + DOWN, end))], check=True)  # noqa: S603
        lines = list(LATE.iter_unpack((folder / "late").read_bytes()))
        print(f"{hours} hours in {time.monotonic() - began:.0f} s; killed at {killed_at:%H:%M:%S}")
        say("before", [line for line in lines if line[0] <= killed_at.timestamp() + TICK])
        say("after", [line for line in lines if line[0] > killed_at.timestamp() + TICK])


def _has_passed(path: Path, at: datetime) -> bool:
    try:
        return datetime.fromisoformat(path.read_text("utf-8")) >= at
    except (FileNotFoundError, ValueError):  # not yet there, or just being written
        return False


if __name__ == "__main__":
    if sys.argv[1:2] == ["--live"]:
        live(Path(sys.argv[2]), *map(datetime.fromisoformat, sys.argv[3:5]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 24)
