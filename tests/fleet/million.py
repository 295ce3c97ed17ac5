"""What a tick and a claim cost with a million watches on one PostgreSQL.

    python -m tests.fleet.million [WATCHES]     default 1 000 000, on a fiftieth as many hosts; three minutes

One watch in 2 000 is due, each on a host of its own. Four workers live. The rows are made by the server, and nothing is
fetched.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from monitor.checking.claims import ClaimRequest, Claims
from monitor.checking.dispatch import due_watches, turns
from monitor.checking.leftovers import Leftovers
from monitor.checking.recorder import Recorder, UneventfulCheck
from monitor.core.model import Outcome, Schedule, Watch
from monitor.ports.values import ObservedCheck, Settlement, Worker
from storage.engine import open_engine, writing
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.postgres import Cluster

TIMES = 300
FIRST = Watch("w0", "", "https://h0.example/0")
COPY = """
INSERT INTO watches ({columns}) SELECT {values} FROM watches, generate_series(1, :last) AS number WHERE key = 'w0'
"""
CHANGED = {
    "key": "'w' || number",
    "url": "'https://h' || number / 50 || '.example/' || number",
    "host": "'h' || number / 50 || '.example'",
    "next_check_at": "next_check_at + (number % 2000) * interval '1 minute'",
}


def make(engine: Engine, count: int, now: datetime) -> None:
    """Make so many watches; one in 2 000 is due."""
    unit_of_work = SqlUnitOfWork(engine)
    with unit_of_work.write() as work:
        work.watches.sync(Schedule((FIRST,)), now)
        for number in range(4):
            work.workers.sign(Worker(f"worker-{number}", "machine", "1", frozenset(["check"])), now)
    names = text(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'watches' AND column_name <> 'id'"
    )
    with writing(engine).begin() as connection:
        columns = list(connection.scalars(names))
        values = ", ".join(CHANGED.get(name, f'"{name}"') for name in columns)
        copied = COPY.format(columns=", ".join(f'"{name}"' for name in columns), values=values)
        connection.execute(text(copied), {"last": count - 1})
        connection.execute(
            text("INSERT INTO hosts (host) SELECT 'h' || n || '.example' FROM generate_series(0, :last) AS n"),
            {"last": count // 50 - 1},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def timed(times: int, action: Callable[[], object]) -> str:
    """Do something so often; return what it took, in words."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    return f"{took[len(took) // 2]:.1f} ms in the middle, {took[len(took) * 99 // 100]:.1f} at the 99th percentile"


def main(count: int) -> None:
    """Make the watches, and measure."""
    now = datetime.now(UTC)
    with Cluster() as cluster:
        url = cluster.database()
        engine = open_engine(url)
        upgrade(engine)
        make(engine, count, now)
        unit_of_work = SqlUnitOfWork(engine)

        def tick() -> list[Watch]:
            return due_watches(unit_of_work, now, 2000, worker="worker-1")

        say(f"{count} watches: a tick takes {timed(20, tick)}; it finds {len(tick())} watches")
        waiting = [
            ClaimRequest(host, tuple(watch.key for watch in turn), timedelta(seconds=30), "asker")
            for host, turn in turns(tick()).items()
        ]
        claims = Claims(unit_of_work, lambda: now, worker=lambda: "worker-1")
        recorder: Recorder[str] = Recorder(unit_of_work, Leftovers(unit_of_work, lambda: now))
        claimed = []
        asked = iter(waiting)
        times = min(TIMES, len(waiting))
        say(f"a claim takes {timed(times, lambda: claimed.append(claims.ask(next(asked))))}")
        checks = [
            UneventfulCheck(
                ObservedCheck(claim.watch_id, Outcome.UNCHANGED, None, now),
                Settlement(claim, claim.watch_state, now + timedelta(hours=1), None, None),
                "",
            )
            for each in claimed
            for claim in each.claims.values()
        ]
        batches = iter([checks[start : start + 64] for start in range(0, len(checks), 64)])
        say(f"64 checks are recorded in {timed(len(checks) // 64, lambda: recorder._record(next(batches), ()))}")
        engine.dispose()


def say(what: str) -> None:
    """Print a line at once."""
    print(what, flush=True)  # noqa: T201  the program's output


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
