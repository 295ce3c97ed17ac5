"""The exceptions of Bevaka.

    MonitorError
    ├── ScheduleError               schedule.yaml is wrong (all mistakes at once)
    ├── ScheduleSuperseded          another machine has put another schedule in force
    ├── ScheduleNotWritten          schedule.yaml cannot be replaced
    ├── PluginError
    │   ├── PluginClash             two plug-ins have one name
    │   └── PluginUnusable          an installed plug-in cannot be loaded or lacks something
    ├── FetchError(reached)         the page could not be fetched
    │   ├── DnsFailed, ConnectFailed, TlsFailed, Timeout, ConnectionBroken
    │   ├── HostSilent              not asked for a while, since it could not be reached
    │   ├── AddressRefused          a private or otherwise forbidden address, or one of unusual form
    │   ├── RobotsRefused           robots.txt forbids it, or could not be fetched
    │   ├── HttpStatus              an answer other than 200, 203, 304 or a redirect that was followed
    │   ├── HeadTooLarge            more headers than are read
    │   ├── TooManyRedirects, BadRedirect
    │   ├── PostRedirected          a form was redirected to another site, to which it is not sent
    │   ├── ProxyFailed             the proxy of the watch could not be used
    │   ├── CredentialMissing, CredentialUnusable   what the request needs is not set here, or cannot be sent
    │   ├── CredentialRepeated      the answer has the value of a credential in it, and is not kept
    │   ├── DocumentsTooLarge       the documents of a page are too large together
    │   ├── TooLarge                more decoded bytes than the watch allows
    │   └── BadBody                 truncated, or compressed in a way that cannot be decoded
    ├── ExtractError                the page was fetched but cannot be extracted
    │   ├── SelectorMatchedNothing, SentinelMissing, UnwantedText, EmptyText, NotText, Unreadable
    │   ├── NoItems, TooManyItems, SitemapsMissing
    │   ├── TooIntricate, TooHeavy
    │   ├── NotADocument            a link to a file answered with a page
    │   ├── FileLocked, FileIsImage, FileEmpty, FileDamaged, FileUnpacksTooLarge, FileHasEntities
    ├── HeavyWorkError              heavy work came to nothing, which says nothing about the page
    │   ├── HeavyWorkBusy, HeavyWorkStopped, HeavyWorkFailed, HeavyWorkKilled
    ├── NotifyError(permanent)      a message was not accepted
    │   ├── RecipientRefused        the recipient is refused for good
    │   └── ChannelUnavailable      the channel works for no recipient
    ├── NotSeenThen                 the page was not seen at the time that was asked for
    ├── TurnPaused                  the check goes on after the pause at its host
    └── StorageError
        ├── LeaseLost, UnknownWatch, UnknownTag, UnknownRevision, SchemaMismatch, NotADatabase, DatabaseNotWritable,
            DatabaseBusy, DatabaseAway, SchemaDamaged, DatabaseMoved, OtherKey, DamagedHistory, BodyRemoved,
            DamagedBackup

A `NotSeen` error carries facts; `reason()` gives them as a `Reason`, from which `monitor.wording.reasons` makes
sentences at the edge. `FetchError` and `ExtractError` both lead to the outcome *not seen*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: a stable code and the facts that a sentence about it needs.

    `facts` hold JSON values only, so that a reason can be stored and read back unchanged.
    """

    code: str
    facts: dict[str, str | int | None] = field(default_factory=dict)


class MonitorError(Exception):
    """Base class of all exceptions that Bevaka raises on purpose."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in the schedule file: `what` says what is wrong and what would be right.

    `line` is 1-based; 0 for the file as a whole (it does not exist). `key` is the key of the value that it is about,
    "key" of a watch's own key, "" where it is about none. `reason` is what is wrong as a code and facts, where it can
    be said in other languages than English.
    """

    line: int
    what: str
    key: str = ""
    reason: Reason | None = field(default=None, compare=False)


