"""Mail over SMTP: one connection for many messages, one message for one recipient.

What the server says is sorted by its code, never by the exception that the library makes of it: a 421 comes as
SMTPRecipientsRefused, a 454 as SMTPAuthenticationError, and neither means what its name says.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from monitor.errors import ChannelUnavailable, NotifyError, RecipientRefused
from monitor.ports.values import Envelope
from notifiers.mime import build, wire_address

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 60.0
AFTER_DOT_SECONDS = 600.0
"""RFC 5321, 4.5.3.2.6: a server may deliver before it answers, and giving up earlier makes duplicates."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOG_IN_WANTED = frozenset({530, 534, 535, 538})
_DOT = re.compile(rb"^\.", re.MULTILINE)
_POLICY_REFUSAL = re.compile(r"\A5\.7\.\d+")
"""RFC 3463: security or policy, at the recipient's or (relaying denied) at ours: not a mailbox that is gone."""


class Email:
    """Sends through the server that an URL names: smtp://, smtp+starttls:// or smtps://, with user and password.

    The connection is opened when first needed and kept until `close`. A password is sent over TLS alone, and TLS only
    to a server whose certificate is right for its name (authorities as the system, or SSL_CERT_FILE, says).
    """

    NAME = "email"

    def __init__(self, smtp_url: str, mail_from: str, sign: Callable[[bytes], bytes] = bytes) -> None:
        parts = urlsplit(smtp_url)
        self._scheme = parts.scheme
        self._host = parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        self._mail_from = mail_from
        self._sender = parseaddr(mail_from)[1]
        self._sign = sign
        self._connection: smtplib.SMTP | None = None
        self._lock = threading.Lock()

    def send(self, envelope: Envelope) -> str:
        """Hand one message over; returns the server's reply, e.g. "250 2.0.0 queued". Raises NotifyError.

        RecipientRefused: this recipient, for good. ChannelUnavailable: everybody, until somebody mends it.
        Otherwise `permanent` says whether another try may help; `code` is None where the server said nothing.
        """
        content = self._sign(build(envelope, self._mail_from))
        recipient = wire_address(envelope.to)
        with self._lock, self._failures():
            connection = self._begin(envelope.return_path or self._sender)
            _check(connection.rcpt(recipient), "recipient")
            _check(connection.docmd("DATA"), "content", wanted=354)
            connection.send(_DOT.sub(b"..", content) + b".\r\n")
            _time_out(connection, AFTER_DOT_SECONDS)
            reply = _check(connection.getreply(), "content")
            _time_out(connection, COMMAND_SECONDS)
            return reply

    def probe(self) -> None:
        """Connect, log in and name the sender, as for a message, and send none. Raises NotifyError."""
        with self._lock, self._failures():
            self._begin(self._sender)
            self._reset()

    def close(self) -> None:
        """End the connection, politely if the server still listens."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()

    def _begin(self, return_path: str) -> smtplib.SMTP:
        """A connection that has taken MAIL FROM. One that was kept may have been ended by the server meanwhile."""
        if self._connection is not None:
            with suppress(smtplib.SMTPServerDisconnected, OSError):
                answer = self._connection.mail(return_path)
                if answer[0] != 421:
                    _check(answer, "sender")
                    return self._connection
            self._drop()
        self._connection = self._open()
        _check(self._connection.mail(return_path), "sender")
        return self._connection

    def _open(self) -> smtplib.SMTP:
        if self._user is not None and self._scheme == "smtp":
            raise ChannelUnavailable("a password is never sent without TLS: use smtp+starttls:// or smtps://")
        if not f"{self._user}{self._password}".isascii():
            raise ChannelUnavailable("the user or the password holds characters that a log-in cannot carry")
        ours = self._sender.rpartition("@")[2]
        place = self._host, self._port, ours, CONNECT_SECONDS
        if self._scheme == "smtps":
            host, port, name, timeout = place
            secure = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, name, timeout=timeout, context=secure)
        else:
            connection = smtplib.SMTP(*place)
        try:
            _time_out(connection, COMMAND_SECONDS)
            connection.ehlo_or_helo_if_needed()
            if self._scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo_or_helo_if_needed()  # RFC 3207, 4.2: what was said before TLS is forgotten
            if self._user is not None:
                connection.login(self._user, self._password)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Every failure as a NotifyError. The connection is kept after a refusal of this one message alone."""
        try:
            yield
        except NotifyError:
            if not self._reset():
                self._drop()
            raise
        except BaseException as error:
            self._drop()
            told = _told(error)
            if told is None:
                raise
            raise told from error

    def _reset(self) -> bool:
        """Whether the connection is ready for another message."""
        try:
            return self._connection is not None and self._connection.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _time_out(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _words(reply: bytes) -> str:
    """A reply on one line; servers answer in what they like."""
    return " ".join(reply.decode("utf-8", "replace").split())


def _check(answer: tuple[int, bytes], step: Literal["sender", "recipient", "content"], wanted: int = 250) -> str:
    """The reply, if the server goes along. Raises NotifyError, sorted by its code and by what it answers."""
    code, reply = answer
    words = _words(reply)
    if code == wanted or (code == 251 and step == "recipient"):  # 251: will forward
        return f"{code} {words}"
    if not 500 <= code <= 599:
        raise NotifyError(words, permanent=False, code=code if code > 0 else None)
    if step == "sender" or code in LOG_IN_WANTED:
        raise ChannelUnavailable(words, code=code)
    if step == "recipient":
        if _POLICY_REFUSAL.match(words):
            raise NotifyError(words, permanent=False, code=code)
        raise RecipientRefused(words, code=code)
    raise NotifyError(words, permanent=True, code=code)


def _told(error: BaseException) -> NotifyError | None:
    """What the library raised, by the code and by what it means; None for what is no failure of the channel."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return NotifyError("the server ended the connection", permanent=False)
    if isinstance(error, smtplib.SMTPResponseException):  # greeting, EHLO, STARTTLS, AUTH
        reply = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        if 500 <= error.smtp_code <= 599:
            return ChannelUnavailable(_words(reply), code=error.smtp_code)
        return NotifyError(_words(reply), permanent=False, code=error.smtp_code if error.smtp_code > 0 else None)
    if isinstance(error, smtplib.SMTPException):  # STARTTLS or AUTH is not offered, or no log-in that we know
        return ChannelUnavailable(_words(str(error).encode()))
    if isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return ChannelUnavailable(f"TLS: {getattr(error, 'verify_message', None) or error.reason or error}")
    if isinstance(error, OSError):
        return NotifyError(f"no connection: {error.strerror or error}", permanent=False)
    return None
