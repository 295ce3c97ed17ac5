"""Messages as bytes for the wire: RFC 5322 headers, text and HTML as alternatives, CRLF line endings.

The bytes are the same at every attempt. Headers that mail programs compare or fetch from (Message-ID, References,
List-*) are written raw: the library's policies may encode long ones, which breaks threads and one-click
unsubscription.
"""

from __future__ import annotations

import hashlib
import re
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import quote

from monitor.errors import NotifyError
from monitor.ports.values import Envelope

CRLF = "\r\n"
RAW = frozenset(
    [
        "date", "to", "message-id", "in-reply-to", "references", "list-id", "list-unsubscribe", "list-unsubscribe-post",
        "auto-submitted", "x-auto-response-suppress",
    ]
)  # fmt: skip
WRITTEN = frozenset({"from", "subject"})
LONGEST_WORD = 70
"""Characters of a word of a subject that is written as it is; a line has room for so many."""
LONGEST_LINE = 998
"""Characters of a line, without CRLF (RFC 5322, 2.1.1)."""
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN = re.compile(r"[A-Za-z0-9._-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class _WirePolicy(EmailPolicy):
    """The SMTP policy, except that our own headers are never parsed, and are written by rules of our own.

    The library decodes encoded words (RFC 2047) in what it is given: from a page's title of that form, it would make
    line breaks, and headers. It encodes word by word, and moves or loses the spaces between words where it folds.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401  typeshed's own signature
        """Return a header as it is stored: one of ours as it is given."""
        return (name, value) if name.lower() in RAW | WRITTEN else super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:  # noqa: ANN401  typeshed's own signature
        """Return a header as it is read: one of ours as it was given."""
        return value if name.lower() in RAW | WRITTEN else super().header_fetch_parse(name, value)

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401  typeshed's own signature
        """Return one header as text."""
        if name.lower() in RAW:
            return f"{name}: {value}\r\n"
        if name.lower() == "from":
            return f"{name}: {formataddr(parseaddr(value), 'utf-8')}\r\n"
        if name.lower() == "subject":
            is_plain = value.isascii() and "=?" not in value and max(map(len, value.split()), default=0) < LONGEST_WORD
            header = Header(value, "us-ascii" if is_plain else "utf-8", header_name=name)
            return f"{name}: {header.encode(linesep=CRLF)}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401  typeshed's own signature
        """Return one header as bytes."""
        return self.fold(name, value).encode("ascii")


_POLICY = _WirePolicy(linesep="\r\n", cte_type="7bit")


def build(envelope: Envelope, mail_from: str) -> bytes:
    """Return the whole mail as bytes.

    Raises NotifyError (permanent) for a header with a control character, and for a raw one that is too long or not
    ASCII.
    """
    sender = parseaddr(mail_from)[1]
    thread_id = envelope.thread_id
    unsubscribe = f"<mailto:{quote(sender, safe='@+')}?subject={quote(envelope.unsubscribe_subject)}>"
    if envelope.message.leave_url:
        unsubscribe = f"<{envelope.message.leave_url}>, {unsubscribe}"
    headers = {
        "Date": format_datetime(envelope.date),
        "From": mail_from,
        "To": wire_address(envelope.to),
        "Subject": envelope.message.subject,
        "Message-ID": envelope.message_id,
        **({"In-Reply-To": thread_id, "References": thread_id} if thread_id != envelope.message_id else {}),
        "List-Id": f"<{envelope.list_id}>",
        "List-Unsubscribe": unsubscribe,
        **({"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if envelope.message.leave_url else {}),  # RFC 8058
        "Auto-Submitted": "auto-generated",  # RFC 3834
        "X-Auto-Response-Suppress": "OOF, AutoReply",  # Exchange ignores Auto-Submitted
    }
    for header, value in headers.items():
        _refuse_unsafe(header, value)
    message = EmailMessage(policy=_POLICY)
    for header, value in headers.items():
        message[header] = value
    message.set_content(envelope.message.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(envelope.message.html, subtype="html", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = envelope.language  # set last: add_alternative would move it into the first part
    # "=_" cannot occur in quoted-printable text, so no part can contain its own boundary.
    message.set_boundary(f"=_{hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def _refuse_unsafe(header: str, value: str) -> None:
    """Raise NotifyError for an unsafe header value; the library itself refuses CR and LF only."""
    if _CONTROL.search(value):
        raise NotifyError(f"{header} holds a control character", permanent=True)
    if header.lower() in RAW - {"to"} and (not value.isascii() or len(header) + 2 + len(value) > LONGEST_LINE):
        raise NotifyError(f"{header} is too long, or not ASCII", permanent=True)


def wire_address(address: str) -> str:
    """Return the address with its domain in ASCII (RFC 5891).

    Raises NotifyError (permanent) if the local part would need quotes (RFC 5322, 3.2.3) or looks like an encoded word,
    or if the domain cannot be encoded.
    """
    _refuse_unsafe("To", address)
    local, _, domain = address.rpartition("@")
    try:
        name = domain.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not _DOT_ATOM.fullmatch(local) or not _DOMAIN.fullmatch(name) or "=?" in address:
        raise NotifyError("the address cannot be written in ASCII, as a header needs it", permanent=True)
    return f"{local}@{name}"
