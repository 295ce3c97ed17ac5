"""The schedule file while the daemon runs: an edit is noticed, and a bad one changes nothing.

The daemon itself holds no watch: whoever reads the file brings the watches into the database, and tells how many there
are (docs/decisions, "The daemon holds no watches").
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bevaka.daemon.systemd import notify
from monitor.checking.sync_schedule import NamedKeys, ScheduleInForce
from monitor.errors import ScheduleError

log = logging.getLogger("bevaka.schedule")

Stamp = tuple[int, int, int] | None
"""What of a file changes when it is edited; None when it is not there."""

AT_ONCE = 2.0
"""Seconds for which a tick waits for an edited file to be read; a long one is taken over by a later tick."""
A_WHILE = 10.0
LONGER = "EXTEND_TIMEOUT_USEC=60000000"
"""To systemd: the start is under way, and may take another minute (sd_notify(3))."""


class PendingSync(Protocol):
    """A schedule file that is being read and brought into the database."""

    def result(self, seconds: float) -> ScheduleInForce | None:
        """What is in force now; None when that is not known after so long. Raises ScheduleError, StorageError."""
        ...

    def cancel(self) -> None:
        """Let it be. What was not brought into the database yet stays out of it."""
        ...


class LiveSchedule:
    """The last good schedule; `refresh` has the file read again when it was touched.

    `read` begins to read the file; `applied` is told of every new schedule. Raises ScheduleError, StorageError.
    """

    def __init__(self, path: Path, read: Callable[[], PendingSync], applied: Callable[[ScheduleInForce], None]) -> None:
        self._path = path
        self._read = read
        self._applied = applied
        self._reading: PendingSync | None = None
        self._stamp = self._look()
        self._next_stamp = self._stamp
        first = read()
        while (found := first.result(A_WHILE)) is None:
            notify(LONGER)
        self.current: ScheduleInForce = found
        applied(found)

    def refresh(self) -> bool:
        """Take over an edited file; False when there was nothing to take over, or nothing that could be, yet.

        Every mistake in a bad file is logged, once; the last good schedule stays in force.
        """
        if self._reading is None:
            self._next_stamp = self._look()
            if self._next_stamp == self._stamp:
                return False
            self._reading = self._read()
        try:
            found = self._reading.result(AT_ONCE)
        except ScheduleError as error:
            self._reading, self._stamp = None, self._next_stamp
            for line in str(error).splitlines():
                log.error(line)  # noqa: TRY400  the operator needs the line of the file, not our stack
            log.warning("the last good schedule stays in force", extra={"watching": self.current.watching})
            return False
        except BaseException:
            self._reading = None  # a busy database is tried again at the next tick
            raise
        if found is None:
            return False
        self._reading, self._stamp, self.current = None, self._next_stamp, found
        self._applied(found)
        log.info(
            "the edited file is in force",
            extra={"watching": found.watching, "added": _named(found.added), "archived": _named(found.archived)},
        )
        return True

    def stop(self) -> None:
        """Let a file that is being read be."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _look(self) -> Stamp:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _named(keys: NamedKeys) -> str | None:
    """Keys for one line of the log; None for none."""
    more = keys.count - len(keys.named)
    return ",".join(keys.named) + (f" and {more} more" if more else "") or None
