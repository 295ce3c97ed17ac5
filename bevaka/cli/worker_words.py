"""The processes that work on a database, in words; and whether one of this machine has ended."""

from __future__ import annotations

import os
from contextlib import suppress
from socket import gethostname
from typing import TYPE_CHECKING

from bevaka.cli.console import date_and_time

if TYPE_CHECKING:
    from monitor.ports.values import Worker


def worker_words(worker: Worker, timezone: str) -> str:
    """Return a worker by its machine, version and process, and since when it works."""
    process = "" if worker.pid is None else f", process {worker.pid}"
    return f"{worker.machine} ({worker.version}{process}, since {date_and_time(worker.started_at, timezone)})"


def has_ended(worker: Worker) -> bool:
    """True if a worker was a process of this machine that is there no more, though its latest sign of life is fresh."""
    if worker.pid is None or worker.machine != gethostname():
        return False
    if worker.pid == os.getpid():
        return True  # this process is another one, with the number that an earlier one had
    with suppress(PermissionError):
        try:
            os.kill(worker.pid, 0)
        except ProcessLookupError:
            return True
    return False
