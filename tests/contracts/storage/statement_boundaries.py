"""Two that write to one PostgreSQL, one of them stopped before a statement of its own while the other goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import Engine, event, text

PATIENCE = 30.0
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


class Stop:
    """A stop before a statement that an engine executes, or before a commit."""

    def __init__(self, engine: Engine) -> None:
        self._before, self.stopped, self.go_on = 0, threading.Event(), threading.Event()
        event.listen(engine, "before_cursor_execute", self._stop)
        event.listen(engine, "commit", self._stop)

    def before(self, number: int) -> None:
        """Stop before the statement or commit of this number; 1 is what begins the first transaction, 0 is none."""
        self._before, self.stopped, self.go_on = number, threading.Event(), threading.Event()

    def _stop(self, *_: object) -> None:
        self._before -= 1
        if self._before == 0:
            self.stopped.set()
            assert self.go_on.wait(PATIENCE)


def waiting(engine: Engine) -> int:
    """Return how many wait for a lock of the database."""
    with engine.connect() as connection:  # a transaction sees one moment of this view
        return connection.scalar(WAITING) or 0


def beside(
    watching: Engine, stop: Stop, number: int, first: Callable[[], object], second: Callable[[], object]
) -> list[object] | None:
    """Return what both returned or raised, where the first stops before that statement; None where it has fewer.

    The second one runs meanwhile until it is done or waits for a lock; `watching` is an engine of neither.
    """
    found: dict[str, object] = {}

    def run(name: str, action: Callable[[], object]) -> None:
        try:
            found[name] = action()
        except Exception as error:  # noqa: BLE001  a thread's error, for the test to examine
            found[name] = error

    threads = [
        threading.Thread(target=run, args=("first", first)),
        threading.Thread(target=run, args=("second", second)),
    ]
    stop.before(number)
    threads[0].start()
    while not stop.stopped.wait(0.005):
        if not threads[0].is_alive():
            stop.before(0)
            return None
    threads[1].start()
    while threads[1].is_alive() and not waiting(watching):
        threads[1].join(0.005)
    stop.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    return [found["first"], found["second"]]
