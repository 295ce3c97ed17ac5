"""The bomb laboratory: inputs that cost far more than they weigh, for every reader and for comparing.

Each ends within its budget and the memory stays below a bound; the daemon's web page answers meanwhile, and SIGTERM
ends it. The slow tests take a sample, `make bombs` takes all of them and prints the figures.
"""

from __future__ import annotations

import http.client
import os
import re
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from bevaka.assembly import Assembly
from monitor.client.addresses import parse_target
from monitor.client.robots import Robots, rules_text
from monitor.core.model import Changed, Fetched, Outcome, Recipe
from monitor.core.people.bounce_parser import parse_returned_mail
from monitor.errors import DamagedBackup, ExtractError, RobotsRefused, ScheduleError, TooIntricate
from monitor.heavy_work.budget import FOR_CHECKS
from monitor.schedule_file import read_schedule
from monitor.wording.summary import summarise
from tests.fakes.clock import FakeClock
from tests.fakes.heavy import children_of, peak_of, weighing
from tests.fakes.host_gate import OpenGate
from tests.fakes.site import Answer, Site
from tests.faults.bombs import MAILS, ROBOTS, SCHEDULES, Bomb, page_bombs
from tests.faults.lab import IS_LONG, check_once, environment, join, page, scaled, start
from tests.faults.test_bombs_of_text import NOW

SECONDS_HERE = 10.0
"""Seconds of the processor for what is read where it was fetched, far above what it takes."""
MEGABYTES = FOR_CHECKS.address_space >> 20
DAEMON_MEGABYTES = 700
PATIENCE = 5.0
"""Seconds within which a visitor is answered on any machine: a quarter of what may be spent on a page meanwhile."""
SITES = 8

SAMPLE = ("one paragraph of sentences, 140", "brackets without an end")


def is_chosen(name: str) -> bool:
    """True for all of them in a long run, else for some of each kind."""
    return IS_LONG or any(part in name for part in SAMPLE)


@pytest.mark.slow
def test_every_page_is_read_compared_and_told_within_its_budget(tmp_path: Path) -> None:
    longest = FOR_CHECKS.clock_seconds + 5
    with Assembly(environment(tmp_path, "http://127.0.0.1:9/")) as assembly, weighing(os.getpid()) as scales:

        def read(bomb: Bomb, body: bytes) -> float:
            began = time.monotonic()
            answer = Fetched("https://a.example/x", 200, (("Content-Type", bomb.content_type),), body, NOW)
            extractions.append(assembly.reader.extract(answer, Recipe()).extraction)
            return time.monotonic() - began

        for bomb in page_bombs(is_chosen):
            extractions: list[object] = []
            here, began = time.process_time(), time.monotonic()
            try:
                spent = [read(bomb, bomb.before), read(bomb, bomb.after)]
                before, after = extractions
                compared = time.monotonic()
                verdict = assembly.comparer.compare(before, after, fetched_before=NOW, fetched_after=NOW)  # type: ignore[arg-type]
                spent.append(time.monotonic() - compared)
                said = type(verdict).__name__
                if isinstance(verdict, Changed):
                    summarise(verdict.change)
            except ExtractError as error:
                spent, said = [time.monotonic() - began], str(error)[:60]
            here = time.process_time() - here
            print(f"{bomb.name:56} {max(spent):5.1f} s, here {here:4.1f} s, {scales.peak:4} MB  {said}")  # noqa: T201
            assert max(spent) < longest, bomb.name
            assert here < SECONDS_HERE, bomb.name
    assert 0 < scales.peak <= MEGABYTES


# The daemon among bombs


@contextmanager
def sites(bombs: Sequence[Bomb]) -> Iterator[dict[str, str]]:
    """Serve the bombs on several hosts, and one that is another at each look; yield the address of each."""
    with ExitStack() as stack:
        hosts = [stack.enter_context(Site()) for _ in range(SITES)]
        addresses: dict[str, str] = {}
        for number, bomb in enumerate(bombs):
            site, path = hosts[number % SITES], f"/{number}"
            answers = [Answer(body, content_type=bomb.content_type) for body in (bomb.before, bomb.after)]
            site.pages[path] = answers
            addresses[f"w{number}"] = f"{site.url}{path}"
        times = count()
        body = next(page_bombs(lambda name: "share a stream" in name)).before
        hosts[0].pages["/always"] = lambda _: Answer(body + b"%d" % next(times), content_type="application/pdf")
        addresses["always"] = f"{hosts[0].url}/always"
        yield addresses


class Visitor(threading.Thread):
    """Somebody who opens the web page over and over, until told to stop; `slowest` is in seconds."""

    def __init__(self, bind: str) -> None:
        super().__init__()
        self._bind = bind
        self.stopped = threading.Event()
        self.slowest, self.asked = 0.0, 0

    def run(self) -> None:
        while not self.stopped.wait(0.05):
            for path in ("/healthz", "/", "/watches/w0"):
                began = time.monotonic()
                with closing(http.client.HTTPConnection(self._bind, timeout=30)) as browser:
                    browser.request("GET", path, headers={"Host": "127.0.0.1:8000"})
                    browser.getresponse().read()
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.asked += 1


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


