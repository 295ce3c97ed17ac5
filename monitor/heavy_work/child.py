"""The process that does one piece of heavy work: reads it from stdin, writes what came of it to stdout, and ends.

It limits itself before it reads anything, and prints nothing else: what a library prints goes to stderr. Both pipes
hold pickles. They come from this program alone, and the process has the rights of the one that started it: it bounds
what the work costs, not what it may do.
"""

from __future__ import annotations

import os
import pickle  # nosec B403 # both ends are this program
import resource
import sys
from contextlib import suppress
from pathlib import Path
from traceback import format_exception, walk_tb

from monitor.errors import NotSeen
from monitor.heavy_work.outcome import OUT_OF_MEMORY, Crashed, Done, NotRead

MOST_PRINTED = 1_000_000
"""Bytes on stderr, which is a file; what is printed beyond them is an error of whoever prints it."""
LARGEST_RESULT = 32_000_000
"""Bytes. As many blocks as a table of a hundred thousand rows has; the program that asked holds them several times."""


def main() -> None:
    """Do the work. The arguments are the seconds of the processor and the bytes of address space that it may take."""
    cpu_seconds, address_space = map(int, sys.argv[1:3])
    with suppress(OSError):  # where the system has no such file
        Path("/proc/self/oom_score_adj").write_text("500")  # where memory is short, this process goes before the daemon
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, MOST_PRINTED)
    _limit(resource.RLIMIT_CPU, cpu_seconds, 1)
    _limit(resource.RLIMIT_AS, address_space)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        result = pickle.dumps(_outcome(), pickle.HIGHEST_PROTOCOL)
        if len(result) > LARGEST_RESULT:
            os._exit(OUT_OF_MEMORY)
        out.write(result)
        out.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    os._exit(0)  # at once: to take a large tree apart may take longer than to build it


def _limit(kind: int, most: int, beyond: int = 0) -> None:
    """Set a limit, unless the process has a lower one already. At `beyond` more, the system kills it."""
    hard = resource.getrlimit(kind)[1]
    if hard == resource.RLIM_INFINITY or most + beyond <= hard:
        resource.setrlimit(kind, (most, most + beyond))


def _outcome() -> Done | NotRead | Crashed:
    try:
        function, arguments, named = pickle.load(sys.stdin.buffer)  # noqa: S301  # nosec B301 # from our parent
        return Done(function(*arguments, **named))
    except NotSeen as error:
        return NotRead(type(error), error.facts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  a boundary: the error is raised again in the program that asked
        modules = tuple(frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
        return Crashed(type(error).__name__, modules, "".join(format_exception(error)))


if __name__ == "__main__":
    main()
