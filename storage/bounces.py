"""Bounces: mails that came back, and complaints about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from monitor.core.model import BounceKind, Delivery
from storage.tables import bounces

columns = bounces.c


class SqlBounces:
    """Implements monitor.ports.storage.BounceRepository on the `bounces` table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, delivery: Delivery, kind: BounceKind, status: str | None, at: datetime) -> bool:
        known = select(columns.id).where(columns.delivery_id == delivery.id, columns.kind == kind)
        if self._connection.scalar(known) is not None:
            return False
        row = {
            "delivery_id": delivery.id,
            "subscriber_id": delivery.subscriber.id,
            "at": at,
            "kind": kind,
            "status": status,
        }
        self._connection.execute(insert(bounces), row)
        return True

    def soft_since(self, subscriber_id: int, since: datetime) -> int:
        query = select(func.count()).where(
            columns.subscriber_id == subscriber_id, columns.kind == "soft", columns.at >= since
        )
        return self._connection.scalar(query) or 0
