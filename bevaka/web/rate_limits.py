"""How often something may be tried, counted in memory."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

MOST_KNOWN = 10_000
"""Names remembered; whoever comes from more addresses meets the limit on all of them together."""


class RateLimit:
    """At most `most` tries a name and `most_together` for all names within `window`. Safe among threads."""

    def __init__(self, most: int, most_together: int, window: timedelta) -> None:
        self._most = most
        self._together = most_together
        self._window = window
        self._tries: dict[str, deque[datetime]] = {}
        self._all: deque[datetime] = deque()
        self._lock = threading.Lock()

    def allows(self, name: str, now: datetime) -> bool:
        """Whether another try is allowed; it is counted at once, so that tries side by side do not slip through."""
        with self._lock:
            own = self._tries.setdefault(name, deque())
            for tries in (own, self._all):
                while tries and tries[0] <= now - self._window:
                    tries.popleft()
            if len(own) >= self._most or len(self._all) >= self._together:
                return False
            own.append(now)
            self._all.append(now)
            if len(self._tries) > MOST_KNOWN:
                self._forget(now)
            return True

    def _forget(self, now: datetime) -> None:
        old = [name for name, tries in self._tries.items() if not tries or tries[-1] <= now - self._window]
        for name in old:
            del self._tries[name]
