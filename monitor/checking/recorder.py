"""The recorder: what turns of all hosts found uneventful is written together, by one thread.

    turns ──► uneventful checks, ends of turns, robots.txt ──► wait at most a quarter of a second ──► one transaction
      └─────► changes, failures, whatever is owed ──► each by itself, at once (monitor.checking.record)

An uneventful check found the page unchanged, or saw it for the first time. Where one is lost with the process, the only
cost is another check, so it may wait for company; a change may not (docs/decisions/0014-shared-transactions.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import Generic, TypeVar

from monitor.checking.leftovers import Leftovers
from monitor.checking.threads import SYSTEM_THREADS
from monitor.core.schedule.host_turns import HostTurn
from monitor.errors import DatabaseAway, DatabaseBusy, StorageError
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import NewRevision, ObservedCheck, Settlement
from monitor.ports.world import Threads

log = logging.getLogger("bevaka.check")

LONGEST_WAIT = 0.25
"""Seconds that an uneventful check waits for company at most."""
MOST_TOGETHER = 128
"""Checks of one transaction; more of them would keep other writers waiting."""
MOST_BYTES = 4_000_000
"""Bytes of first revisions that may wait; with more, they are written at once, and who brings more waits."""
IDLE = 5.0
"""Seconds without work after which the thread ends."""

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class UneventfulCheck(Generic[ResultT]):
    """A check that nobody is notified of: what is to be recorded, and the result to return once that is recorded.

    `new_revision` is the first revision of its watch.
    """

    observed: ObservedCheck
    settlement: Settlement
    result: ResultT
    new_revision: NewRevision | None = None

    @property
    def size(self) -> int:
        """The number of bytes that wait to be written: the body of the new revision, and its documents."""
        if self.new_revision is None:
            return 0
        answers = [self.new_revision.fetched, *(part.fetched for part in self.new_revision.parts)]
        return sum(len(answer.body) for answer in answers)


Told = Callable[[ResultT | Exception | None], None]
"""Called with the result once a check is recorded, with None where another worker took over, or with the error."""

Note = Callable[[Work], None]
"""Writes something in the recorder's transaction."""
_Waiting = tuple[UneventfulCheck[ResultT], Told[ResultT]]
_End = tuple[HostTurn, datetime]


