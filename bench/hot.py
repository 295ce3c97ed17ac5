"""Profile of a round: `check` on the loopback site, with every thread under the profiler.

python bench/hot.py [PAGES] [QUERY]      e.g. 500 'noise=1&validators=0'; prints the most expensive functions

QUERY says how the site behaves in the round that is profiled (bench/site_process.py). The profiler slows down calls
more than anything else: the order is meaningful, the seconds are not.
"""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import sys
import tempfile
import threading
from contextlib import redirect_stdout
from pathlib import Path

from loopback import Loopback
from tools import ROOT, Bevaka

SHOWN = 45


def profiled(arguments: list[str]) -> pstats.Stats:
    """Run a command of the program in this process and return its profile."""
    sys.path.insert(0, str(ROOT))
    collected: list[cProfile.Profile] = []
    run = threading.Thread.run

    def watched(thread: threading.Thread) -> None:
        profile = cProfile.Profile()
        collected.append(profile)
        profile.runcall(run, thread)

    threading.Thread.run = watched  # type: ignore[method-assign,assignment]
    main = cProfile.Profile()
    collected.append(main)
    with redirect_stdout(io.StringIO()):
        main.runcall(_command, arguments)
    stats = pstats.Stats(collected[0])
    for profile in collected[1:]:
        stats.add(profile)
    return stats


def _command(arguments: list[str]) -> None:
    from bevaka.cli.app import main  # noqa: PLC0415  the import is part of what is profiled

    main(arguments)


def main(pages: int, query: str) -> None:
    """Run two rounds that fill the database, then profile the third and print it."""
    with tempfile.TemporaryDirectory() as folder, Loopback(pages) as site:
        tool = Bevaka(Path(folder), site.urls)
        tool.round()
        tool.round()
        site.set(query)
        os.chdir(tool.folder)
        os.environ.update(tool.environment)
        stats = profiled(["check", "--json"])
        print(f"check of {pages} pages, {query or 'unchanged'}")
        stats.sort_stats("tottime").print_stats(SHOWN)
        stats.sort_stats("cumtime").print_stats(SHOWN * 3)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, sys.argv[2] if len(sys.argv) > 2 else "")
