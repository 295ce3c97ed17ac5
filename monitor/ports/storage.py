"""Storage as Protocols: one repository per subject, and the unit of work that opens transactions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
    DocumentOutcome,
    Event,
    EventKind,
    Fetched,
    Frequency,
    Item,
    KnownTag,
    Language,
    MassChange,
    NewDelivery,
    Observation,
    Part,
    PastRevision,
    Preferences,
    Recipe,
    Schedule,
    Snapshot,
    Subscriber,
    Subscription,
    Tag,
    Validators,
    Watch,
    WatchState,
)
from monitor.core.record.chain_heads import ChainHead
from monitor.core.record.revision_spec import RevisionLookup
from monitor.core.schedule.breaker import Breaker
from monitor.core.schedule.generations import Generation
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.errors import Flaw
from monitor.ports.values import (
    AttestedText,
    ChainLink,
    Claim,
    Freed,
    KeptSignUp,
    KnownBody,
    LogRow,
    NewPart,
    NewRevision,
    ObservedCheck,
    OwedText,
    Removable,
    Removal,
    SectionItem,
    Settlement,
    Synced,
    Timestamp,
    Totals,
    WatchRow,
    Worker,
)


class WatchRepository(Protocol):
    """Watches: what the schedule says of them, their state and their leases."""

    def differing(self, schedule: Schedule) -> list[str]:
        """Return the keys of the watches that differ from the schedule: new ones in its order, then the others."""
        ...

    def sync(self, schedule: Schedule, now: datetime, *, among: Collection[str] | None = None) -> Synced:
        """Make the table match the schedule: new watches are due now, missing ones archived, edited ones updated.

        A watch whose cadence was edited, or that comes back, is due at the earlier of its old time and now. One whose
        url was edited loses what was known of the old address, and a check that is under way there is refused. The
        history is never touched. `among`: only these keys (see `differing`).
        """
        ...

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        a_host: int | None = None,
        but: Collection[str] = (),
        is_ours: Callable[[str], bool] = ...,
    ) -> list[Watch]:
        """Return the watches that are due and not leased, as the schedule defines them, longest waiting first.

        At most `limit`, at most `a_host` of each host (None: no bound), none of the hosts `but`; of these, those whose
        host `is_ours`, by default all.
        """
        ...

    def due_hosts(self, now: datetime, limit: int, *, but: Collection[str] = ()) -> set[str]:
        """Return the hosts, at most so many and none of `but`, that have a watch that is due and not leased."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next check is due; None if every watch is archived or paused."""
        ...

    def waiting(self, since: datetime, limit: int) -> list[str]:
        """Return the keys of the watches that are due since then or longer, leased or not, longest waiting first.

        Without those of hosts that asked to be left alone and were still to be at that time.
        """
        ...

    def count_waiting(self, until: datetime, *, not_since: datetime | None = None, but: Collection[int] = ()) -> int:
        """Return how many watches are due at `until` or before, leased or not; `but`: without these ids.

        Those of hosts that asked to be left alone, and still are at `until`, are not counted. `not_since`: only those
        that were not seen since then, whatever their hosts asked.
        """
        ...

    def count(self, *, among: Collection[int] | None = None, at_most: int | None = None) -> int:
        """Return how many watches are neither archived nor paused.

        `among`: only of these ids; `at_most`: stop counting there.
        """
        ...

    def count_states(self) -> dict[str, int]:
        """Return how many watches that are not archived are in each state.

        A state is an outcome, "paused", or "waiting" before the first check.
        """
        ...

    def lock(self, keys: Collection[str]) -> None:
        """Keep other writers from these watches until the transaction ends. Needed before claims in `write_shared`."""
        ...

    def claim(self, key: str, now: datetime, lease: timedelta, *, force: bool = False) -> Claim | None:
        """Lease a watch; None if it is not due or is leased. `force` leases it in any state. Raises UnknownWatch."""
        ...

    def claim_all(self, keys: Sequence[str], now: datetime, lease: timedelta, *, force: bool = False) -> list[Claim]:
        """Lease several watches at once; those that `claim` would refuse are left out. In no particular order."""
        ...

    def held(self, claims: Sequence[Claim]) -> set[int]:
        """Return the ids of the watches whose lease is still the claim's, and will be until this transaction ends."""
        ...

    def release(self, claim: Claim) -> None:
        """Give a lease back without a result; do nothing if another worker took over."""
        ...

    def disclaim(self, keys: Collection[str], until: datetime) -> None:
        """End the leases of these watches that run until that very time."""
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
        """Write the state after a check and end the lease. Raises LeaseLost if another worker took over.

        `raw_sha256` is the hash of the body that was just seen, `title` that of a law; None keeps the known one.
        """
        ...

    def settle_all(self, settlements: Sequence[Settlement]) -> None:
        """Settle several watches as `settle` does. Raises LeaseLost if one was taken over (see `held`)."""
        ...

    def get(self, key: str) -> WatchRow:
        """Return one watch. Raises UnknownWatch (with the known keys)."""
        ...

    def all(self, *, archived: bool = False) -> list[WatchRow]:
        """Return every watch, by key; archived ones only if asked for. Where there may be many, use `each`."""
        ...

    def each(self) -> Iterator[WatchRow]:
        """Yield every watch that is not archived, in the order they were added; only a few are in memory at once."""
        ...

    def by_ids(self, ids: Iterable[int]) -> dict[int, WatchRow]:
        """Return the watches with these ids, archived or not, by id."""
        ...

    def ids(self) -> list[int]:
        """Return the id of every watch, archived or not."""
        ...

    def pause(self, key: str, *, paused: bool) -> None:
        """Pause or resume a watch. Raises UnknownWatch."""
        ...


