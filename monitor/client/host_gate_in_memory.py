"""The `HostGate` of a single fetch, for `inspect`, which fetches one page and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime


class InMemoryHostGate:
    """Lets its only thread pass at once: a single fetch requests robots.txt and the page, one after the other."""

    def __init__(self) -> None:
        self._robots: dict[str, tuple[str, datetime]] = {}

    @contextmanager
    def request(self, host: str) -> Iterator[None]:
        """Pass at once."""
        del host
        yield

    def pause_turn(self, host: str) -> None:
        """Do nothing: nothing is spaced."""

    def robots(self, host: str) -> tuple[str, datetime] | None:
        """Return the robots.txt of this host (scheme://host:port) and when it was fetched; None if it was not."""
        return self._robots.get(host)

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        """Keep a robots.txt for this fetch: a page may redirect to another one of its host."""
        self._robots[host] = (text, at)

    def hold(self, host: str, until: datetime) -> None:
        """Do nothing: no page is requested twice, so there is nothing to hold back."""
        del host, until
