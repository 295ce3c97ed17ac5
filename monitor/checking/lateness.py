"""How late checks begin: the seconds between when they were due and when they began."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from threading import Lock

BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
"""Upper bounds of the buckets, in seconds; a last one holds what is later than all of them."""


class Lateness:
    """A histogram of this process's checks. Safe to use from several threads."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._lock = Lock()

    def note(self, seconds: float) -> None:
        """Count a check that began so many seconds after it was due; one that began early was not late."""
        late = max(0.0, seconds)
        with self._lock:
            self._counts[bisect_left(BOUNDS, late)] += 1
            self._seconds += late

    def buckets(self) -> tuple[list[tuple[str, int]], float]:
        """Return (bound, how many checks were at most so late) for each bucket, as Prometheus has them, and the sum."""
        with self._lock:
            counts, seconds = list(accumulate(self._counts)), self._seconds
        return list(zip([*map(str, BOUNDS), "+Inf"], counts, strict=True)), seconds