class Recorder(Generic[ResultT]):
    """Writes uneventful checks and the ends of turns. Safe to use from several threads."""

    def __init__(self, unit_of_work: UnitOfWork, leftovers: Leftovers, threads: Threads = SYSTEM_THREADS) -> None:
        self._unit_of_work = unit_of_work
        self._leftovers = leftovers
        self._threads = threads
        self._changed = threads.condition()
        self._checks: list[_Waiting[ResultT]] = []
        self._ends: list[_End] = []
        self._notes: list[Note] = []
        self._bytes = 0
        self._since = 0.0
        self._hurrying = 0
        self._is_writing = False
        self._thread: Thread | None = None

    def record(self, check: UneventfulCheck[ResultT], told: Told[ResultT]) -> None:
        """Record a check soon, and tell of it then, from the recorder's thread. Waits where too much waits already."""
        with self._changed:
            while self._bytes > MOST_BYTES:
                self._changed.wait()
            self._begin_wait()
            self._checks.append((check, told))
            self._bytes += check.size
            self._changed.notify_all()

    def end_turn(self, turn: HostTurn, free_at: datetime) -> None:
        """End a host's turn soon, after what it found; the host may be asked again from `free_at` on."""
        with self._changed:
            self._begin_wait()
            self._ends.append((turn, free_at))
            self._changed.notify_all()

    def note(self, note: Note) -> None:
        """Write something else soon, of which nobody is told; what fails is logged."""
        with self._changed:
            self._begin_wait()
            self._notes.append(note)
            self._changed.notify_all()

    def flush(self) -> None:
        """Write what waits at once; return once it is written and told."""
        with self._changed:
            self._hurrying += 1
            self._changed.notify_all()
            while self._is_waited_for or self._is_writing:
                self._changed.wait()
            self._hurrying -= 1

    @property
    def _is_waited_for(self) -> bool:
        return bool(self._checks or self._ends or self._notes)

    def _begin_wait(self) -> None:
        if not self._is_waited_for:
            self._since = self._threads.monotonic()
        if self._thread is None:
            self._thread = self._threads.start(self._work, "recorder")

    def _work(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                if not self._wait_for_work():
                    self._thread = None
                    return
                checks, self._checks = self._checks[:MOST_TOGETHER], self._checks[MOST_TOGETHER:]
                notes, self._notes = self._notes, []
                ends: list[_End] = []
                if not self._checks:  # no turn ends before all that it found is written
                    ends, self._ends = self._ends, []
                self._bytes = sum(check.size for check, _ in self._checks)
                self._is_writing = True
                self._changed.notify_all()
            self._write_notes(notes)
            self._write(checks, ends)

    def _wait_for_work(self) -> bool:
        """Wait until there is something to write and it has waited for company; False if none comes."""
        idle_since = self._threads.monotonic()
        while True:
            now = self._threads.monotonic()
            if self._is_waited_for:
                left = self._since + LONGEST_WAIT - now
                is_full = len(self._checks) >= MOST_TOGETHER or self._bytes > MOST_BYTES
                if left <= 0 or is_full or self._hurrying:
                    return True
            else:
                left = idle_since + IDLE - now
                if left <= 0:
                    return False
            self._changed.wait(left)

    def _write_notes(self, notes: Sequence[Note]) -> None:
        if not notes:
            return
        try:
            # Each is of a host whose turn this process has: no other one writes what it writes.
            with self._unit_of_work.write_shared() as work:
                for note in notes:
                    note(work)
        except StorageError as error:
            log.warning("what was learnt of hosts could not be written: %s", error)

    def _write(self, checks: Sequence[_Waiting[ResultT]], ends: Sequence[_End]) -> None:
        results = self._record([check for check, _ in checks], ends)
        for (check, told), result in zip(checks, results, strict=True):
            if isinstance(result, Exception):
                self._leftovers.give_back([check.settlement.claim])
            try:
                told(result if isinstance(result, Exception) else check.result if result else None)
            except Exception:  # a boundary: whoever is told must not end the recorder
                log.exception("the result of a check could not be told", extra={"watch": check.settlement.claim.key})

    def _record(self, checks: Sequence[UneventfulCheck[ResultT]], ends: Sequence[_End]) -> list[bool | Exception]:
        """Record these checks, all or nothing; one by one where one of them cannot be written.

        Return for each whether its lease was still held, or why it could not be written.
        """
        # First revisions are written alone: two of them may have one body.
        is_first = any(check.new_revision is not None for check in checks)
        try:
            with self._unit_of_work.write() if is_first else self._unit_of_work.write_shared() as work:
                work.hosts.end_turns(ends)  # first: rows of hosts are locked before those of watches
                held_ids = work.watches.held([check.settlement.claim for check in checks]) if checks else set()
                held = [check for check in checks if check.observed.watch_id in held_ids]
                if held:
                    revisions = [check.new_revision for check in held if check.new_revision is not None]
                    if revisions:
                        work.snapshots.add_all(revisions)
                    work.history.observe_all([check.observed for check in held])
                    work.watches.settle_all([check.settlement for check in held])
        except Exception as error:  # noqa: BLE001  a boundary: what fails for one watch must not end the others
            # Where no answer came, the transaction may have been committed all the same: nothing is written twice.
            if not isinstance(error, (DatabaseBusy, DatabaseAway)) and len(checks) > 1:
                results = [result for check in checks for result in self._record([check], ())]
                self._record((), ends)
                return results
            if ends and checks:
                self._record((), ends)
            elif ends:
                self._leftovers.give_back(ends=ends)
            return [error] * len(checks)
        return [check.observed.watch_id in held_ids for check in checks]
