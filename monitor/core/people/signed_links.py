"""Signed links: who may do what, until when, without an account.

    purpose.subscriber.generation.expires.things.signature        e.g.  leave.12.0.lq3f9k.3-0.9f2c…

Nothing in a token is secret; nothing in it can be changed. A token of a purpose is good for that purpose alone. Whether
its generation is still the subscriber's is for the one who knows her to ask. Whatever is wrong with a token, it is
simply none: who guesses learns nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Purpose = Literal["confirm", "manage", "leave"]

CONFIRM_LINK_LIFETIME = timedelta(days=7)
MANAGE_FOR = timedelta(days=90)
LEAVE_FOR = timedelta(days=3650)
"""Who finds an old mail must still be able to leave: as good as always."""
LIFETIMES: dict[Purpose, timedelta] = {"confirm": CONFIRM_LINK_LIFETIME, "manage": MANAGE_FOR, "leave": LEAVE_FOR}

EVERY_WATCH = 0
"""Stands in a link for the subscription to every watch; no watch has this id."""
LONGEST_TOKEN = 500
SIGNATURE_DIGITS = 40
RETURN_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token grants. `things` are ids: the sign-up of a confirmation, the watches that are left (0: all)."""

    purpose: Purpose
    subscriber_id: int
    generation: int = 0
    things: tuple[int, ...] = ()


class Signer:
    """Signs and checks with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, grant: Grant, issued: datetime) -> str:
        """A token that dies when its purpose's time is over. The same grant and moment always give the same token."""
        expires = int((issued + LIFETIMES[grant.purpose]).timestamp())
        things = "-".join(map(str, grant.things)) or "-"
        said = f"{grant.purpose}.{grant.subscriber_id}.{grant.generation}.{expires:x}.{things}"
        return f"{said}.{self._sign(said, SIGNATURE_DIGITS)}"

    def grant(self, token: str, purpose: Purpose, now: datetime) -> Grant | None:
        """What a token grants; None when it is forged, malformed, for another purpose, or too old."""
        said, _, signature = token[:LONGEST_TOKEN].rpartition(".")
        if not signature.isascii() or not hmac.compare_digest(signature, self._sign(said, SIGNATURE_DIGITS)):
            return None
        # The signature is ours, so the form is ours too.
        found, subscriber_id, generation, expires, things = said.split(".")
        if found != purpose or now > datetime.fromtimestamp(int(expires, 16), UTC):
            return None
        ids = tuple(int(thing) for thing in things.split("-") if thing)
        return Grant(purpose, int(subscriber_id), int(generation), ids)

    def return_path(self, delivery_id: int, address: str) -> str:
        """The address that a mail's failure is reported to: ours, with the delivery in it (VERP)."""
        local, _, domain = address.rpartition("@")
        return f"{local}+{delivery_id}.{self._sign(f'return.{delivery_id}', RETURN_DIGITS)}@{domain}"

    def returned(self, address: str) -> int | None:
        """The delivery that a return path names; None for an address that is no return path of ours."""
        local = address.strip().strip("<>").rpartition("@")[0].lower()
        number, _, signature = local.rpartition("+")[2].partition(".")
        if not (number.isascii() and number.isdecimal() and signature.isascii()):
            return None
        right = hmac.compare_digest(signature, self._sign(f"return.{number}", RETURN_DIGITS))
        return int(number) if right else None

    def mark(self, text: str) -> str:
        """A keyed hash of a text, by which it is known again without being kept."""
        return self._sign(f"mark.{text}", 64)

    def _sign(self, said: str, digits: int) -> str:
        return hmac.digest(self._key, said.encode("utf-8", "surrogatepass"), "sha256").hex()[:digits]
