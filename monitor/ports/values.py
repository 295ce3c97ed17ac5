"""Values that cross the ports: what storage hands out and takes in, and what a notifier is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import (
    Change,
    Event,
    Fetched,
    Frequency,
    Language,
    Outcome,
    Recipe,
    Snapshot,
    Subscriber,
    Subscription,
    Validators,
    Watch,
    WatchState,
)
from monitor.errors import Reason


@dataclass(frozen=True, slots=True)
class KnownRevision:
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
    watch_state: WatchState
    validators: Validators | None
    latest: KnownRevision | None
    """The latest revision with its newest extraction, whatever recipe and reader made it."""
    last_raw_sha256: str | None
    """Of the body that was last seen, a revision or not; equal bytes need not be read again."""
    markup_sha256: str | None = None
    """Of the latest text's markup (see `KnowsMarkup`): None where it was not asked for, empty where it is of no use."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What stands after a look, as `WatchRepository.settle` says it."""

    claim: Claim
    watch_state: WatchState
    next_check_at: datetime
    validators: Validators | None
    raw_sha256: str | None
    title: str | None = None
    markup_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedCheck:
    """What one look came to. `revision` is the one that stood meanwhile (None before the first)."""

    watch_id: int
    outcome: Outcome
    revision: int | None
    at: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class NewRevision:
    """An answer that is to be the next revision of a watch, and how it was read."""

    watch_id: int
    source_url: str
    fetched: Fetched
    recipe: Recipe
    text_sha256: str
    reader: str


@dataclass(frozen=True, slots=True)
class KnownBody:
    """The raw bytes of a copy that were just read back, so that they need not be read again."""

    sha256: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch as the database has it: `watch` is what the schedule last said. Archived and paused ones are not due."""

    id: int
    watch: Watch
    watch_state: WatchState
    next_check_at: datetime | None
    paused: bool
    archived: bool
    checks: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What taking over a schedule did: the keys that are new or came back, and those that it has no more."""

    added: tuple[str, ...]
    archived: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One revision in the history of a watch. `material` and `summary` are None where no change brought it."""

    revision: int
    at: datetime
    outcome: Outcome
    material: bool | None
    summary: dict[Language, str] | None
    sha256: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A link of a chain. `chain` seals `facts` (JSON values) of this `kind` after the link before it."""

    number: int
    kind: str
    facts: dict[str, object]
    chain: str


@dataclass(frozen=True, slots=True)
class Removable:
    """A copy whose bytes may go; `size` is that of the raw body."""

    watch: str
    revision: int
    taken_at: datetime
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A copy whose bytes went, when, and by what rule."""

    watch: str
    revision: int
    removed_at: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An authority's word that `statement` (monitor.core.record.chain_heads) was there at `at`; `token` is its answer (RFC 3161)."""

    id: int
    at: datetime
    authority: str
    statement: str
    token: bytes


@dataclass(frozen=True, slots=True)
class KeptSignUp:
    """What a person asked to follow (`wish`, see `monitor.core.people.sign_up.SignUp`), and when she agreed to it."""

    id: int
    subscriber: Subscriber
    wish: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What has been done for a watch. `size` is what the servers sent for its copies, `stored` what these take here.

    `mails` are those that were sent; the times are those of the first and the last look.
    """

    watch: str
    checks: int
    revisions: int
    changes: int
    material: int
    mails: int
    size: int
    stored: int
    first_check: datetime | None
    last_check: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: the same facts as text and as HTML. `leave_url` is where one click leaves (RFC 8058)."""

    subject: str
    text: str
    html: str
    leave_url: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to one recipient. `date` and ids are those of the delivery, so that every try is the same mail.

    `return_path` is where it comes back to when it cannot be delivered; None: to the sender.
    """

    to: str
    message: Message
    language: Language
    message_id: str
    thread_id: str
    date: datetime
    list_id: str
    unsubscribe_subject: str
    return_path: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """All that a message says of one event: the watch, the diff (rebuilt) and the two copies.

    Where somebody follows parts of the page, `change` is what falls under them, `left_out` counts what else is
    material, and `lost` says that the text has none of these parts any more.
    """

    watch: Watch
    event: Event
    change: Change | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    subscription: Subscription | None = None
    left_out: int = 0
    lost: bool = False


@dataclass(frozen=True, slots=True)
class DigestAccount:
    """What a digest says of the pages that it does not tell about: how many did not change, which were not seen."""

    frequencies: tuple[Frequency, ...]
    unchanged: int
    unseen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """How a watch stands. `state` is the outcome of its last look; before the first it is "waiting"."""

    watch: str
    name: str
    state: str
    last_seen: datetime | None
    last_changed: datetime | None
    next_check: datetime | None
    failures: int
    reason: Reason | None
