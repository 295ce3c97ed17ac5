"""The context of the web page: use cases and facts, passed in by the assembly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from flask import current_app

from monitor.checking.check_outcome import CheckResult
from monitor.checking.lateness import Lateness
from monitor.core.model import Watch
from monitor.history import History
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock

if TYPE_CHECKING:
    from monitor.checking.trial import TryWatch
    from monitor.core.model import Schedule
    from monitor.delivery.mass_changes import MassChanges
    from monitor.people.self_service import SelfService
    from monitor.replay import ReplayRecipe

EXTENSION_NAME = "bevaka"


class CheckNow(Protocol):
    """The use case of checking one page now."""

    def __call__(self, watch: Watch, *, force: bool = False, accept: bool | str = False) -> CheckResult | None:
        """Check the watch, as `monitor.checking.check.Check` does; None if another worker is checking it."""
        ...


@dataclass(frozen=True, slots=True)
class WebContext:
    """The use cases and facts of one web application.

    `schedule_file` is edited by operators; what reads it (pydantic) is imported with the first edit, since most
    processes never edit. `apply_schedule` makes the database match a schedule. `try_watch` and
    `replay` return the use cases, made when they are first needed.

    `public_url` has no trailing slash; its path is the prefix of every address. `password` is a hash; None disables
    the operators' actions. `since_tick` returns how many seconds ago the daemon last ticked; None if no daemon runs in
    this process. `lateness` is that of the checks of this process. `credentials` are what the schedule file may name.
    """

    history: History
    unit_of_work: UnitOfWork
    clock: Clock
    check_now: CheckNow
    self_service: SelfService
    mass_changes: MassChanges
    try_watch: Callable[[], TryWatch]
    replay: Callable[[], ReplayRecipe]
    schedule_file: Path
    apply_schedule: Callable[[Schedule], object]
    public_url: str
    secret: bytes = field(repr=False)
    password: str | None = field(default=None, repr=False)
    since_tick: Callable[[], float] | None = None
    lateness: Lateness = field(default_factory=Lateness)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def prefix(self) -> str:
        """The path under which the web page is reached, such as "" or "/bevakning"."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        """True if the web page is reached over TLS."""
        return urlsplit(self.public_url).scheme == "https"


def web_context() -> WebContext:
    """Return the context of the current application."""
    return cast("WebContext", current_app.extensions[EXTENSION_NAME])
