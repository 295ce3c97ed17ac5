"""What the use cases need from the world, as Protocols. Adapters are chosen in `cli.assembly` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.core.model import (
    Attempt,
    Change,
    ChangeRecord,
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Extraction,
    Fetched,
    Frequency,
    Language,
    NewDelivery,
    NotModified,
    Observation,
    Outcome,
    Recipe,
    Redirected,
    Schedule,
    Snapshot,
    Standing,
    Subscriber,
    Subscription,
    Validators,
    Watch,
)
from monitor.errors import Reason


class Clock(Protocol):
    """Time as the world has it."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; returns early when the program is told to stop."""
        ...


class HostGate(Protocol):
    """Whose turn it is at a host: one request at a time, spaced, and robots.txt remembered."""

    def turn(self, host: str) -> AbstractContextManager[None]:
        """Wait for this host's turn and hold it. `host` is `name` or `name:port`."""
        ...

    def robots(self, host: str) -> tuple[str, datetime] | None:
        """The robots.txt kept for this host (scheme://host:port) and when it was fetched."""
        ...

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        """Keep a robots.txt."""
        ...


class Fetcher(Protocol):
    """A way to get a watch's page. A plug-in: one file under monitor/fetchers, one class, with a `NAME`."""

    NAME: str

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Fetch the page; conditionally where validators are given. Raises FetchError."""
        ...


class Extractor(Protocol):
    """A way to read an answer. A plug-in: one file under monitor/extractors, one class, with a `NAME`.

    The same answer and recipe are always read the same: no clock, no network.
    """

    NAME: str
    VERSION: int
    """Raised whenever the same bytes are read differently than before."""

    def claims(self, fetched: Fetched) -> bool:
        """Whether this answer is for this reader. Cheap: looks at headers and the first bytes only."""
        ...

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Read an answer. Raises ExtractError."""
        ...


# Storage


