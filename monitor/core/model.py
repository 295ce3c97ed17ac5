"""The values of the core (docs/glossary.md), all frozen. Times are aware datetimes in UTC throughout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, Protocol

from monitor.core.request import Request
from monitor.errors import Reason

Language = Literal["sv", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("sv", "en")
SWEDISH_TIME: Final = "Europe/Stockholm"
"""The time zone (IANA) of a schedule, a page or a subscriber that names none."""
Alert = Literal["material", "content", "any"]
Frequency = Literal["immediately", "daily", "weekly"]
Op = Literal["added", "removed", "edited", "moved"]
DateSource = Literal["text", "time", "meta", "json-ld", "header"]


LONGEST_FOR_DOCUMENTS: Final = timedelta(minutes=5)
"""Time that the documents of one page may take at one check; what is left is seen at the next one."""


class Outcome(StrEnum):
    """The outcome of one check."""

    FIRST = "first"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    SUSPECT = "suspect"
    NOT_SEEN = "not_seen"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


SEEN = frozenset({Outcome.FIRST, Outcome.UNCHANGED, Outcome.CHANGED})
FAILING = frozenset({Outcome.NOT_SEEN, Outcome.SUSPECT})


# Extractions


class Link(NamedTuple):  # a page has hundreds: a frozen dataclass would cost five times as much
    """A link. `target` is absolute (http, https, mailto, tel); a fragment on the page itself is not a link."""

    text: str
    target: str


class Block(NamedTuple):  # as Link
    """One heading, paragraph, list item, table row or §.

    `kind` is h1…h6, p, li, row or section (a §); `text` is cleaned by `monitor.core.text.clean`; `heading` is the path
    of the headings above the block, outermost first, without the block itself. `label` is set on a § ("3 §", "7 a §",
    "2 kap. 3 §") and is then its identity. Inside a § stycken and items are lines of `text`.
    """

    kind: str
    text: str
    heading: tuple[str, ...] = ()
    label: str | None = None
    links: tuple[Link, ...] = ()
    opens: str | None = None
    """Of a heading in a law: the label of the § right below it. Context, not content: it is never compared."""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that the page says of itself. `date` is ISO: 2021-11-18, or 2021-02 where only a month is given.

    `label` is the page's own label ("Senast uppdaterad"), `text` is label and date as the page gives them.
    """

    date: str
    label: str
    text: str
    source: DateSource

    @property
    def is_visible(self) -> bool:
        """True if a reader sees the date on the page; a date in metadata changes by itself and is not shown."""
        return self.source in ("text", "time")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the page that does not count, and why (a short code such as "nav" or "recipe: drop .related")."""

    why: str
    text: str


class FramedPage(NamedTuple):
    """A page as it is extracted in one frame.

    `blocks` is all that counts then, `texts` are those that are in the frame itself. `is_menu`: these are headings and
    short links.
    """

    blocks: tuple[Block, ...]
    texts: tuple[str, ...]
    is_menu: bool


class Frames(Protocol):
    """The frames in which the main content of a page may be: "main", "article", "whole", "#" and an element's id."""

    chosen: str
    """The frame of the page's extraction."""

    @property
    def part(self) -> str:
        """The id of the chosen element, empty where it has none."""
        ...

    def outside(self, frame: str) -> list[str]:
        """Return the texts outside a frame that no name or tag calls boilerplate."""
        ...

    def in_frame(self, frame: str) -> FramedPage:
        """Return the page as it is extracted in a frame."""
        ...

    def in_whole_like(self, inside: frozenset[str], outside: frozenset[str]) -> FramedPage:
        """Return the page as it is extracted without a frame, where `outside` were outside an earlier frame."""
        ...


