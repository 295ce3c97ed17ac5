"""Marks: what is so of the database as a whole.

channel_paused  the worker that found the channel unusable, and until when it leaves it alone
moved           where its history was copied to: nothing runs on it any more, or mails would be sent twice
signing_key     the fingerprint of the key that signs links, which all machines share
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Engine, delete, insert, select

from monitor.errors import DatabaseMoved, OtherKey
from storage.engine import translated, writing
from storage.tables import marks

MarkName = Literal["channel_paused", "least_program", "moved", "signing_key"]


@dataclass(frozen=True, slots=True)
class DatabaseMark:
    """The value of a mark, and when it was made."""

    value: str
    at: datetime


def mark(connection: Connection, name: MarkName) -> DatabaseMark | None:
    """Return a mark, None if there is none."""
    row = connection.execute(select(marks.c.value, marks.c.at).where(marks.c.name == name)).first()
    return None if row is None else DatabaseMark(row.value, row.at)


def put_mark(connection: Connection, name: MarkName, value: str, now: datetime) -> None:
    """Make a mark, in place of an earlier one of that name."""
    connection.execute(delete(marks).where(marks.c.name == name))
    connection.execute(insert(marks).values(name=name, value=value, at=now))


def refuse_moved(engine: Engine) -> None:
    """Raise DatabaseMoved if the history was copied to another database."""
    with translated(), engine.connect() as connection:
        moved = mark(connection, "moved")
    if moved is not None:
        raise DatabaseMoved(moved.value, moved.at)


def agree_on_key(engine: Engine, fingerprint: str, now: datetime) -> None:
    """Note the fingerprint of the key that signs links, if none is noted yet. Raises OtherKey if another one is."""
    with translated(), writing(engine).begin() as connection:
        known = mark(connection, "signing_key")
        if known is None:
            put_mark(connection, "signing_key", fingerprint, now)
        elif known.value != fingerprint:
            raise OtherKey(known.at)
