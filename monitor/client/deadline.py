"""A time limit for a whole fetch that holds whatever the server does.

A socket's timeout is for one read: a server that sends a byte per second never exceeds it. So a watchdog thread shuts
the connection down when the time is over, which ends every read and every handshake on it. Such a read looks like an
early end of the data, and sometimes like a whole answer: hence `Deadline.check`, also after success.
"""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from monitor.errors import ConnectionBroken, Timeout


class Deadline:
    """The time that a fetch has left. It runs only within `Watchdog.over`, so not while waiting at the host gate."""

    def __init__(self, timeout: timedelta) -> None:
        self._allowed = self._left = timeout.total_seconds()
        self._ends: float | None = None
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self._duplicates: list[socket.socket] = []
        self._expired = False
        self._aborted = False

    @property
    def remaining(self) -> float:
        """The seconds left, never below zero."""
        return max(0.0, self._left if self._ends is None else self._ends - time.monotonic())

    @property
    def ends(self) -> float:
        """The end of the time on the monotonic clock; infinity while the time does not run."""
        return math.inf if self._ends is None else self._ends

    @property
    def expired(self) -> bool:
        """True if the time is over, whether or not the watchdog has cut the fetch off yet."""
        return self._expired or self.remaining <= 0

    def check(self, host: str) -> None:
        """Raise Timeout if the time is over, ConnectionBroken if the fetch was aborted."""
        if self._aborted:
            raise ConnectionBroken(host=host, detail="aborted")
        if self.expired:
            raise Timeout(seconds=math.ceil(self._allowed))

    def on_cut(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the fetch is cut off; at once if it already was."""
        with self._lock:
            if not (self._expired or self._aborted):
                self._callbacks.append(callback)
                return
        callback()

    def guard(self, connection: socket.socket) -> None:
        """Shut this connection down when the fetch is cut off.

        A duplicate of the socket is shut down, since TLS and `http.client` take the socket itself over; both are one
        connection.
        """
        duplicate = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._duplicates.append(duplicate)
        self.on_cut(lambda: _shut(duplicate))

    def cut(self, *, aborted: bool = False) -> None:
        """Cut the fetch off: end everything that waits on it. May be called from any thread."""
        with self._lock:
            self._expired = self._expired or not aborted
            self._aborted = self._aborted or aborted
            callbacks, self._callbacks = self._callbacks, []
            for callback in callbacks:  # under the lock, so that no duplicate is closed while it is being shut down
                callback()

    def start(self) -> None:
        """Start the time."""
        self._ends = time.monotonic() + self._left

    def stop(self) -> None:
        """Stop the time and close the duplicates of the connections."""
        self._left = self.remaining
        self._ends = None
        with self._lock:
            self._callbacks.clear()
            for duplicate in self._duplicates:
                duplicate.close()
            self._duplicates.clear()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # already closed, as intended
        connection.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Cuts off fetches whose time is over, with one thread for all of them."""

    def __init__(self) -> None:
        self._running: set[Deadline] = set()
        self._changed = threading.Condition()
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None
        self._closed = False
        self.aborted = False

    @contextmanager
    def over(self, deadline: Deadline) -> Iterator[None]:
        """Run the time of a deadline, and cut its fetch off when the time is over."""
        deadline.start()
        with self._changed:
            if self.aborted:
                deadline.cut(aborted=True)
            self._running.add(deadline)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._watch, name="fetch-watchdog", daemon=True)
                self._thread.start()
            elif deadline.ends < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._running.discard(deadline)
            deadline.stop()

    def abort(self) -> None:
        """Cut off every fetch, now and later."""
        with self._changed:
            self.aborted = True
            for deadline in self._running:
                deadline.cut(aborted=True)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                for deadline in [deadline for deadline in self._running if deadline.expired]:
                    self._running.discard(deadline)
                    deadline.cut()
                self._wakes_at = min((deadline.ends for deadline in self._running), default=math.inf)
                wait = None if math.isinf(self._wakes_at) else max(0.0, self._wakes_at - time.monotonic())
                self._changed.wait(wait)
