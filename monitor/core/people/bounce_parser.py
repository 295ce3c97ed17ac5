"""Parser of mails that come to a return path: delivery reports (RFC 3464), complaints (RFC 5965), requests to leave.

Nothing in such a mail can be trusted but the signed address that it came back to, or the signed token in its subject;
the rest only says what happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from monitor.core.model import BounceKind
from monitor.errors import TooIntricate

LARGEST_BOUNCE = 1_000_000
SUSPEND_AFTER = 5
"""Soft bounces within `SOFT_DAYS`: a mailbox that is full for weeks is no longer in use."""
SOFT_DAYS = 30
_TEMPORARY = re.compile(r"5\.(2\.[12]|3\.[1-5]|4\.\d+|5\.\d+|7\.\d+)\Z")
"""RFC 3463: mailbox full or disabled, the other system, the route, or a policy: no proof that the mailbox is gone."""
MOST_PARTS = 40
"""Places in a mail at which a part may begin. Reports have three or four; each line costs as much as parts are open."""
LONGEST_SUBJECT = 2_000
_PART_START = re.compile(rb"boundary|message/", re.IGNORECASE)
_LONG_PARAMETERS = re.compile(rb"^content-[a-z-]{1,30}:(?:[^\n]|\n[ \t]){4000}", re.IGNORECASE | re.MULTILINE)
"""A header whose parameters the standard library takes the square of their length to read."""
_TOKEN = re.compile(r"\bunsubscribe\b.*?\b(leave\.[0-9a-z.-]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![^\s<>,;:\"()\[\]])[^\s<>,;:\"()\[\]@]++@[^\s<>,;:\"()\[\]@]++")
"""Begins where a word begins, and takes each word once: a word of a megabyte costs no more than a megabyte of words."""
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """The facts of a returned mail. `kind` None: nothing that counts (delivered, delayed, not a report).

    `addresses` are all that the mail names; the first one that is a return path of ours identifies the delivery.
    `leave` is the token of a request to leave.
    """

    kind: BounceKind | None
    status: str | None
    addresses: tuple[str, ...]
    leave: str | None = None


def parse_returned_mail(raw: bytes) -> ReturnedMail:
    """Parse a mail of any form. Raises TooIntricate for one with parts in parts without end."""
    raw = raw[:LARGEST_BOUNCE]
    if sum(1 for _ in _PART_START.finditer(raw)) > MOST_PARTS or _LONG_PARAMETERS.search(raw):
        raise TooIntricate(why="nesting")
    message = message_from_bytes(raw, policy=policy.compat32)
    parts = list(message.walk())
    kind, status = _kind_and_status(parts)
    subject = str(message.get("Subject", ""))[:LONGEST_SUBJECT]
    token = _TOKEN.search(" ".join(subject.split()))
    return ReturnedMail(kind, status, tuple(dict.fromkeys(_addresses(parts))), token[1] if token else None)


def suspends(kind: BounceKind, soft_so_far: int) -> bool:
    """True if the bounce suspends the subscriber; `soft_so_far` counts this bounce too."""
    return kind != "soft" or soft_so_far >= SUSPEND_AFTER


def _kind_and_status(parts: list[Message]) -> tuple[BounceKind | None, str | None]:
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            return "complaint", None
        if part.get_content_type() == "message/delivery-status":
            for fields in _fields(part):
                if fields.get("action", "").lower() == "failed":
                    status = _STATUS.search(fields.get("status", ""))
                    code = status[1] if status else ""
                    hard = code.startswith("5") and not _TEMPORARY.match(code)
                    return "hard" if hard else "soft", code or None
    return None, None


def _fields(part: Message) -> Iterator[dict[str, str]]:
    """Yield the groups of fields of a delivery report, each by its lower-cased names."""
    payload = part.get_payload()
    for group in [group for group in payload if isinstance(group, Message)] if isinstance(payload, list) else []:
        yield {name.lower(): " ".join(str(value).split()) for name, value in group.items()}


def _addresses(parts: list[Message]) -> Iterator[str]:
    """Yield the addresses in headers likely to hold a return path, and in enclosed headers and feedback reports."""
    likely = {"to", "delivered-to", "x-original-to", "envelope-to", "return-path", "original-mail-from", "resent-to"}
    for part in parts:
        for name, value in part.items():
            if name.lower() in likely:
                yield from _ADDRESS.findall(str(value))
        if part.get_content_type() in {"text/rfc822-headers", "message/feedback-report"}:
            payload = part.get_payload()
            yield from _ADDRESS.findall(payload if isinstance(payload, str) else "".join(map(str, payload)))
