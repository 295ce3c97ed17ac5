"""Reloading of the schedule file while the daemon runs: an edit is noticed, and an invalid one changes nothing.

The daemon itself holds no watch: the process that reads the file synchronises the database with it, and reports how
many watches there are (docs/decisions/0028-the-daemon-holds-no-watches.md).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bevaka.daemon.systemd import notify
from bevaka.file_stamp import FileStamp, file_stamp
from monitor.checking.sync_schedule import NamedKeys, ScheduleInForce
from monitor.errors import ScheduleError

log = logging.getLogger("bevaka.schedule")

TICK_WAIT = 2.0
"""Seconds for which a tick waits until an edited file has been read; a later tick takes over a long file."""
START_WAIT = 10.0
KEEPER_WAIT = 1.0
"""Seconds between two questions for the schedule that the keeper, another process, is to put in force."""
EXTEND_START = "EXTEND_TIMEOUT_USEC=60000000"
"""The message to systemd that the start is under way and may take another minute (sd_notify(3))."""


class PendingSync(Protocol):
    """A schedule file that is being read and synchronised into the database."""

    def result(self, seconds: float) -> ScheduleInForce | None:
        """Return what is in force; None if that is not known after `seconds`. Raises ScheduleError, StorageError."""
        ...

    def cancel(self) -> None:
        """Cancel the synchronisation. What is not in the database yet stays out of it."""
        ...


class ProgramStopped(Exception):
    """The program is to end before there is a schedule."""


class LiveSchedule:
    """The last good schedule; `refresh` has the file read again when it was edited.

    `read` starts to read the file; `applied` is called with every new schedule. Only the keeper reads its file; any
    other process uses what `stored` returns. Raises ScheduleError, StorageError; ProgramStopped if that comes first.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[], PendingSync],
        applied: Callable[[ScheduleInForce], None],
        *,
        is_keeper: Callable[[], bool] = lambda: True,
        stored: Callable[[], ScheduleInForce | None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._path = path
        self._read = read
        self._applied = applied
        self._is_keeper = is_keeper
        self._stored = stored
        self._pending: PendingSync | None = None
        self._stamp: FileStamp | None = None
        self._next_stamp = file_stamp(path)
        self.current: ScheduleInForce = self._first(sleep, stopped)
        applied(self.current)
        _log_overloaded(self.current)

    def _first(self, sleep: Callable[[float], None], stopped: Callable[[], bool]) -> ScheduleInForce:
        """Return the schedule at the start: that of the file, or the one that the keeper has put in force."""
        is_said = False
        while not self._is_keeper():
            if (known := self._stored()) is not None:
                return known
            if stopped():
                raise ProgramStopped
            if not is_said:
                log.info("no schedule is in force yet: the keeper, another process, reads it")
            is_said = True
            notify(EXTEND_START)
            sleep(KEEPER_WAIT)
        self._stamp = self._next_stamp
        pending = self._read()
        while (found := pending.result(START_WAIT)) is None:
            notify(EXTEND_START)
        return found

    def refresh(self) -> bool:
        """Take over an edited file; return False if there was none, or if it is invalid or not read yet.

        Every mistake in an invalid file is logged, once; the last good schedule stays in force. A process that is not
        the keeper takes over what the keeper put in force; one that becomes the keeper reads its own file.
        """
        if not self._is_keeper():
            return self._take_over_stored()
        if self._pending is None:
            self._next_stamp = file_stamp(self._path)
            if self._next_stamp == self._stamp:
                return False
            self._pending = self._read()
        try:
            found = self._pending.result(TICK_WAIT)
        except ScheduleError as error:
            self._pending, self._stamp = None, self._next_stamp
            for line in str(error).splitlines():
                log.error(line)  # noqa: TRY400  the operator needs the line of the file, not a traceback
            log.warning("the last good schedule stays in force", extra={"watching": self.current.watching})
            return False
        except BaseException:
            self._pending = None  # a busy database: the next tick tries again
            raise
        if found is None:
            return False
        self._pending, self._stamp, self.current = None, self._next_stamp, found
        self._applied(found)
        log.info(
            "the edited file is in force",
            extra={"watching": found.watching, "added": _named(found.added), "archived": _named(found.archived)},
        )
        _log_overloaded(found)
        return True

    def _take_over_stored(self) -> bool:
        self.stop()
        self._stamp = None
        found = self._stored()
        if found is None or found == replace(
            self.current, added=NamedKeys(), archived=NamedKeys(), overloaded=()
        ):  # what a synchronisation did is known where it was done
            return False
        self.current = found
        self._applied(found)
        log.info("the keeper put another schedule in force", extra={"watching": found.watching})
        return True

    def stop(self) -> None:
        """Cancel the reading of a file, if one is being read."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None


def _log_overloaded(found: ScheduleInForce) -> None:
    for load in found.overloaded:
        log.warning(
            "its pages need more time than their cadences leave: they are looked at later than asked",
            extra={
                "event": "host",
                "host": load.host,
                "pages": load.pages,
                "times_too_much": round(load.share, 1),
                "host_delay": found.host_delay.total_seconds(),
            },
        )


def _named(keys: NamedKeys) -> str | None:
    """Return the keys for one line of the log; None if there are none."""
    more = keys.count - len(keys.named)
    return ",".join(keys.named) + (f" and {more} more" if more else "") or None
