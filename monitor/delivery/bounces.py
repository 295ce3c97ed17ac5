"""Use case: process bounces. A hard bounce, a complaint, or too many soft bounces suspend the subscriber."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from monitor.core.model import BounceKind
from monitor.core.people.bounce_parser import SOFT_DAYS, ReturnedMail, parse_returned_mail, suspends
from monitor.core.people.signed_links import Signer
from monitor.errors import HeavyWorkBusy, HeavyWorkStopped
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.world import Clock, HeavyWork

log = logging.getLogger("bevaka.returns")

BounceResult = Literal["suspended", "noted", "known", "left", "ignored", "failed"]
READ_HERE = 100_000
"""Bytes. A larger mail is parsed as heavy work."""


class Bounces:
    """Processes returned mails. A mail processed twice counts once; what does not carry our signature is ignored.

    `leave` follows the token of a request to leave that came by mail; it returns None where the token is not valid.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        clock: Clock,
        signer: Signer,
        leave: Callable[[str], object | None],
        heavy_work: HeavyWork,
    ) -> None:
        self._heavy_work = heavy_work
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._signer = signer
        self._leave = leave

    def process(self, raw: bytes) -> BounceResult:
        """Process one mail and return what was done: "failed" where it cannot be read. Raises StorageError."""
        try:
            is_large = len(raw) > READ_HERE
            returned = self._heavy_work.run(parse_returned_mail, raw) if is_large else parse_returned_mail(raw)
        except (HeavyWorkBusy, HeavyWorkStopped):
            raise
        except Exception as error:  # noqa: BLE001  a boundary: whatever is in one mail, the next ones are read
            log.warning("a mail cannot be read: %s", type(error).__name__)
            return "failed"
        if returned.leave is not None:
            return "ignored" if self._leave(returned.leave) is None else "left"
        delivery_id = next(filter(None, map(self._signer.returned, returned.addresses)), None)
        if returned.kind is None or delivery_id is None:
            return "ignored"
        with self._unit_of_work.write() as work:
            return self._record(work, delivery_id, returned.kind, returned)

    def _record(self, work: Work, delivery_id: int, kind: BounceKind, returned: ReturnedMail) -> BounceResult:
        delivery, now = work.outbox.get(delivery_id), self._clock.now()
        if delivery is None:  # made after the backup that the database was restored from
            return "ignored"
        if not work.bounces.add(delivery, kind, returned.status, now):
            return "known"
        subscriber = delivery.subscriber
        soft_count = work.bounces.soft_since(subscriber.id, now - timedelta(days=SOFT_DAYS))
        if not suspends(kind, soft_count) or subscriber.state != "confirmed":
            return "noted"
        why = " ".join(filter(None, ["complaint" if kind == "complaint" else "bounced", returned.status]))
        work.outbox.suspend(subscriber, now, why=why)
        log.warning("a recipient is suspended: %s", why, extra={"delivery": delivery.id})
        return "suspended"
