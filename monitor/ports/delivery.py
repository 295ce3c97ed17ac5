"""Delivery as Protocols: composing a message, and sending it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

from monitor.core.model import (
    Delivery,
    Subscriber,
)
from monitor.ports.values import ChangeView, DigestAccount, Envelope, Message, NotifierSettings


class Notifier(Protocol):
    """A way to notify people. A plug-in: one file under notifiers with one class that has a `NAME`."""

    NAME: str

    def send(self, envelope: Envelope) -> str:
        """Send a message; return the server's reply once it has accepted it. Raises NotifyError."""
        ...

    def close(self) -> None:
        """Close what is kept open between messages."""
        ...


class NotifierPlugin(Notifier, Protocol):
    """A notifier as the program finds and makes it: also by entry point (docs/plugins.md)."""

    @classmethod
    def from_settings(cls, settings: NotifierSettings) -> Self:
        """Make one, and open nothing yet. Raises ValueError that says which setting is missing and how to set it."""
        ...


class Composer(Protocol):
    """Composes the message of a delivery: one view for a mail, several for a digest, none for a letter."""

    def __call__(
        self,
        views: Sequence[ChangeView],
        subscriber: Subscriber,
        delivery: Delivery,
        *,
        account: DigestAccount | None = None,
    ) -> Message: ...
