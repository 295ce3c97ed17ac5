"""Hosts: when the next request may be sent, how long to leave a host alone and why, and robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from monitor.core.schedule.breaker import CLOSED, Breaker
from monitor.core.schedule.cadence import LONGEST_RETRY_AFTER
from storage.tables import hosts, robots

QUEUE_LIMIT = 10
"""A slot more delays ahead than this comes from no queue: the clock was set back, and no request waits for it."""

_next = select(hosts.c.next_request_at).where(hosts.c.host == bindparam("key"))
_held = select(hosts.c.held_until).where(hosts.c.host == bindparam("key"))
_breaker = select(hosts.c.failures, hosts.c.open_until).where(hosts.c.host == bindparam("key"))
_silent = select(hosts.c.host).where(hosts.c.failures > 0)
_robots = select(robots.c.text, robots.c.fetched_at).where(robots.c.origin == bindparam("key"))


class SqlHosts:
    """Implements monitor.ports.storage.HostRepository on the `hosts` and `robots` tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self, host: str, now: datetime, delay: timedelta) -> datetime:
        free: datetime | None = self._connection.scalar(_next, {"key": host})
        slot = now if free is None or free < now or free > now + QUEUE_LIMIT * delay else free
        self._put(hosts, "host", host, next_request_at=slot + delay)
        return slot

    def hold(self, host: str, until: datetime) -> None:
        self._put(hosts, "host", host, held_until=until)

    def held_until(self, host: str, now: datetime) -> datetime | None:
        # A time further ahead than any Retry-After is obeyed: the clock was set back, and no request waits for it.
        until: datetime | None = self._connection.scalar(_held, {"key": host})
        return until if until is not None and now < until <= now + LONGEST_RETRY_AFTER else None

    def held(self, now: datetime) -> dict[str, datetime]:
        is_held = (hosts.c.held_until > now) & (hosts.c.held_until <= now + LONGEST_RETRY_AFTER)
        query = select(hosts.c.host, hosts.c.held_until).where(is_held).order_by(hosts.c.host)
        return {row.host: row.held_until for row in self._connection.execute(query)}

    def breaker(self, host: str) -> Breaker:
        row = self._connection.execute(_breaker, {"key": host}).first()
        return CLOSED if row is None else Breaker(row.failures or 0, row.open_until)

    def keep_breaker(self, host: str, breaker: Breaker) -> None:
        self._put(hosts, "host", host, failures=breaker.failures or None, open_until=breaker.until)

    def silent(self) -> set[str]:
        return set(self._connection.scalars(_silent))

    def robots(self, origin: str) -> tuple[str, datetime] | None:
        row = self._connection.execute(_robots, {"key": origin}).first()
        return None if row is None else (row.text, row.fetched_at)

    def keep_robots(self, origin: str, text: str, at: datetime) -> None:
        self._put(robots, "origin", origin, text=text, fetched_at=at)

    def _put(self, table: Table, key: str, name: str, **values: object) -> None:
        changed = self._connection.execute(update(table).where(table.c[key] == name).values(**values))
        if not changed.rowcount:
            self._connection.execute(insert(table).values(**{key: name}, **values))
