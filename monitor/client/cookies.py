"""Cookies of one chain of redirects: a site that sets one and asks the reader to come again gets it back.

They are kept within their chain and their origin, from the redirects alone, and are forgotten with the chain: no page
is read as the same visitor twice. Those that the watch itself sends go to its own origin, until the chain leaves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

MOST = 20
"""Cookies of one origin."""
LONGEST = 4096
"""Characters of a cookie, its name among them: what browsers keep (RFC 6265, 6.1)."""


class ChainCookies:
    """The cookies of each origin (scheme://host:port) that a chain of redirects has passed."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, str]] = defaultdict(dict)
        self._given: dict[str, dict[str, str]] = {}

    def give(self, origin: str, cookies: Mapping[str, str]) -> None:
        """Send these values by name to an origin; one that the site sets itself takes the place of its namesake."""
        self._given = {origin: {name: f"{name}={value}" for name, value in cookies.items()}}

    def take_back(self) -> None:
        """Send the cookies that were given to nobody any more."""
        self._given = {}

    def keep(self, origin: str, headers: Iterable[tuple[str, str]]) -> None:
        """Keep what the headers of a redirect set."""
        kept = self._of[origin]
        for name, value in headers:
            if name.lower() != "set-cookie":
                continue
            pair = value.partition(";")[0].strip()
            key, equals, _ = pair.partition("=")
            if equals and key.strip() and len(pair) <= LONGEST and pair.isprintable():
                kept[key.strip()] = pair
        while len(kept) > MOST:
            del kept[next(iter(kept))]

    def header(self, origin: str) -> dict[str, str]:
        """Return the header that gives an origin its cookies; empty where there are none for it."""
        kept = {**self._given.get(origin, {}), **self._of.get(origin, {})}
        return {"Cookie": "; ".join(kept.values())} if kept else {}
