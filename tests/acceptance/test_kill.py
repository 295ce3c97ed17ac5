"""kill -9 at any moment: no change unmailed, no mail but the unavoidable duplicate, nothing half done.

A kill comes after a random number of requests and mails, however long the machine takes for them: under load. One in
ten comes after a short time, while the program starts. The seed of a run is printed; TEST_SEED repeats the same choices
(the timing of the machine still varies). `make long-runs` runs ten loops of fifty kills.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import defaultdict
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Request, Site
from tests.faults.lab import chance, scaled

pytestmark = pytest.mark.slow

MAIN = Path(__file__).parent.parent.parent / "main.py"
LOOPS, KILLS = scaled(1, 10), scaled(5, 50)
HOSTS, PAGES_A_HOST = 8, scaled(8, 40)
READERS = ("one@example.org", "two@example.org", "three@example.org")
MOST_EVENTS = 200
"""The most requests and mails between two kills."""
STARTING = 0.8
"""Seconds within which a kill comes that is to come while the program starts; one in ten does."""
TOO_LONG = 60
"""Seconds after which a daemon that did not come to the requests and mails of its countdown hangs."""


class Fuse:
    """A countdown of events: each request and each mail, and the answer to each, is an event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = 0
        self._burnt = threading.Event()

    def light(self, events: int) -> None:
        """Start the countdown at this many events."""
        with self._lock:
            self._left = events
            self._burnt.clear()

    def burn(self) -> None:
        """Count one event."""
        with self._lock:
            self._left -= 1
            if not self._left:
                self._burnt.set()

    def wait(self, seconds: float) -> bool:
        """Wait until the countdown is over, at most this long; return whether it is."""
        return self._burnt.wait(seconds)


class LaterClock(SystemClock):
    """A clock one hour ahead: the leases of the killed have expired."""

    def now(self) -> datetime:
        """Return the system's time plus one hour."""
        return super().now() + timedelta(hours=1)


class Pages:
    """Every address has the same text, of the current version."""

    def __init__(self, fuse: Fuse) -> None:
        self.version = 1
        self._fuse = fuse

    def __call__(self, request: Request) -> Answer:
        """Return the page of an address."""
        self._fuse.burn()
        day = date(2024, 3, 1) + timedelta(days=self.version)
        return Answer(
            f"<!doctype html><html lang=sv><title>Sida</title><main><h1>Sidan {request.path}</h1>"
            "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta i sitt arbete.</p>"
            f"<p>Ansökan ska ha kommit in senast den {day}.</p></main></html>"
        )


class BurningMailServer(MailServer):
    """A mail server that counts the beginning of a mail and its acceptance as events."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self._fuse = fuse

    async def handle_MAIL(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._fuse.burn()
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        reply = await super().handle_DATA(server, session, envelope)
        self._fuse.burn()
        return reply


@pytest.mark.parametrize("loop", range(LOOPS))
def test_no_kill_loses_a_mail(tmp_path: Path, loop: int) -> None:
    choices = chance(loop)
    fuse = Fuse()
    pages = Pages(fuse)
    with ExitStack() as stack:
        server = stack.enter_context(BurningMailServer(fuse))
        sites = [stack.enter_context(Site()) for _ in range(HOSTS)]
        urls = []
        for site in sites:
            for number in range(PAGES_A_HOST):
                site.pages[f"/{number}"] = pages
                urls.append(f"{site.url}/{number}")
        environment = _prepare(tmp_path, urls, server.url())
        under_load = 0
        for version in range(2, KILLS + 2):
            pages.version = version
            fuse.light(choices.randint(1, MOST_EVENTS))
            if choices.random() < 0.9:
                assert _run_and_kill(tmp_path, environment, fuse, TOO_LONG), "the daemon does what is due"
                under_load += 1
            else:
                _run_and_kill(tmp_path, environment, fuse, choices.uniform(0, STARTING))
        sent_between = len(server.received)
        pages.version = KILLS + 2
        changes, message_ids = _catch_up(environment)
        came: dict[tuple[str, str], list[bytes]] = defaultdict(list)
        for mail in server.received:
            came[mail.to, str(message_from_bytes(mail.content)["Message-ID"])].append(mail.content)
    assert changes >= len(urls), "every page changed at least once more than it was first seen"
    assert set(came) == message_ids, "what was owed is what came"
    assert len(message_ids) == changes * len(READERS)
    twice = sum(len(copies) - 1 for copies in came.values())
    print(  # noqa: T201  the figures, with -s
        f"{KILLS} kills, {under_load} of them under load; {changes} changes, {len(message_ids)} mails owed, "
        f"{sent_between} sent between kills, {twice} came twice"
    )
    assert all(len(set(copies)) == 1 for copies in came.values()), "a mail that comes twice is the same mail"
    assert twice <= KILLS, "a kill can double only the mail that was in flight"
    assert sent_between >= KILLS


def _prepare(folder: Path, urls: list[str], smtp_url: str) -> dict[str, str]:
    schedule = folder / "schedule.yaml"
    watches = "".join(f"  page-{number}:\n    url: {url}\n" for number, url in enumerate(urls))
    schedule.write_text(
        f"version: 1\ndefaults: {{every: 1s, host_delay: 0s, timeout: 5s, language: sv}}\nwatches:\n{watches}"
    )
    environment = {
        "BEVAKA_SCHEDULE": str(schedule),
        "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
        "BEVAKA_SMTP_URL": smtp_url,
        "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
        "BEVAKA_WEB_BIND": "127.0.0.1:0",
    }
    assembly = Assembly(environment)
    try:
        assembly.synced_schedule()
        with assembly.unit_of_work.write() as work:
            for address in READERS:
                reader = work.subscribers.add(address, "sv", assembly.clock.now(), how="operator")
                work.subscribers.subscribe(reader, None, "immediately", assembly.clock.now())
        for watch in assembly.schedule.watches:
            result = assembly.check(watch, force=True)
            assert result is not None
            assert result.outcome == "first"
    finally:
        assembly.close()
    return environment


def _run_and_kill(folder: Path, environment: dict[str, str], fuse: Fuse, patience: float) -> bool:
    """Run the daemon and kill it; return whether the countdown was over, rather than the time."""
    with (folder / "daemon.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, MAIN, "run"], cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:
        is_burnt = fuse.wait(patience)
        assert process.poll() is None, (folder / "daemon.log").read_text()[-2000:]
    finally:
        process.kill()
        process.wait()
    return is_burnt


def _catch_up(environment: dict[str, str]) -> tuple[int, set[tuple[str, str]]]:
    """Run one quiet round after the last kill; return the number of changes, and (address, Message-ID) of each mail."""
    assembly = Assembly(environment, LaterClock())
    try:
        for watch in assembly.schedule.watches:
            assert assembly.check(watch, force=True) is not None
        while any(assembly.deliver.deliver_due().values()):
            pass
        checked, flaws = assembly.history.verify()
        assert checked
        assert flaws == []
        changes = 0
        for watch in assembly.schedule.watches:
            rows = assembly.history.log(watch.key).rows
            assert [row.outcome.value for row in rows] == ["first", *["changed"] * (len(rows) - 1)]
            changes += len(rows) - 1
        with assembly.unit_of_work.read() as work:
            deliveries = work.outbox.deliveries()
        assert {delivery.state for delivery in deliveries} == {"sent"}
        return changes, {(delivery.subscriber.address, delivery.message_id) for delivery in deliveries}
    finally:
        assembly.close()
