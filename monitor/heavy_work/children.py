"""The processes that do heavy work: started, bounded and ended.

Each piece of work has a process of its own, which ends with it: nothing that one page did to it reaches the next. A few
run side by side, the others wait for their turn.
"""

from __future__ import annotations

import os
import pickle  # nosec B403 # both ends are this program
import signal
import subprocess  # nosec B404 # only this program is started
import threading
import time
from collections.abc import Callable
from typing import BinaryIO, ParamSpec, TypeVar, assert_never

from monitor.errors import HeavyWorkBusy, HeavyWorkFailed, HeavyWorkKilled, HeavyWorkStopped, TooHeavy
from monitor.heavy_work.budget import Budget
from monitor.heavy_work.outcome import OUT_OF_MEMORY, Crashed, Done, NotRead
from monitor.own_program import command_of, python_path

SIDE_BY_SIDE = 2

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


class Children:
    """Runs functions in processes of their own: a `monitor.ports.world.HeavyWork`. Safe to use from several threads."""

    def __init__(self, budget: Budget, *, side_by_side: int = SIDE_BY_SIDE) -> None:
        self._budget = budget
        self._free = side_by_side
        self._changed = threading.Condition()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(
        self, function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs
    ) -> ResultT:
        """Return what the function returns: one of a module, without side effects, as are its arguments and result.

        Raises TooHeavy, HeavyWorkBusy, HeavyWorkStopped, HeavyWorkFailed, and the NotSeen that the function raises.
        """
        work = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        self._take_turn()
        try:
            output = self._output(work)
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify()
        outcome: Done | NotRead | Crashed = pickle.loads(output)  # noqa: S301  # nosec B301 # our own process
        match outcome:
            case Done(result):
                return result  # type: ignore[return-value]  # the function's own
            case NotRead(error, facts):
                raise error(**facts)
            case Crashed(name, modules, stack):
                raise HeavyWorkFailed(name, modules, stack)
            case _ as unknown:
                assert_never(unknown)

    def abort(self) -> None:
        """End all that run, at once, and start no more: HeavyWorkStopped is raised to all who wait."""
        with self._changed:
            self._stopped = True
            for process in self._running:
                process.kill()
            self._changed.notify_all()

    def _take_turn(self) -> None:
        """Wait until a process may be started. Raises HeavyWorkBusy, HeavyWorkStopped."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._free or self._stopped, self._budget.waits):
                raise HeavyWorkBusy
            if self._stopped:
                raise HeavyWorkStopped
            self._free -= 1

    def _output(self, work: bytes) -> bytes:
        """Return what the process printed. Raises TooHeavy, HeavyWorkStopped, HeavyWorkFailed."""
        began = time.monotonic()
        with _file_in_memory() as errors:
            process = self._start(errors)
            with process:
                try:
                    output, _ = process.communicate(work, timeout=self._budget.clock_seconds)
                except subprocess.TimeoutExpired:
                    raise TooHeavy(seconds=round(self._budget.clock_seconds)) from None
                finally:
                    process.kill()  # no harm where it has ended
                    with self._changed:
                        self._running.discard(process)
            if process.returncode:
                errors.seek(0)
                self._raise_for(process.returncode, time.monotonic() - began, errors.read())
        return output

    def _start(self, errors: BinaryIO) -> subprocess.Popen[bytes]:
        limits = str(self._budget.cpu_seconds), str(self._budget.address_space)
        with self._changed:
            if self._stopped:
                raise HeavyWorkStopped
            process = subprocess.Popen(  # noqa: S603  # nosec B603 # our own program, no shell
                command_of("monitor.heavy_work.child", *limits),
                env={"PYTHONPATH": python_path(os.environ), **_ENVIRONMENT},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,  # Ctrl-C goes to the program that asked, which ends the process
            )
            self._running.add(process)
        return process

    def _raise_for(self, code: int, seconds: float, errors: bytes) -> None:
        if self._stopped:
            raise HeavyWorkStopped
        if code == -signal.SIGXCPU or (code == -signal.SIGKILL and seconds >= self._budget.cpu_seconds):
            raise TooHeavy(seconds=self._budget.cpu_seconds)
        if code == OUT_OF_MEMORY or b"MemoryError" in errors:
            raise TooHeavy(megabytes=self._budget.address_space >> 20)
        if code < 0 and code != -signal.SIGKILL:  # which comes from outside, and says nothing about the page
            raise TooHeavy(signal=-code)
        stack = errors.decode(errors="replace")[-4000:]
        failed = HeavyWorkKilled if code == -signal.SIGKILL else HeavyWorkFailed
        raise failed(f"exit code {code}", (), stack)


def _file_in_memory() -> BinaryIO:
    """Return a file for what a process prints on stderr: a pipe would have to be read, a disk may be read-only."""
    return os.fdopen(os.memfd_create("stderr"), "w+b")


_ENVIRONMENT = {name: os.environ[name] for name in ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "TZ") if name in os.environ}
"""All that the process gets of the environment: none of the program's secrets."""
