"""The outside world as Protocols: time, hosts, fetchers, extractors, heavy work, services, the amendment register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition, Thread
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar, runtime_checkable

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

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


class Clock(Protocol):
    """The current time, and waiting."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; return early if the program is told to stop."""
        ...


class Threads(Protocol):
    """Threads, and the time for which they wait: the machine's own, or simulated, so that a day passes in minutes."""

    def monotonic(self) -> float:
        """Return seconds since some moment, by a clock that nobody sets."""
        ...

    def condition(self) -> Condition:
        """Return a condition to wait on."""
        ...

    def start(self, work: Callable[[], None], name: str) -> Thread:
        """Start a thread that does not keep the program from ending."""
        ...


class HostGate(Protocol):
    """The gate of every host: one request at a time, spaced, and robots.txt remembered."""

    def request(self, host: str) -> AbstractContextManager[None]:
        """Wait until a request may be sent to a host, and let nobody else send one meanwhile. `host`: `name[:port]`.

        A host whose turn this thread holds is waited for only as long as the spacing after the last request
        asks; any other one until its turn is free. How the block ends records whether the host can be reached
        (`FetchError.reached`). Raises HostSilent, at once, while the host is left alone because it could not be
        reached, and HostTaken where its turn does not come.
        """
        ...

    def pause_turn(self, host: str) -> None:
        """Raise TurnPaused if the spacing keeps this thread from asking the host, and its turn can be paused."""
        ...

    def robots(self, host: str) -> tuple[str, datetime] | None:
        """Return the robots.txt stored for this host (scheme://host:port) and when it was fetched; None without one."""
        ...

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        """Store a robots.txt that was fetched at `at`."""
        ...


class Fetcher(Protocol):
    """A way to fetch a watch's page. A plug-in: one file under monitor/fetchers with one class that has a `NAME`."""

    NAME: str

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Fetch the page, conditionally if validators are given. Raises FetchError."""
        ...


@runtime_checkable
class ClaimsWatches(Protocol):
    """A fetcher that takes the watches it claims; an installed fetcher does (docs/plugins.md)."""

    def claims(self, watch: Watch) -> bool:
        """True if this watch is for this fetcher."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """The answer of a service: its status, and its body where the status is 200 or 203, else none."""

    status: int
    body: bytes


class Services(Protocol):
    """The services that the operator named, and that are no pages: whoever stamps times, or waits for heartbeats."""

    def ask_service(
        self,
        url: str,
        *,
        timeout: timedelta,
        max_size: int,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> ServiceAnswer:
        """Ask a service, with GET, or with POST where there is a body. Raises FetchError."""
        ...


class AmendmentRegister(Protocol):
    """A second source on laws: what the amendment register says of one."""

    def amendments(self, sfs: str) -> tuple[Amendment, ...]:
        """Return the acts that amended a law, oldest first. Raises FetchError."""
        ...


class Extractor(Protocol):
    """A way to extract an answer. A plug-in: one file under monitor/extractors with one class that has a `NAME`.

    The same answer and recipe always give the same extraction: no clock, no network.
    """

    NAME: str
    VERSION: int
    """Raised whenever the same bytes give another extraction than before."""

    def claims(self, fetched: Fetched) -> bool:
        """True if this answer is for this extractor. Cheap: checks headers and the first bytes only."""
        ...

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract an answer. Raises ExtractError."""
        ...


@runtime_checkable
class Unpacks(Protocol):
    """An extractor of a form that unpacks itself, as PDF: a small answer may hold far more than it weighs.

    What it extracts is heavy work, whatever its size.
    """

    UNPACKS: str
    """What is unpacked, in a few words."""


class HeavyWork(Protocol):
    """Does what may be heavy within a budget, where it can keep nothing else from working."""

    def run(
        self, function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs
    ) -> ResultT:
        """Return what the function returns: one of a module, without side effects, as are its arguments and result.

        Raises TooHeavy, HeavyWorkError, and the NotSeen that the function raises.
        """
        ...


@runtime_checkable
class ClaimsRecipes(Protocol):
    """An extractor that is chosen by what the recipe asks for, whatever the answer is."""

    def claims_recipe(self, recipe: Recipe) -> bool:
        """True if answers under this recipe are for this extractor."""
        ...


@runtime_checkable
class KnowsMarkup(Protocol):
    """An extractor that can tell, without extracting and at a quarter of the cost, that no extracted text differs."""

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """Return a hash that two answers share only if their extractions have the same fingerprint; None if unknown."""
        ...
