"""Operator alerts, from the state of the watches, the owed mails, and the damage that verification found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import Delivery, HostLoad, MassChange, Outcome, Watch, WatchState
from monitor.errors import Reason

AlertCode = Literal["unseen", "suspect", "moved", "overdue", "overloaded", "mail_waits", "mail_dead", "held", "damaged"]

OVERDUE = timedelta(hours=1)
"""A check that is later than this will not happen by itself."""
SUSPECT_FOR = timedelta(hours=2)
"""By then three equal checks over an hour would have made a change of a suspect body."""
MAIL_WAITS = timedelta(hours=1)
"""Longer than the first attempts take."""


@dataclass(frozen=True, slots=True)
class OperatorAlert:
    """One thing that needs the operator.

    `watch` is set where it concerns one; `count` is of mails, of damages or of pages, `load` that of a host.
    """

    code: AlertCode
    watch: Watch | None = None
    since: datetime | None = None
    reason: Reason | None = None
    count: int = 0
    reply: str | None = None
    load: HostLoad | None = None


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """The state of a watch; `due_at` None: it is not checked by itself."""

    watch: Watch
    watch_state: WatchState
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwedMail:
    """A mail that is still owed, the time since which it could have been sent, and the last reply."""

    due_at: datetime
    last_reply: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> OwedMail:
        """Return what is owed by a delivery that is pending: a retry has been owed since it was first tried."""
        due_at = delivery.created_at if delivery.attempts else delivery.next_attempt_at
        return cls(due_at, delivery.last_reply)


def operator_alerts(
    statuses: Iterable[WatchStatus],
    owed: Iterable[OwedMail],
    dead: int,
    damages: int,
    now: datetime,
    mass_change: MassChange | None = None,
    overloaded: Iterable[HostLoad] = (),
) -> list[OperatorAlert]:
    """Return all operator alerts, those of the watches first, in their order. `dead`: mails given up lately."""
    alerts = [alert for status in statuses for alert in _watch_alerts(status, now)]
    alerts += [OperatorAlert("overloaded", load=load, count=load.pages) for load in overloaded]
    waiting = mails_that_wait(owed, now)
    if waiting:
        alerts.append(waiting)
    if dead:
        alerts.append(OperatorAlert("mail_dead", count=dead))
    if mass_change is not None:
        alerts.append(mass_change_alert(mass_change))
    if damages:
        alerts.append(OperatorAlert("damaged", count=damages))
    return alerts


def mails_that_wait(owed: Iterable[OwedMail], now: datetime) -> OperatorAlert | None:
    """Return the alert that mails have waited for long, with the last reply to the one that has waited longest."""
    waiting = [mail for mail in owed if now - mail.due_at > MAIL_WAITS]
    if not waiting:
        return None
    oldest = min(waiting, key=lambda mail: mail.due_at)
    return OperatorAlert("mail_waits", since=oldest.due_at, count=len(waiting), reply=oldest.last_reply)


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """True if a check that was due at a time should have been made long ago; None is not due at all."""
    return due_at is not None and now - due_at > OVERDUE


def mass_change_alert(mass_change: MassChange) -> OperatorAlert:
    """Return the alert that mails wait for a decision on a mass change."""
    return OperatorAlert("held", since=mass_change.began_at, count=mass_change.deliveries)


def _watch_alerts(status: WatchStatus, now: datetime) -> Iterable[OperatorAlert]:
    watch, watch_state = status.watch, status.watch_state
    if is_overdue(status.due_at, now):
        yield OperatorAlert("overdue", watch, status.due_at)
    since = watch_state.failing_since
    if watch_state.outcome is Outcome.NOT_SEEN and since is not None and now - since >= watch.patience:
        yield OperatorAlert("unseen", watch, since, watch_state.reason)
    if watch_state.suspect is not None and now - watch_state.suspect.first_at >= SUSPECT_FOR:
        yield OperatorAlert("suspect", watch, watch_state.suspect.first_at, watch_state.suspect.reason)
    if watch_state.outcome is Outcome.MOVED:
        yield OperatorAlert("moved", watch, reason=watch_state.reason)
