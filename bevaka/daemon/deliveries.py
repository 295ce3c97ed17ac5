"""Sending what is owed, in a thread of its own: a slow mail server holds up no look."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from monitor.delivery.deliver import DeliveryResult

log = logging.getLogger("bevaka.deliver")


class DeliveryThread:
    """Sends every `seconds`, and at once after a `nudge`."""

    def __init__(self, deliver_due: Callable[[], Mapping[DeliveryResult, int]], *, seconds: float) -> None:
        self._deliver_due = deliver_due
        self._seconds = seconds
        self._nudged = threading.Event()
        self._stopping = False
        self._failing: str | None = None
        self._thread = threading.Thread(target=self._run, name="deliveries")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """Something new is owed."""
        self._nudged.set()

    @property
    def are_well(self) -> bool:
        """Whether the last round came to its end; what became of each mail is another matter."""
        return self._failing is None

    def stop(self) -> None:
        """Send no more, and wait for the message that is under way."""
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
        except Exception as error:  # a boundary: the database may be busy or full now, and the next round goes on
            if self._failing != repr(error):  # once, not every round
                log.exception("mails could not be sent; trying again")
            self._failing = repr(error)
            return
        self._failing = None
        said: dict[str, object] = {state: count for state, count in counts.items() if count}
        if said:
            log.log(logging.ERROR if said.get("dead") else logging.INFO, "mails", extra=said)
