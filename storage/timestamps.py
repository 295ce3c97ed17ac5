"""Time stamps of the chains' heads, and those heads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.core.record.chain_heads import ChainHead, genesis
from monitor.ports.values import Timestamp
from storage.sql_rows import AnyRow
from storage.tables import timestamps, watches


class SqlTimestamps:
    """The `timestamps` table within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def heads(self) -> list[ChainHead]:
        """The head of every chain, archived watches' too; a chain without a link has none."""
        query = select(watches.c.key, watches.c.chain_length, watches.c.chain_head).where(watches.c.chain_length > 0)
        return [ChainHead(genesis(key), length, head) for key, length, head in self._connection.execute(query)]

    def add(self, at: datetime, authority: str, statement: str, token: bytes) -> None:
        """Keep the authority's answer over a statement of heads."""
        row = {"at": at, "authority": authority, "statement": statement, "token": token}
        self._connection.execute(insert(timestamps), row)

    def all(self) -> list[Timestamp]:
        """Every time stamp, oldest first."""
        return [_timestamp(row) for row in self._connection.execute(select(timestamps).order_by(timestamps.c.id))]

    def latest(self) -> Timestamp | None:
        """The newest one."""
        row = self._connection.execute(select(timestamps).order_by(timestamps.c.id.desc()).limit(1)).first()
        return None if row is None else _timestamp(row)


def _timestamp(row: AnyRow) -> Timestamp:
    return Timestamp(row.id, row.at, row.authority, row.statement, row.token)
