"""Log of the results of checks, and of whether pages can be reached at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.checking.check_outcome import CheckResult
from monitor.checking.sync_schedule import NamedKeys
from monitor.core.model import SEEN, Outcome, Watch
from monitor.wording.reasons import reason_sentence

log = logging.getLogger("bevaka.check")

NETWORK = frozenset({"dns-failed", "connect-failed", "host-silent"})
"""Reasons that may be caused by this machine's own network."""
SUMMARY_EVERY = timedelta(minutes=1)
MOST_REMEMBERED = 1000
"""The most pages remembered as reached, and as not reached.

One page that can be reached is enough to say that all is well. The latest ones are kept, so that all of them must be
lost before a machine that is online seems offline.
"""


class CheckLog:
    """Logs every check; called from the checking threads. `owed` is called when new deliveries are owed."""

    def __init__(self, owed: Callable[[], None]) -> None:
        self._owed = owed
        self._reached: dict[str, None] = {}  # used as an ordered set: the latest check last
        self._missed: set[str] = set()
        self._guard = threading.Lock()
        self._offline = False
        self._has_news = False
        self._checked = self._unchanged = 0
        self._next_summary: datetime | None = None

    def done(self, watch: Watch, result: CheckResult | None) -> None:
        """Log the result of a check; None means that there was nothing to do."""
        if result is None:
            return
        if result.owed:
            self._owed()
        with self._guard:
            self._checked += 1
            self._unchanged += result.outcome is Outcome.UNCHANGED
        self._remember(watch.key, reached=result.reason is None or result.reason.code not in NETWORK)
        log.log(
            _level(result.outcome),
            "",
            extra={
                "watch": watch.key,
                "outcome": result.outcome.value,
                "revision": result.revision,
                "material": result.material,
                "owed": result.owed or None,
                "failures": result.failures or None,
                "summary": result.summary[watch.language] if result.summary else None,
                "reason": reason_sentence(result.reason, watch.language) if result.reason else None,
            },
        )

    def log_round(self, now: datetime) -> None:
        """Log how many pages were checked since the last such line; at most one a minute, none where none was."""
        with self._guard:
            if not self._checked or (self._next_summary is not None and now < self._next_summary):
                return
            facts = {"event": "round", "checked": self._checked, "unchanged": self._unchanged}
            self._checked = self._unchanged = 0
            self._next_summary = now + SUMMARY_EVERY
        log.info("", extra=facts)

    def failed(self, watch: Watch, error: Exception) -> None:
        """Log a check that ended with an error that is not the page's."""
        log.error("the look came to nothing; trying again", exc_info=error, extra={"watch": watch.key})

    def _remember(self, key: str, *, reached: bool) -> None:
        with self._guard:
            self._has_news = True
            self._reached.pop(key, None)
            if reached:
                self._missed.discard(key)
                self._reached[key] = None
                if len(self._reached) > MOST_REMEMBERED:
                    del self._reached[next(iter(self._reached))]
            elif len(self._missed) < MOST_REMEMBERED:
                self._missed.add(key)

    def forget(self, archived: NamedKeys) -> None:
        """Forget archived watches: they are no longer checked, and say nothing of the network."""
        with self._guard:
            if archived.count > len(archived.named):  # not all of them are named
                self._reached.clear()
                self._missed.clear()
            for key in archived.named:
                self._reached.pop(key, None)
                self._missed.discard(key)

    def log_network(self) -> None:
        """Warn, once, when no watch could be reached at its latest check; log when pages can be reached again."""
        with self._guard:
            if not self._has_news:
                return  # the case at most ticks of a long schedule
            self._has_news = False
            reached, missed = len(self._reached), len(self._missed)
        offline = missed > 0 and not reached
        if offline and not self._offline:
            log.warning(
                "no page could be reached; is this machine offline?", extra={"event": "network", "pages": missed}
            )
        elif self._offline and reached:
            log.info("pages can be reached again", extra={"event": "network"})
        self._offline = offline


def _level(outcome: Outcome) -> int:
    if outcome is Outcome.UNCHANGED:
        return logging.DEBUG
    return logging.INFO if outcome in SEEN else logging.WARNING