class TagRepository(Protocol):
    """The tags of the schedule, and which watches have them. Which those are is written with the watches."""

    def differ(self, wanted: Sequence[Tag]) -> bool:
        """True if other tags are stored, or in another order, or under other names."""
        ...

    def sync(self, wanted: Sequence[Tag], now: datetime) -> None:
        """Store these tags, in this order, and archive all others."""
        ...

    def all(self, *, archived: bool = False) -> list[KnownTag]:
        """Return the tags in the order of the schedule; `archived`: then those that it names no more."""
        ...

    def watch_ids(self, tag_id: int) -> list[int]:
        """Return the ids of the watches that have a tag and are not archived, in the order of their keys."""
        ...

    def give(self, given: Sequence[Watch]) -> None:
        """Let these watches have the tags that they name, and no others. Raises KeyError for one that is not stored."""
        ...


class SectionRepository(Protocol):
    """The items of sections, and the watches of those that have one of their own."""

    def identities(self, watch_id: int, before: datetime | None = None) -> set[str]:
        """Return the identities of all items that a section ever had, or that it had before a time."""
        ...

    def items(self, watch_id: int) -> list[SectionItem]:
        """Return all items that a section has, in its order, then those that it had."""
        ...

    def record(self, watch_id: int, items: Sequence[Item], at: datetime, revision: int | None) -> None:
        """Record the items of a section as they were seen at a time.

        `revision` is the one in which the new ones are new; None where nobody is told of them: in a first copy, and
        after an edit of the recipe. One that comes back is there again; one that is missing is gone since `at`.
        """
        ...

    def forget(self, watch_id: int) -> None:
        """Forget the items of a section whose address is another one now; their own watches stay, for `tend`."""
        ...

    def tend(self, watch_id: int, section: Watch, at: datetime) -> None:
        """Make the items' own watches match the section, which was seen at `at`.

        Every item that is there has one, as `section.each` says; one that has been gone for longer than the section's
        patience is archived, and one that came back is checked again. One of an item that was forgotten is that of the
        item with its address, or is archived where there is none. A new watch is due at once.
        """
        ...


class ScheduleRepository(Protocol):
    """The generations of the schedule."""

    def newest(self) -> Generation | None:
        """Return the generation that is in force, None before the first."""
        ...

    def add(self, generation: Generation) -> None:
        """Put a generation in force. Raises StorageError if one of its number is in force already."""
        ...


