"""Values that cross the ports: what storage returns and accepts, and what a notifier is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Literal

from monitor.core.model import (
    Change,
    ChangeRecord,
    DocumentOutcome,
    DocumentState,
    Event,
    Fetched,
    Frequency,
    HeavyBody,
    Language,
    MovingPlace,
    Outcome,
    Part,
    Recipe,
    Snapshot,
    Subscriber,
    Subscription,
    Validators,
    ValidatorTrust,
    Watch,
    WatchState,
)
from monitor.errors import Reason


@dataclass(frozen=True, slots=True)
class KnownRevision:
    """The latest accepted revision as it was extracted under one recipe by one version of the extractor."""

    snapshot: Snapshot
    recipe: Recipe
    text_sha256: str
    reader: str
    """Name and version of the extractor, e.g. "page/1"."""


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
    """The latest revision with its newest extraction, whatever recipe and extractor made it."""
    last_raw_sha256: str | None
    """Hash of the body that was last seen, a revision or not; equal bytes need not be extracted again."""
    markup_sha256: str | None = None
    """Hash of the latest text's markup (see `KnowsMarkup`): None if it was not asked for, empty if it is of no use."""
    validator_trust: ValidatorTrust = field(default_factory=ValidatorTrust)
    moving: tuple[MovingPlace, ...] = ()
    too_heavy: HeavyBody | None = None
    """The latest body, where it was too heavy to read."""
    due_at: datetime | None = None
    """When the check was due."""
    documents: tuple[DocumentState, ...] | None = None
    """What is known of the page's documents; None where none were looked at."""
    was_abandoned: bool = False
    """True if the check before it came to no end: its process died, or stood still for longer than its lease."""


Role = Literal["check", "deliver", "keeper", "web"]


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that checks or sends. `seen_at` is its latest sign of life, None before the first.

    `id` begins with the number of the process on its machine, and a dash.

    `roles` are what it does by itself; a command that checks or sends once has none.
    """

    id: str
    machine: str
    version: str
    roles: frozenset[Role] = frozenset()
    started_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def pid(self) -> int | None:
        """The number of the process; None where its id does not say it."""
        number, dash, _ = self.id.partition("-")
        return int(number) if dash and number.isascii() and number.isdigit() else None


@dataclass(frozen=True, slots=True)
class Freed:
    """What a dead worker held: how many watches, hosts and deliveries."""

    watches: int
    hosts: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is known of a watch after a check, as `WatchRepository.settle` writes it.

    `validator_trust`, `moving` and `documents` None: as in the claim.
    """

    claim: Claim
    watch_state: WatchState
    next_check_at: datetime
    validators: Validators | None
    raw_sha256: str | None
    title: str | None = None
    markup_sha256: str | None = None
    validator_trust: ValidatorTrust | None = None
    moving: tuple[MovingPlace, ...] | None = None
    too_heavy: HeavyBody | None = None
    documents: tuple[DocumentState, ...] | None = None


@dataclass(frozen=True, slots=True)
class ObservedCheck:
    """The outcome of one check. `revision` was the latest one at that time (None before the first)."""

    watch_id: int
    outcome: Outcome
    revision: int | None
    at: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class NewPart:
    """What is to be sealed as part of a revision: its role ("document"), its canonical address, and the answer."""

    role: str
    url: str
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of a revision, as it is kept: what the page calls it, and its bytes' part."""

    title: str
    part: Part


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A snapshot that is to be the next revision of a watch, and its extraction."""

    watch_id: int
    source_url: str
    fetched: Fetched
    recipe: Recipe
    text_sha256: str
    reader: str
    text: str
    """What a person reads in it (`sealed_text`)."""
    parts: tuple[NewPart, ...] = ()
    documents: tuple[DocumentOutcome, ...] = ()
    """What was found of each of its documents."""


@dataclass(frozen=True, slots=True)
class OwedText:
    """A revision whose text is not sealed yet, with the recipe it was last extracted under."""

    snapshot: Snapshot
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class AttestedText:
    """The text of a revision as an extractor of today reads it, to be sealed as attested at the upgrade."""

    snapshot: Snapshot
    recipe: Recipe
    reader: str
    text: str


@dataclass(frozen=True, slots=True)
class KnownBody:
    """The raw bytes of a revision that were just read back, so that they need not be read again."""

    sha256: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch as stored: `watch` is what the schedule last said. Archived and paused ones are not due."""

    id: int
    watch: Watch
    watch_state: WatchState
    next_check_at: datetime | None
    paused: bool
    archived: bool
    checks: int
    validator_trust: ValidatorTrust = field(default_factory=ValidatorTrust)
    moving: tuple[MovingPlace, ...] = ()
    documents: tuple[DocumentState, ...] | None = None
    section: str | None = None
    """The key of the section that it is an item of."""


