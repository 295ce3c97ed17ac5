"""Tags, and which watches have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from monitor.core.model import KnownTag, Tag, Watch
from storage.tables import tags, watch_tags, watches

columns = tags.c
WATCHES_AT_A_TIME = 500
"""How many watches a statement names; a section may have tens of thousands of items."""
_known = select(columns.id, columns.key, columns.name)
_change = (
    update(tags)
    .where(columns.key == bindparam("tag"))
    .values(name=bindparam("called"), position=bindparam("place"), archived_at=None)
)


class SqlTags:
    """Implements monitor.ports.storage.TagRepository on the `tags` and `watch_tags` tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def differ(self, wanted: Sequence[Tag]) -> bool:
        return [(tag.key, tag.name) for tag in self.all()] != [(tag.key, tag.name) for tag in wanted]

    def sync(self, wanted: Sequence[Tag], now: datetime) -> None:
        known = set(self._connection.scalars(select(columns.key)))
        facts = [{"tag": tag.key, "called": tag.name, "place": place} for place, tag in enumerate(wanted)]
        new = [
            {"key": each["tag"], "name": each["called"], "position": each["place"]}
            for each in facts
            if each["tag"] not in known
        ]
        if new:
            self._connection.execute(insert(tags), new)
        if facts:
            self._connection.execute(_change, facts)
        gone = update(tags).where(columns.key.not_in([tag.key for tag in wanted]), columns.archived_at.is_(None))
        self._connection.execute(gone.values(archived_at=now))

    def all(self, *, archived: bool = False) -> list[KnownTag]:
        query = _known.order_by(columns.archived_at.is_not(None), columns.position, columns.key)
        if not archived:
            query = query.where(columns.archived_at.is_(None))
        return [KnownTag(row.id, row.key, row.name) for row in self._connection.execute(query)]

    def watch_ids(self, tag_id: int) -> list[int]:
        query = select(watch_tags.c.watch_id).join(watches, watches.c.id == watch_tags.c.watch_id)
        query = query.where(watch_tags.c.tag_id == tag_id, watches.c.archived_at.is_(None)).order_by(watches.c.key)
        return list(self._connection.scalars(query))

    def give(self, given: Sequence[Watch]) -> None:
        known = {row.key: row.id for row in self._connection.execute(_known)}
        for start in range(0, len(given), WATCHES_AT_A_TIME):
            self._give(given[start : start + WATCHES_AT_A_TIME], known)

    def _give(self, given: Sequence[Watch], known: Mapping[str, int]) -> None:
        named = select(watches.c.key, watches.c.id).where(watches.c.key.in_([watch.key for watch in given]))
        ids = {row.key: row.id for row in self._connection.execute(named)}
        self._connection.execute(delete(watch_tags).where(watch_tags.c.watch_id.in_(ids.values())))
        rows = [{"watch_id": ids[watch.key], "tag_id": known[tag]} for watch in given for tag in watch.tags]
        if rows:
            self._connection.execute(insert(watch_tags), rows)