class ScheduleError(MonitorError):
    """The schedule file is wrong; `mistakes` holds all mistakes, in the order of the file."""

    def __init__(self, path: str, mistakes: tuple[Mistake, ...]) -> None:
        self.path = path
        self.mistakes = mistakes
        places = (f"{path}:{mistake.line}" if mistake.line else path for mistake in mistakes)
        super().__init__("\n".join(f"{place}: {mistake.what}" for place, mistake in zip(places, mistakes, strict=True)))


class ScheduleSuperseded(MonitorError):
    """Another machine has put another schedule in force, of the generation `number`; nothing was written."""

    def __init__(self, number: int, machine: str, applied_at: datetime) -> None:
        super().__init__(
            f"is not the schedule in force, which is generation {number}, of the machine {machine},"
            f" since {applied_at:%Y-%m-%d %H:%M} UTC: copy that machine's file here, or make this one the next"
            " generation: bevaka schedule apply"
        )


class ScheduleNotWritten(MonitorError):
    """The schedule file cannot be replaced; it is as it was. `why` are the words of the operating system."""

    def __init__(self, path: str, why: str) -> None:
        self.why = why
        super().__init__(f"{path} cannot be written, and is as it was: {why}")


class PluginError(MonitorError):
    """The plug-ins cannot be used as they are installed."""


class PluginClash(PluginError):
    """Two plug-ins have one `name`; `first` and `second` are the classes. A defect of the program, not of its use."""

    def __init__(self, name: str, first: str, second: str) -> None:
        self.name = name
        self.first = first
        self.second = second
        super().__init__(f"{first} and {second} are both called {name!r}")


class PluginUnusable(PluginError):
    """An installed plug-in cannot be used: `plugin` is its entry point, `origin` its package."""

    def __init__(self, plugin: str, origin: str, detail: str) -> None:
        self.plugin = plugin
        self.origin = origin
        self.detail = detail
        super().__init__(f"the plug-in {plugin} of {origin} cannot be used: {detail}; mend or uninstall {origin}")


class NotSeen(MonitorError):
    """The page was not seen; base class of all errors that lead to the outcome *not seen*.

    `code` is stable (tables, JSON and logs hold it), `facts` are what a sentence needs.
    """

    code: ClassVar[str] = "not-seen"

    def __init__(self, **facts: str | int | None) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def reason(self) -> Reason:
        """Return the error as a value that can be stored."""
        return Reason(self.code, dict(self.facts))

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.facts.items())])


class FetchError(NotSeen):
    """The page could not be fetched. `reached`: whether the host was reached; None where the error does not show it."""

    code = "fetch-failed"
    reached: ClassVar[bool | None] = None
    retry_at: datetime | None = None
    """The earliest time of the next request by the server's Retry-After, aware; None if it gave none."""
    host_until: datetime | None = None
    """The earliest time of the next request to a host that could not be reached, aware; None while it is not held."""


class DnsFailed(FetchError):
    """The name of the host could not be resolved. Facts: host."""

    code = "dns-failed"
    reached = False


class ConnectFailed(FetchError):
    """No connection to the host could be opened. Facts: host, detail."""

    code = "connect-failed"
    reached = False


class TlsFailed(FetchError):
    """The certificate or the handshake was not acceptable; never retried without checking. Facts: host, detail."""

    code = "tls-failed"
    reached = False


class Timeout(FetchError):
    """The whole fetch took longer than the watch's deadline. Facts: seconds."""

    code = "timeout"
    reached = False


class ConnectionBroken(FetchError):
    """The connection ended before the answer did. Facts: host, detail."""

    code = "connection-broken"


class HostSilent(FetchError):
    """The host was not asked: the last attempts did not reach it, so it gets no requests for a while. Facts: host."""

    code = "host-silent"


class AddressRefused(FetchError):
    """The address, or the form of the URL, is one that must not be fetched. Facts: url, address, why."""

    code = "address-refused"


class RobotsRefused(FetchError):
    """robots.txt forbids the page, or answered 5xx, which forbids everything (RFC 9309, 2.3.1.4).

    Facts: url, robots (its address), status (of robots.txt).
    """

    code = "robots-refused"


class HttpStatus(FetchError):
    """An answer other than 200, 203, 304 or a redirect that was followed. Facts: status (an int), url."""

    code = "http-status"

    def __init__(self, *, status: int, url: str) -> None:
        super().__init__(status=status, url=url)
        self.status = status


