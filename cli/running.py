"""`run`: the daemon."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from cli.assembly import Assembly
    from cli.clock import SystemClock
    from cli.settings import Settings
    from daemon.schedule import LiveSchedule
    from monitor.core.model import Schedule


@click.command()
def run() -> None:
    """Look, tell and keep, by itself, until stopped (SIGTERM or Ctrl-C; said twice, at once).

    What is due is looked at, what is owed is sent; an edited schedule file is noticed. The log goes to stderr, one
    line an event. Two daemons on one database do no harm.

    \b
    Example:
      bevaka run
    """
    from cli.assembly import Assembly
    from daemon.local import Daemon
    from daemon.log import log_to
    from daemon.schedule import LiveSchedule
    from monitor.schedule_file import read_schedule

    with Assembly() as assembly:
        clock, gate = assembly.clock, assembly.gate

        def applied(schedule: Schedule) -> None:
            gate.delay = schedule.host_delay

        log_to(sys.stderr)
        _stop_on_signals(clock)
        schedule = LiveSchedule(assembly.settings.schedule, read_schedule, assembly.unit_of_work, clock, applied)
        _greet(assembly, schedule)
        daemon = Daemon(
            assembly.unit_of_work,
            schedule,
            assembly.check,
            assembly.deliver.deliver_due,
            clock,
            assembly.client.abort,
        )
        daemon.run()


def _stop_on_signals(clock: SystemClock) -> None:
    """The first signal stops the program in order, the second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        # In a thread: the main thread may be inside the very lock that stopping the clock takes.
        threading.Thread(target=clock.stop).start()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)


def _greet(assembly: Assembly, schedule: LiveSchedule) -> None:
    """Say what is watched, where mails go and when the next look is."""
    import logging

    log = logging.getLogger("bevaka.start")
    with assembly.unit_of_work.read() as work:
        rows = [row for row in work.watches.all() if not row.paused]
        people = sum(person.state == "confirmed" for person in work.subscribers.all())
    due = [row.next_check_at for row in rows if row.next_check_at is not None]
    log.info(
        "",
        extra={
            "watching": len(schedule.current.watches),
            "schedule": assembly.settings.schedule,
            "database": assembly.database_shown,
            "mails": _mails_go_to(assembly.settings),
            "subscribers": people,
            "next_check": max(min(due), assembly.clock.now()) if due else None,
        },
    )
    if not rows:
        log.warning("nothing is watched: the schedule file names no watch that is not paused")
    if not people:
        log.warning("nobody is told of anything yet: bevaka subscribe WATCH ADDRESS")


def _mails_go_to(settings: Settings) -> str:
    """The server, without user and password; the folder where none is named."""
    if settings.smtp_url is None:
        return str(settings.maildir)
    parts = urlsplit(settings.smtp_url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