class Item(NamedTuple):  # a sitemap has thousands
    """One entry of a section: its headline, "" where it has none, its absolute address, and its date (ISO)."""

    title: str
    url: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a page links to, read as part of the page. `title` is the text of the link, `url` where it leads.

    `sha256` and `size` are those of its bytes, `form` is what it is ("application/pdf"). `text_sha256` is the
    fingerprint of what is read in it, by `reader`. `extraction` is None where it need not be read, since its text is
    known to be the same on both sides of a comparison. `unread`: why nothing but its bytes is known.
    """

    url: str
    title: str
    sha256: str
    size: int
    form: str
    text_sha256: str
    reader: str
    extraction: Extraction | None = None
    unread: Reason | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """The content of a snapshot as a careful reader sees it. `law` is the SFS number ("2021:995") of a law, else None.

    Dates whose source is text or time are in a block as well, so that a moved date is a block change; those from
    metadata are shown by `inspect` but never make a change (they change by themselves). `notes` are findings for the
    operator, e.g. dates that disagree.
    """

    title: str
    blocks: tuple[Block, ...]
    language: str | None = None
    encoding: str = "utf-8"
    updated: StatedDate | None = None
    published: StatedDate | None = None
    dropped: tuple[Dropped, ...] = ()
    law: str | None = None
    notes: tuple[str, ...] = ()
    claims_site_root: bool = False
    """True if the page says that its own address is the root of the site."""
    sends_to: str | None = None
    """The address to which a refresh or a script of the page sends its reader by itself, None where none does."""
    moved_notice: str | None = None
    """The sentence in which a short page says that it has moved, None where none does."""
    frames: Frames | None = field(default=None, compare=False, repr=False)
    """The other ways to choose the main content, for a comparison; None where nothing was chosen."""
    documents: tuple[Document, ...] = ()
    """The files that the page links to, where they are read as part of it."""
    items: tuple[Item, ...] | None = None
    """The items of a section, each of which is a block as well; None for any other page."""
    is_feed: bool = False
    """True if it is a feed that is read as a page: its entries are blocks under their headlines."""
    followed_as: SectionSource | None = None
    """What the answer of a section is: a listing, a sitemap or a feed."""

    @property
    def main_heading(self) -> str | None:
        """The text of the first h1, None where there is none."""
        return next((block.text for block in self.blocks if block.kind == "h1"), None)

    @property
    def moved_to(self) -> str | None:
        """The address to which the page has moved: its words say that it has, and it sends its reader there."""
        return self.sends_to if self.moved_notice is not None else None


@dataclass(frozen=True, slots=True)
class Condition:
    """Which block changes are worth a reader's time (`only_if`): all that is given must hold of one.

    `any`, `added` and `removed` are RE2 patterns, in any case of letters, of which one must match words that were
    added, removed, or either; `under` one that must match a heading above them.
    """

    any: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    under: str | None = None

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of words, each once."""
        return tuple(dict.fromkeys([*self.any, *self.added, *self.removed]))

    def to_facts(self) -> dict[str, object]:
        """Return what is given, as JSON can hold it."""
        facts = {"any": list(self.any), "added": list(self.added), "removed": list(self.removed), "under": self.under}
        return {name: value for name, value in facts.items() if value}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Condition:
        """Return the condition that `to_facts` wrote."""
        lists = {name: tuple(facts.get(name, ())) for name in ("any", "added", "removed")}
        return cls(**lists, under=facts.get("under"))


SectionSource = Literal["listing", "sitemap", "feed"]


