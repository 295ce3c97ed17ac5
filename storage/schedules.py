"""Generations of the schedule, as they were put in force."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import Connection, insert, select

from monitor.core.schedule.generations import Generation
from storage.serialization import to_json
from storage.tables import schedules

_newest = select(schedules).order_by(schedules.c.generation.desc()).limit(1)


class SqlSchedules:
    """Implements monitor.ports.storage.ScheduleRepository on the `schedules` table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self) -> Generation | None:
        row = self._connection.execute(_newest).first()
        if row is None:
            return None
        facts = json.loads(row.facts)
        return Generation(
            row.generation,
            row.sha256,
            row.machine,
            row.applied_at,
            facts["watching"],
            facts["timezone"],
            facts["language"],
            timedelta(seconds=facts["host_delay"]),
        )

    def add(self, generation: Generation) -> None:
        facts = {
            "watching": generation.watching,
            "timezone": generation.timezone,
            "language": generation.language,
            "host_delay": generation.host_delay.total_seconds(),
        }
        self._connection.execute(
            insert(schedules).values(
                generation=generation.number,
                sha256=generation.sha256,
                machine=generation.machine,
                applied_at=generation.applied_at,
                facts=to_json(facts),
            )
        )
