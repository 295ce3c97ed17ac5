"""What needs a person: decided from how the watches stand, what is owed, and what a check of the store found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import Outcome, Standing, Storm, Watch
from monitor.errors import Reason

NeedCode = Literal["unseen", "suspect", "moved", "overdue", "mail_waits", "mail_dead", "held", "damaged"]

OVERDUE = timedelta(hours=1)
"""A look that is so late will not come by itself."""
SUSPECT_FOR = timedelta(hours=2)
"""By then three equal looks over an hour would have made a suspect body a change."""
MAIL_WAITS = timedelta(hours=1)
"""Longer than the first tries take."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person. `watch` where it is about one; `count` of mails or of damages."""

    code: NeedCode
    watch: Watch | None = None
    since: datetime | None = None
    reason: Reason | None = None
    count: int = 0
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """How a watch stands; `due_at` None: it is not looked at by itself."""

    watch: Watch
    standing: Standing
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail that is still owed, since when it could have been sent, and what was answered last."""

    due_at: datetime
    last_reply: str | None


def needs(
    stands: Iterable[Stand], owed: Iterable[Owed], dead: int, damages: int, now: datetime, storm: Storm | None = None
) -> list[Need]:
    """Everything that needs a person, the watches in their order first. `dead`: mails that were given up lately."""
    found = [need for stand in stands for need in _of_watch(stand, now)]
    waiting = [mail for mail in owed if now - mail.due_at > MAIL_WAITS]
    if waiting:
        oldest = min(waiting, key=lambda mail: mail.due_at)
        found.append(Need("mail_waits", since=oldest.due_at, count=len(waiting), reply=oldest.last_reply))
    if dead:
        found.append(Need("mail_dead", count=dead))
    if storm is not None:
        found.append(held(storm))
    if damages:
        found.append(Need("damaged", count=damages))
    return found


def held(storm: Storm) -> Need:
    """Mails wait for a decision on a mass change."""
    return Need("held", since=storm.began_at, count=storm.deliveries)


def _of_watch(stand: Stand, now: datetime) -> Iterable[Need]:
    watch, standing = stand.watch, stand.standing
    if stand.due_at is not None and now - stand.due_at > OVERDUE:
        yield Need("overdue", watch, stand.due_at)
    since = standing.failing_since
    if standing.outcome is Outcome.NOT_SEEN and since is not None and now - since >= watch.patience:
        yield Need("unseen", watch, since, standing.reason)
    if standing.suspect is not None and now - standing.suspect.first_at >= SUSPECT_FOR:
        yield Need("suspect", watch, standing.suspect.first_at, standing.suspect.reason)
    if standing.outcome is Outcome.MOVED:
        yield Need("moved", watch, reason=standing.reason)