@dataclass(frozen=True, slots=True)
class SectionItem:
    """An item that a section has or had.

    `first_revision` is the section's revision in which it was new, None where it was there from the first copy;
    `gone_at` is when the section was first seen without it, None while it is there. `watch` is the key of its own
    watch; `title` is its headline, else the title of its page once that was fetched, else "".
    """

    title: str
    url: str
    date: str | None
    first_seen: datetime
    first_revision: int | None = None
    gone_at: datetime | None = None
    watch: str | None = None

    @property
    def name(self) -> str:
        """Its headline, else its address."""
        return self.title or self.url

    def outcome(self, newest: int | None) -> Literal["new", "gone", "known"]:
        """Return whether the section has it no longer, or since its `newest` revision."""
        if self.gone_at is not None:
            return "gone"
        return "new" if newest is not None and self.first_revision == newest else "known"


@dataclass(frozen=True, slots=True)
class Synced:
    """What applying a schedule did: the keys that are new or came back, and those that are no longer in it."""

    added: tuple[str, ...]
    archived: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One revision in the history of a watch. `material` and `summary` are None if no change brought it."""

    revision: int
    at: datetime
    outcome: Outcome
    material: bool | None
    summary: dict[Language, str] | None
    sha256: str
    documents: tuple[DocumentOutcome, ...] | None = None
    """What was found of each document; None where they are no part of the page."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A link of a chain. `chain` seals `facts` (JSON values) of this `kind` after the link before it."""

    number: int
    kind: str
    facts: dict[str, object]
    chain: str


@dataclass(frozen=True, slots=True)
class Removable:
    """A revision whose bytes may be removed; `size` is that of the raw body."""

    watch: str
    revision: int
    taken_at: datetime
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A revision whose bytes were removed, when, and by which rule."""

    watch: str
    revision: int
    removed_at: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An authority's word that `statement` was there at `at`; `token` is its answer (RFC 3161).

    `statement` names the heads of all chains (monitor.core.record.chain_heads).
    """

    id: int
    at: datetime
    authority: str
    statement: str
    token: bytes


@dataclass(frozen=True, slots=True)
class KeptSignUp:
    """What a subscriber asked to follow, and when they agreed to it.

    `wish` is JSON, see `monitor.core.people.sign_up.SignUp`.
    """

    id: int
    subscriber: Subscriber
    wish: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What was done for a watch. `size` is what the servers sent for its revisions, `stored` what these take here.

    `mails` counts those that were sent; the times are those of the first and the last check.
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
    """The content of a message: the same facts as text and as HTML.

    `leave_url` is where one click unsubscribes (RFC 8058).
    """

    subject: str
    text: str
    html: str
    leave_url: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to one recipient. `date` and ids are those of the delivery, so that every attempt is the same mail.

    `return_path` is where it comes back to if it cannot be delivered; None: to the sender.
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
    """All that a message says of one event: the watch, the diff (rebuilt) and the two revisions.

    If the subscription is for parts of the page, `change` is what falls under them, `left_out` counts what else is
    material, and `lost` are the parts that the text does not have any more. Of an event without a change, `after` is
    the latest revision at that time.

    Of several changes of one page, the last has in `net` what they amount to; there `steps` are these changes, and
    `change` has no blocks where the page is as it was before the first.
    """

    watch: Watch
    event: Event
    change: Change | None = None
    before: Snapshot | None = None
    after: Snapshot | None = None
    subscription: Subscription | None = None
    left_out: int = 0
    lost: tuple[str, ...] = ()
    net: ChangeView | None = None
    steps: tuple[ChangeRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestAccount:
    """What a digest says of the pages of which it has no news: how many did not change, and the names of the others."""

    frequencies: tuple[Frequency, ...]
    unchanged: int
    unseen: tuple[str, ...]
    moved: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The status of a watch. `state` is the outcome of its last check; before the first it is "waiting".

    `validators_distrusted_at`: since when its server's validators are not sent any more; None while they are.
    `learnt` is what moves by itself, and is held back. `tags` are the keys of its tags. `is_held`: its next check is
    when its host, which asked to be left alone, may be asked again.
    """

    watch: str
    name: str
    state: str
    last_seen: datetime | None
    last_changed: datetime | None
    next_check: datetime | None
    failures: int
    reason: Reason | None
    validators_distrusted_at: datetime | None = None
    learnt: tuple[MovingPlace, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class NotifierSettings:
    """What a notifier is made from.

    `mail_from` is the sender, `smtp_url` the mail server's URL (None: none is named), `maildir` the folder for mails
    without a server. `sign` returns a mail with its signature. `credentials` are the settings BEVAKA_CREDENTIAL_NAME
    by NAME; their values are secret. `tls_context` returns a TLS context that trusts the authorities of the settings.
    """

    mail_from: str
    smtp_url: str | None
    maildir: Path
    sign: Callable[[bytes], bytes]
    credentials: Mapping[str, str] = field(repr=False)
    tls_context: Callable[[], SSLContext] = create_default_context
