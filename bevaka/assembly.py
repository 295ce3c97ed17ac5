"""The composition root: the only module that chooses adapters and connects them with use cases.

Every part is created on first use: `log` opens no HTTP client, `--help` imports no database.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bevaka import __version__
from bevaka.clock import SystemClock
from bevaka.settings import Settings, read_settings

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Engine

    from bevaka.daemon.operator_mail import Writer
    from monitor.checking.check import Check
    from monitor.checking.check_outcome import CheckResult
    from monitor.checking.entry_into_force import NotifyEntriesIntoForce
    from monitor.checking.lateness import Lateness
    from monitor.checking.sync_schedule import ScheduleInForce
    from monitor.checking.trial import TryWatch
    from monitor.client import Client
    from monitor.client.authorities import Authorities
    from monitor.comparer import Comparer
    from monitor.core.model import Language, Schedule, Watch
    from monitor.core.people.signed_links import Signer
    from monitor.delivery.bounces import Bounces
    from monitor.delivery.deliver import Deliver
    from monitor.delivery.mass_changes import MassChanges
    from monitor.heavy_work.children import Children
    from monitor.history import History
    from monitor.people.self_service import SelfService
    from monitor.plugins import Plugin
    from monitor.ports.delivery import Composer, Notifier
    from monitor.ports.values import Message, Role, Timestamp
    from monitor.ports.world import AmendmentRegister, Extractor, Fetcher, Services
    from monitor.reader import Reader
    from monitor.replay import ReplayRecipe
    from monitor.signs_of_life import SignsOfLife
    from storage.backup import BackedUp, Restored
    from storage.copying import Copied
    from storage.host_gate import SqlHostGate
    from storage.unit_of_work import SqlUnitOfWork

log = logging.getLogger("bevaka.upgrade")

EXTRACTION_ORDER = ("law", "page", "plain")
"""Our extractors that are tried first.

