"""Hosts: when the next request may go out, how long to leave one alone, and robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from storage.tables import hosts, robots

QUEUE_LIMIT = 10
"""A slot more delays ahead than this is no queue: the clock was set back, and nobody should wait for it."""

_next = select(hosts.c.next_request_at).where(hosts.c.host == bindparam("key"))
_held = select(hosts.c.held_until).where(hosts.c.host == bindparam("key"))
_robots = select(robots.c.text, robots.c.fetched_at).where(robots.c.origin == bindparam("key"))


class Hosts:
    """The `hosts` and `robots` tables within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self, host: str, now: datetime, delay: timedelta) -> datetime:
        """Take the next free slot at this host and return when it is (now, or later); safe among processes."""
        free: datetime | None = self._connection.scalar(_next, {"key": host})
        slot = now if free is None or free < now or free > now + QUEUE_LIMIT * delay else free
        self._put(hosts, "host", host, next_request_at=slot + delay)
        return slot

    def hold(self, host: str, until: datetime) -> None:
        """Leave this host alone until then (Retry-After)."""
        self._put(hosts, "host", host, held_until=until)

    def held_until(self, host: str) -> datetime | None:
        """Until when Retry-After asked to leave this host alone; None when it did not."""
        until: datetime | None = self._connection.scalar(_held, {"key": host})
        return until

    def robots(self, origin: str) -> tuple[str, datetime] | None:
        """robots.txt as kept for this origin (scheme://host:port), and when it was fetched."""
        row = self._connection.execute(_robots, {"key": origin}).first()
        return None if row is None else (row.text, row.fetched_at)

    def keep_robots(self, origin: str, text: str, at: datetime) -> None:
        """Keep it."""
        self._put(robots, "origin", origin, text=text, fetched_at=at)

    def _put(self, table: Table, key: str, name: str, **values: object) -> None:
        changed = self._connection.execute(update(table).where(table.c[key] == name).values(**values))
        if not changed.rowcount:
            self._connection.execute(insert(table).values(**{key: name}, **values))
