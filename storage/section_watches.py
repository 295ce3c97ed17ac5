"""The watches of a section's items: their rows, made, edited and archived with the section."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from monitor.core.model import Watch
from monitor.core.schedule.host_load import host_of
from monitor.core.section.item_watch import item_watch
from storage.seals import Seals
from storage.serialization import watch_from_json, watch_to_json
from storage.sql_rows import AnyRow
from storage.tables import watches

columns = watches.c


def new_row(watch: Watch, now: datetime) -> dict[str, object]:
    """Return the row of a new watch, which is due now."""
    return {
        "key": watch.key,
        "url": watch.url,
        "host": host_of(watch.url),
        "definition": watch_to_json(watch),
        "paused": False,
        "next_check_at": now,
        "lease_token": 0,
        "failures": 0,
        "checks": 0,
        "chain_length": 0,
    }


def redefine(connection: Connection, seals: Seals, row: AnyRow, watch: Watch, now: datetime) -> bool:
    """Give the watch of an item another definition; `row` is as it was. Does nothing if it has that definition.

    Return whether it is to have other tags, which the caller gives to all such watches together.
    """
    definition = watch_to_json(watch)
    if definition == row.definition:
        return False
    before = watch_from_json(row.key, row.url, row.definition)
    edits: dict[str, object] = {"definition": definition}
    if watch.cadence != before.cadence:
        edits["next_check_at"] = min(row.next_check_at, now)
    connection.execute(update(watches).where(columns.id == row.id).values(edits))
    if watch.recipe != before.recipe and seals.defined([row.id]):
        seals.define(row.id, row.url, watch.recipe, now)
    return watch.tags != before.tags


def reshape_items(connection: Connection, seals: Seals, section_id: int, section: Watch, now: datetime) -> list[Watch]:
    """Give the watches of a section's items another recipe and cadence; without `each`, archive them.

    Return those that are to have other tags.
    """
    each = section.each
    if each is None:
        archive_items(connection, [section_id], now)
        return []
    rows = connection.execute(select(watches).where(columns.section_id == section_id, columns.archived_at.is_(None)))
    retagged = []
    for row in rows.all():
        known = watch_from_json(row.key, row.url, row.definition)
        named = item_watch(section.url, each, key=row.key, name=known.name, url=row.url)
        if redefine(connection, seals, row, named, now):
            retagged.append(named)
    return retagged


def archive_items(connection: Connection, section_ids: Sequence[int], now: datetime) -> None:
    """Archive the watches of these sections' items."""
    of_them = columns.section_id.in_(section_ids), columns.archived_at.is_(None)
    connection.execute(update(watches).where(*of_them).values(archived_at=now))
