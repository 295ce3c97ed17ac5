"""What the daemon does now and then, in a thread of its own: nothing slow here holds up a look or a mail."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

log = logging.getLogger("bevaka.chores")

LONGEST_PAUSE = 30.0
"""Seconds for a chore under way when the program ends."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something that is done every so many `seconds`, the first time `after` some. `do` may raise.

    What it returns, how many of what it did, is logged where it is not nothing.
    """

    name: str
    seconds: float
    do: Callable[[], Mapping[str, int] | None]
    after: float = 0.0


class PeriodicJobs:
    """Does each chore at its own pace, one after the other."""

    def __init__(self, jobs: Sequence[PeriodicJob]) -> None:
        now = time.monotonic()
        self._due = {job.name: now + job.after for job in jobs}
        self._periodic_jobs = jobs
        self._stopping = threading.Event()
        self._failing: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no other chore, and wait for the one under way; not for ever: it may wait for another server."""
        self._stopping.set()
        self._thread.join(LONGEST_PAUSE)
        if self._thread.is_alive():
            log.warning("a chore is left behind")

    def _run(self) -> None:
        while not self._stopping.is_set():
            for job in self._periodic_jobs:
                if not self._stopping.is_set() and time.monotonic() >= self._due[job.name]:
                    self._do(job)
                    self._due[job.name] = time.monotonic() + job.seconds
            soonest = min(self._due.values(), default=None)
            self._stopping.wait(None if soonest is None else max(0.0, soonest - time.monotonic()))

    def _do(self, job: PeriodicJob) -> None:
        try:
            done = job.do()
        except Exception as error:  # a boundary: another server may be away, and the next time comes
            if self._failing.get(job.name) != repr(error):  # once, not every time
                log.warning("could not be done; trying again", exc_info=error, extra={"event": job.name})
            self._failing[job.name] = repr(error)
        else:
            self._failing.pop(job.name, None)
            if done and any(done.values()):
                log.info("", extra={"event": job.name, **{name: count for name, count in done.items() if count}})