class HeadTooLarge(FetchError):
    """The answer has more headers than are read, or longer ones. Facts: headers (their number) or limit (bytes)."""

    code = "head-too-large"
    reached = True


class TooManyRedirects(FetchError):
    """More redirects than are followed. Facts: url, limit."""

    code = "too-many-redirects"


class BadRedirect(FetchError):
    """A redirect without a usable address. Facts: url, location."""

    code = "bad-redirect"


class PostRedirected(FetchError):
    """A request with a body was redirected to another origin, to which it is not sent. Facts: location."""

    code = "post-redirected"
    reached = True


class ProxyFailed(FetchError):
    """The proxy could not be reached or refused to pass the request on. Facts: proxy (host:port), detail."""

    code = "proxy-failed"


class CredentialMissing(FetchError):
    """A credential that the request needs is not set on this machine. Facts: name."""

    code = "credential-missing"


class CredentialUnusable(FetchError):
    """The value of a credential cannot be sent where it is to stand. Facts: name (of what holds it), detail."""

    code = "credential-unusable"


class CredentialRepeated(FetchError):
    """The answer has the value of a credential in it, and is not kept. Facts: name."""

    code = "credential-repeated"
    reached = True


class TooLarge(FetchError):
    """The decoded body is larger than the watch allows. Facts: limit (bytes)."""

    code = "too-large"
    reached = True


class DocumentsTooLarge(FetchError):
    """The documents of a page are larger, all together, than what is fetched of one page. Facts: limit (bytes)."""

    code = "documents-too-large"


class BadBody(FetchError):
    """The body could not be decoded from its transfer form. Facts: detail."""

    code = "bad-body"
    reached = True


class ExtractError(NotSeen):
    """The page was fetched, but cannot be extracted."""

    code = "unreadable"


class SelectorMatchedNothing(ExtractError):
    """`keep` matched nothing: the page was rebuilt, or is not the page. Facts: selector."""

    code = "selector-matched-nothing"


class SentinelMissing(ExtractError):
    """`expect` is not in the text. Facts: expect, status (200 as a rule)."""

    code = "sentinel-missing"


class UnwantedText(ExtractError):
    """What `expect_not` matches is in the text. Facts: found (the words)."""

    code = "unwanted-text"


class EmptyText(ExtractError):
    """The page has no text. Facts: bytes, and to (an address) where the page sends its reader there."""

    code = "empty-text"


class NotText(ExtractError):
    """The content is not text. Facts: content_type."""

    code = "not-text"


class Unreadable(ExtractError):
    """The content is not of the type that it claims to be. Facts: detail."""

    code = "unreadable"


class NotADocument(ExtractError):
    """The link leads to a file by its address, and a web page came: an error page, or a log-in. No facts."""

    code = "not-a-document"


class FileLocked(Unreadable):
    """The file is protected by a password. Facts: form ("PDF", "Word", …)."""

    code = "file-locked"


class FileIsImage(EmptyText):
    """The file has pages but no text: they are images of pages. Facts: form, pages."""

    code = "file-is-image"


class FileEmpty(EmptyText):
    """The file is whole and has no text. Facts: form."""

    code = "file-empty"


class FileDamaged(Unreadable):
    """The file is cut short or otherwise not what its form asks for. Facts: form, detail (for the operator)."""

    code = "file-damaged"


class FileUnpacksTooLarge(ExtractError):
    """A packed file that would unpack beyond a limit. Facts: entries, megabytes or ratio, whichever limit it met."""

    code = "file-unpacks-too-large"


class FileHasEntities(Unreadable):
    """The file declares a document type or entities, which no program writes and which could unfold without end.

    Facts: form.
    """

    code = "file-has-entities"


class NoItems(ExtractError):
    """A section without items: the page was rebuilt, or is not the section. Facts: source (listing, sitemap, feed)."""

    code = "no-items"


class TooManyItems(ExtractError):
    """A sitemap has more items than the section may have. Facts: items, most."""

    code = "too-many-items"


class SitemapsMissing(ExtractError):
    """An index names more sitemaps than are fetched. Facts: sitemaps, fetched."""

    code = "sitemaps-missing"


