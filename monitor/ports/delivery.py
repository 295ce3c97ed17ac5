"""Delivery as Protocols: what writes a message, and what hands it over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from monitor.core.model import (
    Delivery,
    Subscriber,
)
from monitor.ports.values import ChangeView, DigestAccount, Envelope, Message


class Notifier(Protocol):
    """A way to tell people. A plug-in: one file under notifiers, one class, with a `NAME`."""

    NAME: str

    def send(self, envelope: Envelope) -> str:
        """Hand a message over; returns the server's reply once it has taken it. Raises NotifyError."""
        ...

    def close(self) -> None:
        """Let go of what is held open between messages."""
        ...


class Composer(Protocol):
    """Writes the message of a delivery: one view for a mail, several for a digest, none for a letter."""

    def __call__(
        self,
        views: Sequence[ChangeView],
        subscriber: Subscriber,
        delivery: Delivery,
        *,
        account: DigestAccount | None = None,
    ) -> Message: ...
