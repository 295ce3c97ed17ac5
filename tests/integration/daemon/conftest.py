"""The real program as a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.site import Answer, Site

ROOT = Path(__file__).parents[3]
PATIENCE = 20.0
"""Seconds that anything may take on a slow machine; usually it takes far less."""


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition on another process or thread is true; it sends no signal, hence the short sleeps."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Process:
    """`main.py run` and its log; `settings` are variables of its environment."""

    def __init__(self, folder: Path, **settings: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BEVAKA_")}
        environment["BEVAKA_ALLOW_NETWORKS"] = "127.0.0.0/8"
        environment["BEVAKA_WEB_BIND"] = "127.0.0.1:0"  # a free port
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), "run"],
            cwd=folder,
            env=environment | settings,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.log.append(line.rstrip("\n"))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def says(self, *words: str) -> None:
        """Wait until one line of the log has all these words."""
        until(
            lambda: any(all(word in line for word in words) for line in self.log),
            f"the log never said {words}:\n" + "\n".join(self.log),
        )

    def signal(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self) -> int:
        """Wait for the end of the process; return its exit code."""
        code = self._process.wait(PATIENCE)
        self._reader.join()
        return code

    def stop(self) -> int:
        """Send SIGTERM; wait for the end of the process and return its exit code."""
        self.signal(signal.SIGTERM)
        return self.end()

    def close(self) -> None:
        """Kill the process if it still runs, and close its log."""
        if self._process.poll() is None:
            self._process.kill()
        self.end()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Yield a function that starts daemons in the folder of the test."""
    started: list[Process] = []

    def start() -> Process:
        started.append(Process(tmp_path))
        return started[-1]

    yield start
    for process in started:
        process.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield a site with one good page."""
    text = "Länsstyrelsen samordnar arbetet i länet och stödjer kommunerna i deras uppdrag. " * 3
    with Site() as site:
        site.pages["/county"] = Answer(f"<title>Länsstyrelsen</title><main><h1>Våld</h1><p>{text}</p></main>")
        yield site


def schedule(folder: Path, *watches: str) -> None:
    """Write a schedule file; each watch is `key: address`."""
    entries = "".join(f"  {key}:\n    url: {address}\n" for key, address in (watch.split(": ", 1) for watch in watches))
    text = "version: 1\ndefaults:\n  host_delay: 0s\nwatches:\n" + entries
    (folder / "schedule.yaml").write_text(text)