class TooIntricate(ExtractError):
    """The markup would occupy a parser longer than that of any real page. Facts: why (what there is too much of)."""

    code = "too-intricate"


class TooHeavy(ExtractError):
    """Reading or comparing the page took more than it may (`monitor.heavy_work.budget`).

    Facts: the limit that it met, seconds (of the processor or of the clock), megabytes, blocks; or the signal
    that killed the reader.
    """

    code = "too-heavy"


class HeavyWorkError(MonitorError):
    """A piece of heavy work came to nothing, for a reason that says nothing about the page."""


class HeavyWorkBusy(HeavyWorkError):
    """Too much heavy work is being done already; ask again."""


class HeavyWorkStopped(HeavyWorkError):
    """The program is stopping."""


class HeavyWorkFailed(HeavyWorkError):
    """An error that nobody foresaw: its `name`, the `modules` in which it arose, and the `stack` as Python shows it."""

    def __init__(self, name: str, modules: tuple[str, ...], stack: str) -> None:
        self.name = name
        self.modules = modules
        self.stack = stack
        super().__init__(f"a defect, {name}, in the process that reads what is heavy:\n{stack}")


class HeavyWorkKilled(HeavyWorkFailed):
    """The process was killed from outside: by the kernel, where memory is short, or by a person."""


class NotifyError(MonitorError):
    """A message was not accepted. `permanent`: another attempt is useless for this recipient.

    `code` is the server's (e.g. 550) where it gave one; `reply` is its text; `server` is its name and port.
    """

    server: str | None = None

    def __init__(self, reply: str, *, permanent: bool, code: int | None = None) -> None:
        self.reply = reply
        self.permanent = permanent
        self.code = code
        super().__init__(f"{code or ''} {reply}".strip())


class RecipientRefused(NotifyError):
    """This recipient is refused for good (5xx)."""

    def __init__(self, reply: str, *, code: int) -> None:
        super().__init__(reply, permanent=True, code=code)


class ChannelUnavailable(NotifyError):
    """The channel works for no recipient until the operator has repaired it (535, no TLS, a bad certificate)."""

    def __init__(self, reply: str, *, code: int | None = None) -> None:
        super().__init__(reply, permanent=False, code=code)


class StorageError(MonitorError):
    """The database refused the request, or does not contain what was asked for."""


class TurnPaused(MonitorError):
    """The page cannot be requested before the pause at its host is over; nobody has to wait for that in a thread."""


class LeaseLost(StorageError):
    """Another worker took over; nothing was written."""


class UnknownWatch(StorageError):
    """No such watch in the database. `key` is what was asked for, `known` are the existing keys."""

    def __init__(self, key: str, known: tuple[str, ...] = ()) -> None:
        self.key = key
        self.known = known
        super().__init__(key)


class UnknownTag(StorageError):
    """No such tag. `key` is what was asked for, `known` are the existing keys."""

    def __init__(self, key: str, known: tuple[str, ...] = ()) -> None:
        self.key = key
        self.known = known
        super().__init__(key)


class UnknownRevision(StorageError):
    """The watch has no such revision. `asked` is what was asked for, `newest` the newest number (0: none).

    `malformed`: `asked` is not a revision spec; `first_at`: when the page was checked first, if a time before that was
    asked for; `last_at`: when it was checked last, if a time after that was; `of_another`: the other watch with a
    revision of which it was to be compared; `before_first`: `asked` is the first revision, and the one before it was
    asked for. `timezone` is that of the watch.
    """

    def __init__(
        self,
        asked: str,
        newest: int = 0,
        *,
        malformed: bool = False,
        first_at: datetime | None = None,
        last_at: datetime | None = None,
        of_another: str | None = None,
        before_first: bool = False,
        timezone: str = "UTC",
    ) -> None:
        self.timezone = timezone
        self.asked = asked
        self.newest = newest
        self.before_first = before_first
        self.malformed = malformed
        self.first_at = first_at
        self.last_at = last_at
        self.of_another = of_another
        super().__init__(asked)


