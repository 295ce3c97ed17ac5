"""Rate limits, counted in memory."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

MOST_KNOWN = 10_000
"""The most names remembered; a client with more addresses meets the limit on all names together."""


class RateLimit:
    """Allows at most `most` tries per name, and `most_together` for all names, within `window`. Thread-safe."""

    def __init__(self, most: int, most_together: int, window: timedelta) -> None:
        self._most = most
        self._together = most_together
        self._window = window
        self._tries: dict[str, deque[datetime]] = {}
        self._all: deque[datetime] = deque()
        self._lock = threading.Lock()

    def allows(self, name: str, now: datetime) -> bool:
        """True if another try is allowed. It is counted at once, so that concurrent tries do not slip through."""
        with self._lock:
            own = self._tries.get(name, deque())
            for tries in (own, self._all):
                while tries and tries[0] <= now - self._window:
                    tries.popleft()
            if len(own) >= self._most or len(self._all) >= self._together:
                return False
            self._tries[name] = own  # not before: a flood of names that are refused would grow memory
            own.append(now)
            self._all.append(now)
            if len(self._tries) > MOST_KNOWN:
                self._forget(now)
            return True

    def uncount(self, name: str, at: datetime) -> None:
        """Take back a try that was allowed at a time: it was no guess."""
        with self._lock:
            for tries in (self._tries.get(name, deque()), self._all):
                if at in tries:
                    tries.remove(at)

    def _forget(self, now: datetime) -> None:
        old = [name for name, tries in self._tries.items() if not tries or tries[-1] <= now - self._window]
        for name in old:
            del self._tries[name]