class WorkerRepository(Protocol):
    """The processes that check and send, by their signs of life."""

    def sign(self, worker: Worker, now: datetime) -> None:
        """Record a sign of life."""
        ...

    def clock(self) -> datetime | None:
        """Return the time of the database's clock, which all machines share; None where it has none of its own."""
        ...

    def all(self) -> list[Worker]:
        """Return the workers that did not end by themselves, the dead ones among them, in the order of their start."""
        ...

    def turns(self, now: datetime) -> dict[str, int]:
        """Return how many turns of hosts each worker holds, by its id; those that hold none are left out."""
        ...

    def hosts_of_others(self, worker_id: str, now: datetime) -> set[str]:
        """Return the hosts whose turns other workers hold."""
        ...

    def free(self, worker_id: str, now: datetime) -> Freed:
        """Remove a worker, and end the leases that it held: its hosts may be asked after the spacing, as from now."""
        ...

    def remove(self, worker_id: str) -> None:
        """Remove a worker that holds nothing any more."""
        ...


class HostRepository(Protocol):
    """What is known of hosts: turns, Retry-After, breakers and robots.txt."""

    def lock(self, names: Collection[str]) -> None:
        """Keep other writers from these hosts until the transaction ends. Needed once, first, in `write_shared`."""
        ...

    def begin_turns(self, wishes: Sequence[TurnWish], now: datetime, spacing: timedelta) -> list[HostTurn | datetime]:
        """Begin these turns; return each, or instead the time at which it is worth asking again.

        That is so where the host's turn is held, where it may not be asked yet, and where somebody else waits for it.
        While a turn lasts, nobody else begins one at that host, in no program on the database.
        """
        ...

    def extend_turns(self, leases: Mapping[HostTurn, timedelta], now: datetime) -> dict[HostTurn, bool]:
        """Lease these turns for longer; return those that are still held, and whether somebody waits for the host."""
        ...

    def end_turns(self, ends: Sequence[tuple[HostTurn, datetime]]) -> None:
        """End these turns, where they are still held; each with the time at which the host may be asked again."""
        ...

    def disclaim(self, host: str, worker: str | None, until: datetime, now: datetime, *, but: HostTurn | None) -> None:
        """End the host's turn if this worker has it until that very time, unless it is the turn `but`."""
        ...

    def want_turn(self, host: str, asker: str, now: datetime) -> None:
        """Ask the holder of the host's turn to end it soon, and keep the next one for `asker` for a few seconds."""
        ...

    def hold(self, host: str, until: datetime) -> None:
        """Leave this host alone until then (Retry-After)."""
        ...

    def held(self, now: datetime, among: Collection[str] | None = None) -> dict[str, datetime]:
        """Return the hosts, of all or among these, that ask to be left alone (Retry-After), each with until when."""
        ...

    def holds(self) -> dict[str, datetime]:
        """Return until when each host asked to be left alone, as stored: also where that is over."""
        ...

    def let_go(self, host: str) -> None:
        """Forget that a host asked to be left alone."""
        ...

    def breaker(self, host: str) -> Breaker:
        """Return the host's breaker: whether the host could be reached lately."""
        ...

    def keep_breaker(self, host: str, breaker: Breaker) -> None:
        """Store the host's breaker."""
        ...

    def silent(self) -> set[str]:
        """Return the hosts that the last attempt did not reach."""
        ...

    def robots(self, origin: str) -> tuple[str, datetime] | None:
        """Return the robots.txt of this origin (scheme://host:port) and when it was fetched; None without one."""
        ...

    def robots_of(self, origins: Sequence[str]) -> dict[str, tuple[str, datetime]]:
        """Return the robots.txt of these origins, those that have one, as `robots` does."""
        ...

    def keep_robots(self, origin: str, text: str, at: datetime) -> None:
        """Store the robots.txt of an origin, fetched at `at`."""
        ...


