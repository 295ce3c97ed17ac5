"""Items of sections: what each has and had, and the watches of those that have one of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, count
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from monitor.core.model import Item, Watch
from monitor.core.section.item_watch import item_watch
from monitor.core.text import slug
from monitor.ports.values import SectionItem
from storage.seals import Seals
from storage.section_watches import new_row, redefine
from storage.sql_rows import AnyRow, insert_row
from storage.tables import section_items, watches
from storage.tags import SqlTags

columns = section_items.c
LONGEST_SLUG = 80
"""Characters of the part of a key that names an item."""
_NUMBER_LENGTH = 7
_items = (
    select(section_items, watches.c.key.label("watch_key"), watches.c.title.label("page_title"))
    .outerjoin(watches, watches.c.id == columns.child_id)
    .where(columns.watch_id == bindparam("watch"))
    .order_by(columns.gone_at.is_not(None), columns.place, columns.id)
)
_same_place = (
    update(section_items)
    .where(columns.id == bindparam("item"))
    .values(title=bindparam("named"), date=bindparam("day"), place=bindparam("number"), gone_at=None)
)
_gone = update(section_items).where(columns.id == bindparam("item")).values(gone_at=bindparam("since"))


class SqlSections:
    """Implements monitor.ports.storage.SectionRepository on the `section_items` table."""

    def __init__(self, connection: Connection, seals: Seals, tags: SqlTags) -> None:
        self._connection = connection
        self._seals = seals
        self._tags = tags

    def identities(self, watch_id: int, before: datetime | None = None) -> set[str]:
        query = select(columns.identity).where(columns.watch_id == watch_id)
        if before is not None:
            query = query.where(columns.first_seen_at < before)
        return set(self._connection.scalars(query))

    def items(self, watch_id: int) -> list[SectionItem]:
        return [
            SectionItem(
                title=row.title or row.page_title or "",
                url=row.url,
                date=row.date,
                first_seen=row.first_seen_at,
                first_revision=row.first_revision,
                gone_at=row.gone_at,
                watch=row.watch_key,
            )
            for row in self._connection.execute(_items, {"watch": watch_id})
        ]

    def record(self, watch_id: int, items: Sequence[Item], at: datetime, revision: int | None) -> None:
        from monitor.core.judging.section_changes import identity  # noqa: PLC0415  a check that finds nothing new needs none of it

        known = {row.identity: row for row in self._connection.execute(_items, {"watch": watch_id})}
        new, edited = [], []
        seen = set()
        for place, item in enumerate(items):
            key = identity(item.url)
            seen.add(key)
            row = known.get(key)
            if row is None:
                new.append(_new_item(watch_id, key, item, place, at, revision))
            elif (row.title, row.date, row.place, row.gone_at) != (
                *(item.title or row.title, item.date or row.date, place),
                None,
            ):
                edited.append(
                    {
                        "item": row.id,
                        "named": item.title or row.title,
                        "day": item.date or row.date,
                        "number": place,
                    }
                )
        gone = [row.id for key, row in known.items() if key not in seen and row.gone_at is None]
        if new:
            self._connection.execute(insert(section_items), new)
        if edited:
            self._connection.execute(_same_place, edited)
        if gone:
            self._connection.execute(_gone, [{"item": item, "since": at} for item in gone])

    def forget(self, watch_id: int) -> None:
        self._connection.execute(delete(section_items).where(columns.watch_id == watch_id))

    def tend(self, watch_id: int, section: Watch, at: datetime) -> None:
        each = section.each
        if each is None:
            return
        own = {row.id: row for row in self._connection.execute(select(watches).where(watches.c.section_id == watch_id))}
        taken = {row.key for row in own.values()}
        tagged: list[Watch] = []
        items = self._connection.execute(_items, {"watch": watch_id}).all()
        children = self._children(own, items, at)
        for item in items:
            child = children.get(item.id)
            if item.gone_at is not None:
                if child is not None and child.archived_at is None and at - item.gone_at > section.patience:
                    self._write(child.id, archived_at=at)
            elif child is None:
                made = self._adopt(watch_id, section, each, item, taken, at)
                if made is not None and made.tags:
                    tagged.append(made)
            else:
                if child.archived_at is not None:
                    self._write(child.id, archived_at=None, next_check_at=min(child.next_check_at, at))
                named = item_watch(section.url, each, key=child.key, name=item.title or child.key, url=child.url)
                if redefine(self._connection, self._seals, child, named, at):
                    tagged.append(named)
        if tagged:
            self._tags.give(tagged)

    def _children(self, own: Mapping[int, AnyRow], items: Sequence[AnyRow], at: datetime) -> dict[int, AnyRow]:
        """Return the watch of each item that has one, by the item's id.

        The watch of an item that was forgotten is given to the item with its address; without one it is archived.
        """
        children = {item.id: own[item.child_id] for item in items if item.child_id in own}
        held = {child.id for child in children.values()}
        left = [child for child in own.values() if child.id not in held]
        if not left:
            return children
        from monitor.core.judging.section_changes import identity  # noqa: PLC0415  see above

        by_identity = {item.identity: item for item in items if item.id not in children}
        for child in left:
            item = by_identity.pop(identity(child.url), None)
            if item is not None:
                children[item.id] = child
                self._give(item, child.id)
            elif child.archived_at is None:
                self._write(child.id, archived_at=at)
        return children

    def _adopt(
        self, watch_id: int, section: Watch, each: Watch, item: AnyRow, taken: set[str], at: datetime
    ) -> Watch | None:
        """Make the watch of an item. One that is only a place on the section's own page is told and not watched."""
        from monitor.core.judging.section_changes import identity  # noqa: PLC0415  see above

        url = item.url.partition("#")[0]
        if identity(url) == identity(section.url):
            return None
        key = next(key for key in _keys(section.key, item.title, url) if key not in taken)
        taken.add(key)
        watch = item_watch(section.url, each, key=key, name=item.title or key, url=url)
        child = insert_row(self._connection, watches, {**new_row(watch, at), "section_id": watch_id})
        self._give(item, child)
        return watch

    def _give(self, item: AnyRow, child: int) -> None:
        """Make a watch that of an item."""
        self._connection.execute(update(section_items).where(columns.id == item.id).values(child_id=child))

    def _write(self, watch_id: int, **values: object) -> None:
        self._connection.execute(update(watches).where(watches.c.id == watch_id).values(values))


def _new_item(watch_id: int, key: str, item: Item, place: int, at: datetime, revision: int | None) -> dict[str, object]:
    return {
        "watch_id": watch_id,
        "identity": key,
        "title": item.title,
        "url": item.url,
        "date": item.date,
        "place": place,
        "first_seen_at": at,
        "first_revision": revision,
    }


def _keys(section: str, title: str, url: str) -> Iterator[str]:
    """Yield the keys that an item's watch may have, the best first: of its headline, else of its address."""
    last = unquote(urlsplit(url).path, errors="replace").rstrip("/").rpartition("/")[2].partition(".")[0]
    name = slug(title, LONGEST_SLUG) or slug(last, LONGEST_SLUG) or slug(urlsplit(url).query, LONGEST_SLUG) or "item"
    numbered = (f"{name[: LONGEST_SLUG - _NUMBER_LENGTH].rstrip('-')}-{number}" for number in count(2))
    return (f"{section}/{each}" for each in chain([name], numbered))