@dataclass(frozen=True, slots=True)
class SectionRecipe:
    """Which links of a page are items (`follow`): at most `most`, whose addresses one of the patterns (RE2) matches.

    `source` is None where the answer itself tells whether it is a listing, a sitemap or a feed.
    """

    source: SectionSource | None = None
    match: tuple[str, ...] = ()
    most: int = 500

    def to_facts(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        return {"from": self.source, "match": list(self.match), "most": self.most}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> SectionRecipe:
        """Return what `to_facts` wrote."""
        return cls(facts["from"], tuple(facts["match"]), facts["most"])


@dataclass(frozen=True, slots=True)
class Recipe:
    """What of a page counts. `keep` and `drop` are CSS selectors, `ignore` RE2 patterns, `expect` a required text.

    While the RE2 pattern `expect_not` matches, the page is not seen; `only_if` says which changes are worth telling.
    `never_seen`: of a change, only text that no revision of the page ever had.
    `request` is what is asked beside the address, None where that is nothing. With `section`, what counts are the items
    that it lists.
    """

    keep: str | None = None
    drop: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    expect: str | None = None
    expect_not: str | None = None
    only_if: Condition | None = None
    never_seen: bool = False
    request: Request | None = None
    documents: bool = False
    """The files that the page links to are read as part of it."""
    section: SectionRecipe | None = None

    @property
    def whole(self) -> Recipe:
        """The same recipe without what may find nothing: `keep`, `expect`, `expect_not`."""
        return replace(self, keep=None, expect=None, expect_not=None)

    @property
    def hash(self) -> str:
        """A stable hash, equal for equal recipes in every version of the program: 16 hex digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """Return the recipe as canonical JSON."""
        facts: dict[str, object] = {
            "keep": self.keep, "drop": self.drop, "ignore": self.ignore, "expect": self.expect
        }  # fmt: skip
        # What came later is there only where it is given: the hash of a recipe stays what it was.
        if self.expect_not is not None:
            facts["expect_not"] = self.expect_not
        if self.only_if is not None:
            facts["only_if"] = self.only_if.to_facts()
        if self.never_seen:
            facts["never_seen"] = True
        if self.request is not None:
            facts["request"] = self.request.to_facts()
        if self.documents:
            facts["documents"] = True
        if self.section is not None:
            facts["section"] = self.section.to_facts()
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Return the recipe that `to_json` wrote."""
        facts = json.loads(text)
        only_if = Condition.from_facts(facts["only_if"]) if "only_if" in facts else None
        return cls(
            facts["keep"],
            tuple(facts["drop"]),
            tuple(facts["ignore"]),
            facts["expect"],
            facts.get("expect_not"),
            only_if,
            facts.get("never_seen", False),
            Request.from_facts(facts["request"]) if "request" in facts else None,
            facts.get("documents", False),
            SectionRecipe.from_facts(facts["section"]) if "section" in facts else None,
        )


# Differences


DocumentOp = Literal["changed", "replaced", "added", "removed"]
DocumentOutcomeName = Literal["first", "unchanged", "changed", "replaced", "gone", "not_seen"]


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """What one check found of one document. `sha256` and `size` are those of the file as it was seen last.

    `reason` is why it was not seen, or is gone.
    """

    url: str
    title: str
    outcome: DocumentOutcomeName
    sha256: str | None
    size: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ChangedDocument:
    """The document that a block change is in: its address and title now, and what became of it."""

    url: str
    title: str
    op: DocumentOp


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block that differs, classified.

    `before` and `after` are texts, None where there is no such side. `category` (JSON: "class") is the class of the
    change, `rule` the rule that gave it, and `material` whether by that rule the change is worth a reader's time. A
    moved block that was edited as well is `edited`.
    """

    op: Op
    kind: str
    heading: tuple[str, ...]
    label: str | None
    before: str | None
    after: str | None
    category: str
    material: bool
    rule: str
    links_before: tuple[Link, ...] = ()
    links_after: tuple[Link, ...] = ()
    label_before: str | None = None
    """Of a § that got another number: the old label; `label` is the new one."""
    opens: str | None = None
    """Of a heading in a law: the label of the § right below it."""
    document: ChangedDocument | None = None
    """The document that it is in, None for the page itself. `heading` then begins with the document's title."""


@dataclass(frozen=True, slots=True)
class Change:
    """Two extractions that differ. `blocks` holds everything that differs, in the order of the page.

    `blocks` is never empty. `law` is the SFS number if a law changed. `of_section`: the blocks are items of a section.
    """

    blocks: tuple[BlockChange, ...]
    updated_before: StatedDate | None = None
    updated_after: StatedDate | None = None
    law: str | None = None
    of_section: bool = False

    @property
    def material(self) -> bool:
        """True if any block change is material."""
        return any(block.material for block in self.blocks)

    @property
    def rule(self) -> str:
        """The first material rule, else the first rule."""
        return next((block.rule for block in self.blocks if block.material), self.blocks[0].rule)

    @property
    def category(self) -> str:
        """The class of the block change that `rule` belongs to."""
        return next((block.category for block in self.blocks if block.material), self.blocks[0].category)

    @property
    def held_back(self) -> int:
        """The number of block changes that are not material."""
        return sum(not block.material for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Baseline:
    """There is no earlier revision."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Blocks, links and fields are equal after normalisation."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The extractions differ."""

    change: Change


@dataclass(frozen=True, slots=True)
class Suspect:
    """The content suggests that what was fetched may not be the page."""

    reason: Reason


Verdict = Baseline | Unchanged | Changed | Suspect


# Watches and the schedule


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a watch is due: `every` so often, or at the times of a `cron` expression (one of the two is set).

    `between` is a window of wall-clock times in `timezone` (an IANA name); it may cross midnight.
    """

    every: timedelta | None = timedelta(hours=6)
    cron: str | None = None
    between: tuple[time, time] | None = None
    timezone: str = SWEDISH_TIME


@dataclass(frozen=True, slots=True)
class Tag:
    """A name that watches share, as the schedule file says. Watches at addresses that match an RE2 pattern have it.

    What else the file says of a tag, its watches have already.
    """

    key: str
    name: str
    match: tuple[str, ...] = ()


class KnownTag(NamedTuple):
    """A tag as it is stored."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One page or law that is checked, as the schedule file says. `url` is what is fetched.

    For a law `sfs` is its number ("2021:995") and `url` the address of the open data (or of a mirror of it). `tags` are
    the keys of its tags, in the order of the file. `proxy` is the address of the proxy through which it is fetched; a
    user and a password in it are names of credentials. Of a section, whose recipe says so, `url` is the address that is
    followed, and `each` what every item's own watch is like, except for its key, name and url; None where items are
    told and not watched.
    """

    key: str
    name: str
    url: str
    sfs: str | None = None
    recipe: Recipe = field(default_factory=Recipe)
    cadence: Cadence = field(default_factory=Cadence)
    alert: Alert = "material"
    language: Language = "sv"
    timeout: timedelta = timedelta(seconds=30)
    max_size: int = 10_000_000
    patience: timedelta = timedelta(days=2)
    ca_file: str | None = None
    tags: tuple[str, ...] = ()
    proxy: str | None = None
    each: Watch | None = None

    @property
    def longest_check(self) -> timedelta:
        """How long the requests of one check may take, those for the page's documents among them."""
        return self.timeout + LONGEST_FOR_DOCUMENTS if self.recipe.documents else self.timeout

    @property
    def is_section(self) -> bool:
        """True if it follows a listing, a sitemap or a feed."""
        return self.recipe.section is not None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A valid schedule file. `watches` and `tags` are in the order of the file, keys are unique.

    `timeout` and `max_size` are those of its defaults.
    """

    watches: tuple[Watch, ...]
    timezone: str = SWEDISH_TIME
    language: Language = "sv"
    host_delay: timedelta = timedelta(seconds=2)
    timeout: timedelta = timedelta(seconds=30)
    max_size: int = 10_000_000
    tags: tuple[Tag, ...] = ()
    _by_key: dict[str, Watch] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {watch.key: watch for watch in self.watches})

    def watch(self, key: str) -> Watch | None:
        """Return the watch with this key, None if there is none. Takes constant time."""
        return self._by_key.get(key)


@dataclass(frozen=True, slots=True)
class HostLoad:
    """The load of one host: its pages, the requests a day that they ask for, and the share of the time that these take.

    A share above 1 cannot be kept.
    """

    host: str
    pages: int
    requests_a_day: float
    share: float

    @property
    def is_overloaded(self) -> bool:
        """True if its pages cannot be checked as often as they should be."""
        return self.share > 1


# Fetched pages and revisions


@dataclass(frozen=True, slots=True)
class Validators:
    """The server's own validators, for the next conditional request (RFC 9110, 13.1).

    `url` is the address that gave them; they are valid for that address alone.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ValidatorTrust:
    """How far the validators of a watch's server can be relied on.

    `last_full_at` is when the last full answer (a body, no 304) came, None where that is not known;
    `conditional_requests` counts the conditional requests since. `distrusted_at` is when other bytes came under an
    unchanged validator, None if that never happened.
    """

    last_full_at: datetime | None = None
    conditional_requests: int = 0
    distrusted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeavyBody:
    """A body that was too heavy to read or to compare: the reader ("pdf/2"), and the limit that it met.

    `sha256` is the hash of the body and of the recipe under which it was read.
    """

    sha256: str
    reader: str
    facts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What is known of a document of a watch before a check.

    `sha256`, `size`, `form`, `text_sha256` and `reader` are those of the file as it was last seen; None or empty
    before that. `validators` are its server's. `failing_since` and `reason`: since when and why it is not seen.
    `unread`: why it is known by its bytes alone. `told`: subscribers know that it is not seen. `is_page`: the link
    leads to a page, which is no document. `is_left_out`: the page links to more files than are read of one page, and
    this one is not.
    """

    url: str
    title: str
    sha256: str | None = None
    size: int = 0
    form: str = ""
    text_sha256: str = ""
    reader: str = ""
    validators: Validators | None = None
    failing_since: datetime | None = None
    reason: Reason | None = None
    unread: Reason | None = None
    told: bool = False
    is_page: bool = False
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class MovingPlace:
    """A place of a page that moves by itself, or may: a line in which only digits differ, or a list of links.

    `rule` is the one that holds it back once it is learnt: "counter", or "rotating" for a list. `form` is the line with
    "#" for each number, "" for a list. It moved at `checks` checks in a row, the last time to `revision`; it was learnt
    with the revision `learnt` (None: not yet) and forgotten with `forgotten`.
    """

    rule: str
    heading: tuple[str, ...]
    form: str
    checks: int
    revision: int
    learnt: int | None = None
    forgotten: int | None = None

    @property
    def is_learnt(self) -> bool:
        """True if the place is held back now."""
        return self.learnt is not None and self.forgotten is None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent: `body` decoded from its transfer form (not from its character set), and its headers.

    `headers` are (name, value) in the order of the answer. `url` is the address that answered after all redirects.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    taken_at: datetime

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None if it is absent; names are case-insensitive."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def validators(self) -> Validators:
        """The validators to send with the next request."""
        return Validators(self.header("ETag"), self.header("Last-Modified"), self.url)


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server answered 304: what it sent last is still current."""

    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Redirected:
    """The address redirects permanently (301, 308) to `to`."""

    to: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the server sent, kept for ever; `number` counts a watch's revisions from 1.

    `source_url` is the address that the schedule gave then, `url` the one that answered. `sha256` is the hash of the
    raw body. `chain` is the hash over the previous link of the watch's chain and this row.
    """

    id: int
    watch_id: int
    number: int
    taken_at: datetime
    source_url: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    sha256: str
    size: int
    chain: str

    def fetched(self, body: bytes) -> Fetched:
        """Return the answer as it came, with this body."""
        return Fetched(self.url, self.status, self.headers, body, self.taken_at)


@dataclass(frozen=True, slots=True)
class Part:
    """What a revision consists of beside its body, kept for ever: a document, as its server sent it.

    `number` is the revision with which it was sealed; it belongs to the later ones as well, until another part of the
    same address is.
    """

    number: int
    role: str
    url: str
    sha256: str
    size: int
    status: int
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SuspectRun:
    """A suspect body that is kept aside: the same text (`text_sha256`) seen in `checks` checks since `first_at`."""

    text_sha256: str
    raw_sha256: str
    reason: Reason
    checks: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class WatchState:
    """What is known of a watch before a check.

    `outcome` is that of the last check (None before the first), `failures` how many checks in a row were not seen or
    suspect, `failing_since` when that run began. `told` are the kinds of event of which subscribers have been notified
    since the page was last seen (blind, withdrawn, moved). `gone_since`: since when every check got a 404. `lost_as`:
    moved or withdrawn, whichever was found last since the page was last seen; `lost_since`: when it was found first.
    `last_seen` is when the page was last seen, `last_changed` when its latest revision was taken.
    """

    outcome: Outcome | None = None
    failures: int = 0
    failing_since: datetime | None = None
    gone_since: datetime | None = None
    told: frozenset[EventKind] = frozenset()
    suspect: SuspectRun | None = None
    last_seen: datetime | None = None
    last_changed: datetime | None = None
    reason: Reason | None = None
    lost_as: Outcome | None = None
    lost_since: datetime | None = None


class EventKind(StrEnum):
    """The kinds of event that a delivery can cite."""

    CHANGED = "changed"
    IN_FORCE = "in_force"
    BLIND = "blind"
    SEEN_AGAIN = "seen_again"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    FLAPPING = "flapping"


@dataclass(frozen=True, slots=True)
class Flapping:
    """A page that goes back and forth between two texts since `since`. `told`: its last change was flapping already."""

    since: datetime
    told: bool


@dataclass(frozen=True, slots=True)
class PastRevision:
    """The text of a revision (`text_sha256`, as last extracted), and the change that produced it.

    `rule` is that of the change, `seen_before` when the text before it was last seen; both None for a first revision.
    """

    taken_at: datetime
    text_sha256: str
    rule: str | None = None
    seen_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A run of equal outcomes, first to last; `revision` is the one that was current (None before the first).

    `due_at` is when the first check of the run was due, `link` the link of the chain that seals it, None while the run
    goes on (or is merged from several).
    """

    outcome: Outcome
    first_at: datetime
    last_at: datetime
    count: int
    revision: int | None = None
    reason: Reason | None = None
    due_at: datetime | None = None
    link: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change as it was classified when it was seen; the diff itself is rebuilt from the two snapshots on demand.

    `before_number` and `after_number` are revisions; `summary` is in both languages; `recipe` is the one under
    which both were extracted. `seen_before` is when the old text was last seen: the change happened after that.
    """

    id: int
    watch_id: int
    before_number: int
    after_number: int
    detected_at: datetime
    seen_before: datetime
    category: str
    material: bool
    rule: str
    summary: dict[Language, str]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may be owed to subscribers. `facts` hold JSON values, by kind:

    changed: unseen_since and lost_as, if the change was found after a silence that was told, and register,
    what a law's register of amendments says about it; in_force: an `EntryIntoForce`, and revision, whose text announced
    it; blind: since, and code and facts of the reason; seen_again: since, changed; moved: to; withdrawn: status;
    flapping: since, and summary, that of the latest change. last_seen, of a page that was not seen or is seen
    again: when it was last seen before that.
    `due_on`: the day on which an announced event takes effect; until then, `at` is when it was announced.
    """

    id: int
    watch_id: int
    kind: EventKind
    at: datetime
    change: ChangeRecord | None = None
    facts: dict[str, object] = field(default_factory=dict)
    due_on: date | None = None

    @property
    def is_about_document(self) -> bool:
        """True of an event about a document of a page that is not seen, or seen again; the page itself was seen."""
        return "document" in self.facts


@dataclass(frozen=True, slots=True)
class AnnouncedEvent:
    """Something that a text announces for a day; `cause` distinguishes it from the watch's other announced events."""

    due_on: date
    cause: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a subscriber wishes to be notified, for all of their subscriptions.

    `digest_at` and `digest_weekday` (0: Monday) say when their digests are due, by the wall clock in `timezone` (None:
    the watch's own); `quiet` are the hours, from and to, in which nothing is sent (they may cross midnight).
    `account`: a digest also says how many pages did not change and which could not be seen, and is sent even when
    nothing changed.
    """

    timezone: str | None = None
    digest_at: time = time(8, 0)
    digest_weekday: int = 0
    quiet: tuple[time, time] | None = None
    account: bool = False

    @property
    def facts(self) -> dict[str, object]:
        """The preferences as JSON values; times as ISO 8601."""
        return {
            "timezone": self.timezone,
            "digest_at": self.digest_at.isoformat(),
            "digest_weekday": self.digest_weekday,
            "quiet": [at.isoformat() for at in self.quiet] if self.quiet else None,
            "account": self.account,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Preferences:
        """Return the preferences that `facts` describes."""
        begin, end = (time.fromisoformat(at) for at in facts["quiet"] or ("00:00", "00:00"))
        return cls(
            timezone=facts["timezone"],
            digest_at=time.fromisoformat(facts["digest_at"]),
            digest_weekday=facts["digest_weekday"],
            quiet=(begin, end) if facts["quiet"] else None,
            account=facts["account"],
        )


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person who subscribes. `state` is pending, confirmed, suspended or removed.

    `consent_at`, `consent_how` and `consent_text` say when and how they agreed, and to what. `address` is "" once it
    was erased. `generation` is raised to invalidate every link that they were sent.
    """

    id: int
    address: str
    state: Literal["pending", "confirmed", "suspended", "removed"]
    language: Language
    consent_at: datetime | None = None
    consent_how: str | None = None
    consent_text: str | None = None
    state_reason: str | None = None
    generation: int = 0
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a subscriber follows: one watch, the watches that have a tag, or every watch if it names neither.

    `only`: the sections ("2 §") or headings of which they wish to be notified; empty for everything. `material_only`:
    they are not notified of a change that is not material, even if the watch's alert is `any`. `only_if`: RE2 patterns
    of words, of which a change must touch one; empty for any change.
    """

    id: int
    subscriber: Subscriber
    watch_id: int | None
    frequency: Frequency
    created_at: datetime
    only: tuple[str, ...] = ()
    material_only: bool = False
    only_if: tuple[str, ...] = ()
    tag: KnownTag | None = None

    @property
    def is_to_every_watch(self) -> bool:
        """True if it names neither a watch nor a tag."""
        return self.watch_id is None and self.tag is None


DeliveryState = Literal["pending", "sending", "sent", "dead", "cancelled", "held"]
DeliveryKind = Literal["mail", "digest", "confirm", "welcome", "link", "goodbye"]
"""One event, or the events of a digest; or a letter about the subscription itself: a link to confirm it, what was
confirmed, a link to manage it, a farewell."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery. `outcome` is sent, deferred or refused; `code` and `reply` are the server's."""

    at: datetime
    outcome: Literal["sent", "deferred", "refused"]
    code: int | None
    reply: str


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery that is owed. Two with the same `dedup_key` are one; new items are added to the existing one.

    `message_id` and `thread_id` come with angle brackets. `items` are (subscription id, event id); `facts` hold what a
    letter about the subscription itself says (JSON values).
    """

    subscriber_id: int
    kind: DeliveryKind
    dedup_key: str
    message_id: str
    thread_id: str
    not_before: datetime
    items: tuple[tuple[int, int], ...]
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one subscriber. `attempts` counts the tries, `last_reply` is the server's latest reply.

    `token` fences a claimed delivery: a result recorded under an older token is refused (LeaseLost).
    """

    id: int
    subscriber: Subscriber
    kind: DeliveryKind
    state: DeliveryState
    message_id: str
    thread_id: str
    created_at: datetime
    next_attempt_at: datetime
    attempts: int
    last_reply: str | None
    items: tuple[DeliveryItem, ...] = ()
    token: int = 0
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryItem:
    """An event that is owed through a subscription; `watch_key` is the event's watch."""

    subscription: Subscription
    event: Event
    watch_key: str


BounceKind = Literal["hard", "soft", "complaint"]
"""A mail refused for good, refused for the time being, or reported as unwanted by its recipient."""


@dataclass(frozen=True, slots=True)
class MassChange:
    """So many changes in one round that mails are held until the operator has decided.

    `changed` of `watched` watches changed since `since`: those of `keys`, whether anybody follows them or not.
    `deliveries` are held for it.
    `told`: the operator was notified by mail.
    """

    id: int
    began_at: datetime
    since: datetime
    changed: int
    watched: int
    deliveries: int
    keys: tuple[str, ...]
    told: bool = False

    @property
    def of_items(self) -> bool:
        """True if `changed` of `watched` items of one section are new, and no watches are meant."""
        return len(self.keys) < self.changed
