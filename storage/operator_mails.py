"""On which days the operator was written to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables import operator_mails


class SqlOperatorMails:
    """The `operator_mails` table within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_sent(self, day: date) -> bool:
        """Whether that day's mail was taken."""
        query = select(operator_mails.c.day).where(operator_mails.c.day == day.isoformat())
        return self._connection.scalar(query) is not None

    def sent(self, day: date, at: datetime) -> None:
        """It was; of earlier days nothing needs to be known."""
        self._connection.execute(delete(operator_mails).where(operator_mails.c.day != day.isoformat()))
        if not self.is_sent(day):  # two daemons may have sent the same message
            self._connection.execute(insert(operator_mails), {"day": day.isoformat(), "sent_at": at})
