"""Counts of what was done for each watch."""

from __future__ import annotations

from sqlalchemy import Connection, distinct, func, select

from monitor.ports.values import Totals
from storage.tables import bodies, changes, deliveries, delivery_items, events, observations, snapshots, watches

_checks = select(
    *(observations.c.watch_id, func.sum(observations.c.looks).label("looks")),
    *(func.min(observations.c.first_at).label("first_at"), func.max(observations.c.last_at).label("last_at")),
).group_by(observations.c.watch_id)
_revisions = select(
    *(snapshots.c.watch_id, func.count().label("revisions"), func.sum(snapshots.c.size).label("size")),
).group_by(snapshots.c.watch_id)
# The bodies of each watch, each counted once a watch: one that several watches share counts for each of them.
_own_bodies = select(snapshots.c.watch_id, snapshots.c.raw_sha256).distinct().subquery()
_stored = (
    select(_own_bodies.c.watch_id, func.sum(func.length(bodies.c.bytes)).label("stored"))
    .join(bodies, bodies.c.sha256 == _own_bodies.c.raw_sha256)
    .group_by(_own_bodies.c.watch_id)
)
_changed = select(
    *(changes.c.watch_id, func.count().label("changes")),
    func.count().filter(changes.c.material).label("material"),
).group_by(changes.c.watch_id)
_mails = (
    select(events.c.watch_id, func.count(distinct(deliveries.c.id)).label("mails"))
    .join(delivery_items, delivery_items.c.event_id == events.c.id)
    .join(deliveries, deliveries.c.id == delivery_items.c.delivery_id)
    .where(deliveries.c.state == "sent")
    .group_by(events.c.watch_id)
)


MOST_LATENESS = 100_000
"""The newest observations of which the lateness is told."""
_lateness = (
    select(observations.c.due_at, observations.c.first_at)
    .where(observations.c.due_at <= observations.c.first_at)  # one that was due later was asked for by a person
    .order_by(observations.c.id.desc())
    .limit(MOST_LATENESS)
)


class SqlStats:
    """Implements monitor.ports.storage.StatsRepository; each query covers all watches at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lateness(self) -> list[float]:
        rows = self._connection.execute(_lateness)
        return [(row.first_at - row.due_at).total_seconds() for row in rows]

    def totals(self) -> list[Totals]:
        checks, revisions, stored, changed, mails = (
            {row.watch_id: row for row in self._connection.execute(query)}
            for query in (_checks, _revisions, _stored, _changed, _mails)
        )
        query = select(watches.c.id, watches.c.key).where(watches.c.archived_at.is_(None)).order_by(watches.c.key)
        return [
            Totals(
                watch=row.key,
                checks=checks[row.id].looks if row.id in checks else 0,
                revisions=revisions[row.id].revisions if row.id in revisions else 0,
                changes=changed[row.id].changes if row.id in changed else 0,
                material=changed[row.id].material if row.id in changed else 0,
                mails=mails[row.id].mails if row.id in mails else 0,
                size=revisions[row.id].size if row.id in revisions else 0,
                # A removed body has no bytes; where all of them are removed, SQL's sum of nothing is NULL.
                stored=(stored[row.id].stored or 0) if row.id in stored else 0,
                first_check=checks[row.id].first_at if row.id in checks else None,
                last_check=checks[row.id].last_at if row.id in checks else None,
            )
            for row in self._connection.execute(query)
        ]
