"""What needs a person: decided from how the watches stand, what is owed, and what a check of the store found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import MassChange, Outcome, Watch, WatchState
from monitor.errors import Reason

AlertCode = Literal["unseen", "suspect", "moved", "overdue", "mail_waits", "mail_dead", "held", "damaged"]

OVERDUE = timedelta(hours=1)
"""A look that is so late will not come by itself."""
SUSPECT_FOR = timedelta(hours=2)
"""By then three equal looks over an hour would have made a suspect body a change."""
MAIL_WAITS = timedelta(hours=1)
"""Longer than the first tries take."""


@dataclass(frozen=True, slots=True)
class OperatorAlert:
    """One thing that needs a person. `watch` where it is about one; `count` of mails or of damages."""

    code: AlertCode
    watch: Watch | None = None
    since: datetime | None = None
    reason: Reason | None = None
    count: int = 0
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """How a watch stands; `due_at` None: it is not looked at by itself."""

    watch: Watch
    watch_state: WatchState
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwedMail:
    """A mail that is still owed, since when it could have been sent, and what was answered last."""

    due_at: datetime
    last_reply: str | None


def operator_alerts(
    stands: Iterable[WatchStatus],
    owed: Iterable[OwedMail],
    dead: int,
    damages: int,
    now: datetime,
    storm: MassChange | None = None,
) -> list[OperatorAlert]:
    """Everything that needs a person, the watches in their order first. `dead`: mails that were given up lately."""
    found = [need for stand in stands for need in _of_watch(stand, now)]
    waiting = [mail for mail in owed if now - mail.due_at > MAIL_WAITS]
    if waiting:
        oldest = min(waiting, key=lambda mail: mail.due_at)
        found.append(OperatorAlert("mail_waits", since=oldest.due_at, count=len(waiting), reply=oldest.last_reply))
    if dead:
        found.append(OperatorAlert("mail_dead", count=dead))
    if storm is not None:
        found.append(mass_change_alert(storm))
    if damages:
        found.append(OperatorAlert("damaged", count=damages))
    return found


def mass_change_alert(storm: MassChange) -> OperatorAlert:
    """Mails wait for a decision on a mass change."""
    return OperatorAlert("held", since=storm.began_at, count=storm.deliveries)


def _of_watch(stand: WatchStatus, now: datetime) -> Iterable[OperatorAlert]:
    watch, watch_state = stand.watch, stand.watch_state
    if stand.due_at is not None and now - stand.due_at > OVERDUE:
        yield OperatorAlert("overdue", watch, stand.due_at)
    since = watch_state.failing_since
    if watch_state.outcome is Outcome.NOT_SEEN and since is not None and now - since >= watch.patience:
        yield OperatorAlert("unseen", watch, since, watch_state.reason)
    if watch_state.suspect is not None and now - watch_state.suspect.first_at >= SUSPECT_FOR:
        yield OperatorAlert("suspect", watch, watch_state.suspect.first_at, watch_state.suspect.reason)
    if watch_state.outcome is Outcome.MOVED:
        yield OperatorAlert("moved", watch, reason=watch_state.reason)
