"""Pieces of heavy work, for processes that do it, and a fake that does it here."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from monitor.errors import MonitorError, SentinelMissing

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


class FakeHeavyWork:
    """Does heavy work here, or raises `error`, as long as there is one; counts how often it was asked."""

    def __init__(self) -> None:
        self.error: MonitorError | None = None
        self.asked = 0

    def run(
        self, function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs
    ) -> ResultT:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return function(*args, **kwargs)


def total(*numbers: int) -> int:
    return sum(numbers)


def printed(text: str) -> str:
    print(text, flush=True)  # noqa: T201 -- what it must survive
    os.write(1, text.encode())
    return text


def environment() -> dict[str, str]:
    return dict(os.environ)


def missing(expect: str) -> None:
    raise SentinelMissing(expect=expect)


def broken(numbers: list[int]) -> int:
    return numbers[1]


def busy() -> None:
    while True:
        pass


def asleep() -> None:
    time.sleep(600)


def large(count: int) -> int:
    return len(bytearray(count))


def many(count: int) -> bytes:
    return os.urandom(count)


def prints_without_end() -> None:
    while True:
        os.write(2, b"x" * 10_000)


def killed(number: int) -> None:
    os.kill(os.getpid(), number)


def dies(code: int) -> None:
    sys.stderr.write("gone")
    sys.stderr.flush()
    os._exit(code)


def children_of(pid: int) -> list[int]:
    """Return the processes that do heavy work for a program."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "status").read_text()
            command = (entry / "cmdline").read_bytes()
        except (OSError, NotADirectoryError):
            continue
        if f"PPid:\t{pid}\n" in status and b"heavy_work" in command:
            found.append(int(entry.name))
    return found


def peak_of(pid: int) -> int:
    """Return the megabytes that a process took at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


class Scales(threading.Thread):
    """Weighs the processes that do heavy work for a program, over and over, until told to stop.

    `peak` is the most that one of them took, in megabytes.
    """

    def __init__(self, pid: int) -> None:
        super().__init__()
        self._pid = pid
        self.stopped = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self.stopped.wait(0.05):
            for child in children_of(self._pid):
                with suppress(OSError, IndexError):  # it has ended meanwhile
                    self.peak = max(self.peak, peak_of(child))


@contextmanager
def weighing(pid: int) -> Iterator[Scales]:
    """Weigh them while the context lasts."""
    scales = Scales(pid)
    scales.start()
    try:
        yield scales
    finally:
        scales.stopped.set()
        scales.join()