@dataclass(frozen=True, slots=True)
class KnownText:
    """The latest accepted revision as it was read under one recipe by one version of the reader."""

    snapshot: Snapshot
    recipe: Recipe
    text_sha256: str
    reader: str
    """Which reader in which version, e.g. "page/1"."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A leased watch. `token` fences: what is recorded under an older token is refused (LeaseLost)."""

    watch_id: int
    key: str
    token: int
    lease_until: datetime
    standing: Standing
    validators: Validators | None
    latest: KnownText | None
    """The latest revision with its newest extraction, whatever recipe and reader made it."""
    last_raw_sha256: str | None
    """Of the body that was last seen, a revision or not; equal bytes need not be read again."""


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch as the database has it: `watch` is what the schedule last said. Archived and paused ones are not due."""

    id: int
    watch: Watch
    standing: Standing
    next_check_at: datetime | None
    paused: bool
    archived: bool
    checks: int


class WatchRepository(Protocol):
    """What is watched and what stands."""

    def sync(self, schedule: Schedule, now: datetime) -> None:
        """Make the table as the schedule says: new watches are due now, missing ones archived, edited ones updated.

        A watch whose cadence was edited is due at the earlier of its old time and now; the history is never touched.
        """
        ...

    def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """(key, url) of the watches that are due and not leased, the longest waiting first."""
        ...

    def claim(self, key: str, now: datetime, lease: timedelta, *, force: bool = False) -> Claim | None:
        """Lease a watch; None when it is not due or leased. `force` takes it whatever stands. Raises UnknownWatch."""
        ...

    def release(self, claim: Claim) -> None:
        """Give a lease back without a result; a lease that is not ours any more stays as it is."""
        ...

    def settle(
        self,
        claim: Claim,
        standing: Standing,
        next_check_at: datetime,
        validators: Validators | None,
        raw_sha256: str | None,
    ) -> None:
        """Write what stands after a check and end the lease. Raises LeaseLost when the token is not ours any more.

        `raw_sha256` is the body's that was just seen; None keeps the one that is known.
        """
        ...

    def get(self, key: str) -> WatchRow:
        """One watch. Raises UnknownWatch (with the known keys)."""
        ...

    def all(self, *, archived: bool = False) -> list[WatchRow]:
        """Every watch, by key; archived ones only when asked for."""
        ...

    def pause(self, key: str, *, paused: bool) -> None:
        """Pause or resume. Raises UnknownWatch."""
        ...


class HostRepository(Protocol):
    """What is known of hosts."""

    def reserve(self, host: str, now: datetime, delay: timedelta) -> datetime:
        """Take the next free slot at this host and return when it is (now, or later); safe among processes."""
        ...

    def hold(self, host: str, until: datetime) -> None:
        """Leave this host alone until then (Retry-After)."""
        ...

    def held_until(self, host: str) -> datetime | None:
        """Until when Retry-After asked to leave this host alone; None when it did not."""
        ...

    def robots(self, origin: str) -> tuple[str, datetime] | None:
        """robots.txt as kept for this origin (scheme://host:port), and when it was fetched."""
        ...

    def keep_robots(self, origin: str, text: str, at: datetime) -> None:
        """Keep it."""
        ...


class SnapshotRepository(Protocol):
    """Revisions, their bodies and how they were read."""

    def add(
        self, watch_id: int, source_url: str, fetched: Fetched, recipe: Recipe, text_sha256: str, reader: str
    ) -> Snapshot:
        """Keep an answer as the next revision, with its body, its extraction and its link of the chain."""
        ...

    def add_extraction(self, snapshot_id: int, recipe: Recipe, text_sha256: str, reader: str) -> None:
        """Note that a revision was read again under another recipe or by another reader."""
        ...

    def keep_aside(self, fetched: Fetched) -> str:
        """Keep a suspect body without making it a revision; returns its sha256."""
        ...

    def all(self, watch_id: int) -> list[Snapshot]:
        """Every revision, oldest first."""
        ...

    def get(self, watch_id: int, number: int) -> Snapshot:
        """One revision. Raises UnknownRevision."""
        ...

    def body(self, sha256: str) -> bytes:
        """The raw bytes, checked against their hash. Raises StorageError when they are damaged."""
        ...

    def recipe(self, snapshot_id: int) -> Recipe:
        """The recipe under which this revision was last read."""
        ...


class HistoryRepository(Protocol):
    """Observations, changes, events, and the chain that seals them."""

    def observe(
        self, watch_id: int, outcome: Outcome, snapshot_id: int | None, at: datetime, reason: Reason | None
    ) -> None:
        """Extend the current observation when outcome, snapshot and reason's code are the same, else begin one.

        A run that ends is sealed into the chain; so is an open one, once a day (UTC).
        """
        ...

    def observations(self, watch_id: int) -> list[Observation]:
        """Every run, oldest first."""
        ...

    def add_change(
        self,
        watch_id: int,
        before: Snapshot,
        after: Snapshot,
        change: Change,
        summary: dict[Language, str],
        recipe: Recipe,
        seen_before: datetime,
    ) -> ChangeRecord:
        """Keep a change, sealed into the chain; detected when `after` was taken."""
        ...

    def changes(self, watch_id: int) -> list[ChangeRecord]:
        """Every change, oldest first."""
        ...

    def add_event(
        self,
        watch_id: int,
        kind: EventKind,
        at: datetime,
        change: ChangeRecord | None = None,
        facts: dict[str, object] | None = None,
    ) -> Event:
        """Keep something that may be owed to people; the same kind and cause twice is the same event."""
        ...

    def verify(self, watch_id: int | None = None) -> tuple[int, list[Flaw]]:
        """Check every body, snapshot, extraction, change, observation and link; how many, and what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the store that is not as it was written. `revision` is None where none is concerned."""

    watch: str
    revision: int | None
    what: str


class SubscriberRepository(Protocol):
    """People and what they follow. Addresses are compared and kept lower-cased."""

    def add(self, address: str, language: Language, now: datetime, *, how: str) -> Subscriber:
        """Add a person, confirmed by `how` (e.g. "operator"); one who is there is confirmed (again) and returned."""
        ...

    def find(self, address: str) -> Subscriber | None:
        """A person by address; not one who was removed."""
        ...

    def all(self) -> list[Subscriber]:
        """Everybody who was not removed, by address."""
        ...

    def remove(self, address: str, now: datetime) -> bool:
        """End all her subscriptions and cancel what is owed; False when there is no such person."""
        ...

    def subscribe(
        self, subscriber: Subscriber, watch_id: int | None, frequency: Frequency, now: datetime
    ) -> Subscription:
        """Follow a watch (None: all); a subscription that is there gets this frequency."""
        ...

    def unsubscribe(self, subscriber: Subscriber, watch_id: int | None, now: datetime, *, reason: str) -> bool:
        """End a subscription and cancel what is owed through it; False when there is none."""
        ...

    def subscriptions(self, subscriber: Subscriber) -> list[tuple[Subscription, str | None]]:
        """What a person follows, each with the watch's key (None: all)."""
        ...

    def following(self, watch_id: int) -> list[Subscription]:
        """The running subscriptions of confirmed people to this watch, or to all."""
        ...


class OutboxRepository(Protocol):
    """What is owed."""

    def add(self, deliveries: Iterable[NewDelivery], now: datetime) -> list[int]:
        """Owe these; returns the ids. One with a known dedup_key gets the new items if it is still pending."""
        ...

    def due(self, now: datetime, limit: int) -> list[int]:
        """Ids of what is owed now: pending and due, or sending under a lease that ran out."""
        ...

    def claim(self, delivery_id: int, now: datetime, lease: timedelta) -> Delivery | None:
        """Lease one delivery with its items; None when another has it or it is not due. Its state is then sending."""
        ...

    def sent(self, delivery: Delivery, attempt: Attempt) -> None:
        """The server took it."""
        ...

    def deferred(self, delivery: Delivery, attempt: Attempt, next_attempt_at: datetime) -> None:
        """Not taken now; pending again from then on."""
        ...

    def dead(self, delivery: Delivery, attempt: Attempt) -> None:
        """Given up for good."""
        ...

    def cancel(self, delivery: Delivery, why: str) -> None:
        """No longer owed (she left meanwhile)."""
        ...

    def release(self, delivery: Delivery) -> None:
        """Give the lease back without an attempt."""
        ...

    def retry(self, delivery_id: int, now: datetime) -> bool:
        """Owe a dead or deferred delivery again, now; False when there is none such."""
        ...

    def get(self, delivery_id: int) -> Delivery | None:
        """One delivery with its items."""
        ...

    def deliveries(self, *, states: Sequence[DeliveryState] = (), limit: int | None = None) -> list[Delivery]:
        """Deliveries with their items, the newest first."""
        ...

    def attempts(self, delivery_id: int) -> list[Attempt]:
        """Every try, oldest first."""
        ...

    def suspend(self, subscriber: Subscriber, now: datetime, *, why: str) -> None:
        """The recipient was refused for good: nothing more is owed to her until an operator confirms her again."""
        ...


class Work(Protocol):
    """One transaction and its repositories. What is written is committed together when the block ends well."""

    @property
    def watches(self) -> WatchRepository: ...
    @property
    def hosts(self) -> HostRepository: ...
    @property
    def snapshots(self) -> SnapshotRepository: ...
    @property
    def history(self) -> HistoryRepository: ...
    @property
    def subscribers(self) -> SubscriberRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...


class UnitOfWork(Protocol):
    """Opens transactions: `write` takes the writer's place at once (BEGIN IMMEDIATE), `read` never blocks a writer."""

    def write(self) -> AbstractContextManager[Work]: ...
    def read(self) -> AbstractContextManager[Work]: ...


# Delivery


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: the same facts as text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to one recipient. `date` and ids are those of the delivery, so that every try is the same mail."""

    to: str
    message: Message
    language: Language
    message_id: str
    thread_id: str
    date: datetime
    list_id: str
    unsubscribe_subject: str


class Notifier(Protocol):
    """A way to tell people. A plug-in: one file under notifiers, one class, with a `NAME`."""

    NAME: str

    def send(self, envelope: Envelope) -> str:
        """Hand a message over; returns the server's reply once it has taken it. Raises NotifyError."""
        ...

    def close(self) -> None:
        """Let go of what is held open between messages."""
        ...


@dataclass(frozen=True, slots=True)
class ChangeView:
    """All that a message says of one event: the watch, the diff (rebuilt) and the two copies."""

    watch: Watch
    event: Event
    change: Change | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    subscription: Subscription | None = None


Composer = Callable[[Sequence[ChangeView], Subscriber, Delivery], Message]
"""Writes the message of a delivery: one view for a mail, several for a digest."""
