"""Addresses of the web page, and signed ones that are good for one person."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from monitor.core.model import Delivery, Language, Subscriber
from monitor.core.people.signed_links import EVERY_WATCH, Grant, Signer


class Links:
    """Makes every address that stands in a mail; `public_url` is where the web page is reached, without a slash."""

    def __init__(self, public_url: str, signer: Signer) -> None:
        self._public_url = public_url
        self._signer = signer

    def diff(self, key: str, before: int, after: int, language: Language) -> str:
        """The whole comparison of two revisions."""
        return f"{self._watch(key)}/diff?from={before}&to={after}&lang={language}"

    def copy(self, key: str, number: int, language: Language) -> str:
        """What a revision said."""
        return f"{self._watch(key)}/{number}?lang={language}"

    def confirm(self, subscriber: Subscriber, sign_up: int, issued: datetime) -> str:
        """Where she confirms what she asked for."""
        return self._signed(Grant("confirm", subscriber.id, subscriber.generation, (sign_up,)), issued)

    def manage(self, subscriber: Subscriber, issued: datetime) -> str:
        """Where she changes what she follows and how often she is told."""
        return self._signed(Grant("manage", subscriber.id, subscriber.generation), issued)

    def leave(self, delivery: Delivery) -> str:
        """Where one click ends what this delivery came through: its subscriptions; of a digest, everything gathered."""
        things: tuple[int, ...] = ()
        if delivery.kind == "mail":
            things = tuple(sorted({item.subscription.watch_id or EVERY_WATCH for item in delivery.items}))
        subscriber = delivery.subscriber
        return self._signed(Grant("leave", subscriber.id, subscriber.generation, things), delivery.created_at)

    def _signed(self, grant: Grant, issued: datetime) -> str:
        return f"{self._public_url}/{grant.purpose}/{self._signer.token(grant, issued)}"

    def _watch(self, key: str) -> str:
        return f"{self._public_url}/watches/{quote(key, safe='')}"