class SnapshotRepository(Protocol):
    """Revisions, their bodies and their extractions."""

    def add(self, revision: NewRevision, *, before: KnownBody | None = None) -> Snapshot:
        """Store a snapshot as the next revision, with its body, its extraction and its link of the chain.

        `before` is the body of the newest revision, if it is at hand.
        """
        ...

    def add_all(self, copies: Sequence[NewRevision]) -> None:
        """Add revisions of several watches, one of each, see `add`."""
        ...

    def add_extraction(
        self,
        snapshot: Snapshot,
        recipe: Recipe,
        text_sha256: str,
        reader: str,
        text: str,
        at: datetime,
        *,
        documents: Sequence[DocumentOutcome] = (),
    ) -> None:
        """Record that a revision was extracted again, under another recipe or by another extractor.

        An earlier extraction under the same recipe is replaced; the new one is the revision's newest. Its text is
        stored and sealed beside the earlier ones. Of its documents, what was found earlier stays where nothing new was.
        """
        ...

    def add_parts(self, snapshot: Snapshot, new: Sequence[NewPart]) -> None:
        """Store parts of a revision that is there already, each with its link of the chain."""
        ...

    def parts(self, watch_id: int, number: int) -> list[Part]:
        """Return the parts of a revision: the newest of each address that was sealed with it or before it."""
        ...

    def parts_until(self, watch_id: int, number: int) -> list[Part]:
        """Return every part that was sealed with a revision or before it, the newest first."""
        ...

    def has_documents(self, snapshot_id: int) -> bool:
        """Return whether documents were read as part of a revision when it was looked at, under any recipe."""
        ...

    def keep_aside(self, fetched: Fetched) -> str:
        """Store a suspect body without making it a revision; return its sha256."""
        ...

    def all(self, watch_id: int) -> list[Snapshot]:
        """Return every revision, oldest first."""
        ...

    def get(self, watch_id: int, number: int) -> Snapshot:
        """Return one revision. Raises UnknownRevision."""
        ...

    def of(self, watch_id: int) -> RevisionLookup:
        """Return a lookup of one watch's revisions."""
        ...

    def body(self, sha256: str) -> bytes:
        """Return the raw bytes, checked against their hash. Raises CopyRemoved; StorageError if they are damaged."""
        ...

    def texts(self, watch_id: int, source_url: str, until: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield the sealed texts of the revisions of one address, the newest first, each different text once.

        Each comes with the number of the first revision that has it. `until`: of those up to this number. Of a revision
        that was read under several recipes, all texts. One that is damaged, which `verify` says, is left out.
        """
        ...

    def recipe(self, snapshot_id: int) -> Recipe:
        """Return the recipe under which this revision was last extracted."""
        ...


class HistoryRepository(Protocol):
    """Observations, changes, events, and the chain that seals them."""

    def observe_all(self, checks: Sequence[ObservedCheck]) -> None:
        """Extend each watch's current observation if outcome, revision and reason's code are the same; else begin one.

        One check per watch. An observation that ends is sealed into the chain; so is an open one, once a day (UTC) and
        before a check that came late.
        """
        ...

    def observations(self, watch_id: int, since: datetime | None = None) -> list[Observation]:
        """Return every observation, or those that lasted until `since` or longer, oldest first."""
        ...

    def sealed_observations(
        self, watch_id: int, since: datetime | None = None, until: datetime | None = None
    ) -> list[Observation]:
        """Return every observation as the chain seals it, or those that touch a time, oldest first.

        That is in parts of at most one day (UTC), none with a gap inside.
        """
        ...

    def checked(self, watch_id: int) -> tuple[datetime, datetime] | None:
        """Return the times of the first and the last check; None before the first one."""
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
        """Store a change, sealed into the chain; its time of detection is when `after` was taken."""
        ...

    def changes(self, watch_id: int) -> list[ChangeRecord]:
        """Return every change, oldest first."""
        ...

    def change(self, watch_id: int, after_number: int) -> ChangeRecord | None:
        """Return the change that brought a revision; None if no change did."""
        ...

    def log(self, watch_id: int, newest: int | None = None) -> list[LogRow]:
        """Return every revision, or the `newest` latest ones, oldest first."""
        ...

    def past(self, watch_id: int, limit: int) -> list[PastRevision]:
        """Return the latest revisions and how each came to be, newest first."""
        ...

    def latest_events(
        self,
        limit: int,
        *,
        watch_id: int | None = None,
        tag: str | None = None,
        kinds: Collection[EventKind] = frozenset(EventKind),
    ) -> list[Event]:
        """Return the newest events of one watch, or of all that are not archived (and have a tag), newest first.

        Changes that are not material and what waits for its day are left out. What took effect on one day is one event,
        the first of that day.
        """
        ...

    def add_event(
        self,
        watch_id: int,
        kind: EventKind,
        at: datetime,
        change: ChangeRecord | None = None,
        facts: dict[str, object] | None = None,
    ) -> Event:
        """Store an event that may be owed to subscribers; the same kind and cause twice is the same event."""
        ...

    def event_of(self, change: ChangeRecord) -> Event | None:
        """Return the event through which a change is owed; None if there is none."""
        ...

    def links(self, watch_id: int) -> list[ChainLink]:
        """Return every link of the watch's chain, in its order."""
        ...

    def verify(self, watch_id: int | None = None) -> tuple[int, list[Flaw]]:
        """Check every body, snapshot, extraction, change, observation and link, of one watch or of all.

        Return how many were checked, and what is wrong with them.
        """
        ...


class AnnouncedEventRepository(Protocol):
    """Announced events: what texts announce for a day. They wait for it, and are owed when it comes."""

    def replace(self, watch_id: int, announced: Sequence[AnnouncedEvent], today: date, now: datetime) -> None:
        """Make the events that this watch announces for days after `today` exactly these.

        An event that was announced for a later day and no longer is does not wait any more; one that is due stays due,
        and subscribers are never notified of the same one twice.
        """
        ...

    def due(self, until: date) -> list[Event]:
        """Return the events that wait for a day up to this one, in the order of the days."""
        ...

    def of(self, watch_id: int) -> list[Event]:
        """Return every event that a watch announced for a day, waiting or not, in the order of the days."""
        ...

    def come_true(self, event: Event, now: datetime) -> Event | None:
        """Return the event as of its day, which is here: it waits no longer. None if another process was first."""
        ...


class AttestationRepository(Protocol):
    """Revisions from before format 2 of the chain, whose definitions and texts are to be sealed once."""

    def next_watch(self, after: int = 0) -> int | None:
        """Return the first watch behind `after` to which something is owed; None if nothing is owed to any."""
        ...

    def owed(self, watch_id: int, after: int, limit: int) -> list[OwedText]:
        """Return revisions without a sealed text whose number is higher than `after`, oldest first."""
        ...

    def seal(self, watch_id: int, new: Sequence[AttestedText], now: datetime, *, is_last: bool) -> int:
        """Seal the watch's definition, if none is, and these texts, unless one of the revision is sealed by now.

        Return how many texts were sealed. `is_last`: nothing more is owed to the watch.
        """
        ...


class RetentionRepository(Protocol):
    """Bodies of old revisions, and removing them."""

    def removable(
        self, taken_before: datetime | None, keep_newest: int | None, among: Collection[str] | None = None
    ) -> list[Removable]:
        """Return the revisions whose bodies may be removed, by watch and number.

        They were taken before `taken_before` and are not among the `keep_newest` newest of their watch. Never returned
        are the latest revision, one that a material change or a message is about, and one whose body was seen last or
        is kept aside. A body that several revisions share is removed with all of them, or stays. `among`: only these
        bodies (by sha256).
        """
        ...

    def remove(self, copies: Collection[str], at: datetime, rule: str, going: AbstractSet[str] = frozenset()) -> None:
        """Remove these bodies (by sha256, as `removable` named them), and say so in every chain that has them.

        `going`: bodies that are to be removed after them, and so are no base for one that stays.
        """
        ...

    def aside(self) -> list[str]:
        """Return the suspect bodies that no watch waits for any more, by sha256. They were never a revision."""
        ...

    def remove_aside(self, unwanted: Collection[str]) -> int:
        """Remove these bodies, as `aside` named them, unless a watch waits for them again; return how many."""
        ...

    def removals(self, watch_id: int | None = None) -> list[Removal]:
        """Return what was removed, oldest first."""
        ...


class TimestampRepository(Protocol):
    """The heads of the chains, and time stamps of them."""

    def heads(self) -> list[ChainHead]:
        """Return the head of every chain that has a link, archived watches' too."""
        ...

    def add(self, at: datetime, authority: str, statement: str, token: bytes) -> None:
        """Store the authority's answer (`token`) for a statement of heads."""
        ...

    def all(self) -> list[Timestamp]:
        """Return every time stamp, oldest first."""
        ...

    def latest(self) -> Timestamp | None:
        """Return the newest time stamp; None before the first."""
        ...


class OperatorMailRepository(Protocol):
    """The days on which a mail was sent to the operator."""

    def is_sent(self, day: date) -> bool:
        """True if that day's mail was accepted by the server."""
        ...

    def sent(self, day: date, at: datetime) -> None:
        """Record that that day's mail was accepted by the server."""
        ...


class SubscriberRepository(Protocol):
    """Subscribers and their subscriptions. Addresses are compared and stored in lower case."""

    def add(self, address: str, language: Language, now: datetime, *, how: str) -> Subscriber:
        """Add a subscriber, confirmed by `how` (e.g. "operator"); a known one is confirmed (again) and returned.

        One who is confirmed already keeps the consent given before, and gets the language.
        """
        ...

    def ask(self, address: str, language: Language, now: datetime) -> Subscriber:
        """Return the subscriber who asks to follow something.

        A new one is added as pending; a known one stays unchanged.
        """
        ...

    def confirm(self, subscriber: Subscriber, now: datetime, *, how: str, text: str) -> Subscriber:
        """Record a subscriber's consent; `text` is the version of the words they agreed to.

        Links from before they were removed are void.
        """
        ...

    def prefer(self, subscriber: Subscriber, language: Language, preferences: Preferences) -> Subscriber:
        """Store how a subscriber wishes to be notified."""
        ...

    def get(self, subscriber_id: int) -> Subscriber:
        """Return a subscriber by id, in any state. Raises LookupError."""
        ...

    def forget(self, subscriber: Subscriber, now: datetime) -> None:
        """Erase a subscriber: the address, what they asked for, and all that tells who they were.

        Their subscriptions end, what is owed to them is cancelled, and their links are void. That something was sent,
        and when, stays.
        """
        ...

    def overwriting_owed(self) -> bool:
        """True if bytes of erased addresses may still be in the database's files (`UnitOfWork.finish_erasures`)."""
        ...

    def find(self, address: str) -> Subscriber | None:
        """Return the subscriber with this address; None if unknown or removed."""
        ...

    def with_address(self, address: str) -> Subscriber | None:
        """Return the subscriber with this address, also a removed one; None if unknown or erased."""
        ...

    def all(self) -> list[Subscriber]:
        """Return every subscriber who was not removed, by address."""
        ...

    def remove(self, address: str, now: datetime) -> bool:
        """End all subscriptions of a subscriber and cancel what is owed; False if there is no such subscriber."""
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
        only_if: Sequence[str] = (),
        tag_id: int | None = None,
    ) -> Subscription:
        """Subscribe to a watch or to these parts of it, to the watches that have a tag, or to all (both None).

        A subscription that exists already gets this frequency and these parts.
        """
        ...

    def unsubscribe(
        self, subscriber: Subscriber, watch_id: int | None, now: datetime, *, reason: str, tag_id: int | None = None
    ) -> bool:
        """End a subscription and cancel what is owed through it; False if there is none."""
        ...

    def subscriptions(self, subscriber: Subscriber) -> list[tuple[Subscription, str | None]]:
        """Return a subscriber's running subscriptions, each with the watch's key (None: of a tag, or to all)."""
        ...

    def following(self, watch_id: int) -> list[Subscription]:
        """Return the running subscriptions of confirmed subscribers to this watch, to a tag that it has, or to all."""
        ...


