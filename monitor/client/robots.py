"""robots.txt (RFC 9309): fetched once a day and origin, and kept by the host gate."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from protego import Protego

from monitor.client.addresses import Target
from monitor.core.page.decoding import decode
from monitor.errors import RobotsRefused
from monitor.ports.world import Clock, HostGate

KEPT = timedelta(hours=24)
"""RFC 9309, 2.4."""
LARGEST_ROBOTS = 512_000
"""RFC 9309, 2.5: at least 500 KiB must be parsed; what follows is ignored."""
ORIGINS_READY = 256
"""Parsed files cached in memory; the texts are kept by the host gate."""


class Robots:
    """Checks URLs against robots.txt. `fetch` returns the text of a robots.txt, and raises FetchError."""

    def __init__(self, gate: HostGate, clock: Clock, product: str) -> None:
        self._gate = gate
        self._clock = clock
        self._product = product
        self._our_agent_line = re.compile(
            rf"^[ \t]*user[- ]?agent[ \t]*:(?:[^#\n]*[^#\n\w-])?{re.escape(product)}(?![\w-]).*$",
            re.IGNORECASE | re.MULTILINE,
        )
        self._cached: dict[str, tuple[datetime, Protego]] = {}
        self._lock = threading.Lock()

    def check(self, target: Target, fetch: Callable[[], str]) -> None:
        """Raise RobotsRefused if robots.txt forbids this URL, and what `fetch` raises if it cannot be fetched.

        Raises TurnPaused if it had to be fetched, and whoever checks the page can go on after the pause at its host.
        """
        rules, is_new = self._rules(target, fetch)
        if not rules.can_fetch(target.url, self._product):
            raise RobotsRefused(url=target.url, robots=robots_address(target), status=200)
        if is_new:
            self._gate.pause_turn(target.gate_key)

    def _rules(self, target: Target, fetch: Callable[[], str]) -> tuple[Protego, bool]:
        """Return the rules, and whether they had to be fetched."""
        origin, now = target.origin, self._clock.now()
        with self._lock:
            cached = self._cached.get(origin)
        if cached is not None and _is_fresh(cached[0], now):
            return cached[1], False
        kept = self._gate.robots(origin)
        is_new = kept is None or not _is_fresh(kept[1], now)
        if kept is not None and not is_new:
            text, at = kept
        else:
            text, at = fetch(), self._clock.now()
            self._gate.keep_robots(origin, text, at)
        rules = Protego.parse(self._for_us_by_name(text))
        with self._lock:
            self._cached.pop(origin, None)
            if len(self._cached) >= ORIGINS_READY:
                self._cached.pop(next(iter(self._cached)))
            self._cached[origin] = (at, rules)
        return rules, is_new

    def _for_us_by_name(self, text: str) -> str:
        """Return the rules with each line that names us in the plain form, and without those that name us in part.

        RFC 9309, 2.2.1: the whole token is compared, without its version; Protego compares its beginning.
        """

        def renamed(line: re.Match[str]) -> str:
            is_part = self._product.lower().startswith(line[1].lower()) and line[1].lower() != self._product.lower()
            return f"User-agent: {_NOBODY}" if is_part else line[0]

        return _AGENT_NAME.sub(renamed, self._our_agent_line.sub(f"User-agent: {self._product}", text))


def robots_address(target: Target) -> str:
    """Return the URL of the robots.txt for this target."""
    return Target(target.scheme, target.host, target.port, "/robots.txt").url


def _is_fresh(at: datetime, now: datetime) -> bool:
    """True if a robots.txt is not too old. One from the future (the clock was set back) is kept no longer."""
    return abs(now - at) < KEPT


_NOBODY = "another-program-than-this"
_AGENT_NAME = re.compile(
    r"^[^\S\n]*user[- ]?agent[^\S\n]*:[^\S\n]*([a-z_-]+)[^\S\n]*(?:#.*)?$", re.IGNORECASE | re.MULTILINE
)
_AGENT_LINE = re.compile(r"^[^\S\n]*user[- ]?agent[^\S\n]*:", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r"^[^\S\n]*#.*$", re.MULTILINE)
_HTML_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)


def rules_text(body: bytes) -> str:
    """Return a body as the text of a robots.txt. An HTML page in its place (a "soft" 404) has no rules.

    A page is told by its document: a server's warning or a comment before the rules is markup, too, but no page.
    """
    text = "\n".join(decode(body, None)[0].replace("\ufeff", "").splitlines())
    rules = _AGENT_LINE.search(text)
    if rules is None:
        return "" if text.lstrip()[:1] == "<" else text
    return "" if _HTML_DOCUMENT.search(_COMMENT.sub("", text[: rules.start()])) else text
