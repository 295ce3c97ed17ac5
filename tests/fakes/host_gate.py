"""A host gate that never waits and records its calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime


class OpenGate:
    """A host gate without spacing: `turns` has the hosts in the order of their requests, `held` the calls of `hold`."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.inside: set[str] = set()
        self.kept: dict[str, tuple[str, datetime]] = {}
        self.held: list[tuple[str, datetime]] = []

    @contextmanager
    def request(self, host: str) -> Iterator[None]:
        assert host not in self.inside, "two requests to one host at a time"
        self.turns.append(host)
        self.inside.add(host)
        try:
            yield
        finally:
            self.inside.discard(host)

    def pause_turn(self, host: str) -> None:
        pass

    def robots(self, host: str) -> tuple[str, datetime] | None:
        return self.kept.get(host)

    def keep_robots(self, host: str, text: str, at: datetime) -> None:
        self.kept[host] = (text, at)

    def hold(self, host: str, until: datetime) -> None:
        self.held.append((host, until))
