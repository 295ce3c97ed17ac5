"""What this process holds in the database although it is done with it: it is given back when that can be written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from monitor.core.schedule.host_turns import HostTurn
from monitor.errors import StorageError
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import Claim


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A claim of watches of one host that was sent and not answered: it may have been granted, or not.

    If it was, the turn's lease runs until `turn_until`, the watches' until `lease_until`; nothing else's does. `turn`
    is the turn that the process held before; None if it asked for one.
    """

    host: str
    keys: tuple[str, ...]
    turn: HostTurn | None
    turn_until: datetime
    lease_until: datetime


class Leftovers:
    """Claims and turns that are over. Safe to use from several threads.

    Without this, what is left over when the database goes away keeps others from its hosts until its lease runs out,
    minutes later. `worker` names the process while it gives signs of life.
    """

    def __init__(
        self, unit_of_work: UnitOfWork, now: Callable[[], datetime], worker: Callable[[], str | None] = lambda: None
    ) -> None:
        self._unit_of_work = unit_of_work
        self._now = now
        self._worker = worker
        self._lock = threading.Lock()
        self._claims: list[Claim] = []
        self._ends: list[tuple[HostTurn, datetime]] = []
        self._unanswered: list[Unanswered] = []

    def give_back(self, claims: Sequence[Claim] = (), ends: Sequence[tuple[HostTurn, datetime]] = ()) -> None:
        """Release these claims and end these turns, now or when that can be written."""
        with self._lock:
            self._claims += claims
            self._ends += ends
        with suppress(StorageError):
            self.settle()

    def keep(self, unanswered: Sequence[Unanswered]) -> None:
        """Give back later what these claims may have been granted."""
        with self._lock:
            self._unanswered += unanswered

    def settle(self) -> None:
        """Give back what is left over, before anything new is claimed. Raises StorageError; it is then kept."""
        with self._lock:  # until it is written: what is claimed meanwhile must not be taken for left over
            if not (self._claims or self._ends or self._unanswered):
                return
            with self._unit_of_work.write() as work:
                for claim in self._claims:
                    work.watches.release(claim)
                work.hosts.end_turns(self._ends)
                self._disclaim(work)
            for kept in (self._claims, self._ends, self._unanswered):
                kept.clear()

    def _disclaim(self, work: Work) -> None:
        worker, now = self._worker(), self._now()
        for claim in self._unanswered:
            work.hosts.disclaim(claim.host, worker, claim.turn_until, now, but=claim.turn)
            work.watches.disclaim(claim.keys, claim.lease_until)
