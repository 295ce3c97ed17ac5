"""Requests as the server counts them: never two at once at a host, and spaced from the end of the last answer.

The daemon, commands beside it, and a page elsewhere that redirects to the host: programs of their own on one database.
"""

from __future__ import annotations

import signal
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.site import Answer, Request, Site, redirect
from tests.faults.lab import only_in_long_runs, page, start

TAKES = 0.05
"""Seconds that the server needs for an answer."""


class Counted:
    """Answers of a site; records when each request came, and when its answer was ready."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float]] = []
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """Return a page, after a while."""
        began = time.monotonic()
        time.sleep(TAKES)
        with self._lock:
            self.spans.append((began, time.monotonic()))
        return Answer(page(), 404 if request.path == "/robots.txt" else 200)

    @property
    def gaps(self) -> list[float]:
        """Seconds from the end of each answer to the next request; negative where they overlap."""
        ordered = sorted(self.spans)
        return [begin - end for (_, end), (begin, _) in pairwise(ordered)]


@pytest.mark.parametrize(
    ("delay", "pages", "seconds"), [(0, 12, 3.0), pytest.param(1, 3, 9.0, marks=[pytest.mark.slow, only_in_long_runs])]
)
def test_a_daemon_and_commands_beside_it_ask_a_host_one_at_a_time(
    tmp_path: Path, delay: int, pages: int, seconds: float
) -> None:
    counted = Counted()
    with Site() as site, Site() as other:
        site.pages |= dict.fromkeys(["/robots.txt", *(f"/{number}" for number in range(pages))], counted.answer)
        other.pages["/moved"] = redirect(f"{site.url}/0")
        watches = "".join(f"  page-{number}: {{url: {site.url}/{number}, every: 1s}}\n" for number in range(pages))
        watches += f"  moved: {{url: {other.url}/moved, every: 1s}}\n"
        (tmp_path / "schedule.yaml").write_text(
            f"version: 1\ndefaults: {{host_delay: {delay}s}}\nwatches:\n{watches}", encoding="utf-8"
        )
        env = {"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8", "BEVAKA_WEB_BIND": "127.0.0.1:0"}
        with start(tmp_path, env, "check", "page-0") as first:
            assert first.wait(20) == 0, first.stdout and first.stdout.read()
        daemon = start(tmp_path, env, "run")
        commands = []
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                for arguments in (["check"], ["check", "page-1", "moved"]):
                    with start(tmp_path, env, *arguments) as command:
                        said = command.communicate(timeout=60)[0]
                        commands.append((command.returncode, said))
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.communicate(timeout=20)
    assert {code for code, _ in commands} == {0}, commands
    assert len(counted.spans) > pages + 2
    assert min(counted.gaps) >= max(0, delay - 0.005), sorted(counted.gaps)[:5]
