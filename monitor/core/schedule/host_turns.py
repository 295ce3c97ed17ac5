"""Whether a host's turn may begin: one holder at a time among all programs on the database, requests spaced. Pure.

A holder that was lost leaves its lease behind. The next turn begins at the lease's end, as if a request had ended then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_LEASE = timedelta(minutes=15)
"""A lease that ends further ahead than this was given by a clock that has been set back since."""
WANTED_FOR = timedelta(seconds=3)
"""How long a host is kept for the one who waits for it; who waits asks again sooner."""


@dataclass(frozen=True, slots=True)
class HostTurn:
    """A turn at a host; `token` grows with each turn, so that a holder whose lease has run out is known."""

    host: str
    token: int


@dataclass(frozen=True, slots=True)
class TurnWish:
    """What `asker` asks for: the turn of a host, for as long as `lease` unless it is extended.

    It ends sooner where `worker`, the process, gives no more signs of life; None: it gives none.
    """

    host: str
    lease: timedelta
    asker: str
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """What is known of a host's turns: until when one is held, when the next request may be sent, who waits for it."""

    token: int = 0
    held_until: datetime | None = None
    next_request_at: datetime | None = None
    wanted_until: datetime | None = None
    wanted_by: str | None = None


def begins_at(state: HostState, now: datetime, asker: str, spacing: timedelta) -> datetime:
    """Return when a turn may begin for `asker`: `now`, or the time at which it is worth asking again.

    What lies further ahead than a program can have written was written before the clock was set back, and counts for
    nothing.
    """
    held, free = state.held_until, state.next_request_at
    if held is not None and held <= now:  # its holder was lost
        free = held + spacing
    ahead = [
        (held, LONGEST_LEASE),
        (free, spacing),
        (state.wanted_until if is_wanted(state, now) and state.wanted_by != asker else None, WANTED_FOR),
    ]
    return max([now, *(at for at, longest in ahead if at is not None and at <= now + longest)])


def is_wanted(state: HostState, now: datetime) -> bool:
    """True if somebody waits for the host."""
    return state.wanted_until is not None and now < state.wanted_until <= now + WANTED_FOR
