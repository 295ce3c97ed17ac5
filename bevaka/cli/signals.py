"""Signals that stop the program: SIGTERM and SIGINT (Ctrl-C)."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bevaka.clock import SystemClock


def stop_on_signals(clock: SystemClock) -> None:
    """Let the first signal stop the program in order, and the second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        # In a thread: the main thread may be inside the lock that stopping the clock takes.
        threading.Thread(target=clock.stop).start()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
