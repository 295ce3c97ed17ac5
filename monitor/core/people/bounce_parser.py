"""Parser of mails that come to a return path: delivery reports (RFC 3464, or words), complaints (RFC 5965), requests to
leave.

Nothing in such a mail can be trusted but the signed address that it came back to, or the signed token in its subject;
the rest only says what happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses

from flufl.bounce import all_failures

from monitor.core.model import BounceKind
from monitor.core.people.bounce_verdict import bounce_kind
from monitor.errors import TooIntricate

LARGEST_BOUNCE = 1_000_000
SUSPEND_AFTER = 5
"""Soft bounces within `SOFT_DAYS`: a mailbox that is full for weeks is no longer in use."""
SOFT_DAYS = 30
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_FAILED = ("fail", "error")
"""RFC 3464 says "failed"; some add a comment, and OpenSMTPD says "error"."""
REPORT_READ = 20_000
LONGEST_LINE = 300
"""How much of a report is read, and of each line of one in words: flufl.bounce takes the square of a line."""
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_COPY_BEGINS = re.compile(r"^\s*-{2,}", re.MULTILINE)
MOST_PARTS = 40
"""Places in a mail at which a part may begin. Reports have three or four; each line costs as much as parts are open."""
LONGEST_SUBJECT = 2_000
_PART_START = re.compile(rb"boundary|message/", re.IGNORECASE)
_LONG_PARAMETERS = re.compile(rb"^content-[a-z-]{1,30}:(?:[^\n]|\n[ \t]){4000}", re.IGNORECASE | re.MULTILINE)
"""A header whose parameters the standard library takes the square of their length to read."""
_TOKEN = re.compile(r"\bunsubscribe\b.*?\b(leave\.[0-9a-z.-]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![^\s<>,;:\"()\[\]])[^\s<>,;:\"()\[\]@]++@[^\s<>,;:\"()\[\]@]++")
"""Begins where a word begins, and takes each word once: a word of a megabyte costs no more than a megabyte of words."""


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
    kind, status = _kind_and_status(raw, parts)
    subject = str(message.get("Subject", ""))[:LONGEST_SUBJECT]
    token = _TOKEN.search(" ".join(subject.split()))
    return ReturnedMail(kind, status, tuple(dict.fromkeys(_addresses(parts))), token[1] if token else None)


def suspends(kind: BounceKind, soft_so_far: int) -> bool:
    """True if the bounce suspends the subscriber; `soft_so_far` counts this bounce too."""
    return kind != "soft" or soft_so_far >= SUSPEND_AFTER


def _kind_and_status(raw: bytes, parts: list[Message]) -> tuple[BounceKind | None, str | None]:
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            types = [fields["feedback-type"] for fields in _groups(part) if "feedback-type" in fields]
            return ("complaint" if types and types[0].lower() == "abuse" else None), None
    groups = [group for part in parts if part.get_content_type() in _REPORTS for group in _groups(part)]
    if not groups:
        plain = (part for part in _before_the_copy(parts[0]) if part.get_content_type() == "text/plain")
        groups = [group for part in plain for group in _groups(part) if "final-recipient" in group]
    actions = [group for group in groups if "action" in group]
    for group in actions:
        if group["action"].lower().startswith(_FAILED):
            return bounce_kind(group.get("status", ""), group.get("diagnostic-code", ""))
    diagnosis = None if actions else _told_in_words(raw)
    return (None, None) if diagnosis is None else bounce_kind("", diagnosis)


def _before_the_copy(part: Message) -> Iterator[Message]:
    """Yield the parts of a mail but not those of the mail that is returned in it."""
    if part.get_content_maintype() == "multipart":
        for each in _inside(part):
            yield from _before_the_copy(each)
    elif part.get_content_maintype() != "message":
        yield part


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _groups(part: Message) -> Iterator[dict[str, str]]:
    """Yield the groups of fields of a report, each by its lower-cased names."""
    parser = HeaderParser(policy=policy.compat32)
    for group in re.split(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+", _text(part)[:REPORT_READ].strip()):
        yield {name.lower(): " ".join(str(value).split()) for name, value in parser.parsestr(group).items()}


def _text(part: Message) -> str:
    """Return a part's text, decoded. The standard library takes the text of most `message/…` parts for mails."""
    text = _body(part)
    undone = Message(policy=policy.compat32)
    undone["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", ""))
    undone.set_payload(text)
    decoded = undone.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else text


def _body(part: Message) -> str:
    """Return what stands below the header of a part, as it came."""
    payload = part.get_payload()
    return "\n\n".join(map(_as_it_came, _inside(part))) if isinstance(payload, list) else str(payload or "")


def _as_it_came(mail: Message) -> str:
    """Return what was taken for a mail, as text."""
    header = "\n".join(f"{name}: {value}" for name, value in mail.items())
    return f"{header}\n\n{_body(mail)}" if header else _body(mail)


def _told_in_words(raw: bytes) -> str | None:
    """Return what a mail server wrote of the address that failed for good, in a report of its own form; None: nothing.

    Only the beginning is read: the report comes before the mail that is returned.
    """
    lines = [line[:LONGEST_LINE] for line in raw[:REPORT_READ].splitlines()]
    # flufl.bounce 6.0 ends with an error of its own at a header outside ASCII, and where nobody is the sender.
    message = message_from_bytes(_NOT_ASCII.sub(b"?", b"\n".join(lines)), policy=policy.compat32)
    if not getaddresses([message.get("From", "")]):
        del message["From"]
        message["From"] = "nobody@invalid"
    _, failed = all_failures(message)
    text = next((_text(part) for part in _before_the_copy(message) if part.get_content_type() == "text/plain"), "")
    told = (text.partition(address.decode("ascii"))[2] for address in sorted(filter(None, failed)))
    diagnosis = _COPY_BEGINS.split(next(filter(None, told), ""), maxsplit=1)[0]
    return " ".join(diagnosis.split()) if failed else None


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
