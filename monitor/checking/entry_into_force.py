"""Use case: what was announced for a day is told on that day, though no byte changes then.

an amendment is published    the change is told, and the day is kept (monitor.checking.check)
the day comes                what waits for it becomes owed, in one transaction a watch
tidied before or after       riksdagen takes the marks out: held back (rule in-force), what is due stays due
withdrawn, or moved          the old day waits no more
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


class TellEntriesIntoForce:
    """`tell_due()`: owe what takes effect today, or took effect while nobody looked. Safe among processes."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, *, sender_domain: str) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sender_domain = sender_domain

    def notify_due(self) -> int:
        """How many deliveries came of it. What a paused or archived watch announces waits until it is looked at again.

        Costs one indexed question when nothing is due.
        """
        today = swedish_day(self._clock.now())
        with self._unit_of_work.read() as work:
            announced = work.announced_events.due(today)
            if not announced:
                return 0
            rows = work.watches.some({event.watch_id for event in announced})
        watched = {row.id: row for row in rows.values() if not row.paused and not row.archived}
        due = [event for event in announced if event.watch_id in watched]
        told = 0
        for watch_id, events in groupby(sorted(due, key=lambda event: event.watch_id), lambda event: event.watch_id):
            with self._unit_of_work.write() as work:
                told += self._tell(work, watched[watch_id], list(events))
        return told

    def _tell(self, work: Work, row: WatchRow, due: list[Event]) -> int:
        now = self._clock.now()
        following = work.subscribers.following(row.id)
        owed: set[int] = set()
        for event in due:
            told = work.announced_events.come_true(event, now)
            if told is None:
                continue
            deliveries = fan_out(
                told,
                following,
                now,
                watch_key=row.watch.key,
                sender_domain=self._sender_domain,
                timezone=row.watch.cadence.timezone,
                owed=True,
                concerns=partial(announced_for, coming=EntryIntoForce.from_facts(told.facts)),
            )
            owed.update(work.outbox.add(deliveries, now))
        return len(owed)
