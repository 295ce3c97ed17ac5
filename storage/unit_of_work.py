"""One visible, short transaction and its repositories."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from monitor.errors import DatabaseBusy, StorageError
from storage.announced_events import ExpectedEvents
from storage.bodies import Bodies
from storage.bounces import Bounces
from storage.chain import Chain
from storage.engine import BUSY_SECONDS, rows_written, translated, writing
from storage.history import History
from storage.hosts import Hosts
from storage.mass_changes import Storms
from storage.operator_mails import OperatorMails
from storage.outbox import Outbox
from storage.recipes import Recipes
from storage.retention import Retention
from storage.sign_ups import SignUps
from storage.snapshots import Snapshots
from storage.subscribers import Subscribers
from storage.timestamps import Timestamps
from storage.watches import Watches

if TYPE_CHECKING:
    from storage.stats import Stats


class SqlWork:
    """The repositories of one transaction, each made when it is first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def _chain(self) -> Chain:
        return Chain(self._connection)

    @cached_property
    def _bodies(self) -> Bodies:
        return Bodies(self._connection)

    @cached_property
    def _recipes(self) -> Recipes:
        return Recipes(self._connection)

    def finish(self) -> None:
        """Write what was put off to the end of the transaction."""
        if "_chain" in self.__dict__:
            self._chain.flush()

    @cached_property
    def watches(self) -> Watches:
        """What is watched and what stands."""
        return Watches(self._connection, self._chain)

    @cached_property
    def hosts(self) -> Hosts:
        """What is known of hosts."""
        return Hosts(self._connection)

    @cached_property
    def snapshots(self) -> Snapshots:
        """Revisions, their bodies and how they were read."""
        return Snapshots(self._connection, self._bodies, self._recipes, self._chain)

    @cached_property
    def history(self) -> History:
        """Observations, changes and events."""
        return History(self._connection, self._recipes, self._chain)

    @cached_property
    def expected(self) -> ExpectedEvents:
        """What texts announce for a day."""
        return ExpectedEvents(self._connection)

    @cached_property
    def retention(self) -> Retention:
        """Old copies that may go."""
        return Retention(self._connection, self._bodies, self._chain)

    @cached_property
    def timestamps(self) -> Timestamps:
        """The heads of the chains, and time stamps of them."""
        return Timestamps(self._connection)

    @cached_property
    def operator_mails(self) -> OperatorMails:
        """On which days the operator was written to."""
        return OperatorMails(self._connection)

    @cached_property
    def subscribers(self) -> Subscribers:
        """People and what they follow."""
        return Subscribers(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        """What is owed."""
        return Outbox(self._connection)

    @cached_property
    def sign_ups(self) -> SignUps:
        """What people asked for and have not agreed to yet."""
        return SignUps(self._connection)

    @cached_property
    def bounces(self) -> Bounces:
        """Mails that came back."""
        return Bounces(self._connection)

    @cached_property
    def storms(self) -> Storms:
        """Mass changes."""
        return Storms(self._connection)

    @cached_property
    def stats(self) -> Stats:
        """What has been done, counted."""
        from storage.stats import Stats  # noqa: PLC0415  one command asks, and every command would wait for it

        return Stats(self._connection)


class SqlUnitOfWork:
    """Opens transactions on an engine. Raises DatabaseBusy, StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)
        # SQLite's own waiting polls; threads of one process queue here instead, and find it free.
        self._writer = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[SqlWork]:
        """A transaction that takes the writer's place at once; committed when the block ends well."""
        if not self._writer.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy("another thread is writing")
        try:
            with translated(), self._writing.begin() as connection:
                work = SqlWork(connection)
                yield work
                work.finish()
        finally:
            self._writer.release()

    @contextmanager
    def read(self) -> Iterator[SqlWork]:
        """A transaction that sees one moment, blocks no writer, and is rolled back at its end; a write in it fails."""
        with translated(), self._engine.connect() as connection:
            before = rows_written(connection)
            yield SqlWork(connection)
            if rows_written(connection) != before:
                raise StorageError("the database cannot be written in a reading transaction")
