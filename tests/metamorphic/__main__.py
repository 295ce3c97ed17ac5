"""Every edit in every layout and language: `python -m tests.metamorphic` prints what came of them, as a table.

With --failures it also lists every wrong verdict and every summary without its words. It exits with 1 if a threshold is
not reached.
"""

from __future__ import annotations

import argparse
import sys

from tests.metamorphic.lab import Laboratory, trials
from tests.metamorphic.report import failures, is_good_enough, table


def main() -> int:
    """Run all trials and print the table; return 1 if a threshold is not reached."""
    given = argparse.ArgumentParser(prog="make metamorphic", description=__doc__)
    given.add_argument("--failures", action="store_true", help="list what went wrong")
    given.add_argument("--only", default="", metavar="TEXT", help="only edits whose name has this text")
    chosen = given.parse_args()
    results = list(Laboratory().run(one for one in trials() if chosen.only in one.edit.name))
    for line in (*table(results), *(failures(results) if chosen.failures else ())):
        sys.stdout.write(f"{line}\n")
    return 0 if is_good_enough(results) else 1


if __name__ == "__main__":
    sys.exit(main())