@pytest.mark.slow
def test_the_daemon_answers_visitors_and_sigterm_whatever_it_reads(tmp_path: Path) -> None:
    bombs = list(page_bombs(is_chosen))
    with sites(bombs) as addresses:
        env = environment(tmp_path, "http://127.0.0.1:9/") | {"BEVAKA_WEB_BIND": "127.0.0.1:0"}
        rows = "".join(f"  {key}: {{url: '{url}', every: {scaled(5, 30)}s}}\n" for key, url in addresses.items())
        Path(env["BEVAKA_SCHEDULE"]).write_text(
            f"version: 1\ndefaults: {{host_delay: 0s, timeout: 60s}}\nwatches:\n{rows}"
        )
        daemon = start(tmp_path, env, "run")
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(daemon.stdout or ()))
        reader.start()
        visitor = None
        try:
            wait_until(lambda: any("the web page is open" in line for line in lines), 30)
            [port] = re.findall(r"url=http://127.0.0.1:(\d+)", "".join(lines))
            visitor = Visitor(f"127.0.0.1:{port}")
            visitor.start()
            with weighing(daemon.pid) as scales:
                wait_until(lambda: _checked(tmp_path, scaled(1, 2)) >= len(bombs), 60 * len(bombs))
            wait_until(lambda: bool(children_of(daemon.pid)), 120)
            time.sleep(3)  # while something heavy is read
            visitor.stopped.set()
            visitor.join()
            peak = peak_of(daemon.pid)
            left = children_of(daemon.pid)
            began = time.monotonic()
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
            stopped = time.monotonic() - began
        finally:
            if visitor is not None:
                visitor.stopped.set()
            daemon.kill()
            daemon.wait()
            reader.join()
            assert daemon.stdout is not None
            daemon.stdout.close()
    asked = f"{visitor.asked} answers, the slowest {visitor.slowest:.2f} s"
    print(f"{len(bombs)} bombs: {asked}; stopped in {stopped:.1f} s; peak {peak} and {scales.peak} MB")  # noqa: T201
    assert not [line for line in lines if "Traceback" in line]
    assert visitor.slowest < PATIENCE
    assert stopped < 10
    assert peak < DAEMON_MEGABYTES
    assert 0 < scales.peak <= MEGABYTES
    assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]


def _checked(folder: Path, times: int) -> int:
    """Return how many watches have been looked at so often; the second look compares."""
    with closing(sqlite3.connect(f"file:{quote(str(folder / 'bevaka.db'))}?mode=ro", uri=True, timeout=30)) as database:
        [(count,)] = database.execute("SELECT count(*) FROM watches WHERE checks >= ?", (times,))
    return int(count)


# Everything else that is read


@pytest.mark.parametrize("name", ROBOTS)
def test_no_robots_txt_takes_long(name: str, clock: FakeClock) -> None:
    began = time.process_time()
    robots = Robots(OpenGate(), clock, "Bevaka")
    for path in ("sida", "a" * 7_000):
        with suppress(RobotsRefused):
            robots.check(parse_target(f"https://a.example/{path}"), lambda: rules_text(ROBOTS[name].encode()))
    assert time.process_time() - began < SECONDS_HERE


@pytest.mark.parametrize("name", MAILS)
def test_no_returned_mail_takes_long(name: str) -> None:
    began = time.process_time()
    with suppress(TooIntricate):
        parse_returned_mail(MAILS[name])
    assert time.process_time() - began < SECONDS_HERE


@pytest.mark.parametrize("name", SCHEDULES)
def test_no_schedule_takes_long(name: str, tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(SCHEDULES[name])
    began = time.process_time()
    with suppress(ScheduleError):
        read_schedule(path)
    assert time.process_time() - began < SECONDS_HERE


@pytest.mark.parametrize("says", ["its size", "another size"])
def test_a_body_that_unpacks_without_end_is_a_flaw_of_the_backup(says: str, tmp_path: Path) -> None:
    with Site() as site:
        site.pages["/county"] = Answer(page())
        with Assembly(environment(tmp_path, f"{site.url}/county")) as assembly:
            join(assembly)
            assert check_once(assembly) is Outcome.FIRST
            backup = assembly.back_up(tmp_path / "copy.db", replace=False).path
    bomb = zstandard.ZstdCompressor(write_content_size=says == "its size").compress(bytes(300_000_000))
    with closing(sqlite3.connect(backup)) as database, database:
        database.execute("UPDATE bodies SET bytes = ?", (bomb,))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        Assembly(
            environment(tmp_path, "http://127.0.0.1:9/") | {"BEVAKA_DATABASE": f"sqlite:///{tmp_path}/new.db"}
        ) as other,
        pytest.raises(DamagedBackup),
    ):
        other.restore(backup, replace=False)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert not (tmp_path / "new.db").exists()
