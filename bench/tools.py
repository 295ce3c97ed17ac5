"""The measured tools, each with its documented best settings for this site, each in its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".bench"


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a process and its children: CPU and wall-clock seconds, the largest resident size in MB."""

    cpu: float
    wall: float
    peak: float


def measured(command: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> Cost:
    """Run a command to its end and return its cost by the kernel's accounting. Raises RuntimeError if it fails."""
    with (folder / "output").open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603  the tools named below
            [str(part) for part in command],
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = (folder / "output").read_text("utf-8", "replace")[-2_000:]
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {tail}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


class Tool(ABC):
    """Base class of a tool that is set up to watch these addresses, in its own folder."""

    name = ""
    store: tuple[str, ...] = ()

    def __init__(self, folder: Path, urls: Sequence[str], ca_file: Path | None = None) -> None:
        self.folder = folder / self.name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.environment = {"REQUESTS_CA_BUNDLE": str(ca_file)} if ca_file else {}
        self.set_up(urls)

    @abstractmethod
    def set_up(self, urls: Sequence[str]) -> None:
        """Write the settings of the tool."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Return the command of one round over every page."""

    def round(self) -> Cost:
        """Check every page once and return the cost."""
        return measured(self.command(), self.folder, self.environment)

    @property
    def stored(self) -> int:
        """The size of the store in bytes."""
        return sum(path.stat().st_size for pattern in self.store for path in self.folder.glob(pattern))


class Bevaka(Tool):
    """This program, in its own environment."""

    name = "bevaka"
    store = ("data/bevaka.db*",)

    def set_up(self, urls: Sequence[str]) -> None:
        """Write a watch per page, without a delay between requests to a host, as the other tools have none."""
        lines = ["version: 1", "defaults:", "  host_delay: 0s", "  every: 1d"]
        lines.append("watches:" if urls else "watches: {}")
        for number, url in enumerate(urls):
            lines += [f"  page-{number}:", f"    name: Page {number}", f"    url: {url}"]
        (self.folder / "schedule.yaml").write_text("\n".join(lines) + "\n")
        self.environment |= {"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}

    def command(self) -> list[str | Path]:
        """Return the `check` command."""
        return [sys.executable, ROOT / "main.py", "check", "--json"]


class Urlwatch(Tool):
    """urlwatch, with its fastest conversion to text that needs no other program: tags stripped by a pattern."""

    name = "urlwatch"
    store = ("cache.db*",)

    def set_up(self, urls: Sequence[str]) -> None:
        """Write a job per page; reports go to standard output, without colours and footer."""
        jobs = [f"url: {url}\nfilter:\n- html2text: re\n" for url in urls]
        (self.folder / "urls.yaml").write_text("---\n".join(jobs))
        (self.folder / "hooks.py").write_text("")
        (self.folder / "config.yaml").write_text(
            "display: {new: true, error: true, unchanged: false}\n"
            "report:\n  text: {footer: false, details: true}\n  stdout: {enabled: true, color: false}\n"
        )

    def command(self) -> list[str | Path]:
        """Return the command of one run."""
        here = self.folder
        files = ("--urls", here / "urls.yaml", "--config", here / "config.yaml", "--hooks", here / "hooks.py")
        return [PEERS / self.name / "bin" / "urlwatch", *files, "--cache", here / "cache.db"]


class Webchanges(Tool):
    """webchanges over requests, a fifth of the CPU of its default client, with its fastest conversion to text."""

    name = "webchanges"
    store = ("snapshots.db*",)

    def set_up(self, urls: Sequence[str]) -> None:
        """Write a job per page, with the same report as urlwatch and every version kept."""
        jobs = [f"url: {url}\nhttp_client: requests\nfilters:\n- html2text: strip_tags\n" for url in urls]
        (self.folder / "jobs.yaml").write_text("---\n".join(jobs))
        (self.folder / "hooks.py").write_text("")
        (self.folder / "config.yaml").write_text(
            "display: {new: true, error: true, unchanged: false}\ndatabase: {max_snapshots: 0}\n"
            "report:\n  text: {footer: false, details: true}\n  stdout: {enabled: true, color: false}\n"
        )

    def command(self) -> list[str | Path]:
        """Return the command of one run."""
        here = self.folder
        files = ("--jobs", here / "jobs.yaml", "--config", here / "config.yaml", "--hooks", here / "hooks.py")
        return [PEERS / self.name / "bin" / "webchanges", *files, "--database", here / "snapshots.db"]


PEER_TOOLS: tuple[type[Tool], ...] = (Urlwatch, Webchanges)


def installed() -> list[type[Tool]]:
    """Return the peers that `make bench-peers` has installed."""
    return [tool for tool in PEER_TOOLS if (PEERS / tool.name / "bin" / tool.name).exists()]
