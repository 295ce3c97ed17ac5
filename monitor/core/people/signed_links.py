"""Signed links: what a subscriber may do, until when, without an account.

    purpose.subscriber.generation.expires.things.signature        e.g.  leave.12.0.lq3f9k.3-0-t2.9f2c…

Nothing in a token is secret; nothing in it can be changed. A token is valid for its purpose alone. Whether its
generation is still the subscriber's is for the caller to check. A token that is invalid for any reason gives None, so
that guessing reveals nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Purpose = Literal["confirm", "manage", "leave"]

CONFIRM_LINK_LIFETIME = timedelta(days=7)
MANAGE_LINK_LIFETIME = timedelta(days=90)
LEAVE_LINK_LIFETIME = timedelta(days=3650)
"""Ten years, in effect always: a subscriber who finds an old mail must still be able to leave."""
LIFETIMES: dict[Purpose, timedelta] = {
    "confirm": CONFIRM_LINK_LIFETIME,
    "manage": MANAGE_LINK_LIFETIME,
    "leave": LEAVE_LINK_LIFETIME,
}

EVERY_WATCH = 0
"""Represents the subscription to every watch in a link; no watch has this id."""
TAG = "t"
"""Precedes the id of a tag in a link."""
LONGEST_TOKEN = 500
SIGNATURE_DIGITS = 40
RETURN_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token grants. `things` are ids: the sign-up to confirm, or the watches to leave (`EVERY_WATCH`: all).

    `tags` are the ids of the tags to leave.
    """

    purpose: Purpose
    subscriber_id: int
    generation: int = 0
    things: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()


class Signer:
    """Signs tokens and return paths, and verifies them, with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, grant: Grant, issued: datetime) -> str:
        """Return a token that expires after the lifetime of its purpose; the same for the same grant and time."""
        expires = int((issued + LIFETIMES[grant.purpose]).timestamp())
        things = "-".join([*map(str, grant.things), *(f"{TAG}{tag}" for tag in grant.tags)]) or "-"
        payload = f"{grant.purpose}.{grant.subscriber_id}.{grant.generation}.{expires:x}.{things}"
        return f"{payload}.{self._sign(payload, SIGNATURE_DIGITS)}"

    def grant(self, token: str, purpose: Purpose, now: datetime) -> Grant | None:
        """Return what a token grants; None when it is forged, malformed, for another purpose, or expired."""
        payload, _, signature = token[:LONGEST_TOKEN].rpartition(".")
        if not signature.isascii() or not hmac.compare_digest(signature, self._sign(payload, SIGNATURE_DIGITS)):
            return None
        # The signature is ours, so the form is right as well.
        token_purpose, subscriber_id, generation, expires, things = payload.split(".")
        if token_purpose != purpose or now > datetime.fromtimestamp(int(expires, 16), UTC):
            return None
        named = [thing for thing in things.split("-") if thing]
        ids = tuple(int(thing) for thing in named if not thing.startswith(TAG))
        tags = tuple(int(thing.removeprefix(TAG)) for thing in named if thing.startswith(TAG))
        return Grant(purpose, int(subscriber_id), int(generation), ids, tags)

    def return_path(self, delivery_id: int, address: str) -> str:
        """Return the address that bounces of a mail go to: ours, with the delivery in it (VERP)."""
        local, _, domain = address.rpartition("@")
        return f"{local}+{delivery_id}.{self._sign(f'return.{delivery_id}', RETURN_DIGITS)}@{domain}"

    def returned(self, address: str) -> int | None:
        """Return the delivery that a return path names; None for an address that is no return path of ours."""
        local = address.strip().strip("<>").rpartition("@")[0].lower()
        number, _, signature = local.rpartition("+")[2].partition(".")
        if not (number.isascii() and number.isdecimal() and signature.isascii()):
            return None
        is_ours = hmac.compare_digest(signature, self._sign(f"return.{number}", RETURN_DIGITS))
        return int(number) if is_ours else None

    def mark(self, text: str) -> str:
        """Return a keyed hash of a text, by which the text is recognised without being stored."""
        return self._sign(f"mark.{text}", 64)

    def _sign(self, text: str, digits: int) -> str:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:digits]
