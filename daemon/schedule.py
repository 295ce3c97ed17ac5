"""The schedule file while the daemon runs: an edit is noticed, and a bad one changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from monitor.core.model import Schedule
from monitor.errors import ScheduleError
from monitor.ports import Clock, UnitOfWork

log = logging.getLogger("bevaka.schedule")

Stamp = tuple[int, int, int] | None
"""What of a file changes when it is edited; None when it is not there."""


class LiveSchedule:
    """The last good schedule; `refresh` reads the file again when it was touched.

    `read` raises ScheduleError; `applied` is told of every new schedule.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[Path], Schedule],
        unit_of_work: UnitOfWork,
        clock: Clock,
        applied: Callable[[Schedule], None],
    ) -> None:
        self._path = path
        self._read = read
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._applied = applied
        self._stamp = self._look()
        self.current = read(path)
        self._sync(self.current)

    def refresh(self) -> bool:
        """Take over an edited file; False when there was nothing to take over, or nothing that could be.

        Every mistake in a bad file is logged, once; the last good schedule stays in force.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        try:
            schedule = self._read(self._path)
        except ScheduleError as error:
            self._stamp = stamp
            for line in str(error).splitlines():
                log.error(line)  # noqa: TRY400  the operator needs the line of the file, not our stack
            log.warning("the last good schedule stays in force", extra={"watching": len(self.current.watches)})
            return False
        self._sync(schedule)
        self._stamp = stamp  # only now: a busy database is tried again at the next tick
        before, after = ({watch.key for watch in each.watches} for each in (self.current, schedule))
        self.current = schedule
        log.info(
            "the edited file is in force",
            extra={
                "watching": len(after),
                "added": ",".join(sorted(after - before)) or None,
                "archived": ",".join(sorted(before - after)) or None,
            },
        )
        return True

    def _sync(self, schedule: Schedule) -> None:
        with self._unit_of_work.write() as work:
            work.watches.sync(schedule, self._clock.now())
        self._applied(schedule)

    def _look(self) -> Stamp:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