class OutboxRepository(Protocol):
    """Deliveries that are owed, and the attempts at them."""

    def add(self, deliveries: Iterable[NewDelivery], now: datetime) -> list[int]:
        """Owe these deliveries; return the ids. One with a known dedup_key gets the new items if it is still pending.

        If it is no longer pending, what is new is owed in a delivery that follows it. An item that is owed already, in
        any delivery, is not owed twice; a delivery of nothing else is not made.
        """
        ...

    def due(self, now: datetime, limit: int) -> list[int]:
        """Return the ids of what is owed now, oldest first: pending and due, or sending under a lease that ran out."""
        ...

    def waiting_since(self, now: datetime) -> datetime | None:
        """Return since when the first delivery about pages is due that was neither tried nor held; None if none is."""
        ...

    def claim(self, delivery_id: int, now: datetime, lease: timedelta, worker: str | None = None) -> Delivery | None:
        """Lease one delivery with its items; None if another worker has it or it is not due.

        Its state is then sending. The lease ends sooner where `worker` gives no more signs of life.
        """
        ...

    def take_back(self, worker: str, now: datetime) -> None:
        """End the leases that a worker has, which sends nothing now."""
        ...

    def sent(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record that the server accepted the delivery. Raises LeaseLost."""
        ...

    def deferred(self, delivery: Delivery, attempt: Attempt, next_attempt_at: datetime) -> None:
        """Record that the delivery was not accepted now; it is pending again from then on. Raises LeaseLost.

        One that was cancelled meanwhile stays cancelled.
        """
        ...

    def dead(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record that the delivery was given up for good, unless it was cancelled meanwhile. Raises LeaseLost."""
        ...

    def cancel(self, delivery: Delivery, why: str) -> None:
        """Record that the delivery is no longer owed (the subscriber left meanwhile). Raises LeaseLost."""
        ...

    def release(self, delivery: Delivery) -> None:
        """Give the lease back without an attempt; do nothing if another worker took over."""
        ...

    def postpone(self, delivery: Delivery, until: datetime) -> None:
        """Give the lease back without an attempt; the delivery is owed again from then on."""
        ...

    def mails_before(self, delivery: Delivery, since: datetime) -> int:
        """Return how many other mails about one event were sent to a delivery's subscriber, of those owed since then.

        Those that another worker is sending at this moment are among them.
        """
        ...

    def gather(self, delivery: Delivery, digest: NewDelivery, now: datetime) -> None:
        """Owe in a digest what this delivery says, instead of it. Raises LeaseLost."""
        ...

    def pull_in(self, delivery_id: int, now: datetime) -> None:
        """Let a pending delivery be due now, whenever it was due."""
        ...

    def retry(self, delivery_id: int, now: datetime) -> bool:
        """Owe a dead or deferred delivery again, now.

        False if there is no such delivery, or its subscriber is not confirmed.
        """
        ...

    def get(self, delivery_id: int) -> Delivery | None:
        """Return one delivery with its items; None if there is none."""
        ...

    def deliveries(self, *, states: Sequence[DeliveryState] = (), limit: int | None = None) -> list[Delivery]:
        """Return deliveries with their items, newest first."""
        ...

    def counts(self) -> dict[DeliveryState, int]:
        """Return how many deliveries are in each state; a state without any is left out."""
        ...

    def attempts(self, delivery_id: int) -> list[Attempt]:
        """Return every attempt, oldest first."""
        ...

    def pause(self, worker: str, until: datetime) -> None:
        """Tell all who send that this worker found the channel unusable, and leaves it alone until then."""
        ...

    def paused(self, now: datetime) -> str | None:
        """Return the worker that has told so last, while it leaves the channel alone; None otherwise."""
        ...

    def suspend(self, subscriber: Subscriber, now: datetime, *, why: str) -> None:
        """Suspend a subscriber whose address was refused for good.

        Nothing more is owed to them until they are confirmed again; what was owed at this moment is then owed again.
        """
        ...


class SignUpRepository(Protocol):
    """Sign-ups that are not confirmed yet, and who asked how often."""

    def add(self, subscriber: Subscriber | None, wish: str | None, requester: str, now: datetime) -> int:
        """Store a request to follow something (`wish`), or for a link alone; return its id.

        `subscriber` is None if nothing is mailed for it.
        """
        ...

    def get(self, sign_up_id: int) -> KeptSignUp | None:
        """Return what a subscriber asked to follow; None if there is no such request (any more)."""
        ...

    def confirmed(self, sign_up_id: int, now: datetime) -> None:
        """Record that the subscriber agreed to it."""
        ...

    def by_requester(self, requester: str, since: datetime) -> Sequence[datetime]:
        """Return the times at which this requester asked, since then."""
        ...

    def for_subscriber(self, subscriber: Subscriber, since: datetime) -> Sequence[datetime]:
        """Return the times of the requests for which this subscriber was mailed, since then."""
        ...

    def forget_requesters(self, before: datetime) -> None:
        """Forget who asked before then, which no longer matters.

        Remove the requests from before then for which nothing was mailed.
        """
        ...

    def purge(self, before: datetime) -> list[Subscriber]:
        """Remove the requests from before then that were never confirmed; return the subscribers who are to be erased.

        Those never agreed to anything and have asked for nothing since: an address that nobody confirmed is nobody's.
        """
        ...


class BounceRepository(Protocol):
    """Bounces: mails that came back, and complaints about them."""

    def add(self, delivery: Delivery, kind: BounceKind, status: str | None, at: datetime) -> bool:
        """Record that a mail came back; False if that was known: a report counts once, however often it is read."""
        ...

    def soft_since(self, subscriber_id: int, since: datetime) -> int:
        """Return how many mails to a subscriber could not be delivered for the time being, since then."""
        ...


class MassChangeRepository(Protocol):
    """Mass changes: what is held until the operator decides, and what was decided."""

    def changed_since(self, since: datetime) -> dict[int, datetime]:
        """Return the ids of the watches that changed materially since then, each with the time of its first change."""
        ...

    def open(self) -> MassChange | None:
        """Return the mass change that waits for a decision; None if there is none."""
        ...

    def last_decided(self) -> datetime | None:
        """Return when the operator last decided on one: changes from before are no longer part of any."""
        ...

    def begin(self, now: datetime, since: datetime, changed: int, watched: int) -> int:
        """Begin a mass change; return its id."""
        ...

    def grow(self, mass_change_id: int, changed: int, watched: int) -> None:
        """Record that more has changed in the same round."""
        ...

    def notified(self, mass_change_id: int, now: datetime) -> None:
        """Record that the operator was notified of it by mail."""
        ...

    def hold(self, mass_change_id: int, since: datetime) -> int:
        """Hold what is owed for changes since then, unless it was held before; return how many deliveries."""
        ...

    def decide(self, mass_change: MassChange, decision: Literal["released", "discarded"], now: datetime) -> int:
        """Release or discard what is held; return how many deliveries.

        Discarding takes only the mass change out of a digest with something else in it: the rest is still owed.
        """
        ...


class StatsRepository(Protocol):
    """What was done, counted."""

    def lateness(self) -> list[float]:
        """Return by how many seconds checks began later than they were due: the first of each run, the newest runs."""
        ...

    def totals(self) -> list[Totals]:
        """Return the totals of each watch that is not archived, by key. Reads whole tables."""
        ...


class Work(Protocol):
    """One transaction and its repositories. What is written is committed together if the block ends without error."""

    @property
    def watches(self) -> WatchRepository: ...
    @property
    def tags(self) -> TagRepository: ...
    @property
    def hosts(self) -> HostRepository: ...
    @property
    def sections(self) -> SectionRepository: ...
    @property
    def schedules(self) -> ScheduleRepository: ...
    @property
    def workers(self) -> WorkerRepository: ...
    @property
    def snapshots(self) -> SnapshotRepository: ...
    @property
    def history(self) -> HistoryRepository: ...
    @property
    def announced_events(self) -> AnnouncedEventRepository: ...
    @property
    def retention(self) -> RetentionRepository: ...
    @property
    def attestation(self) -> AttestationRepository: ...
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
    """Opens transactions. Raises DatabaseBusy, StorageError."""

    def write(self) -> AbstractContextManager[Work]:
        """Open a transaction that takes the writer's place at once (BEGIN IMMEDIATE).

        It is committed if the block ends without an error. What it erased of people is then removed from the database's
        files as well, or else stays owed (`SubscriberRepository.overwriting_owed`).
        """
        ...

    def write_shared(self) -> AbstractContextManager[Work]:
        """Open a writing transaction beside which others of its kind may run, where the database can.

        It is for what a quiet fleet writes all the time: claims (`hosts.lock` first, then `watches.lock`), checks that
        found nothing (`hosts.end_turns` first, then `watches.held`), signs of life, and what is noted of one host
        (Retry-After, robots.txt). Everything locks the rows of hosts before those of watches, each in their order, so
        that no two wait for each other. No writer of the other kind runs meanwhile.
        """
        ...

    def finish_erasures(self) -> bool:
        """Rewrite the database's files if bytes of erased addresses may still be there; False if they may still be."""
        ...

    def read(self) -> AbstractContextManager[Work]:
        """Open a transaction that sees one moment, blocks no writer, and is rolled back at its end.

        A write in it fails (StorageError).
        """
        ...
