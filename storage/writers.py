"""Transactions that write: how they are marked, and how long they wait, with SQLite and with PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Connection

BUSY_SECONDS = 10
"""How long a writer waits for another, unless the database's URL says otherwise."""
WRITES, SHARED = "bevaka_writes", "shared"
"""Execution option of an engine or connection whose transactions write; its value where others write beside them."""


def is_writing(connection: Connection) -> bool:
    """True if the connection's transactions write."""
    return bool(connection.get_execution_options().get(WRITES, False))


def is_shared(connection: Connection) -> bool:
    """True if the connection's transactions write beside others of their kind."""
    return connection.get_execution_options().get(WRITES) == SHARED
