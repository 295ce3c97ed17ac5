"""`make fuzz`: every target in turn, with seeds of its own, for as long as one likes; then a table of what came of it.

Each turn is a process with a limit on memory and on processor time, so that what would hang or swell ends as a finding.
A finding is printed with its seed; `python -m tests.fuzz.long_run --one TARGET --seed N` makes the same examples again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fakes.world import World, play_two_months
from tests.fuzz.inputs import VISITS, Visitor
from tests.fuzz.lab import Target, run
from tests.fuzz.targets import TARGETS

VISITORS = "visits"
NAMES = [*(target.name for target in TARGETS), VISITORS]
EXAMPLES = 300
MEMORY = 1 << 30
SECONDS = 300


def main() -> int:
    """Run one turn, or turns until the time is over; return 1 if something was found."""
    given = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    given.add_argument("--minutes", type=float, default=float(os.environ.get("FUZZ_MINUTES") or 15))
    given.add_argument("--one", choices=NAMES)
    given.add_argument("--seed", type=int, default=int(os.environ.get("TEST_SEED") or random.randrange(1_000_000)))
    chosen = given.parse_args()
    return one_turn(chosen.one, chosen.seed) if chosen.one else turns(60 * chosen.minutes, chosen.seed)


def one_turn(name: str, seed: int) -> int:
    """Check one target; the last line of output has the number of examples and the memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with target(name) as found:
        tried = run(found, EXAMPLES, seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(json.dumps({"tried": tried, "peak": peak // 1024}))
    return 0


@contextmanager
def target(name: str) -> Iterator[Target]:
    """Yield a target by its name; the web page needs a world around it."""
    if name != VISITORS:
        yield next(target for target in TARGETS if target.name == name)
        return
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        play_two_months(world)
        yield Target(VISITORS, VISITS, Visitor(world.client(), "x").check)
        world.close()


def say(line: str) -> None:
    """Write a line of the report at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def turns(seconds: float, seed: int) -> int:
    """Check every target in turn until the time is over; return 1 if something was found."""
    choose, ends = random.Random(seed), time.monotonic() + seconds
    tried: Counter[str] = Counter()
    peak: Counter[str] = Counter()
    found: list[str] = []
    while time.monotonic() < ends:
        for name in NAMES:
            number = choose.randrange(1_000_000)
            command = [sys.executable, "-m", "tests.fuzz.long_run", "--one", name, "--seed", str(number)]
            turn = subprocess.run(command, capture_output=True, text=True, check=False)
            if turn.returncode:
                found.append(f"{name}, seed {number}")
                say(f"{found[-1]}\n{turn.stdout[-2_000:]}\n{turn.stderr[-6_000:]}")
                continue
            said = json.loads(turn.stdout.splitlines()[-1])
            tried[name] += said["tried"]
            peak[name] = max(peak[name], said["peak"])
    say(f"seed {seed}, {seconds / 60:.0f} minutes")
    for name in NAMES:
        say(f"| {name} | {tried[name]} | {peak[name]} MB |")
    say(f"{tried.total()} examples, {len(found)} found{''.join(f'; {one}' for one in found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
