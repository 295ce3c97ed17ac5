"""robots.txt (RFC 9309): asked for once a day and origin, and kept by the host gate."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from protego import Protego

from monitor.client.addresses import Target
from monitor.errors import RobotsRefused
from monitor.ports.world import Clock, HostGate

KEPT = timedelta(hours=24)
"""RFC 9309, 2.4."""
LARGEST_ROBOTS = 512_000
"""RFC 9309, 2.5: at least 500 KiB are to be read; what stands after that does not count."""
ORIGINS_READY = 256
"""Parsed files kept ready in memory; the texts are in the gate."""


class Robots:
    """Says whether an address may be asked. `fetch` gets the text of a robots.txt; it raises FetchError."""

    def __init__(self, gate: HostGate, clock: Clock, product: str) -> None:
        self._gate = gate
        self._clock = clock
        self._product = product
        self._ready: dict[str, tuple[datetime, Protego]] = {}
        self._lock = threading.Lock()

    def check(self, target: Target, fetch: Callable[[], str]) -> None:
        """Raises RobotsRefused when robots.txt forbids this address, and what `fetch` raises when it cannot be had."""
        if not self._rules(target, fetch).can_fetch(target.url, self._product):
            raise RobotsRefused(url=target.url, robots=robots_address(target), status=200)

    def _rules(self, target: Target, fetch: Callable[[], str]) -> Protego:
        origin, now = target.origin, self._clock.now()
        with self._lock:
            ready = self._ready.get(origin)
        if ready is not None and _fresh(ready[0], now):
            return ready[1]
        kept = self._gate.robots(origin)
        if kept is not None and _fresh(kept[1], now):
            text, at = kept
        else:
            text, at = fetch(), self._clock.now()
            self._gate.keep_robots(origin, text, at)
        rules = Protego.parse(text)
        with self._lock:
            self._ready.pop(origin, None)
            if len(self._ready) >= ORIGINS_READY:
                self._ready.pop(next(iter(self._ready)))
            self._ready[origin] = (at, rules)
        return rules


def robots_address(target: Target) -> str:
    """Where the rules for this address stand."""
    return Target(target.scheme, target.host, target.port, "/robots.txt").url


def _fresh(at: datetime, now: datetime) -> bool:
    """A copy from the future (the clock was set back) is not trusted for longer than any other."""
    return abs(now - at) < KEPT


def rules_text(body: bytes) -> str:
    """A body as the text of a robots.txt. An HTML page in its place (a "soft" 404) rules nothing."""
    text = body.decode("utf-8-sig", "replace")
    return "" if text.lstrip()[:1] == "<" else text
