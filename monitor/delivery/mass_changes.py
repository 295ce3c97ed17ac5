"""Use case: hold a mass change until the operator decides.

If more than half of the watches, and at least five, change in one round, there is one cause rather than many: a site
was rebuilt, or our extraction of it broke. The deliveries owed for these changes wait; the operator releases or
discards them.
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
    """`hold()` is called before each round of sending; `release()` and `discard()` are for the operator.

    `can_ask`: whether there is an operator to ask. Where no operator is alerted, holding would only keep mails from
    subscribers.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, *, can_ask: bool = True) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._can_ask = can_ask

    def hold(self) -> int:
        """Hold what is owed for a mass change, if there is one; return the number of deliveries."""
        if not self._can_ask:
            return 0
        now = self._clock.now()
        with self._unit_of_work.read() as work:
            if len(work.mass_changes.changed_since(now - LONGEST_ROUND)) < LEAST_MASS_CHANGE:
                return 0
            round_ = round_length(row.watch.cadence for row in work.watches.each() if not row.paused)
            since = now - max(round_, SETTLING)  # so long a mail may have waited for the rest of its round
        with self._unit_of_work.write() as work:
            since = max(since, work.mass_changes.last_decided() or since)
            changed = work.watches.count(among=work.mass_changes.changed_since(since))
            watched = work.watches.count(at_most=2 * changed)  # with that many or more it is no mass change
            if not is_mass_change(changed, watched):
                return 0
            mass_change = work.mass_changes.open()
            if mass_change is None:
                mass_change_id = work.mass_changes.begin(now, since, changed, watched)
                log.error(
                    "a mass change is held: look, then `bevaka outbox release` or `bevaka outbox discard`",
                    extra={"changed": changed, "watched": watched},
                )
            else:
                mass_change_id, since = mass_change.id, min(since, mass_change.since)
                work.mass_changes.grow(mass_change_id, max(changed, mass_change.changed), watched)
            return work.mass_changes.hold(mass_change_id, since)

    def may_become_mass_change(self) -> bool:
        """True if changes should wait: the checks of their round still to come could make them a mass change.

        No mail waits for longer than `SETTLING`; what was mailed already makes nothing wait.
        """
        if not self._can_ask:
            return False
        now = self._clock.now()
        with self._unit_of_work.read() as work:
            first = work.outbox.waiting_since(now)
            if first is None or first < now - SETTLING:
                return False
            changed = work.mass_changes.changed_since(now - SETTLING)
            if not changed:
                return False
            unchecked = work.watches.count_waiting(first + SETTLING, not_since=first, but=changed)
            watched = work.watches.count(at_most=2 * (len(changed) + unchecked))
        return not is_mass_change(len(changed), watched) and is_mass_change(len(changed) + unchecked, watched)

    def held(self) -> MassChange | None:
        """Return the mass change that waits for a decision, if there is one."""
        with self._unit_of_work.read() as work:
            return work.mass_changes.open()

    def release(self) -> int:
        """Release the held deliveries to be sent; return their number."""
        with self._unit_of_work.write() as work:
            mass_change = work.mass_changes.open()
            return work.mass_changes.decide(mass_change, "released", self._clock.now()) if mass_change else 0

    def discard(self) -> int:
        """Discard the held deliveries; return their number. The history keeps every change."""
        with self._unit_of_work.write() as work:
            mass_change = work.mass_changes.open()
            return work.mass_changes.decide(mass_change, "discarded", self._clock.now()) if mass_change else 0