A law is recognised by its content, also when it comes as HTML; plain text is what no other extractor claims.
"""
FETCHERS, EXTRACTORS, NOTIFIERS = "bevaka.fetchers", "bevaka.extractors", "bevaka.notifiers"
"""The entry point groups of installed plug-ins."""


def _extractors() -> list[Extractor]:
    """Return every extractor, in the order in which they are tried."""
    import monitor.extractors
    from monitor.plugins import plugins

    found = plugins(monitor.extractors, EXTRACTORS)
    installed = [name for name, plugin in found.items() if plugin.is_installed]
    own = [name for name in found if name not in installed]
    first = [name for name in EXTRACTION_ORDER if name in own]
    return [found[name].plugin_class() for name in dict.fromkeys(installed + first + own)]


def copy_history(source: str, target: str) -> Copied:
    """Copy a history from one database into another, empty one; see `storage.copying.copy_history`.

    Raises SettingsError if one of the two is no address of a database.
    """
    from bevaka.settings import database_url
    from storage.copying import copy_history

    return copy_history(database_url("FROM", source), database_url("TO", target), SystemClock().now())


@dataclass(frozen=True, slots=True)
class Adapters:
    """Replacements for the program's own adapters; None keeps the program's own."""

    fetchers: Mapping[str, Fetcher] | None = None
    notifier: Notifier | None = None
    register: AmendmentRegister | None = None
    heavy_work: Children | None = None
    """Where checks read and compare what is heavy."""
    jitter: Callable[[], float] = random.random


class Assembly:
    """The program assembled for one environment; a context manager that closes what was opened."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        clock: SystemClock | None = None,
        adapters: Adapters | None = None,
        *,
        reads_history: bool = False,
    ) -> None:
        """`reads_history`: a database that is not there is not made; NoDatabase is raised."""
        self._reads_history = reads_history
        self.settings: Settings = read_settings(os.environ if environment is None else environment)
        self.clock = clock or SystemClock()
        self._adapters = adapters or Adapters()
        self.roles: frozenset[Role] = frozenset()
        """What this process does by itself; a command does nothing."""

    @cached_property
    def schedule(self) -> Schedule:
        """The parsed schedule file. Raises ScheduleError."""
        from monitor.schedule_file import read_schedule

        return read_schedule(self.settings.schedule, self.settings.credentials)

    @cached_property
    def timezone(self) -> str:
        """The time zone in which a person reads times: that of the schedule; Swedish time where it cannot be read."""
        from monitor.core.model import SWEDISH_TIME
        from monitor.errors import ScheduleError

        try:
            return self.schedule.timezone
        except ScheduleError:
            return SWEDISH_TIME

    def sync_schedule(self, schedule: Schedule | None = None, *, supersede: bool = False) -> ScheduleInForce:
        """Synchronise the database with the schedule file. Raises ScheduleError, StorageError.

        `schedule` is what the file holds, where that is known. With `supersede`, the file becomes the schedule in force
        even if another machine's is.
        """
        import hashlib
        from socket import gethostname

        from monitor.checking.sync_schedule import sync_schedule
        from monitor.core.schedule.generations import ScheduleFile
        from monitor.errors import Mistake, ScheduleError, ScheduleSuperseded

        schedule = schedule or self.schedule  # before a database is created: a mistake in the file leaves none behind
        path = self.settings.schedule
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        file = ScheduleFile(sha256, gethostname(), is_shared=self.database_file is None)
        try:
            return sync_schedule(self.unit_of_work, schedule, self.clock.now(), file, supersede=supersede)
        except ScheduleSuperseded as error:
            raise ScheduleError(str(path), (Mistake(0, str(error)),)) from error

    def watches_of_items(self) -> list[Watch]:
        """Return the watches that belong to sections, by key."""
        with self.unit_of_work.read() as work:
            return [row.watch for row in work.watches.all() if row.section is not None]

    def every_watch(self) -> tuple[Watch, ...]:
        """Return the watches of the schedule, then those that belong to sections."""
        return (*self.schedule.watches, *self.watches_of_items())

    def paused_keys(self) -> frozenset[str]:
        """Return the keys of the watches that are paused."""
        with self.unit_of_work.read() as work:
            return frozenset(row.watch.key for row in work.watches.all() if row.paused)

    def synced_schedule(self) -> Schedule:
        """Synchronise the database with the schedule file and return it. Raises ScheduleError, StorageError."""
        self.sync_schedule()
        return self.schedule

    @cached_property
    def host_delay(self) -> timedelta:
        """The pause between two requests to one host; the daemon, which reads no schedule file itself, sets it."""
        return self.schedule.host_delay

    @cached_property
    def engine(self) -> Engine:
        """The database, created or migrated if necessary.

        Raises SchemaMismatch, NotADatabase, DatabaseMoved, NoDatabase.
        """
        from monitor.errors import NoDatabase
        from storage.engine import open_engine
        from storage.marks import refuse_moved

        if self._reads_history and not self.has_database:
            raise NoDatabase(self.database_shown)

        engine = open_engine(self.settings.database)
        try:
            self.require_schema(engine)
            refuse_moved(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def require_schema(self, engine: Engine) -> None:
        """Check that this program can work on the database; a file, which one machine has alone, is migrated.

        Raises SchemaMismatch, NotADatabase.
        """
        from storage.schema import require, upgrade

        if engine.dialect.name == "sqlite":
            upgrade(engine)
        else:
            require(engine)

    def upgrade_database(self) -> None:
        """Make the database, or migrate it to this program's schema. Raises SchemaMismatch, NotADatabase."""
        from storage.engine import open_engine
        from storage.schema import upgrade

        engine = open_engine(self.settings.database)
        try:
            upgrade(engine)
        finally:
            engine.dispose()

    def is_of_this_version(self) -> bool:
        """True if this program can still work on the database, which another machine may have migrated meanwhile."""
        from monitor.errors import SchemaMismatch

        try:
            self.require_schema(self.engine)
        except SchemaMismatch:
            return False
        return True

    @property
    def database_shown(self) -> str:
        """The URL of the database for display, without its password."""
        from sqlalchemy import make_url

        return make_url(self.settings.database).render_as_string(hide_password=True)

    @cached_property
    def unit_of_work(self) -> SqlUnitOfWork:
        """Transactions on the database."""
        from storage.unit_of_work import SqlUnitOfWork

        unit_of_work = SqlUnitOfWork(self.engine)
        with unit_of_work.read() as work:
            is_owed = work.attestation.next_watch() is not None
        if is_owed:
            from monitor.attestation import attest

            log.warning(
                "the database is upgraded: the texts of its revisions are read and sealed, which may take minutes"
            )
            log.warning(
                "%d texts were sealed, as attested at the upgrade", attest(unit_of_work, self.reader, self.clock.now())
            )
        return unit_of_work

    @cached_property
    def host_gate(self) -> SqlHostGate:
        """The host gate: spacing and robots.txt of hosts, stored in the database."""
        from storage.host_gate import SqlHostGate

        return SqlHostGate(self.unit_of_work, self.clock, self.host_delay, worker=lambda: self.signs_of_life.worker_id)

    @cached_property
    def signs_of_life(self) -> SignsOfLife:
        """The signs of life of this process, which it gives while they are entered."""
        from socket import gethostname
        from uuid import uuid4

        from monitor.ports.values import Worker
        from monitor.signs_of_life import SignsOfLife

        worker = Worker(f"{os.getpid()}-{uuid4().hex}", gethostname(), __version__, self.roles)
        return SignsOfLife(self.unit_of_work, self.clock, worker, follow=self.clock.follow)

    @cached_property
    def client(self) -> Client:
        """The guarded HTTP client."""
        from monitor.client import Client

        return Client(
            self.host_gate,
            self.clock,
            allow_networks=self.settings.allow_networks,
            user_agent=self._user_agent(),
            host_hold=self.host_gate.hold,
            authorities=self.authorities,
            credentials=self.settings.credentials,
        )

    @property
    def authorities(self) -> Authorities:
        """The certificate authorities that are trusted."""
        from monitor.client.authorities import Authorities

        return Authorities(self.settings.ca_bundle, self.settings.ca_file)

    @property
    def services(self) -> Services:
        """The same client for the operator's own services, which reads no schedule."""
        return self.single_client

    def retry_hosts_of(self, watches: Iterable[Watch]) -> None:
        """Try the hosts of these watches once more, since a person asks: the breaker may have left them alone."""
        from monitor.core.schedule.host_load import host_of

        self.host_gate.try_now({host_of(watch.url) for watch in watches})

    @cached_property
    def single_client(self) -> Client:
        """The guarded HTTP client for fetching one page by hand, without a database."""
        from monitor.client import Client
        from monitor.client.host_gate_in_memory import InMemoryHostGate

        host_gate = InMemoryHostGate()
        return Client(
            host_gate,
            self.clock,
            allow_networks=self.settings.allow_networks,
            user_agent=self._user_agent(),
            host_hold=host_gate.hold,
            authorities=self.authorities,
            credentials=self.settings.credentials,
        )

    def _user_agent(self) -> str:
        """Return the User-Agent header: the program, and where to complain.

        That is the public address, or the operator's, if any, while the public address is the local default.
        """
        public = self.settings.public_url
        contact = self.settings.operator if "127.0.0.1" in public else public
        return f"Bevaka/{__version__} (page monitor{f'; +{contact}' if contact else ''})"

    @cached_property
    def fetchers(self) -> Mapping[str, Fetcher]:
        """Every fetcher by name, installed ones first."""
        if self._adapters.fetchers is not None:
            return self._adapters.fetchers
        import monitor.fetchers
        from monitor.plugins import plugins

        found = plugins(monitor.fetchers, FETCHERS)
        return {name: plugin.plugin_class(self.client) for name, plugin in found.items()}

    @cached_property
    def heavy_work(self) -> Children:
        """The processes in which what is heavy is read and compared."""
        from monitor.heavy_work.budget import FOR_CHECKS
        from monitor.heavy_work.children import Children

        return self._adapters.heavy_work or Children(FOR_CHECKS)

    @cached_property
    def heavy_work_for_visitors(self) -> Children:
        """The same for the web page: fewer, and nobody waits long for them."""
        from monitor.heavy_work.budget import FOR_VISITORS
        from monitor.heavy_work.children import Children

        return Children(FOR_VISITORS, side_by_side=1)

    @cached_property
    def reader(self) -> Reader:
        """The reader, with every extractor in the order in which they are tried."""
        from monitor.reader import Reader

        return Reader(_extractors, self.heavy_work)

    @cached_property
    def comparer(self) -> Comparer:
        """The comparer of extractions."""
        from monitor.comparer import Comparer

        return Comparer(self.heavy_work)

    def abort(self) -> None:
        """End every fetch, all heavy work and every wait for the mail server at once.

        No fetch and no heavy work begins any more. A message that is being handed over is finished.
        """
        from notifiers.email import Email

        self.client.abort()
        self.single_client.abort()
        self.abort_heavy_work()
        if "notifier" in self.__dict__ and isinstance(self.notifier, Email):
            self.notifier.abort()

    def abort_heavy_work(self) -> None:
        """End all heavy work at once, and begin no more."""
        self.heavy_work.abort()
        self.heavy_work_for_visitors.abort()

    @cached_property
    def check(self) -> Check:
        """The use case of checking watches."""
        from monitor.amendment_register import Rkrattsbaser
        from monitor.checking.check import Check

        check = Check(
            self.unit_of_work,
            self.fetchers,
            self.reader,
            self.clock,
            sender_domain=self.settings.sender_domain,
            comparer=self.comparer,
            register=self._adapters.register or Rkrattsbaser(self.client),
            jitter=self._adapters.jitter,
            stopping=lambda: self.clock.stopped,
            gate=self.host_gate,
            spacing=lambda: self.host_gate.delay,
            lateness=self.lateness,
            can_ask=self.can_ask,
            worker=lambda: self.signs_of_life.worker_id,
        )
        self.host_gate.write_later = check.note
        return check

    @cached_property
    def lateness(self) -> Lateness:
        """How late the checks of this process began."""
        from monitor.checking.lateness import Lateness

        return Lateness()

    @property
    def try_watch(self) -> TryWatch:
        """The use case of trying a watch, which records nothing."""
        from monitor.checking.trial import TryWatch

        return TryWatch(self.fetchers, self.reader, self.retry_hosts_of)

    @property
    def replay(self) -> ReplayRecipe:
        """The use case of replaying a recipe over the kept history of a page."""
        from monitor.replay import ReplayRecipe

        return ReplayRecipe(self.unit_of_work, self.reader, self.comparer, seconds=20)

    @property
    def replay_for_visitors(self) -> ReplayRecipe:
        """The same for the web page, which must answer soon."""
        from monitor.comparer import Comparer
        from monitor.reader import Reader
        from monitor.replay import ReplayRecipe

        heavy_work = self.heavy_work_for_visitors
        return ReplayRecipe(self.unit_of_work, Reader(_extractors, heavy_work), Comparer(heavy_work), seconds=5)

    @cached_property
    def entries_into_force(self) -> NotifyEntriesIntoForce:
        """The use case of notifying subscribers of what a law announced for today."""
        from monitor.checking.entry_into_force import NotifyEntriesIntoForce

        return NotifyEntriesIntoForce(self.unit_of_work, self.clock, sender_domain=self.settings.sender_domain)

    @cached_property
    def history(self) -> History:
        """The use case of querying what was recorded."""
        from monitor.history import History

        return History(self.unit_of_work, lambda: self.reader, self.comparer)

    @cached_property
    def history_for_visitors(self) -> History:
        """The same for the web page, whose visitors must not wait for what is heavy."""
        from monitor.comparer import Comparer
        from monitor.history import History
        from monitor.reader import Reader

        heavy_work = self.heavy_work_for_visitors
        reader = Reader(_extractors, heavy_work)  # the extractors are made when it first reads
        return History(self.unit_of_work, lambda: reader, Comparer(heavy_work))

    @cached_property
    def signer(self) -> Signer:
        """The signer of links and return paths; its key is created on first use."""
        import hmac

        from bevaka.secret_key import secret_key
        from monitor.core.people.signed_links import Signer

        return Signer(hmac.digest(secret_key(self.settings), b"links", "sha256"))

    def agree_on_key(self) -> None:
        """Refuse a key that signs links otherwise than other machines on this database do. Raises OtherKey.

        A database of one machine takes whatever key there is.
        """
        import hmac

        from bevaka.secret_key import secret_key
        from storage.marks import agree_on_key

        if self.database_file is None:
            fingerprint = hmac.digest(secret_key(self.settings), b"fingerprint", "sha256").hex()[:16]
            agree_on_key(self.engine, fingerprint, self.clock.now())

    @cached_property
    def self_service(self) -> SelfService:
        """The use case of subscribing, managing and unsubscribing."""
        from monitor.people.self_service import SelfService

        return SelfService(self.unit_of_work, self.clock, self.signer, sender_domain=self.settings.sender_domain)

    @cached_property
    def mass_changes(self) -> MassChanges:
        """The use case of holding back the mails of a mass change until the operator has decided."""
        from monitor.delivery.mass_changes import MassChanges

        return MassChanges(self.unit_of_work, self.clock, can_ask=self.can_ask)

    @property
    def can_ask(self) -> bool:
        """True if there is an operator who can decide on what is held."""
        return self.settings.operator is not None or self.settings.web_password is not None

    @cached_property
    def bounces(self) -> Bounces:
        """The use case of processing bounces."""
        from monitor.delivery.bounces import Bounces

        return Bounces(self.unit_of_work, self.clock, self.signer, self.self_service.leave, self.heavy_work)

    @cached_property
    def notifier(self) -> Notifier:
        """The notifier that the settings name; else SMTP if a server is configured, otherwise the maildir.

        Raises SettingsError, PluginClash, PluginUnusable.
        """
        if self._adapters.notifier is not None:
            return self._adapters.notifier
        import notifiers
        from bevaka.settings import SettingsError
        from monitor.plugins import plugins
        from monitor.ports.values import NotifierSettings
        from notifiers.dkim_signature import Dkim

        settings = self.settings
        name = settings.notifier or ("email" if settings.smtp_url else "maildir")
        found = plugins(notifiers, NOTIFIERS)
        if name not in found:
            raise SettingsError(
                f"BEVAKA_NOTIFIER: no notifier is called {name!r}; there are {', '.join(sorted(found))}"
            )
        sign = (
            bytes
            if settings.dkim_key is None
            else Dkim(settings.dkim_key, settings.dkim_selector, settings.sender_domain)
        )
        given = NotifierSettings(
            *(settings.mail_from, settings.smtp_url, settings.maildir, sign, settings.credentials),
            tls_context=self.authorities.context_of_system,
        )
        try:
            chosen: Notifier = found[name].plugin_class.from_settings(given)
        except ValueError as error:
            raise SettingsError(str(error)) from error
        return chosen

    def plugins(self) -> dict[str, list[Plugin]]:
        """Return every plug-in by kind: fetchers, extractors, notifiers. Raises PluginClash, PluginUnusable."""
        import monitor.extractors
        import monitor.fetchers
        import notifiers
        from monitor.plugins import plugins

        return {
            "fetchers": list(plugins(monitor.fetchers, FETCHERS).values()),
            "extractors": list(plugins(monitor.extractors, EXTRACTORS).values()),
            "notifiers": list(plugins(notifiers, NOTIFIERS).values()),
        }

    @cached_property
    def compose(self) -> Composer:
        """The composer of messages, which contain addresses of the web page."""
        from functools import partial

        from notifiers.links import Links
        from notifiers.message import compose

        return partial(compose, links=Links(self.settings.public_url, self.signer))

    def _return_path(self, delivery_id: int) -> str | None:
        """Return the address to which a delivery's mail bounces; None if the operator has configured none."""
        bounce = self.settings.bounce_address
        return self.signer.return_path(delivery_id, bounce) if bounce else None

    @cached_property
    def deliver(self) -> Deliver:
        """The use case of sending the deliveries that are owed."""
        from monitor.delivery.deliver import Deliver

        return Deliver(
            self.unit_of_work,
            self.notifier,
            self.compose,
            self.history.views,
            self.clock,
            sender_domain=self.settings.sender_domain,
            hold=self.mass_changes.hold,
            return_path=self._return_path,
            stopping=lambda: self.clock.stopped,
            worker=lambda: self.signs_of_life.worker_id,
        )

    def probe_mail_server(self) -> None:
        """Connect to the mail server, log in and name the sender, without sending a mail. Raises NotifyError."""
        from contextlib import closing

        from notifiers.email import Email

        notifier = self.notifier
        if isinstance(notifier, Email):
            with closing(notifier):
                notifier.probe()

    def trial_message(self, language: Language) -> Message:
        """Return the mail that tests the mail server."""
        from notifiers.message import trial_message

        return trial_message(language, self.settings.public_url)

    @property
    def operator_message(self) -> Writer:
        """The function that writes the operator's mail."""
        from notifiers.operator_mail import operator_message

        return operator_message

    @property
    def database_file(self) -> Path | None:
        """The file of the database; None if the database is not a file."""
        from monitor.errors import StorageError
        from storage.backup import database_file

        try:
            return database_file(self.settings.database)
        except StorageError:
            return None

    @property
    def has_database(self) -> bool:
        """True unless the database is a file that is not there yet; a database that a server has is there."""
        return self.database_file is None or self.database_file.exists()

    def try_writing(self) -> None:
        """Write something to the database that changes nothing. Raises StorageError."""
        from storage.schema import rewrite_version

        rewrite_version(self.engine)

    def back_up(self, target: Path, *, replace: bool) -> BackedUp:
        """Copy the database into a file; see `storage.backup.back_up`."""
        from storage.backup import back_up

        return back_up(self.settings.database, target, replace=replace)

    def restore(self, backup: Path, *, replace: bool) -> Restored:
        """Replace the database by a backup; see `storage.backup.restore`."""
        from storage.backup import restore

        return restore(backup, self.settings.database, self.clock.now(), replace=replace)

    def web_app(self, since_tick: Callable[[], float] | None = None) -> Flask:
        """Return the web application. `since_tick` gives the seconds since the daemon in this process last ticked."""
        from bevaka.secret_key import secret_key
        from bevaka.web.app import create_app
        from bevaka.web.context import WebContext

        def check_now(watch: Watch, *, force: bool = False, accept: bool | str = False) -> CheckResult | None:
            if force:
                self.retry_hosts_of([watch])
            return self.check(watch, force=force, accept=accept)  # created on first use: history needs no schedule

        return create_app(
            WebContext(
                history=self.history_for_visitors,
                unit_of_work=self.unit_of_work,
                clock=self.clock,
                check_now=check_now,
                self_service=self.self_service,
                mass_changes=self.mass_changes,
                try_watch=lambda: self.try_watch,
                replay=lambda: self.replay_for_visitors,
                schedule_file=self.settings.schedule,
                apply_schedule=self.sync_schedule,
                public_url=self.settings.public_url,
                secret=secret_key(self.settings),
                password=self.settings.web_password,
                since_tick=since_tick,
                lateness=self.lateness,
                credentials=self.settings.credentials,
            )
        )

    def stamp(self) -> Timestamp | None:
        """Have the heads of all chains time-stamped by the authority that the environment names.

        Returns None if no authority is named or nothing is new. Raises StampRefused.
        """
        from bevaka.proof.timestamps import Authority, read_roots, stamp

        url, certificates = self.settings.timestamp_url, self.settings.timestamp_ca
        if url is None:
            return None
        authority = Authority(url, read_roots(certificates) if certificates else ())
        return stamp(self.unit_of_work, authority, self.services, self.clock.now())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close everything that was opened."""
        opened = self.__dict__
        if "client" in opened:
            self.client.close()
        if "single_client" in opened:
            self.single_client.close()
        if "notifier" in opened:
            self.notifier.close()
        if "engine" in opened:
            self.engine.dispose()
