"""The measured rounds. The tools take turns in each round, so that a slow minute affects all of them."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import certifi
from loopback import Loopback
from tools import ROOT, Bevaka, Cost, Tool, measured

ROUNDS = (
    ("first", ""),
    ("304", ""),
    ("1 % changed", "percent=1"),
    ("10 % changed", "percent=10"),
    ("100 % changed", "versions=2"),
    ("new validators", "versions=2&validators=0"),  # only makes the tools forget their validators; not shown
    ("same bytes", "versions=2&validators=0"),
    ("first noise", "versions=2&validators=0&noise=1"),
    ("noise only", "versions=2&validators=0&noise=1"),
)
SHOWN = tuple(name for name, _ in ROUNDS if name != "new validators")
VERSIONS = (1, 10, 30)

Costs = dict[tuple[str, str], list[Cost]]
"""Costs of each repetition, by tool and round."""


def rounds(kinds: Sequence[type[Tool]], pages: int, repetitions: int, *, only: Sequence[str] = SHOWN) -> Costs:
    """Run the rounds with every tool; each repetition starts from empty stores.

    Raises RuntimeError if a tool did not ask for every page.
    """
    costs: Costs = defaultdict(list)
    wanted = [(name, query) for name, query in ROUNDS if name in only or name == "first"]
    if only is SHOWN:
        wanted = list(ROUNDS)
    with Loopback(pages) as site, tempfile.TemporaryDirectory() as folder:
        for _ in range(repetitions):
            tools = [kind(Path(folder), site.urls) for kind in kinds]
            for name, query in wanted:
                for tool in tools:
                    costs[tool.name, name].append(_round(tool, site, query, pages, name))
                tell(f"{pages} pages: {name}")
    return costs


def growth(kinds: Sequence[type[Tool]], pages: int, versions: Sequence[int] = VERSIONS) -> dict[str, list[int]]:
    """Return the bytes of each tool's store after these numbers of versions of every page, each with a small edit."""
    stored: dict[str, list[int]] = {kind.name: [] for kind in kinds}
    with Loopback(pages) as site, tempfile.TemporaryDirectory() as folder:
        tools = [kind(Path(folder), site.urls) for kind in kinds]
        for version in range(1, max(versions) + 1):
            site.set(f"versions={version}")
            for tool in tools:
                tool.round()
                if version in versions:
                    stored[tool.name].append(tool.stored)
            if version in versions:
                tell(f"{pages} pages, {version} versions")
    return stored


REALISTIC = (("https, 100 ms", "delay=0.1", True), ("http", "", False))
"""What people watch: pages that are alone on their hosts. The site answers after its latency once a request."""


def realistic(kinds: Sequence[type[Tool]], pages: int, repetitions: int = 1) -> dict[str, Costs]:
    """Run a first round and one of 304 over so many pages, each on a host of its own.

    The certificate of the site is trusted by all tools as one more of the ordinary bundle (REQUESTS_CA_BUNDLE). Raises
    RuntimeError if a tool did not ask for every page.
    """
    found: dict[str, Costs] = {}
    with tempfile.TemporaryDirectory() as folder:
        for what, query, is_secure in REALISTIC:
            tls = Path(folder) if is_secure else None
            costs: Costs = defaultdict(list)
            with Loopback(pages, hosts=pages, tls=tls) as site:
                bundle = tls and _bundle_with(tls / "cert.pem")
                for _ in range(repetitions):
                    tools = [kind(Path(folder), site.urls, bundle) for kind in kinds]
                    for name in ("first", "304"):
                        for tool in tools:
                            costs[tool.name, name].append(_round(tool, site, query, pages, f"{what}, {name}"))
            found[what] = costs
            tell(f"{pages} pages on as many hosts: {what}")
    return found


def _round(tool: Tool, site: Loopback, query: str, pages: int, what: str) -> Cost:
    """Return the cost of a round over a site that behaves so. Raises RuntimeError if it did not ask for every page."""
    site.set(query)
    cost = tool.round()
    asked = site.seen()
    if asked.get("200", 0) + asked.get("304", 0) != pages:
        raise RuntimeError(f"{tool.name}, {what}: {asked} of {pages} pages")
    return cost


def _bundle_with(certificate: Path) -> Path:
    """Return a bundle of the public authorities and this certificate."""
    bundle = certificate.with_name("bundle.pem")
    bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + certificate.read_bytes())
    return bundle


@dataclass(frozen=True, slots=True)
class Resident:
    """Costs of the resident daemon: CPU seconds without its start, for the first and a second check of `looked` pages.

    `tick` is the CPU of a tick in which nothing is due, in milliseconds; `peak` the largest resident size in MB.
    """

    first: float
    unchanged: float
    tick: float
    peak: float


IDLE_SECONDS = 25.0
TICK_SECONDS = 5.0
LATER = 12 * 3600 * 1_000_000
"""Microseconds from now to a due time that is after the measurement, and not so far away that the daemon rejects it."""


def daemon_rounds(pages: int, looked: int = 1_000) -> Resident:
    """Measure a daemon that watches `pages` pages, five on each host, `looked` of them due, by the kernel's accounting.

    Raises RuntimeError if the daemon does not start, or does not check the pages, in time.
    """
    with Loopback(pages, hosts=pages // 5) as site, tempfile.TemporaryDirectory() as folder:
        tool = Bevaka(Path(folder), site.urls)
        measured([*tool.command(), "page-0"], tool.folder, tool.environment)  # creates the database
        database = tool.folder / "data/bevaka.db"
        _set_due(database, time.time_ns() // 1000 + LATER, pages)
        with (tool.folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, str(ROOT / "main.py"), "run"],
                cwd=tool.folder,
                env=os.environ | tool.environment | {"BEVAKA_WEB_BIND": "127.0.0.1:0"},
                stderr=log,
                stdout=log,
            )
            try:
                for _ in _until(300):
                    if b"watching=" in (tool.folder / "log").read_bytes():
                        break
                time.sleep(TICK_SECONDS)  # the first tick is over, with nothing due
                before = _used(process.pid)
                time.sleep(IDLE_SECONDS)
                idle = _used(process.pid) - before
                used = []
                for _ in range(2):
                    site.set("")
                    before, began = _used(process.pid), time.monotonic()
                    _set_due(database, 0, looked)
                    for _ in _until(120):
                        if sum(site.seen().get(answer, 0) for answer in ("200", "304")) >= looked:
                            break
                    time.sleep(TICK_SECONDS)  # the last checks are recorded
                    spent = time.monotonic() - began
                    used.append(_used(process.pid) - before - idle * spent / IDLE_SECONDS)
                tick = idle / IDLE_SECONDS * TICK_SECONDS * 1000
                found = Resident(used[0], used[1], tick, _peak(process.pid))
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
        tell(f"daemon, {pages} pages")
        return found


def _set_due(database: Path, at: int, count: int) -> None:
    connection = sqlite3.connect(database, timeout=30)
    with connection:
        connection.execute("UPDATE watches SET next_check_at = ? WHERE id <= ?", (at, count))
    connection.close()


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.2)
    raise RuntimeError(f"the daemon did not do it within {seconds:.0f} seconds")


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def tell(what: str) -> None:
    """Print the progress of the run to standard error."""
    print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)
