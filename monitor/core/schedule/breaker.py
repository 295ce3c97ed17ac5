"""Whether a host that nobody could reach is asked again: at once, later, or once to see.

    closed      fewer than three attempts in a row reached nobody: asked as ever
    open        until a moment: left alone
    half-open   after that moment: one attempt, whose outcome closes it or opens it for longer

An answer of any kind proves that the host is there; what it answers is the page's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_AT = 3
"""Attempts in a row that reached nobody."""
HOLD_FIRST = timedelta(minutes=1)
"""Doubled with each attempt that fails after the first three."""
LONGEST_HOLD = timedelta(minutes=15)
"""For so long its pages may wait after it is back."""
_DOUBLINGS = 8


@dataclass(frozen=True, slots=True)
class Breaker:
    """`failures` is how many attempts in a row reached nobody, `until` when the next one is due; None while closed."""

    failures: int = 0
    until: datetime | None = None


CLOSED = Breaker()


def is_open(breaker: Breaker, now: datetime) -> bool:
    """Whether the host is to be left alone now.

    A moment further ahead than any hold is left over from a clock that was set back, and holds up nobody.
    """
    return breaker.until is not None and now < breaker.until <= now + LONGEST_HOLD


def after_failure(breaker: Breaker, now: datetime) -> Breaker:
    """What stands after one more attempt that reached nobody."""
    failures = breaker.failures + 1
    return Breaker(failures, now + _hold(failures) if failures >= OPENS_AT else None)


def on_trial(breaker: Breaker, now: datetime) -> Breaker:
    """What stands while the one attempt is made that a half-open breaker lets through: nobody else makes another."""
    return Breaker(breaker.failures, now + _hold(breaker.failures))


def half_open(breaker: Breaker, now: datetime) -> Breaker:
    """What stands when a person asks: the next attempt is let through, now."""
    return breaker if breaker.until is None else Breaker(breaker.failures, now)


def _hold(failures: int) -> timedelta:
    doublings = min(max(failures - OPENS_AT, 0), _DOUBLINGS)
    return min(HOLD_FIRST * (1 << doublings), LONGEST_HOLD)
