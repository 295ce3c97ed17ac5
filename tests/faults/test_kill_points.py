"""kill -9 of real processes at named points (docs/reliability.md, rows 1, 3–5): nothing is lost, nothing half done."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Request, Site
from tests.faults.lab import check_once, environment, join, later, message_ids, outcomes, page, start

PATIENCE = 20.0
"""Seconds that a process may take on a slow machine; usually it takes far less."""
AFTER_250 = 0.1
"""Seconds from the stop to the kill: long enough for the server to have sent its 250."""


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the county's site."""
    with Site() as site:
        site.pages["/county"] = Answer(page())
        yield site


def test_a_look_killed_in_its_fetch_is_repeated_after_its_lease(site: Site, tmp_path: Path) -> None:
    env = environment(tmp_path, f"{site.url}/county")
    asked, dead = threading.Event(), threading.Event()

    def until_dead(_: Request) -> Answer:
        asked.set()
        dead.wait(PATIENCE)
        return Answer(page())

    site.pages["/county"] = until_dead
    process = start(tmp_path, env, "check", "county")
    with process:
        assert asked.wait(PATIENCE)
        process.kill()
    dead.set()
    assert process.returncode == -signal.SIGKILL
    with Assembly(env) as soon:
        with soon.unit_of_work.write() as work:
            found = work.watches.claim("county", soon.clock.now(), timedelta(minutes=1))
        assert found is None, "another's lease is respected"
        assert soon.history.log("county").rows == ()
    with Assembly(env, later()) as assembly:
        assert check_once(assembly, force=False) is Outcome.FIRST
        assert outcomes(assembly) == [Outcome.FIRST]


class DeadlyMailServer(MailServer):
    """A mail server that kills its client once, at one point of the dialogue; `victim` sends a signal to the client."""

    def __init__(self, point: str) -> None:
        super().__init__(after_data=("drop unseen",) if point == "after the dot, not taken" else ())
        self._point: str | None = point
        self.victim: Callable[[int], None] = lambda _: None

    def _strike(self, point: str) -> None:
        if self._point == point:
            self._point = None
            self.victim(signal.SIGKILL)

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._strike("before DATA")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        self._strike("after the dot, not taken")
        reply = await super().handle_DATA(server, session, envelope)
        self._strike("after the dot, taken")
        if self._point == "after 250":
            self.victim(signal.SIGSTOP)  # it cannot read the 250 on its way, and is killed after that has arrived
            asyncio.get_running_loop().call_later(AFTER_250, self._strike, "after 250")
        return reply


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("before DATA", marks=pytest.mark.slow),
        pytest.param("after the dot, not taken", marks=pytest.mark.slow),
        "after the dot, taken",
        "after 250",
    ],
)
def test_a_mail_whose_sender_is_killed_comes_with_the_same_id_and_at_most_twice(
    site: Site, tmp_path: Path, point: str
) -> None:
    with DeadlyMailServer(point) as server:
        env = environment(tmp_path, f"{site.url}/county", server.url())
        with Assembly(env) as assembly:
            join(assembly)
            assert check_once(assembly) is Outcome.FIRST
            site.pages["/county"] = Answer(page("april"))
            assert check_once(assembly) is Outcome.CHANGED
        with start(tmp_path, env, "deliver") as process:
            server.victim = lambda number: os.kill(process.pid, number)
            process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGKILL
        taken = len(server.received)
        assert taken == (1 if point in {"after the dot, taken", "after 250"} else 0)
        with Assembly(env) as soon:
            assert sum(soon.deliver.deliver_due().values()) == 0, "another's lease is respected"
        with Assembly(env, later()) as assembly:
            assert assembly.deliver.deliver_due()["sent"] == 1
            assert sum(assembly.deliver.deliver_due().values()) == 0
            assert outcomes(assembly) == [Outcome.FIRST, Outcome.CHANGED]
        [(_, times)] = message_ids(server).items()
        assert times == taken + 1
