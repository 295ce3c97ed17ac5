"""Messages as bytes for the wire: RFC 5322 headers, text and HTML as alternatives, CRLF line endings.

The bytes are the same at every attempt. Headers that mail programs compare or fetch from (Message-ID, References,
List-*) are written raw: the library's policies may encode long ones, which breaks threads and one-click
unsubscription.
"""

from __future__ import annotations

import hashlib
import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import quote

from monitor.errors import NotifyError
from monitor.ports.values import Envelope

CRLF = "\r\n"
RAW = frozenset({"message-id", "in-reply-to", "references", "list-id", "list-unsubscribe", "list-unsubscribe-post"})
LONGEST_LINE = 998
"""Characters of a line, without CRLF (RFC 5322, 2.1.1)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class _WirePolicy(EmailPolicy):
    """The SMTP policy, except for headers that are written raw and for headers that are encoded as a whole.

    The library encodes word by word, and moves or loses the spaces between words where it folds.
    """

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401  typeshed's own signature
        """Return one header as text."""
        if name.lower() in RAW:
            return f"{name}: {value}\r\n"
        if name.lower() == "from":
            return f"{name}: {formataddr(parseaddr(str(value)), 'utf-8')}\r\n"
        if name.lower() == "subject" and not value.isascii():
            return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=CRLF)}\r\n"
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
    name, sender = parseaddr(mail_from)
    thread_id = envelope.thread_id
    unsubscribe = f"<mailto:{quote(sender, safe='@+')}?subject={quote(envelope.unsubscribe_subject)}>"
    if envelope.message.leave_url:
        unsubscribe = f"<{envelope.message.leave_url}>, {unsubscribe}"
    headers = {
        "Date": format_datetime(envelope.date),
        "From": mail_from,
        "To": envelope.to,
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
    headers["To"] = wire_address(envelope.to)
    message = EmailMessage(policy=_POLICY)
    for header, value in headers.items():
        message[header] = Address(name, addr_spec=sender) if header == "From" else value
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
    if header.lower() in RAW and (not value.isascii() or len(header) + 2 + len(value) > LONGEST_LINE):
        raise NotifyError(f"{header} is too long, or not ASCII", permanent=True)


def wire_address(address: str) -> str:
    """Return the address with its domain in ASCII (RFC 5891).

    Raises NotifyError (permanent) if the local part is not ASCII, or the domain cannot be encoded.
    """
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise NotifyError("the address cannot be written in ASCII", permanent=True) from None
