"""The days on which a mail was sent to the operator."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables import operator_mails


class SqlOperatorMails:
    """Implements monitor.ports.storage.OperatorMailRepository on the `operator_mails` table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_sent(self, day: date) -> bool:
        query = select(operator_mails.c.day).where(operator_mails.c.day == day.isoformat())
        return self._connection.scalar(query) is not None

    def sent(self, day: date, at: datetime) -> None:
        # Nothing needs to be known of earlier days.
        self._connection.execute(delete(operator_mails).where(operator_mails.c.day != day.isoformat()))
        if not self.is_sent(day):  # two daemons may have sent the same message
            self._connection.execute(insert(operator_mails), {"day": day.isoformat(), "sent_at": at})
