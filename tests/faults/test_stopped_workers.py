"""A worker that is stopped, overtaken and resumed (docs/reliability.md, row 7): what it would record is refused."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site
from tests.faults.lab import check_once, environment, join, later, message_ids, outcomes, page, start

PATIENCE = 20.0


class Trap:
    """Stops the process that comes first, and holds its answer back until the test releases it."""

    def __init__(self) -> None:
        self.pid = 0
        self.ready, self.caught, self.released = threading.Event(), threading.Event(), threading.Event()

    def spring(self) -> bool:
        """Stop the first process and return True after its release; return False for every later one."""
        if self.caught.is_set():
            return False
        self.ready.wait(PATIENCE)
        os.kill(self.pid, signal.SIGSTOP)
        self.caught.set()
        self.released.wait(PATIENCE)
        return True

    def release(self) -> None:
        """Resume the process, with the answer that was held back."""
        self.released.set()
        os.kill(self.pid, signal.SIGCONT)


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the county's site."""
    with Site() as site:
        site.pages["/county"] = Answer(page())
        yield site


def test_what_a_resumed_look_saw_is_not_recorded(site: Site, tmp_path: Path) -> None:
    env = environment(tmp_path, f"{site.url}/county")
    with Assembly(env) as assembly:
        join(assembly)
        assert check_once(assembly) is Outcome.FIRST
        trap = Trap()
        # The stopped worker gets a text that is older than the one that the other worker finds.
        site.pages["/county"] = lambda _: Answer(page("april") if trap.spring() else page("maj"))
        with start(tmp_path, env, "check", "county") as process:
            trap.pid = process.pid
            trap.ready.set()
            try:
                assert trap.caught.wait(PATIENCE)
                with Assembly(env, later()) as other:  # when the leases of the page and of its host have run out
                    assert check_once(other) is Outcome.CHANGED
            finally:
                trap.release()
            said, _ = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in said
        with Assembly(env, later()) as other:
            assert outcomes(other) == [Outcome.FIRST, Outcome.CHANGED]
            assert "maj" in other.history.copy("county").body.decode()
            assert check_once(other) is Outcome.UNCHANGED
            with other.unit_of_work.read() as work:
                assert len(work.outbox.deliveries()) == 1


class StoppingMailServer(MailServer):
    """A mail server that stops its first client after the client's dot."""

    def __init__(self, trap: Trap) -> None:
        super().__init__()
        self._trap = trap

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        if not self._trap.caught.is_set():
            os.kill(self._trap.pid, signal.SIGSTOP)
            self._trap.caught.set()
        return await super().handle_DATA(server, session, envelope)


def test_what_a_resumed_sender_learnt_is_not_recorded(site: Site, tmp_path: Path) -> None:
    trap = Trap()
    with StoppingMailServer(trap) as server:
        env = environment(tmp_path, f"{site.url}/county", server.url())
        with Assembly(env) as assembly:
            join(assembly)
            check_once(assembly)
            site.pages["/county"] = Answer(page("april"))
            assert check_once(assembly) is Outcome.CHANGED
        with start(tmp_path, env, "deliver") as process:
            trap.pid = process.pid
            assert trap.caught.wait(PATIENCE)
            with Assembly(env, later()) as other:
                assert other.deliver.deliver_due()["sent"] == 1
                trap.release()
                process.communicate(timeout=PATIENCE)
                with other.unit_of_work.read() as work:
                    [delivery] = work.outbox.deliveries()
        assert delivery.state == "sent"
        assert delivery.attempts == 1, "the one who was overtaken writes nothing down"
        [(_, times)] = message_ids(server).items()
        assert times == 2
