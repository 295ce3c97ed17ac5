"""Sending of owed deliveries, in a thread of its own: a slow mail server delays no check."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from monitor.delivery.deliver import DeliveryResult

log = logging.getLogger("bevaka.deliver")


class DeliveryThread:
    """A thread that sends every `seconds`, and at once after a `nudge`."""

    def __init__(self, deliver_due: Callable[[], Mapping[DeliveryResult, int]], *, seconds: float) -> None:
        self._deliver_due = deliver_due
        self._seconds = seconds
        self._nudged = threading.Event()
        self._stopping = False
        self._failing: str | None = None
        self._thread = threading.Thread(target=self._run, name="deliveries")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def nudge(self) -> None:
        """Send at once, since new deliveries are owed."""
        self._nudged.set()

    @property
    def is_well(self) -> bool:
        """True if the latest round completed, whatever the result of each mail."""
        return self._failing is None

    def stop(self) -> None:
        """Send no further message, and wait for the one that is being sent."""
        self._stopping = True
        self._nudged.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._nudged.clear()
            self._round()
            if not self._stopping:
                self._nudged.wait(self._seconds)

    def _round(self) -> None:
        try:
            counts = self._deliver_due()
        except Exception as error:  # a boundary: the database may be busy or full now; the next round tries again
            if self._failing != repr(error):  # logged once, not every round
                log.exception("mails could not be sent; trying again")
            self._failing = repr(error)
            return
        self._failing = None
        facts: dict[str, object] = {state: count for state, count in counts.items() if count}
        if facts:
            log.log(logging.ERROR if facts.get("dead") else logging.INFO, "mails", extra=facts)
