"""One explicit, short transaction and its repositories."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from monitor.errors import DatabaseBusy, StorageError
from storage.announced_events import SqlAnnouncedEvents
from storage.attestation import SqlAttestation
from storage.bodies import Bodies
from storage.bounces import SqlBounces
from storage.chain import Chain
from storage.engine import rows_written, translated, writing, writing_shared
from storage.history import SqlHistory
from storage.hosts import SqlHosts
from storage.mass_changes import SqlMassChanges
from storage.operator_mails import SqlOperatorMails
from storage.outbox import SqlOutbox
from storage.overwriting import overwrite
from storage.recipes import Recipes
from storage.retention import SqlRetention
from storage.schedules import SqlSchedules
from storage.seals import Seals
from storage.sections import SqlSections
from storage.sign_ups import SqlSignUps
from storage.snapshots import SqlSnapshots
from storage.subscribers import SqlSubscribers
from storage.tags import SqlTags
from storage.timestamps import SqlTimestamps
from storage.watches import SqlWatches
from storage.workers import SqlWorkers
from storage.writers import BUSY_SECONDS

if TYPE_CHECKING:
    from storage.stats import SqlStats


class SqlWork:
    """Implements monitor.ports.storage.Work: each repository is made when it is first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.erased: dict[int, str] = {}
        """The addresses that were erased in this transaction, by the rows that say that their bytes are still there."""

    @cached_property
    def _chain(self) -> Chain:
        return Chain(self._connection)

    @cached_property
    def _bodies(self) -> Bodies:
        return Bodies(self._connection)

    @cached_property
    def _recipes(self) -> Recipes:
        return Recipes(self._connection)

    @cached_property
    def _seals(self) -> Seals:
        return Seals(self._connection, self._bodies, self._recipes, self._chain)

    def finish(self) -> None:
        """Write what was put off to the end of the transaction."""
        if "_chain" in self.__dict__:
            self._chain.flush()

    @cached_property
    def watches(self) -> SqlWatches:
        return SqlWatches(self._connection, self._chain, self._seals, self.tags)

    @cached_property
    def tags(self) -> SqlTags:
        return SqlTags(self._connection)

    @cached_property
    def hosts(self) -> SqlHosts:
        return SqlHosts(self._connection)

    @cached_property
    def sections(self) -> SqlSections:
        return SqlSections(self._connection, self._seals, self.tags)

    @cached_property
    def schedules(self) -> SqlSchedules:
        return SqlSchedules(self._connection)

    @cached_property
    def workers(self) -> SqlWorkers:
        return SqlWorkers(self._connection)

    @cached_property
    def snapshots(self) -> SqlSnapshots:
        return SqlSnapshots(self._connection, self._bodies, self._recipes, self._chain, self._seals)

    @cached_property
    def history(self) -> SqlHistory:
        return SqlHistory(self._connection, self._recipes, self._chain)

    @cached_property
    def announced_events(self) -> SqlAnnouncedEvents:
        return SqlAnnouncedEvents(self._connection)

    @cached_property
    def retention(self) -> SqlRetention:
        return SqlRetention(self._connection, self._bodies, self._chain)

    @cached_property
    def attestation(self) -> SqlAttestation:
        return SqlAttestation(self._connection, self.snapshots, self._seals)

    @cached_property
    def timestamps(self) -> SqlTimestamps:
        return SqlTimestamps(self._connection)

    @cached_property
    def operator_mails(self) -> SqlOperatorMails:
        return SqlOperatorMails(self._connection)

    @cached_property
    def subscribers(self) -> SqlSubscribers:
        return SqlSubscribers(self._connection, self.erased)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._connection)

    @cached_property
    def sign_ups(self) -> SqlSignUps:
        return SqlSignUps(self._connection)

    @cached_property
    def bounces(self) -> SqlBounces:
        return SqlBounces(self._connection)

    @cached_property
    def mass_changes(self) -> SqlMassChanges:
        return SqlMassChanges(self._connection)

    @cached_property
    def stats(self) -> SqlStats:
        from storage.stats import SqlStats  # noqa: PLC0415  one command needs it, and every command would wait for it

        return SqlStats(self._connection)


class SqlUnitOfWork:
    """Implements monitor.ports.storage.UnitOfWork on an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self._sharing = writing_shared(engine) if engine.dialect.name != "sqlite" else None
        # SQLite's own waiting polls; threads of one process queue here instead, and then find the database free.
        self._writer = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[SqlWork]:
        if not self._writer.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy("another thread is writing")
        try:
            with translated(), self._writing.begin() as connection:
                work = SqlWork(connection)
                yield work
                work.finish()
            if work.erased:
                with translated():
                    overwrite(self._engine, work.erased)
        finally:
            self._writer.release()

    @contextmanager
    def write_shared(self) -> Iterator[SqlWork]:
        if self._sharing is None:
            with self.write() as work:
                yield work
            return
        with translated(), self._sharing.begin() as connection:
            work = SqlWork(connection)
            yield work
            work.finish()

    def finish_erasures(self) -> bool:
        with self.read() as work:
            if not work.subscribers.overwriting_owed():
                return True
        if not self._writer.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy("another thread is writing")
        try:
            with translated():
                return overwrite(self._engine, None)
        finally:
            self._writer.release()

    @contextmanager
    def read(self) -> Iterator[SqlWork]:
        with translated(), self._engine.connect() as connection:
            before = rows_written(connection)
            yield SqlWork(connection)
            if rows_written(connection) != before:
                raise StorageError("the database cannot be written in a reading transaction")
