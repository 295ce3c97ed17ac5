"""Time stamps of the heads of all chains, and those heads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.core.record.chain_heads import ChainHead, genesis
from monitor.ports.values import Timestamp
from storage.sql_rows import AnyRow
from storage.tables import timestamps, watches


class SqlTimestamps:
    """Implements monitor.ports.storage.TimestampRepository on the `timestamps` table; the heads are in `watches`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def heads(self) -> list[ChainHead]:
        query = select(watches.c.key, watches.c.chain_length, watches.c.chain_head).where(watches.c.chain_length > 0)
        return [ChainHead(genesis(key), length, head) for key, length, head in self._connection.execute(query)]

    def add(self, at: datetime, authority: str, statement: str, token: bytes) -> None:
        row = {"at": at, "authority": authority, "statement": statement, "token": token}
        self._connection.execute(insert(timestamps), row)

    def all(self) -> list[Timestamp]:
        return [_timestamp(row) for row in self._connection.execute(select(timestamps).order_by(timestamps.c.id))]

    def latest(self) -> Timestamp | None:
        row = self._connection.execute(select(timestamps).order_by(timestamps.c.id.desc()).limit(1)).first()
        return None if row is None else _timestamp(row)


def _timestamp(row: AnyRow) -> Timestamp:
    return Timestamp(row.id, row.at, row.authority, row.statement, row.token)
