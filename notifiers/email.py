"""Mail over SMTP: one connection for many messages, one message for one recipient.

A reply is classified by its code, never by the exception that smtplib raises for it: a 421 is raised as
SMTPRecipientsRefused, a 454 as SMTPAuthenticationError, and neither exception's name describes the failure.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from monitor.errors import ChannelUnavailable, NotifyError, RecipientRefused
from monitor.ports.values import Envelope, NotifierSettings
from notifiers.mime import build, wire_address
from notifiers.smtp_connection import BoundedReplies, BoundedRepliesOverTls

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 60.0
AFTER_DOT_SECONDS = 600.0
"""RFC 5321, 4.5.3.2.6: a server may deliver before it replies, so an earlier timeout causes duplicates."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOG_IN_WANTED = frozenset({530, 534, 535, 538})
_DOT = re.compile(rb"^\.", re.MULTILINE)
_POLICY_REFUSAL = re.compile(r"\A5\.7\.\d+")
"""RFC 3463: security or policy, at the recipient's server or (relaying denied) at ours; the mailbox may well exist."""


class Email:
    """Sends through the server that a URL names: smtp://, smtp+starttls:// or smtps://, with user and password.

    The connection is opened when first needed and kept until `close`. A password is sent over TLS only, and TLS is
    used only with a server whose certificate is valid for its name (by the system's authorities, and one's own:
    BEVAKA_CA_FILE).
    """

    NAME = "email"

    def __init__(
        self,
        smtp_url: str,
        mail_from: str,
        sign: Callable[[bytes], bytes] = bytes,
        tls_context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        parts = urlsplit(smtp_url)
        self._scheme = parts.scheme
        self._host = parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._server = f"{self._host}:{self._port}"
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        self._mail_from = mail_from
        self._sender = parseaddr(mail_from)[1]
        self._sign = sign
        self._tls_context = tls_context
        self._connection: smtplib.SMTP | None = None
        self._socket: socket.socket | None = None
        self._is_handing_over = False
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: NotifierSettings) -> Self:
        """Make one for the server that the settings name."""
        if settings.smtp_url is None:
            raise ValueError("BEVAKA_SMTP_URL: not set; write e.g. smtp+starttls://user:password@host:587")
        return cls(settings.smtp_url, settings.mail_from, settings.sign, settings.tls_context)

    def send(self, envelope: Envelope) -> str:
        """Send one message and return the server's reply, e.g. "250 2.0.0 queued". Raises NotifyError.

        RecipientRefused: this recipient is refused permanently. ChannelUnavailable: nothing can be sent to any
        recipient until the operator fixes the channel. Otherwise `permanent` is False if another attempt may
        succeed; `code` is None where the server did not reply.
        """
        content = self._sign(build(envelope, self._mail_from))
        recipient = wire_address(envelope.to)
        with self._lock, self._failures():
            connection = self._begin_mail(envelope.return_path or self._sender)
            _check_reply(connection.rcpt(recipient), "recipient")
            _check_reply(connection.docmd("DATA"), "content", wanted=354)
            self._is_handing_over = True
            try:
                connection.send(_DOT.sub(b"..", content) + b".\r\n")
                _set_timeout(connection, AFTER_DOT_SECONDS)
                reply = _check_reply(connection.getreply(), "content")
            finally:
                self._is_handing_over = False
            _set_timeout(connection, COMMAND_SECONDS)
            return reply

    def abort(self) -> None:
        """End the wait for the server, unless a message is being handed over. May be called from any thread."""
        connection = self._socket
        if connection is not None and not self._is_handing_over:
            with suppress(OSError):  # closed already, as intended
                connection.shutdown(socket.SHUT_RDWR)

    def _note_socket(self, connection: socket.socket) -> None:
        self._socket = connection

    def probe(self) -> None:
        """Connect, log in and name the sender, as for a message, without sending one. Raises NotifyError."""
        with self._lock, self._failures():
            self._begin_mail(self._sender)
            self._reset()

    def close(self) -> None:
        """Close the connection, with QUIT if the server still responds."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()

    def _begin_mail(self, return_path: str) -> smtplib.SMTP:
        """Return a connection that has accepted MAIL FROM, a new one if the server has closed the kept one."""
        if self._connection is not None:
            with suppress(smtplib.SMTPServerDisconnected, OSError):
                answer = self._connection.mail(return_path)
                if answer[0] != 421:
                    _check_reply(answer, "sender")
                    return self._connection
            self._drop()
        self._connection = self._open()
        _check_reply(self._connection.mail(return_path), "sender")
        return self._connection

    def _open(self) -> smtplib.SMTP:
        if self._user is not None and self._scheme == "smtp":
            raise ChannelUnavailable("a password is never sent without TLS: use smtp+starttls:// or smtps://")
        if not f"{self._user}{self._password}".isascii():
            raise ChannelUnavailable("the user or the password holds characters that a log-in cannot carry")
        address = self._host, self._port, self._sender.rpartition("@")[2]
        if self._scheme == "smtps":
            context = self._tls_context()
            connection: smtplib.SMTP = BoundedRepliesOverTls(
                *address, timeout=CONNECT_SECONDS, context=context, opened=self._note_socket
            )
        else:
            connection = BoundedReplies(*address, timeout=CONNECT_SECONDS, opened=self._note_socket)
        try:
            _set_timeout(connection, COMMAND_SECONDS)
            connection.ehlo_or_helo_if_needed()
            if self._scheme == "smtp+starttls":
                connection.starttls(context=self._tls_context())
                self._socket = connection.sock
                connection.ehlo_or_helo_if_needed()  # RFC 3207, 4.2: what the server announced before TLS is void
            if self._user is not None:
                connection.login(self._user, self._password)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Raise every failure as a NotifyError; keep the connection only after a refusal of this one message."""
        try:
            yield
        except NotifyError as error:
            if not self._reset():
                self._drop()
            error.server = self._server
            raise
        except BaseException as error:
            self._drop()
            failure = _as_notify_error(error)
            if failure is None:
                raise
            failure.server = self._server
            raise failure from error

    def _reset(self) -> bool:
        """Reset the connection. True if it is ready for another message."""
        try:
            return self._connection is not None and self._connection.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _set_timeout(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _reply_text(reply: bytes) -> str:
    """Return a reply as text on one line; replies may be in any encoding."""
    return " ".join(reply.decode("utf-8", "replace").split())


def _check_reply(answer: tuple[int, bytes], step: Literal["sender", "recipient", "content"], wanted: int = 250) -> str:
    """Return the reply if it is positive. Raises NotifyError, classified by code and by the command replied to."""
    code, reply = answer
    text = _reply_text(reply)
    if code == wanted or (code == 251 and step == "recipient"):  # 251: will forward
        return f"{code} {text}"
    if not 500 <= code <= 599:
        raise NotifyError(text, permanent=False, code=code if code > 0 else None)
    if step == "sender" or code in LOG_IN_WANTED:
        raise ChannelUnavailable(text, code=code)
    if step == "recipient":
        if _POLICY_REFUSAL.match(text):
            raise NotifyError(text, permanent=False, code=code)
        raise RecipientRefused(text, code=code)
    raise NotifyError(text, permanent=True, code=code)


def _as_notify_error(error: BaseException) -> NotifyError | None:
    """Return the NotifyError for an exception, by code and meaning; None for one that is no failure of the channel."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return NotifyError("the server ended the connection", permanent=False)
    if isinstance(error, smtplib.SMTPResponseException):  # greeting, EHLO, STARTTLS, AUTH
        reply = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        if 500 <= error.smtp_code <= 599:
            return ChannelUnavailable(_reply_text(reply), code=error.smtp_code)
        return NotifyError(_reply_text(reply), permanent=False, code=error.smtp_code if error.smtp_code > 0 else None)
    if isinstance(error, smtplib.SMTPException):  # STARTTLS or AUTH is not offered, or no known log-in method
        return ChannelUnavailable(_reply_text(str(error).encode()))
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return ChannelUnavailable(f"TLS: {getattr(error, 'verify_message', None) or error.reason or error}")
    if isinstance(error, OSError):
        return NotifyError(f"no connection: {error.strerror or error}", permanent=False)
    return None
