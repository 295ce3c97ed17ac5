"""What the looks came to, for the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from monitor.check import CheckResult
from monitor.core.model import SEEN, Watch
from monitor.core.reasons import sentence

log = logging.getLogger("bevaka.check")

NETWORK = frozenset({"dns-failed", "connect-failed", "host-silent"})
"""Reasons that may be this machine's own."""


class Looks:
    """Logs every look; called from the lanes' threads. `owed` is told when something new is owed."""

    def __init__(self, owed: Callable[[], None]) -> None:
        self._owed = owed
        self._reached: dict[str, bool] = {}
        self._offline = False
        self._has_news = False

    def done(self, watch: Watch, result: CheckResult | None) -> None:
        """A look ended; None: there was nothing to do."""
        if result is None:
            return
        if result.owed:
            self._owed()
        self._has_news = True
        self._reached[watch.key] = result.reason is None or result.reason.code not in NETWORK
        log.log(
            logging.INFO if result.outcome in SEEN else logging.WARNING,
            "",
            extra={
                "watch": watch.key,
                "outcome": result.outcome.value,
                "revision": result.revision,
                "material": {True: "yes", False: "no", None: None}[result.material],
                "owed": result.owed or None,
                "failures": result.failures or None,
                "summary": result.summary[watch.language] if result.summary else None,
                "reason": sentence(result.reason, watch.language) if result.reason else None,
            },
        )

    def failed(self, watch: Watch, error: Exception) -> None:
        """A look ended with an error that is not the page's."""
        log.error("the look came to nothing; trying again", exc_info=error, extra={"watch": watch.key})

    def say_network(self, keys: Iterable[str]) -> None:
        """Say it plainly, and once, when none of these watches could be reached when it was last looked at."""
        if not self._has_news:
            return  # with a long schedule, most ticks
        self._has_news = False
        last = [self._reached[key] for key in keys if key in self._reached]
        offline = bool(last) and not any(last)
        if offline and not self._offline:
            log.warning(
                "no page could be reached; is this machine offline?", extra={"event": "network", "pages": len(last)}
            )
        elif self._offline and any(last):
            log.info("pages can be reached again", extra={"event": "network"})
        self._offline = offline
