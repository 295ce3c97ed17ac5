"""Signals that stop the program: SIGTERM, SIGINT (Ctrl-C) and SIGHUP."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bevaka.clock import SystemClock


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP (a closed terminal) end a command as Ctrl-C does: what it has not finished is removed."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()  # others may not set handlers
    numbers = (signal.SIGTERM, signal.SIGHUP) if is_main else ()
    before = {each: signal.signal(each, interrupt) for each in numbers if signal.getsignal(each) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


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
