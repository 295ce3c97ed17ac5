"""What the web page stands on: use cases and facts, handed over by the assembly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from flask import current_app

from monitor.checking.check_outcome import CheckResult
from monitor.core.model import Watch
from monitor.history import History
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock

if TYPE_CHECKING:
    from monitor.delivery.mass_changes import MassChanges
    from monitor.people.self_service import SelfService

EXTENSION_NAME = "bevaka"


class CheckNow(Protocol):
    """The use case of checking one page now."""

    def __call__(self, watch: Watch, *, force: bool = False, accept: bool = False) -> CheckResult | None:
        """Check; None when another worker is checking it."""
        ...


@dataclass(frozen=True, slots=True)
class WebContext:
    """`public_url` has no slash at its end; its path is the prefix of every address.

    `password` is a hash, None turns the operators' actions off. `since_tick` tells how many seconds ago the daemon
    last ticked; None where no daemon runs in this process.
    """

    history: History
    unit_of_work: UnitOfWork
    clock: Clock
    check_now: CheckNow
    self_service: SelfService
    mass_changes: MassChanges
    public_url: str
    secret: bytes = field(repr=False)
    password: str | None = field(default=None, repr=False)
    since_tick: Callable[[], float] | None = None

    @property
    def prefix(self) -> str:
        """The path under which the page is reached: "" or "/bevakning"."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach the page over TLS."""
        return urlsplit(self.public_url).scheme == "https"


def web_context() -> WebContext:
    """Those of the application that answers now."""
    return cast("WebContext", current_app.extensions[EXTENSION_NAME])
