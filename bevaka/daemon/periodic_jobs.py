"""Periodic jobs of the daemon, in a thread of their own: a slow one delays neither checks nor mails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import MonitorError, NotifyError

log = logging.getLogger("bevaka.chores")

LONGEST_PAUSE = 30.0
"""Seconds to wait for a running job when the program ends."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """A job that is done every `seconds`, the first time after `after` seconds. `do` may raise.

    `do` returns how many of what it did, or None; counts that are not 0 are logged.
    """

    name: str
    seconds: float
    do: Callable[[], Mapping[str, int] | None]
    after: float = 0.0


class PeriodicJobs:
    """Does each job at its own interval, one after the other."""

    def __init__(self, jobs: Sequence[PeriodicJob]) -> None:
        now = time.monotonic()
        self._due = {job.name: now + job.after for job in jobs}
        self._jobs = jobs
        self._stopping = threading.Event()
        self._failing: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Start no further job, and wait for the running one; not for ever, since it may wait for another server."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)
        if self._thread.is_alive():
            log.warning("a chore is left behind")

    def _run(self) -> None:
        while not self._stopping.is_set():
            for job in self._jobs:
                if not self._stopping.is_set() and time.monotonic() >= self._due[job.name]:
                    self._do(job)
                    self._due[job.name] = time.monotonic() + job.seconds
            soonest = min(self._due.values(), default=None)
            self._stopping.wait(None if soonest is None else max(0.0, soonest - time.monotonic()))

    def _do(self, job: PeriodicJob) -> None:
        try:
            counts = job.do()
        except Exception as error:  # a boundary: another server may be away; the job is done again at its next time
            is_expected = isinstance(error, MonitorError)
            what = f"could not be done; trying again: {error}" if is_expected else "could not be done; trying again"
            if self._failing.get(job.name) != repr(error):  # logged once, not every time
                facts = {"event": job.name} | ({"server": error.server} if isinstance(error, NotifyError) else {})
                log.warning("%s", what, exc_info=None if is_expected else error, extra=facts)
            self._failing[job.name] = repr(error)
        else:
            self._failing.pop(job.name, None)
            if counts and any(counts.values()):
                log.info("", extra={"event": job.name, **{name: count for name, count in counts.items() if count}})
