"""The manners of a single visit: what a `HostGate` is to `inspect`, which looks at one page and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime


class InMemoryHostGate:
    """Lets one thread pass at once: robots.txt and the page, one after the other, are all that a visit asks for."""

    def __init__(self) -> None:
        self._robots: dict[str, tuple[str, datetime]] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """This host's turn."""
        del host
        yield

    def robots(self, host: str) -> tuple[str, datetime] | None:
        """The robots.txt of this visit."""
        return self._robots.get(host)

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        """Keep it for this visit: a page may redirect to another of its host."""
        self._robots[host] = (text, at)

    def hold(self, host: str, until: datetime) -> None:
        """Nothing is asked twice, so there is nothing to hold back."""
        del host, until
