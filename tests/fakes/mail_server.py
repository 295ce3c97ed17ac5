"""A real SMTP server on loopback whose replies tests script."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parent.parent / "data" / "mail" / "localhost.pem"
"""Self-signed, for localhost and 127.0.0.1: trusted where SSL_CERT_FILE names it, else not."""


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as the server received it."""

    mail_from: str
    to: str
    content: bytes


class _Controller(Controller):
    """Listens on a port that the system chooses; the library's own start-up probe would use the port 0 passed to it."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailServer:
    """Receives every mail into `received`, unless scripted otherwise.

    `recipients` are replies to RCPT by address, `senders` replies to MAIL in their order; `after_data` are replies to
    the final dot, in their order, then 250: a reply, "drop" (the mail is kept, the connection is closed) or "drop
    unseen" (it is not kept). `delay` is the seconds before the reply to the dot; `connections` counts those that sent
    EHLO. `host` is the listening address: the certificate is valid for 127.0.0.1 and for no other address.
    """

    def __init__(
        self,
        *,
        tls: Literal["none", "starttls", "implicit"] = "none",
        password: str | None = None,
        recipients: Mapping[str, str] | None = None,
        senders: tuple[str, ...] = (),
        after_data: tuple[str, ...] = (),
        delay: float = 0.0,
        host: str = "127.0.0.1",
    ) -> None:
        self.received: list[Received] = []
        self.attempted: list[bytes] = []
        self.connections = 0
        self.logins: list[str] = []
        self._password = password
        self._recipients = dict(recipients or {})
        self._senders = list(senders)
        self._after_data = list(after_data)
        self._delay = delay
        self._tls = tls
        context = None
        if tls != "none":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
        self._controller = _Controller(
            self,
            hostname=host,
            port=0,
            ssl_context=context if tls == "implicit" else None,
            tls_context=context if tls == "starttls" else None,
            authenticator=self._log_in,
            auth_require_tls=False,
        )

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return int(self._controller.port)

    def url(self, scheme: str | None = None, login: str = "") -> str:
        """Return the URL for `Email`; `login` is user:password@."""
        scheme = scheme or {"none": "smtp", "starttls": "smtp+starttls", "implicit": "smtps"}[self._tls]
        return f"{scheme}://{login}{self._controller.hostname}:{self.port}"

    def _log_in(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        right = self._password is not None and data.password.decode() == self._password
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._senders.pop(0) if self._senders else "250 fine"
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._recipients.get(address, "250 fine")
        if reply.startswith("25"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        content = envelope.original_content or b""
        self.attempted.append(content)
        reply = self._after_data.pop(0) if self._after_data else "250 2.0.0 queued"
        if reply.startswith("250") or reply == "drop":
            self.received.append(Received(envelope.mail_from or "", envelope.rcpt_tos[0], content))
        if reply.startswith("drop"):
            assert server.transport is not None
            server.transport.close()
        await asyncio.sleep(self._delay)
        return reply

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
