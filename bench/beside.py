"""CPU cost of the rounds of two checkouts of this program, in turns, and their ratio: what a change made slower.

python bench/beside.py CHECKOUT [PAGES [REPETITIONS]]     (CHECKOUT e.g. a `git worktree` of the commit before)

Both run in this environment, so that an older checkout must do with its packages.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from run import table
from scenarios import SHOWN, Costs, realistic, rounds
from tools import Bevaka, Tool

PAGES, REPETITIONS = 500, 3


def of_checkout(root: Path) -> type[Tool]:
    """Return the tool that runs the program of another checkout."""

    class Other(Bevaka):
        name = "before"

        def command(self) -> list[str | Path]:
            return [sys.executable, root / "main.py", "check", "--json"]

    return Other


def lines(costs: Costs, which: tuple[str, ...], pages: int) -> list[str]:
    """Return the CPU seconds per 1 000 checks of each round, before and now, and their ratio."""
    rows = []
    for name in which:
        before, now = (
            statistics.median(cost.cpu for cost in costs[tool, name]) * 1000 / pages for tool in ("before", Bevaka.name)
        )
        rows.append([name, f"{before:.2f}", f"{now:.2f}", f"{now / before:.2f}"])
    return table(["", "before", "now", "ratio"], rows)


def main(checkout: Path, pages: int, repetitions: int) -> None:
    """Print a table for pages on one site, and one each for pages that are alone on their hosts."""
    tools = (of_checkout(checkout.resolve()), Bevaka)
    print("\n".join(lines(rounds(tools, pages, repetitions), SHOWN, pages)))
    for what, costs in realistic(tools, pages, repetitions).items():
        print("\n".join([what, "", *lines(costs, ("first", "304"), pages)]))


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[2:]]
    main(Path(sys.argv[1]), *(numbers + [PAGES, REPETITIONS][len(numbers) :]))
