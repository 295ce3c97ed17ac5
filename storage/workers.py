"""Workers: the processes that check and send, each with its signs of life."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from monitor.ports.values import Freed, Worker
from storage.outbox import end_sending
from storage.tables import hosts, watches, workers

_sign = update(workers).where(workers.c.id == bindparam("worker")).values(seen_at=bindparam("at"))
_held_hosts = select(hosts.c.host).where(hosts.c.turn_worker == bindparam("worker"), hosts.c.turn_until.is_not(None))
_free_watches = (
    update(watches)
    .where(watches.c.lease_until > bindparam("now"), watches.c.host.in_(_held_hosts))
    .values(lease_until=bindparam("now"))
)
_end_turns = (
    update(hosts)
    .where(hosts.c.turn_worker == bindparam("worker"), hosts.c.turn_until > bindparam("now"))
    .values(turn_until=bindparam("now"))
)


class SqlWorkers:
    """Implements monitor.ports.storage.WorkerRepository on the `workers` table, and on what workers hold."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sign(self, worker: Worker, now: datetime) -> None:
        if not self._connection.execute(_sign, {"worker": worker.id, "at": now}).rowcount:
            self._connection.execute(
                insert(workers).values(
                    id=worker.id,
                    machine=worker.machine,
                    version=worker.version,
                    roles=" ".join(sorted(worker.roles)),
                    started_at=now,
                    seen_at=now,
                )
            )

    def clock(self) -> datetime | None:
        if self._connection.dialect.name == "sqlite":
            return None
        now: datetime = self._connection.scalar(text("SELECT clock_timestamp()"))
        return now

    def all(self) -> list[Worker]:
        rows = self._connection.execute(select(workers).order_by(workers.c.started_at, workers.c.id))
        return [
            Worker(row.id, row.machine, row.version, frozenset(row.roles.split()), row.started_at, row.seen_at)
            for row in rows
        ]

    def turns(self, now: datetime) -> dict[str, int]:
        is_held = hosts.c.turn_worker.is_not(None) & (hosts.c.turn_until > now)
        query = select(hosts.c.turn_worker, func.count()).where(is_held).group_by(hosts.c.turn_worker)
        return {str(worker): count for worker, count in self._connection.execute(query)}

    def hosts_of_others(self, worker_id: str, now: datetime) -> set[str]:
        is_held = (hosts.c.turn_worker != worker_id) & (hosts.c.turn_until > now)
        return set(self._connection.scalars(select(hosts.c.host).where(is_held)))

    def free(self, worker_id: str, now: datetime) -> Freed:
        parameters = {"worker": worker_id, "now": now}
        # The leases of watches first: they are those of the hosts whose turns are then ended.
        counts = [
            self._connection.execute(statement, parameters).rowcount
            for statement in (_free_watches, _end_turns, end_sending)
        ]
        self.remove(worker_id)
        return Freed(*counts)

    def remove(self, worker_id: str) -> None:
        self._connection.execute(delete(workers).where(workers.c.id == worker_id))
