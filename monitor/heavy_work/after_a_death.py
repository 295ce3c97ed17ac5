"""Heavy work on what may have killed a process before: a second death is the page's doing, however it came."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from monitor.errors import HeavyWorkKilled, TooHeavy
from monitor.ports.world import HeavyWork

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


class AfterADeath:
    """Implements monitor.ports.world.HeavyWork on another one: who is killed from outside met something too heavy.

    SIGKILL comes from the kernel where memory is short. Once, it may have hit the wrong one.
    """

    def __init__(self, heavy_work: HeavyWork) -> None:
        self._heavy_work = heavy_work

    def run(
        self, function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs
    ) -> ResultT:
        """Return what the function returns. Raises TooHeavy also for a process that was killed from outside."""
        try:
            return self._heavy_work.run(function, *args, **kwargs)
        except HeavyWorkKilled as error:
            raise TooHeavy(signal=int(signal.SIGKILL)) from error
