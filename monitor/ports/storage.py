"""Storage as Protocols: one repository a subject, and the unit of work that opens transactions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from monitor.core.model import (
    AnnouncedEvent,
    Attempt,
    BounceKind,
    Change,
    ChangeRecord,
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Fetched,
    Frequency,
    Language,
    MassChange,
    NewDelivery,
    Observation,
    PastRevision,
    Preferences,
    Recipe,
    Schedule,
    Snapshot,
    Subscriber,
    Subscription,
    Validators,
    Watch,
    WatchState,
)
from monitor.core.record.chain_heads import ChainHead
from monitor.core.record.revision_spec import RevisionLookup
from monitor.core.schedule.breaker import Breaker
from monitor.errors import Flaw
from monitor.ports.values import (
    ChainLink,
    Claim,
    KeptSignUp,
    KnownBody,
    LogRow,
    NewRevision,
    ObservedCheck,
    Removable,
    Removal,
    Settlement,
    Synced,
    Timestamp,
    Totals,
    WatchRow,
)


class WatchRepository(Protocol):
    """What is watched and what stands."""

    def differing(self, schedule: Schedule) -> list[str]:
        """The keys of which the table does not say what the schedule says: new ones in its order, then the others."""
        ...

    def sync(self, schedule: Schedule, now: datetime, *, among: Collection[str] | None = None) -> Synced:
        """Make the table as the schedule says: new watches are due now, missing ones archived, edited ones updated.

        A watch whose cadence was edited is due at the earlier of its old time and now; the history is never touched.
        `among`: these keys alone.
        """
        ...

    def due(self, now: datetime, limit: int) -> list[Watch]:
        """The watches that are due and not leased, as the schedule says them, the longest waiting first."""
        ...

    def next_due(self) -> datetime | None:
        """When the next look is due; None where nothing is looked at."""
        ...

    def waiting(self, since: datetime, limit: int) -> list[str]:
        """The keys of the watches that are due since then or longer, leased or not, the longest waiting first."""
        ...

    def count_waiting(self, since: datetime, *, but: Collection[int] = ()) -> int:
        """How many are due since then or longer, leased or not; without these ids."""
        ...

    def count(self, *, among: Collection[int] | None = None, at_most: int | None = None) -> int:
        """How many are looked at: not archived, not paused. `among`: of these ids; `at_most`: it counts no further."""
        ...

    def count_states(self) -> dict[str, int]:
        """How many that are not archived there are in each state: an outcome, "paused", or "waiting" for the first."""
        ...

    def claim(self, key: str, now: datetime, lease: timedelta, *, force: bool = False) -> Claim | None:
        """Lease a watch; None when it is not due or leased. `force` takes it whatever stands. Raises UnknownWatch."""
        ...

    def claim_all(self, keys: Sequence[str], now: datetime, lease: timedelta, *, force: bool = False) -> list[Claim]:
        """Lease several watches at once; those that `claim` would not give are left out. In no order."""
        ...

    def held(self, claims: Sequence[Claim]) -> set[int]:
        """The ids of the watches whose lease is still ours, and will be until this transaction ends."""
        ...

    def release(self, claim: Claim) -> None:
        """Give a lease back without a result; a lease that is not ours any more stays as it is."""
        ...

    def settle(
        self,
        claim: Claim,
        watch_state: WatchState,
        next_check_at: datetime,
        validators: Validators | None,
        raw_sha256: str | None,
        title: str | None = None,
    ) -> None:
        """Write what stands after a check and end the lease. Raises LeaseLost when the token is not ours any more.

        `raw_sha256` is the body's that was just seen, `title` that of a law; None keeps the one that is known.
        """
        ...

    def settle_all(self, settlements: Sequence[Settlement]) -> None:
        """`settle` for several watches. Raises LeaseLost when one of the tokens is not ours any more (see `held`)."""
        ...

    def get(self, key: str) -> WatchRow:
        """One watch. Raises UnknownWatch (with the known keys)."""
        ...

    def all(self, *, archived: bool = False) -> list[WatchRow]:
        """Every watch, by key; archived ones only when asked for. Where there may be many: `each`."""
        ...

    def each(self) -> Iterator[WatchRow]:
        """Every watch that is not archived, in the order in which they came; only a few are in memory at once."""
        ...

    def some(self, ids: Iterable[int]) -> dict[int, WatchRow]:
        """The watches with these ids, archived or not, by id."""
        ...

    def ids(self) -> list[int]:
        """The id of every watch, archived or not."""
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

    def held_until(self, host: str, now: datetime) -> datetime | None:
        """Until when Retry-After asks to leave this host alone; None when it does not, or not any more."""
        ...

    def breaker(self, host: str) -> Breaker:
        """Whether anybody could reach this host lately."""
        ...

    def keep_breaker(self, host: str, breaker: Breaker) -> None:
        """Keep it."""
        ...

    def silent(self) -> set[str]:
        """The hosts that the last attempt did not reach."""
        ...

    def robots(self, origin: str) -> tuple[str, datetime] | None:
        """robots.txt as kept for this origin (scheme://host:port), and when it was fetched."""
        ...

    def keep_robots(self, origin: str, text: str, at: datetime) -> None:
        """Keep it."""
        ...


class SnapshotRepository(Protocol):
    """Revisions, their bodies and how they were read."""

    def add(self, revision: NewRevision, *, before: KnownBody | None = None) -> Snapshot:
        """Keep an answer as the next revision, with its body, its extraction and its link of the chain.

        `before` is the body of the newest revision, where it is at hand.
        """
        ...

    def add_all(self, copies: Sequence[NewRevision]) -> None:
        """`add` for several watches, each of them once."""
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

    def of(self, watch_id: int) -> RevisionLookup:
        """A watch's revisions, to find one of them."""
        ...

    def body(self, sha256: str) -> bytes:
        """The raw bytes, checked against their hash. Raises StorageError when they are damaged."""
        ...

    def recipe(self, snapshot_id: int) -> Recipe:
        """The recipe under which this revision was last read."""
        ...


class HistoryRepository(Protocol):
    """Observations, changes, events, and the chain that seals them."""

    def observe_all(self, checks: Sequence[ObservedCheck]) -> None:
        """Extend a watch's current observation when outcome, revision and reason's code are the same, else begin one.

        For several watches, each of them once. A run that ends is sealed into the chain; so is an open one, once a day
        (UTC) and before a look that came late.
        """
        ...

    def observations(self, watch_id: int, since: datetime | None = None) -> list[Observation]:
        """Every run, or those that went on after a moment, oldest first."""
        ...

    def sealed_runs(self, watch_id: int) -> list[Observation]:
        """Every run as the chain seals it, oldest first: a day (UTC) of it at most, and without a gap inside."""
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

    def change(self, watch_id: int, after_number: int) -> ChangeRecord | None:
        """The change that brought a revision; None where none did."""
        ...

    def log(self, watch_id: int, newest: int | None = None) -> list[LogRow]:
        """Every revision, or so many of the newest, oldest first."""
        ...

    def past(self, watch_id: int, limit: int) -> list[PastRevision]:
        """The latest revisions and how they came to be, the newest first."""
        ...

    def latest_changes(self, limit: int) -> list[ChangeRecord]:
        """The newest material changes of all watches that are not archived, the newest first."""
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

    def event_of(self, change: ChangeRecord) -> Event | None:
        """The event that a change is owed by."""
        ...

    def links(self, watch_id: int) -> list[ChainLink]:
        """Every link of the watch's chain, in its order."""
        ...

    def verify(self, watch_id: int | None = None) -> tuple[int, list[Flaw]]:
        """Check every body, snapshot, extraction, change, observation and link; how many, and what is wrong."""
        ...


class AnnouncedEventRepository(Protocol):
    """What texts announce for a day: events that wait for it, and are owed when it comes."""

    def replace(self, watch_id: int, announced: Sequence[AnnouncedEvent], today: date, now: datetime) -> None:
        """Make what this watch announces for days after `today` be exactly this.

        What was announced for a later day and is no longer so waits no more; what is due stays due, and what was told
        once is not told again.
        """
        ...

    def due(self, until: date) -> list[Event]:
        """What waits for a day up to this one, in the order of the days."""
        ...

    def of(self, watch_id: int) -> list[Event]:
        """Everything that a watch announced for a day, told or waiting, in the order of the days."""
        ...

    def come_true(self, event: Event, now: datetime) -> Event | None:
        """The day is here: the event as it is told, waiting no more; None when another process was first."""
        ...


class RetentionRepository(Protocol):
    """Old copies that may go."""

    def removable(
        self, taken_before: datetime | None, keep_newest: int | None, among: Collection[str] | None = None
    ) -> list[Removable]:
        """Copies that may go: older than that, and not among so many newest of their watch.

        Never the latest copy, one that a material change or a message is about, or one that waits aside. `among`: of
        these bodies (by sha256) alone.
        """
        ...

    def remove(self, copies: Collection[str], at: datetime, rule: str, going: AbstractSet[str] = frozenset()) -> None:
        """Let go of these bodies (by sha256, as `removable` named them), and say so in the chain.

        `going`: what is to go after them.
        """
        ...

    def aside(self) -> list[str]:
        """Suspect bodies that are waited for no more, by sha256."""
        ...

    def remove_aside(self, unwanted: Collection[str]) -> int:
        """Let go of these, as `aside` named them, where nobody waits for them again; how many."""
        ...

    def removals(self, watch_id: int | None = None) -> list[Removal]:
        """What went, oldest first."""
        ...


class TimestampRepository(Protocol):
    """The heads of the chains, and time stamps of them."""

    def heads(self) -> list[ChainHead]:
        """The head of every chain that has a link."""
        ...

    def add(self, at: datetime, authority: str, statement: str, token: bytes) -> None:
        """Keep the authority's answer over a statement of heads."""
        ...

    def all(self) -> list[Timestamp]:
        """Every time stamp, oldest first."""
        ...

    def latest(self) -> Timestamp | None:
        """The newest one."""
        ...


class OperatorMailRepository(Protocol):
    """On which days the operator was written to."""

    def is_sent(self, day: date) -> bool:
        """Whether that day's mail was taken."""
        ...

    def sent(self, day: date, at: datetime) -> None:
        """It was."""
        ...


class SubscriberRepository(Protocol):
    """People and what they follow. Addresses are compared and kept lower-cased."""

    def add(self, address: str, language: Language, now: datetime, *, how: str) -> Subscriber:
        """Add a person, confirmed by `how` (e.g. "operator"); one who is there is confirmed (again) and returned."""
        ...

    def ask(self, address: str, language: Language, now: datetime) -> Subscriber:
        """The person who asks to follow something: pending where she is new; one who is there stays as she is."""
        ...

    def confirm(self, subscriber: Subscriber, now: datetime, *, how: str, text: str) -> Subscriber:
        """She agreed, in so many words (`text`, their version)."""
        ...

    def prefer(self, subscriber: Subscriber, language: Language, preferences: Preferences) -> Subscriber:
        """Keep how she wishes to be told."""
        ...

    def get(self, subscriber_id: int) -> Subscriber:
        """A person by id, whatever her state. Raises LookupError."""
        ...

    def forget(self, subscriber: Subscriber, now: datetime) -> None:
        """Erase her: the address goes everywhere; that something was sent, and when, stays."""
        ...

    def find(self, address: str) -> Subscriber | None:
        """A person by address; not one who was removed."""
        ...

    def with_address(self, address: str) -> Subscriber | None:
        """A person by address, also one who was removed; not one who was erased."""
        ...

    def all(self) -> list[Subscriber]:
        """Everybody who was not removed, by address."""
        ...

    def remove(self, address: str, now: datetime) -> bool:
        """End all her subscriptions and cancel what is owed; False when there is no such person."""
        ...

    def subscribe(
        self,
        subscriber: Subscriber,
        watch_id: int | None,
        frequency: Frequency,
        now: datetime,
        *,
        only: Sequence[str] = (),
        material_only: bool = False,
    ) -> Subscription:
        """Follow a watch (None: all), or these parts of it; one that is there gets this frequency and these parts."""
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

    def postpone(self, delivery: Delivery, until: datetime) -> None:
        """Give the lease back without an attempt; owed again from then on."""
        ...

    def mails_since(self, subscriber: Subscriber, since: datetime) -> int:
        """How many mails about one event were sent to her, of those owed since then."""
        ...

    def gather(self, delivery: Delivery, digest: NewDelivery, now: datetime) -> None:
        """Owe in a digest what this delivery says, instead of it. Raises LeaseLost."""
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

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries there are in each state; a state that none is in is left out."""
        ...

    def attempts(self, delivery_id: int) -> list[Attempt]:
        """Every try, oldest first."""
        ...

    def suspend(self, subscriber: Subscriber, now: datetime, *, why: str) -> None:
        """The recipient was refused for good: nothing more is owed to her until an operator confirms her again."""
        ...


class SignUpRepository(Protocol):
    """What people asked for and have not agreed to yet, and who asked how often."""

    def add(self, subscriber: Subscriber | None, wish: str | None, requester: str, now: datetime) -> int:
        """Keep what was asked: to follow something (`wish`), or a link alone; of nobody where it came to nothing."""
        ...

    def get(self, sign_up_id: int) -> KeptSignUp | None:
        """What a person asked to follow; None when there is no such thing (any more)."""
        ...

    def confirmed(self, sign_up_id: int, now: datetime) -> None:
        """She agreed to it."""
        ...

    def by_requester(self, requester: str, since: datetime) -> Sequence[datetime]:
        """When this requester asked, since then."""
        ...

    def for_person(self, subscriber: Subscriber, since: datetime) -> Sequence[datetime]:
        """When something was asked that was mailed to her, since then."""
        ...

    def forget_requesters(self, before: datetime) -> None:
        """Forget who asked, where it was so long ago that it no longer matters; and what came to nothing."""
        ...

    def purge(self, before: datetime) -> list[Subscriber]:
        """Drop what was asked before then and never agreed to; the people to be erased, who asked nothing else."""
        ...


class BounceRepository(Protocol):
    """Mails that came back, and complaints about them."""

    def add(self, delivery: Delivery, kind: BounceKind, status: str | None, at: datetime) -> bool:
        """Note that a mail came back; False when that was known."""
        ...

    def soft_since(self, subscriber_id: int, since: datetime) -> int:
        """How many of her mails could not be delivered for the time being, since then."""
        ...


class MassChangeRepository(Protocol):
    """Mass changes: what is held until the operator has looked, and what was decided."""

    def changed_since(self, since: datetime) -> set[int]:
        """The watches that changed materially since then."""
        ...

    def open(self) -> MassChange | None:
        """The mass change that waits for a decision."""
        ...

    def last_decided(self) -> datetime | None:
        """When the operator last decided on one: changes from before are no longer part of any."""
        ...

    def begin(self, now: datetime, since: datetime, changed: int, watched: int) -> int:
        """A mass change begins; returns its id."""
        ...

    def grow(self, storm_id: int, changed: int, watched: int) -> None:
        """More has changed in the same round."""
        ...

    def told(self, storm_id: int, now: datetime) -> None:
        """The operator had a mail about it."""
        ...

    def hold(self, storm_id: int, since: datetime) -> int:
        """Hold what is owed for changes since then, unless it was held before; how many deliveries."""
        ...

    def decide(self, storm: MassChange, decision: Literal["released", "discarded"], now: datetime) -> int:
        """Release or discard what is held; how many deliveries."""
        ...


class StatsRepository(Protocol):
    """What has been done, counted."""

    def totals(self) -> list[Totals]:
        """For each watch that is not archived, by key. Reads whole tables."""
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
    def announced_events(self) -> AnnouncedEventRepository: ...
    @property
    def retention(self) -> RetentionRepository: ...
    @property
    def timestamps(self) -> TimestampRepository: ...
    @property
    def operator_mails(self) -> OperatorMailRepository: ...
    @property
    def subscribers(self) -> SubscriberRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...
    @property
    def sign_ups(self) -> SignUpRepository: ...
    @property
    def bounces(self) -> BounceRepository: ...
    @property
    def mass_changes(self) -> MassChangeRepository: ...
    @property
    def stats(self) -> StatsRepository: ...


class UnitOfWork(Protocol):
    """Opens transactions: `write` takes the writer's place at once (BEGIN IMMEDIATE), `read` never blocks a writer."""

    def write(self) -> AbstractContextManager[Work]: ...
    def read(self) -> AbstractContextManager[Work]: ...
