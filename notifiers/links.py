"""Addresses of the web page, and signed links that are valid for one subscriber."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from monitor.core.model import Delivery, Language, Subscriber
from monitor.core.people.signed_links import EVERY_WATCH, Grant, Signer


class Links:
    """Makes the addresses in mails; `public_url` is the address of the web page, without a slash at the end."""

    def __init__(self, public_url: str, signer: Signer) -> None:
        self._public_url = public_url
        self._signer = signer

    def diff(self, key: str, before: int, after: int, language: Language) -> str:
        """Return the address of the whole comparison of two revisions."""
        return f"{self._watch(key)}/diff?from={before}&to={after}&lang={language}"

    def copy(self, key: str, number: int, language: Language) -> str:
        """Return the address of a revision."""
        return f"{self._watch(key)}/{number}?lang={language}"

    def confirm(self, subscriber: Subscriber, sign_up: int, issued: datetime) -> str:
        """Return the link that confirms a sign-up."""
        return self._signed(Grant("confirm", subscriber.id, subscriber.generation, (sign_up,)), issued)

    def manage(self, subscriber: Subscriber, issued: datetime) -> str:
        """Return the link to change what a subscriber follows and how often they are notified."""
        return self._signed(Grant("manage", subscriber.id, subscriber.generation), issued)

    def leave(self, delivery: Delivery) -> str:
        """Return the one-click link that ends the subscriptions of a delivery; for a digest, all those it gathered."""
        watch_ids: tuple[int, ...] = ()
        if delivery.kind == "mail":
            watch_ids = tuple(sorted({item.subscription.watch_id or EVERY_WATCH for item in delivery.items}))
        subscriber = delivery.subscriber
        return self._signed(Grant("leave", subscriber.id, subscriber.generation, watch_ids), delivery.created_at)

    def _signed(self, grant: Grant, issued: datetime) -> str:
        return f"{self._public_url}/{grant.purpose}/{self._signer.token(grant, issued)}"

    def _watch(self, key: str) -> str:
        return f"{self._public_url}/watches/{quote(key, safe='')}"
