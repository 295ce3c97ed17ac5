"""Sign-up: what is asked for, the consent, the form of addresses, and the limits of requests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Literal

from monitor.core.model import Frequency, Language, Preferences

CONSENT_VERSION = "2026-11"
"""Stored with every consent; raised whenever the words below change."""
CONSENT: dict[Language, str] = {
    "sv": (
        "Jag vill få mejl när sidorna ändras. Min adress och mina val sparas här för det, och för inget annat. "
        "Jag kan sluta när som helst med en länk i varje mejl, och då också få min adress raderad."
    ),
    "en": (
        "I want to get mail when the pages change. My address and my choices are kept here for that and for nothing "
        "else. I can leave at any time by a link in every mail, and have my address erased as well."
    ),
}

UNCONFIRMED_FOR = timedelta(days=7)
"""The lifetime of the confirmation link; then the address is erased."""
REQUESTER_KEPT_FOR = timedelta(days=2)

LOCAL_LONGEST, ADDRESS_LONGEST = 64, 254
"""RFC 5321, 4.5.3.1."""

AddressMistake = Literal["form", "characters", "local", "domain-ascii", "length", "dots", "domain"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How one watch is to be followed: how often, which parts, whether material changes alone, and of which words."""

    frequency: Frequency = "immediately"
    only: tuple[str, ...] = ()
    material_only: bool = False
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignUp:
    """A request to follow watches, given by keys, None for every watch. `preferences` None: they stay unchanged.

    `parts`: the parts of a watch to which the wish is limited, by the key of the watch.
    """

    address: str
    language: Language
    watches: tuple[str, ...] | None
    wish: Wish = field(default_factory=Wish)
    preferences: Preferences | None = None
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def wish_for(self, key: str | None) -> Wish:
        """Return how a watch is to be followed, None for every watch."""
        only = self.parts.get(key) if key is not None else None
        return replace(self.wish, only=only) if only else self.wish

    def to_json(self) -> str:
        """Return what is stored until the subscriber confirms; the address is stored with the subscriber instead."""
        facts = {
            "language": self.language,
            "watches": self.watches,
            "wish": asdict(self.wish),
            "preferences": self.preferences and self.preferences.facts,
            "parts": {key: list(names) for key, names in self.parts.items()},
        }
        return json.dumps(facts, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, address: str) -> SignUp:
        """Return the sign-up that `to_json` stored."""
        facts: dict[str, Any] = json.loads(text)
        wish, preferences = facts["wish"], facts["preferences"]
        return cls(
            address=address,
            language=facts["language"],
            watches=None if facts["watches"] is None else tuple(facts["watches"]),
            wish=Wish(wish["frequency"], tuple(wish["only"]), wish["material_only"], tuple(wish.get("only_if", ()))),
            preferences=Preferences.from_facts(preferences) if preferences else None,
            parts={key: tuple(names) for key, names in facts.get("parts", {}).items()},  # none before 0.3
        )


class NotAnAddress(ValueError):
    """Raised for a text that is not an e-mail address to which mail can be sent; `mistake` says why."""

    def __init__(self, mistake: AddressMistake) -> None:
        self.mistake = mistake
        super().__init__(mistake)


def mistake_in_address(address: str) -> AddressMistake | None:
    """Return what is wrong with an e-mail address; None when mail can be sent to it.

    The common mistakes have a name, so that a form can say what to mend; email-validator finds the others by RFC 5321
    and IDNA. No name is looked up.
    """
    # Imported here: most commands read no address, and it takes a tenth of a start.
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email  # noqa: PLC0415

    mistake = _common_mistake(address)
    if mistake is not None:
        return mistake
    SPECIAL_USE_DOMAIN_NAMES.clear()  # its documented setting: intranets do have mail servers under .local
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    except EmailNotValidError:
        return "form"
    return None


def _common_mistake(address: str) -> AddressMistake | None:
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return "form"
    if not address.isprintable() or "=?" in address or any(char in ' "(),:;<>[\\]@' for char in local + domain):
        return "characters"
    if not local.isascii():
        return "local"
    if not domain.isascii():
        return "domain-ascii"
    if len(local) > LOCAL_LONGEST or len(address) > ADDRESS_LONGEST:
        return "length"
    if ".." in address or local.startswith(".") or local.endswith("."):
        return "dots"
    labels = domain.split(".")
    if any(not label or label.startswith("-") or label.endswith("-") for label in labels):
        return "domain"
    return None


# Limits of requests


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """The number of requests allowed within an hour and within a day."""

    hour: int
    day: int

    def allows(self, earlier: Sequence[datetime], now: datetime) -> bool:
        """True if one more request is allowed after these."""
        counts = [sum(now - at < span for at in earlier) for span in (timedelta(hours=1), timedelta(days=1))]
        return counts[0] < self.hour and counts[1] < self.day


PER_ADDRESS = RequestLimit(hour=3, day=6)
"""Mails to one address, and to one mailbox: nobody can flood a mailbox by entering its address."""
PER_REQUESTER = RequestLimit(hour=20, day=60)
"""Requests from one place: an office may share one network address."""
PER_DOMAIN = RequestLimit(hour=100, day=500)
"""Requests for addresses of one domain: a whole municipality may sign up on a day."""
IN_ALL = RequestLimit(hour=500, day=3000)
"""Requests from everywhere."""


_NAT64 = ip_network("64:ff9b::/96")


def place_of(requester: str) -> str:
    """Return the place that a network address belongs to: of IPv6 its /64, which one household or server has alone."""
    try:
        address = ip_address(requester.partition("%")[0])
    except ValueError:
        return requester
    if not isinstance(address, IPv6Address):
        return requester
    return str(_within(address) or ip_network((int(address), 64), strict=False))


def _within(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for: mapped, or translated by NAT64 (RFC 6052)."""
    is_translated = address in _NAT64
    return IPv4Address(int(address) & 0xFFFF_FFFF) if is_translated else address.ipv4_mapped


def mailbox_of(address: str) -> str:
    """Return the mailbox of an address, without the tag after "+" that many servers ignore, in lower case."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def limits_of(address: str, requester: str) -> dict[str, RequestLimit]:
    """Return what a request counts for, each with its limit: its place, the domain of its address, and everybody."""
    domain = address.lower().rpartition("@")[2]
    return {place_of(requester): PER_REQUESTER, f"domain {domain}": PER_DOMAIN, "everybody": IN_ALL}
