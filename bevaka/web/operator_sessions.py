"""The operators' sessions that are alive, in memory: one that ended is worth nothing, whoever kept its cookie."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime, timedelta

MOST = 1000
"""Sessions at once; the oldest make room."""


class OperatorSessions:
    """Begins sessions that live for `lifetime` unless they are ended. Thread-safe; none outlives the process."""

    def __init__(self, lifetime: timedelta) -> None:
        self._lifetime = lifetime
        self._begun: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def begin(self, now: datetime) -> str:
        """Return the secret name of a new session."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._begun) >= MOST:
                del self._begun[next(iter(self._begun))]
            self._begun[name] = now
        return name

    def is_alive(self, name: str, now: datetime) -> bool:
        """True if a session of this name was begun and neither ended nor grew too old."""
        with self._lock:
            begun = self._begun.get(name)
        return begun is not None and now < begun + self._lifetime

    def end(self, name: str) -> None:
        """End a session."""
        with self._lock:
            self._begun.pop(name, None)
