"""Use case: notify subscribers of an announced event on its day, although no byte of the page changes then.

an amendment is published    the change is notified and the announced event stored (monitor.checking.check)
the day comes                its announced events become owed, in one transaction per watch
tidied before or after       riksdagen removes the marks: held back as noise (rule in-force), what is due stays due
withdrawn, or moved          the announced event for the old day is removed
"""

from __future__ import annotations

from functools import partial
from itertools import groupby

from monitor.core.law.days import EntryIntoForce, swedish_day
from monitor.core.model import Event
from monitor.core.people.fan_out import fan_out
from monitor.core.people.part_filter import announced_for
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import WatchRow
from monitor.ports.world import Clock


class NotifyEntriesIntoForce:
    """Notifies of entries into force. Safe to call from several processes at a time."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, *, sender_domain: str) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sender_domain = sender_domain

    def notify_due(self) -> int:
        """Add deliveries for what takes effect today, or took effect while no process ran; return their number.

        The announced events of a paused or archived watch wait until the watch is checked again. Costs one indexed
        query when nothing is due.
        """
        today = swedish_day(self._clock.now())
        with self._unit_of_work.read() as work:
            announced = work.announced_events.due(today)
            if not announced:
                return 0
            rows = work.watches.by_ids({event.watch_id for event in announced})
        watched = {row.id: row for row in rows.values() if not row.paused and not row.archived}
        due = [event for event in announced if event.watch_id in watched]
        owed = 0
        for watch_id, events in groupby(sorted(due, key=lambda event: event.watch_id), lambda event: event.watch_id):
            with self._unit_of_work.write() as work:
                owed += self._notify(work, watched[watch_id], list(events))
        return owed

    def _notify(self, work: Work, row: WatchRow, due: list[Event]) -> int:
        now = self._clock.now()
        following = work.subscribers.following(row.id)
        delivery_ids: set[int] = set()
        for announced in due:
            event = work.announced_events.come_true(announced, now)
            if event is None:
                continue
            deliveries = fan_out(
                event,
                following,
                now,
                watch_key=row.watch.key,
                sender_domain=self._sender_domain,
                timezone=row.watch.cadence.timezone,
                owed=True,
                concerns=partial(announced_for, coming=EntryIntoForce.from_facts(event.facts)),
            )
            delivery_ids.update(work.outbox.add(deliveries, now))
        return len(delivery_ids)
