"""Running of a fuzzing target: a number of examples from one seed, each within its time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

SECONDS = 1.0
"""Processor time for one example of usual size; each takes some milliseconds."""
SECONDS_A_MEGABYTE = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the program, its input, and what must hold of it. `check` raises where it does not."""

    name: str
    data: st.SearchStrategy[Any]
    check: Callable[[Any], object]
    weight: float = 1.0
    """The share of examples, relative to the other targets."""


@contextmanager
def in_time(size: int, seconds: float = SECONDS) -> Iterator[None]:
    """Fail if the block uses more processor time than a body of this many bytes may."""
    allowed = seconds + SECONDS_A_MEGABYTE * size / 1e6
    gc.disable()  # a collection that falls due is not the example's fault
    began = time.process_time()
    try:
        yield
    finally:
        elapsed = time.process_time() - began
        gc.enable()
    assert elapsed < allowed, f"{elapsed:.1f} s of the processor for {size} bytes"


def run(target: Target, examples: int, number: int) -> int:
    """Check a target with examples from a seed; return how many there were. Raises what the first bad one raised."""
    tried = 0

    def check(data: Any) -> None:
        nonlocal tried
        tried += 1
        target.check(data)

    limits = settings(
        max_examples=max(1, round(examples * target.weight)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    print(f"TEST_SEED={number}")  # noqa: T201  repeats the run
    seed(number)(limits(given(target.data)(check)))()
    return tried
