"""Use case: a mass change is held until a person has looked.

More than half of the watches, and at least five, that change in one round have one cause rather than as many: a site
was rebuilt, or our reading of it broke. What is owed for them waits; the operator releases or discards it.
"""

from __future__ import annotations

import logging

from monitor.core.model import MassChange
from monitor.core.people.quiet_hours_and_digests import (
    LEAST_MASS_CHANGE,
    LONGEST_ROUND,
    SETTLING,
    is_mass_change,
    round_length,
)
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.storms")


class MassChanges:
    """`hold()` is asked before each round of sending; `release()` and `discard()` are the operator's.

    `can_ask`: whether there is an operator to ask. Where nobody would hear of it, holding would only silence readers.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, *, can_ask: bool = True) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._can_ask = can_ask

    def hold(self) -> int:
        """Hold what is owed for a mass change, if there is one; how many deliveries."""
        if not self._can_ask:
            return 0
        now = self._clock.now()
        with self._unit_of_work.read() as work:
            if len(work.mass_changes.changed_since(now - LONGEST_ROUND)) < LEAST_MASS_CHANGE:
                return 0
            since = now - round_length(row.watch.cadence for row in work.watches.each() if not row.paused)
        with self._unit_of_work.write() as work:
            since = max(since, work.mass_changes.last_decided() or since)
            changed = work.watches.count(among=work.mass_changes.changed_since(since))
            watched = work.watches.count(at_most=2 * changed)  # with so many, or more, it is none
            if not is_mass_change(changed, watched):
                return 0
            storm = work.mass_changes.open()
            if storm is None:
                storm_id = work.mass_changes.begin(now, since, changed, watched)
                log.error(
                    "a mass change is held: look, then `bevaka outbox release` or `bevaka outbox discard`",
                    extra={"changed": changed, "watched": watched},
                )
            else:
                storm_id, since = storm.id, min(since, storm.since)
                work.mass_changes.grow(storm_id, max(changed, storm.changed), watched)
            return work.mass_changes.hold(storm_id, since)

    def is_brewing(self) -> bool:
        """Whether changes should wait a moment: the looks of their round that are still to come could make it a storm.

        Nothing waits for longer than `SETTLING`.
        """
        if not self._can_ask:
            return False
        now = self._clock.now()
        with self._unit_of_work.read() as work:
            changed = work.mass_changes.changed_since(now - SETTLING)
            waiting_long = work.mass_changes.changed_since(now - 2 * SETTLING) - changed
            if not changed or waiting_long:
                return False
            coming = work.watches.count_waiting(now, but=changed)
            watched = work.watches.count(at_most=2 * (len(changed) + coming))
        return not is_mass_change(len(changed), watched) and is_mass_change(len(changed) + coming, watched)

    def held(self) -> MassChange | None:
        """The mass change that waits for a decision."""
        with self._unit_of_work.read() as work:
            return work.mass_changes.open()

    def release(self) -> int:
        """Send what is held after all; how many deliveries."""
        with self._unit_of_work.write() as work:
            storm = work.mass_changes.open()
            return work.mass_changes.decide(storm, "released", self._clock.now()) if storm else 0

    def discard(self) -> int:
        """Tell nobody; how many deliveries. The history keeps every change."""
        with self._unit_of_work.write() as work:
            storm = work.mass_changes.open()
            return work.mass_changes.decide(storm, "discarded", self._clock.now()) if storm else 0
