"""Daily mail to the operator, sent only when there are operator alerts."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.checking.sync_schedule import ScheduleInForce
from monitor.core.model import Language
from monitor.core.people.operator_alerts import OperatorAlert, OwedMail, WatchStatus, mass_change_alert, operator_alerts
from monitor.core.schedule.cadence import planned_check
from monitor.core.schedule.host_load import host_of
from monitor.ports.delivery import Notifier
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Envelope, Message, WatchRow
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.operator")

NOT_BEFORE = time(7)
"""The earliest time of the mail, in the schedule's time zone.

A mail sent in the night is read in the morning all the same, and would contain less.
"""
RECENTLY = timedelta(days=1)

Writer = Callable[[Sequence[OperatorAlert], Language, str, datetime], Message]


def _planned(row: WatchRow, holds: Mapping[str, datetime]) -> datetime | None:
    return planned_check(row.next_check_at, holds.get(host_of(row.watch.url)))


class OperatorMail:
    """Checks in `round()` for operator alerts, and mails them once a day; of a mass change in `mass_change_round()`.

    A day's mail is recorded after the server accepted it: after a crash it may be sent twice, with the same Message-ID.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        notifier: Notifier,
        write: Writer,
        schedule: Callable[[], ScheduleInForce],
        clock: Clock,
        *,
        addresses: Sequence[str],
        sender_domain: str,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._notifier = notifier
        self._write = write
        self._schedule = schedule
        self._clock = clock
        self._addresses = addresses
        self._sender_domain = sender_domain
        self._damages = 0
        self._verified_at: datetime | None = None

    def round(self) -> None:
        """Send the operator alerts, unless that was done today. Raises NotifyError, StorageError."""
        now, schedule = self._clock.now(), self._schedule()
        local = now.astimezone(ZoneInfo(schedule.timezone))
        with self._unit_of_work.read() as work:
            if local.time() < NOT_BEFORE or work.operator_mails.is_sent(local.date()):
                return
        alerts = self.alerts(now)
        if not alerts:
            return
        for alert in alerts:
            log.warning("needs a person", extra={"need": alert.code, "watch": alert.watch.key if alert.watch else None})
        if not self._addresses:
            return
        self._send(alerts, schedule, datetime.combine(local.date(), NOT_BEFORE, local.tzinfo), str(local.date()))
        with self._unit_of_work.write() as work:
            work.operator_mails.sent(local.date(), now)

    def mass_change_round(self) -> None:
        """Notify the operator of a mass change at once, since mails wait for the decision.

        Raises NotifyError, StorageError.
        """
        with self._unit_of_work.read() as work:
            mass_change = work.mass_changes.open()
        if mass_change is None or mass_change.told or not self._addresses:
            return
        cause = f"storm {mass_change.id}"
        self._send([mass_change_alert(mass_change)], self._schedule(), mass_change.began_at, cause)
        with self._unit_of_work.write() as work:
            work.mass_changes.notified(mass_change.id, self._clock.now())

    def _send(self, alerts: Sequence[OperatorAlert], schedule: ScheduleInForce, at: datetime, cause: str) -> None:
        message = self._write(alerts, schedule.language, schedule.timezone, self._clock.now())
        try:
            for address in self._addresses:
                self._notifier.send(self._envelope(address, message, schedule.language, at, cause))
        finally:
            self._notifier.close()

    def alerts(self, now: datetime) -> list[OperatorAlert]:
        """Return the operator alerts."""
        damages = self._verify(now)
        with self._unit_of_work.read() as work:
            holds = work.hosts.holds()
            statuses = (
                WatchStatus(row.watch, row.watch_state, None if row.paused else _planned(row, holds))
                for row in work.watches.each()
            )
            owed = [OwedMail.of(mail) for mail in work.outbox.deliveries(states=("pending",))]
            mass_change = work.mass_changes.open()
            dead = [mail for mail in work.outbox.deliveries(states=("dead",)) if now - mail.next_attempt_at < RECENTLY]
            overloaded = self._schedule().overloaded
            return operator_alerts(statuses, owed, len(dead), damages, now, mass_change, overloaded)

    def _verify(self, now: datetime) -> int:
        """Return the number of damages of the store; verified once a day, in a transaction per watch."""
        if self._verified_at is not None and now - self._verified_at < RECENTLY:
            return self._damages
        with self._unit_of_work.read() as work:
            ids = work.watches.ids()
        damages = 0
        for watch_id in ids:
            with self._unit_of_work.read() as work:
                damages += len(work.history.verify(watch_id)[1])
        self._damages, self._verified_at = damages, now
        return damages

    def _envelope(self, address: str, message: Message, language: Language, at: datetime, cause: str) -> Envelope:
        identity = hashlib.sha256(f"operator {cause} {address}".encode()).hexdigest()[:32]
        return Envelope(
            to=address,
            message=message,
            language=language,
            message_id=f"<{identity}@{self._sender_domain}>",
            thread_id=f"<operator@{self._sender_domain}>",
            date=at,
            list_id=f"operator.{self._sender_domain}",
            unsubscribe_subject="unsubscribe operator",
        )
