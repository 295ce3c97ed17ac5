"""Signals that stop the program: SIGTERM and SIGINT (Ctrl-C)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bevaka.clock import SystemClock


@contextmanager
def stopped_by_signals(clock: SystemClock) -> Iterator[None]:
    """Let the first signal stop the program in order, and the second one at once, while the context lasts."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        # In a thread: the main thread may be inside the lock that stopping the clock takes.
        threading.Thread(target=clock.stop).start()

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
