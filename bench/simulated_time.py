"""Simulated time: threads that wait only for each other and for simulated seconds, so that a day passes in minutes.

Time stands still while any thread runs, and jumps to the next moment for which one waits when none does.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Condition, Event, Lock, Thread


@dataclass(slots=True, eq=False)
class _Sleeper:
    """A thread that waits."""

    event: Event = field(default_factory=Event)
    is_woken: bool = False
    is_notified: bool = False


class SimulatedTime:
    """Implements monitor.ports.world.Clock and Threads. The thread that makes it is the first that runs."""

    stopped = False

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._seconds = 0.0
        self._lock = Lock()
        self._running = 1
        self._sleeping: list[tuple[float, int, _Sleeper]] = []
        self._numbers = count()

    def now(self) -> datetime:
        """Return the simulated time."""
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Return the simulated seconds since the start."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """Wait for simulated seconds."""
        self.block(_Sleeper(), seconds)

    def condition(self) -> Condition:
        """Return a condition on which threads wait in simulated time."""
        return _SimulatedCondition(self)

    def start(self, work: Callable[[], None], name: str) -> Thread:
        """Start a thread that counts as running until it ends or waits."""

        def run() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._rest()

        with self._lock:
            self._running += 1
        thread = Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    def block(self, sleeper: _Sleeper, seconds: float | None) -> None:
        """Wait until woken, or for so many seconds."""
        with self._lock:
            if seconds is not None:
                heapq.heappush(self._sleeping, (self._seconds + max(0.0, seconds), next(self._numbers), sleeper))
            self._rest()
        sleeper.event.wait()

    def wake(self, sleeper: _Sleeper) -> None:
        """Let a thread run again."""
        with self._lock:
            self._wake(sleeper)

    def _wake(self, sleeper: _Sleeper) -> None:
        if not sleeper.is_woken:
            sleeper.is_woken = True
            self._running += 1
            sleeper.event.set()

    def _rest(self) -> None:
        self._running -= 1
        while self._running == 0 and self._sleeping:
            at, _, sleeper = heapq.heappop(self._sleeping)
            if not sleeper.is_woken:
                self._seconds = max(self._seconds, at)
                self._wake(sleeper)


class _SimulatedCondition(Condition):
    """A condition whose waiting takes simulated time."""

    def __init__(self, simulated: SimulatedTime) -> None:
        super().__init__()
        self._simulated = simulated
        self._sleepers: deque[_Sleeper] = deque()

    def wait(self, timeout: float | None = None) -> bool:
        sleeper = _Sleeper()
        self._sleepers.append(sleeper)
        self.release()
        self._simulated.block(sleeper, timeout)
        self.acquire()
        if not sleeper.is_notified:
            self._sleepers.remove(sleeper)
        return sleeper.is_notified

    def notify(self, n: int = 1) -> None:
        for _ in range(min(n, len(self._sleepers))):
            sleeper = self._sleepers.popleft()
            sleeper.is_notified = True
            self._simulated.wake(sleeper)

    def notify_all(self) -> None:
        self.notify(len(self._sleepers))
