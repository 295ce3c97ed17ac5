"""Circuit breakers for hosts that cannot be reached.

    closed      fewer than three attempts in a row failed to reach the host: requests go out as usual
    open        until a moment: no requests
    half-open   after that moment: one attempt, whose outcome closes the breaker or opens it for longer

An answer of any kind proves that the host is reachable; what it answers concerns only the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_AT = 3
"""Attempts in a row that did not reach the host."""
HOLD_FIRST = timedelta(minutes=1)
"""Doubled with each attempt that fails after the first three."""
LONGEST_HOLD = timedelta(minutes=15)
"""The longest time that the pages of a host may wait after it is back."""
TRIAL = timedelta(seconds=40)
"""How long the one attempt of a half-open breaker takes at most, as a rule: the default timeout, and some."""
_DOUBLINGS = 8


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state of a host: failed attempts in a row, and when the next one is due (`until`; None while closed)."""

    failures: int = 0
    until: datetime | None = None


CLOSED = Breaker()


def is_open(breaker: Breaker, now: datetime) -> bool:
    """True if no request may go to the host now.

    A moment further ahead than any hold is left over from a clock that was set back, and delays nothing.
    """
    return breaker.until is not None and now < breaker.until <= now + LONGEST_HOLD


def due_again(breaker: Breaker, now: datetime) -> datetime:
    """Return when a page is due again that was not asked for since its host's breaker is open.

    By then the one page that tries has its answer: the others need not wait for it in the host's turn.
    """
    return (breaker.until or now) + TRIAL


def after_failure(breaker: Breaker, now: datetime) -> Breaker:
    """Return the breaker after one more attempt that did not reach the host."""
    failures = breaker.failures + 1
    return Breaker(failures, now + _hold(failures) if failures >= OPENS_AT else None)


def during_trial(breaker: Breaker, now: datetime) -> Breaker:
    """Return the breaker during the one attempt that a half-open breaker permits: no other worker makes another."""
    return Breaker(breaker.failures, now + _hold(breaker.failures))


def half_open(breaker: Breaker, now: datetime) -> Breaker:
    """Return the breaker after the operator asked for a check: the next attempt is permitted now."""
    return breaker if breaker.until is None else Breaker(breaker.failures, now)


def _hold(failures: int) -> timedelta:
    doublings = min(max(failures - OPENS_AT, 0), _DOUBLINGS)
    return min(HOLD_FIRST * (1 << doublings), LONGEST_HOLD)