class NotSeenThen(MonitorError):
    """The page was not seen at the time that was asked for.

    `kind` is the kind of gap (`monitor.core.record.coverage.Gap`), `reasons` why it was not seen, in the order of the
    checks that failed. `before` and `after` are the revision and the time of the last sight before the gap and of the
    first one after it; None where there is none. `timezone` is that of the watch.
    """

    def __init__(
        self,
        asked: str,
        kind: str,
        reasons: tuple[Reason, ...],
        before: tuple[int, datetime] | None,
        after: tuple[int, datetime] | None,
        *,
        timezone: str = "UTC",
    ) -> None:
        self.timezone = timezone
        self.asked = asked
        self.kind = kind
        self.reasons = reasons
        self.before = before
        self.after = after
        super().__init__(asked)


class SchemaMismatch(StorageError):
    """The database is of another version than this program. `found` and `expected` are migration names.

    `is_older`: this program could bring it up to date, but only on request.
    """

    def __init__(self, found: str | None, expected: str, *, is_older: bool = False) -> None:
        self.found = found
        self.expected = expected
        self.is_older = is_older
        cure = (
            "bring it up to date with `bevaka db upgrade`, after a backup"
            if is_older
            else "use the program that made it, or a copy of the database from before"
        )
        super().__init__(f"the database has schema {found}, this program {expected}: {cure}")


class SchemaDamaged(StorageError):
    """A table or a column that this program made is not in the database."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database's tables are not as this program made them: {reason}")


class DatabaseMoved(StorageError):
    """The history was copied to another database, `target`, and goes on there."""

    def __init__(self, target: str, at: datetime) -> None:
        super().__init__(
            f"this history was moved to {target} on {at:%Y-%m-%d %H:%M} UTC and goes on there: name that database in"
            " BEVAKA_DATABASE. If that was thrown away, remove the mark named moved from the table marks by hand"
        )


class OtherKey(StorageError):
    """Links of this database are signed with another key than this machine's; `since` is when that was noted."""

    def __init__(self, since: datetime) -> None:
        super().__init__(
            f"links of this database have been signed with another key since {since:%Y-%m-%d}, and would be void here:"
            " give this machine the others' BEVAKA_SECRET_KEY. If that key is lost for good, remove the mark named"
            " signing_key from the table marks by hand"
        )


class DamagedHistory(StorageError):
    """A history is damaged; nothing was copied. `flaws` say what is wrong."""

    def __init__(self, place: str, flaws: list[Flaw]) -> None:
        self.flaws = flaws
        super().__init__(f"{place} is damaged, and nothing was copied: {len(flaws)} flaws, the first: {flaws[0].what}")


class NoDatabase(StorageError):
    """There is no database where a history was to be read; none was made."""


class NotADatabase(StorageError):
    """The file exists but is not a database of Bevaka; it was not touched."""


class DatabaseNotWritable(StorageError):
    """The database can be opened for reading alone, or not at all, since its disk or folder cannot be written."""


class DatabaseBusy(StorageError):
    """Another process held the database for longer than the busy time-out."""


class DatabaseAway(StorageError):
    """The database server cannot be reached."""


class HostTaken(MonitorError):
    """A host's turn did not come: others of ours kept asking it. Says nothing about the host."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"{host}: another request to it did not end; it is asked again later")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the database that differs from what was written. `revision` is None if no revision is concerned."""

    watch: str
    revision: int | None
    what: str


class DamagedBackup(StorageError):
    """A backup copy of the database is damaged; nothing was written. `flaws` say what is wrong."""

    def __init__(self, path: Path, flaws: list[Flaw]) -> None:
        self.path = path
        self.flaws = flaws
        super().__init__(f"{path} is damaged: {len(flaws)} flaws, the first: {flaws[0].what}")


class BodyRemoved(StorageError):
    """The body of a revision was removed by retention; its hash and everything else about it are still there.

    `removed_at` and `rule` say when and why.
    """

    def __init__(self, sha256: str, removed_at: datetime, rule: str) -> None:
        self.sha256 = sha256
        self.removed_at = removed_at
        self.rule = rule
        super().__init__(f"body {sha256} was removed on {removed_at:%Y-%m-%d} by retention ({rule})")
