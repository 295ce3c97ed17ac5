"""A measure of growth with the input: what grows with its square takes 16 times as long for four times as much."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import cache

SHORTEST = 10_000
"""Characters of the smaller input; the larger one has four times as many."""
STEPS = 16_000_000
MOST = 8.0


@cache
def a_little() -> float:
    """Return the processor time, in seconds, below which a growth is not measured: that of some empty steps.

    What a parser takes for the deepest nesting that it is given grows with its square up to there, on any machine.
    """
    began = time.process_time()
    for _ in range(STEPS):
        pass
    return time.process_time() - began


def grows_too_fast(read: Callable[[str], object], unit: str) -> bool:
    """True if reading a unit that is repeated four times as often takes more than eight times as long.

    What looks so may be a machine that is busy with something else: then the least of three decides.
    """
    smaller, larger = (unit * (size * SHORTEST // len(unit)) for size in (1, 4))
    if not _has_grown(_seconds(read, smaller), _seconds(read, larger)):
        return False
    return _has_grown(*(min(_seconds(read, said) for _ in range(3)) for said in (smaller, larger)))


def _seconds(read: Callable[[str], object], said: str) -> float:
    """Return the processor time of a reading, without the collection of garbage of the whole test run."""
    gc.disable()
    try:
        began = time.process_time()
        read(said)
        return time.process_time() - began
    finally:
        gc.enable()


def _has_grown(small: float, large: float) -> bool:
    return large > a_little() and large > MOST * max(small, a_little() / 16)
