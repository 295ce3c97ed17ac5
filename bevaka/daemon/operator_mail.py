"""One mail a day to the operator, and only when something needs a person."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.checking.sync_schedule import ScheduleInForce
from monitor.core.model import Language
from monitor.core.people.operator_alerts import OperatorAlert, OwedMail, WatchStatus, mass_change_alert, operator_alerts
from monitor.ports.delivery import Notifier
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Envelope, Message
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.operator")

NOT_BEFORE = time(7)
"""By the schedule's wall clock: a mail in the night is read in the morning, and would know less."""
GIVEN_UP_WITHIN = timedelta(days=1)

Writer = Callable[[Sequence[OperatorAlert], Language, str], Message]


class OperatorMail:
    """`round()` looks whether something needs a person, and tells once a day.

    A day's mail is marked after the server took it: after a crash it may come twice, with the same Message-ID.
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
        """Tell what needs a person, unless that was done today. Raises NotifyError, StorageError.

        A mass change is told at once as well: mails wait for the operator.
        """
        now, schedule = self._clock.now(), self._schedule()
        local = now.astimezone(ZoneInfo(schedule.timezone))
        with self._unit_of_work.read() as work:
            storm = work.mass_changes.open()
            done = local.time() < NOT_BEFORE or work.operator_mails.is_sent(local.date())
        if storm is not None and not storm.told and self._addresses:
            self._send([mass_change_alert(storm)], schedule, storm.began_at, f"storm {storm.id}")
            with self._unit_of_work.write() as work:
                work.mass_changes.told(storm.id, now)
        if done:
            return
        found = self.alerts(now)
        if not found:
            return
        for need in found:
            log.warning("needs a person", extra={"need": need.code, "watch": need.watch.key if need.watch else None})
        if not self._addresses:
            return
        self._send(found, schedule, datetime.combine(local.date(), NOT_BEFORE, local.tzinfo), str(local.date()))
        with self._unit_of_work.write() as work:
            work.operator_mails.sent(local.date(), now)

    def _send(self, found: Sequence[OperatorAlert], schedule: ScheduleInForce, at: datetime, cause: str) -> None:
        message = self._write(found, schedule.language, schedule.timezone)
        try:
            for address in self._addresses:
                self._notifier.send(self._envelope(address, message, schedule.language, at, cause))
        finally:
            self._notifier.close()

    def alerts(self, now: datetime) -> list[OperatorAlert]:
        """What needs a person."""
        damages = self._verify(now)
        with self._unit_of_work.read() as work:
            stands = (
                WatchStatus(row.watch, row.watch_state, None if row.paused else row.next_check_at)
                for row in work.watches.each()
            )
            owed = [
                OwedMail(mail.next_attempt_at if not mail.attempts else mail.created_at, mail.last_reply)
                for mail in work.outbox.deliveries(states=("pending",))
                if mail.kind == "mail" or mail.attempts or mail.next_attempt_at <= now
            ]
            storm = work.mass_changes.open()
            dead = [
                mail
                for mail in work.outbox.deliveries(states=("dead",))
                if now - mail.next_attempt_at < GIVEN_UP_WITHIN
            ]
            return operator_alerts(stands, owed, len(dead), damages, now, storm)

    def _verify(self, now: datetime) -> int:
        """How much of the store is not as it was kept; found out once a day, a watch at a time."""
        if self._verified_at is not None and now - self._verified_at < GIVEN_UP_WITHIN:
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
