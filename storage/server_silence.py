"""Connections to PostgreSQL that give up on a server that is silent.

A server's machine may answer while the server does not: its processes are stopped, or its disk hangs. The kernel then
acknowledges whatever is sent, so that no limit of TCP is reached, and the server's own limits are kept by the processes
that stand still. Each wait for an answer is therefore limited here. A long statement looks no different from outside:
before it is given up, the same server is asked for something short, over another connection.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from psycopg import Connection, Error, OperationalError
from psycopg.errors import ConnectionTimeout

if TYPE_CHECKING:
    from psycopg.abc import PQGen

T = TypeVar("T")


class _Limited(Connection[Any]):
    """A connection that asks itself, while it waits for an answer, whether it may wait on."""

    PROBE_SECONDS = 5
    """Seconds within which a server that lives answers something short."""

    def wait(self, gen: PQGen[T], *args: Any, **options: Any) -> T:  # noqa: ANN401  passed on as they are
        return super().wait(self._limited(gen), *args, **options)

    def _limited(self, gen: PQGen[T]) -> PQGen[T]:
        """Wrap what the driver waits with: it is told at least every tenth of a second whether something was heard."""
        try:
            wish = next(gen)
            heard_at = time.monotonic()
            while True:
                if ready := (yield wish):
                    heard_at = time.monotonic()
                else:
                    self._go_on_or_give_up(time.monotonic() - heard_at)
                wish = gen.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result

    def _go_on_or_give_up(self, silent: float) -> None:
        """Close the connection and raise OperationalError if it was silent for too long."""
        if silent > self.PROBE_SECONDS:
            self._give_up(silent)

    def _give_up(self, silent: float) -> None:
        self.pgconn.finish()  # no farewell is waited for; the pool sees that the connection is closed
        raise OperationalError(f"no answer for {silent:.0f} seconds")


class LimitedConnection(_Limited):
    """A connection whose waits end when the server is silent."""

    SILENT_SECONDS = 12
    """Seconds without an answer after which the server is asked whether it lives: longer than most wait for a lock."""
    MOST_SECONDS = 360
    """Seconds without an answer after which nothing is waited for, whatever else the server answers: one of its
    processes may have been stopped alone, and the server's limit for a statement with it."""
    _asked = 0

    def _go_on_or_give_up(self, silent: float) -> None:
        if silent < self.SILENT_SECONDS:
            self._asked = 0
        elif silent // self.SILENT_SECONDS > self._asked:
            self._asked = int(silent // self.SILENT_SECONDS)
            began = time.monotonic()
            if silent >= self.MOST_SECONDS or not self._answers_elsewhere():
                self._give_up(silent + time.monotonic() - began)

    def _answers_elsewhere(self) -> bool:
        """True if this very server answers another connection, be it with a refusal."""
        parameters: dict[str, Any] = self.info.get_parameters()
        for name in ("target_session_attrs", "load_balance_hosts"):  # of several servers, this one is meant
            parameters.pop(name, None)
        parameters |= {"host": self.info.host, "hostaddr": self.info.hostaddr, "port": self.info.port}
        parameters |= {"password": self.info.password, "connect_timeout": self.PROBE_SECONDS}
        connected = False
        try:
            with _Limited.connect(**{name: value for name, value in parameters.items() if value}) as probe:
                connected = True
                probe.autocommit = True
                probe.execute("SELECT 1")  # a pooler between us and the server answers the rest by itself
        except ConnectionTimeout:
            return False
        except Error:
            return not connected
        return True
