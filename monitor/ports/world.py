"""The world outside as Protocols: time, hosts, fetchers, extractors, the register of amendments."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from monitor.core.model import (
    Extraction,
    Fetched,
    NotModified,
    Recipe,
    Redirected,
    Validators,
    Watch,
)

if TYPE_CHECKING:
    from monitor.core.law.amendments import Amendment


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
        """Wait for this host's turn and hold it. `host` is `name` or `name:port`.

        How the turn ends tells whether the host can be reached (`FetchError.reached`). Raises HostSilent, at once,
        while the host is left alone because it could not.
        """
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


class AmendmentRegister(Protocol):
    """A second reader of laws: what the register of amendments says of one."""

    def amendments(self, sfs: str) -> tuple[Amendment, ...]:
        """The acts that amended a law, the oldest first. Raises FetchError."""
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


@runtime_checkable
class KnowsMarkup(Protocol):
    """A reader that can tell without reading, at a quarter of the cost, that nothing which could be read differs."""

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """The same for two answers only if their readings have the same fingerprint; None where that is unknown."""
        ...
