"""The mail server of the demo: a real SMTP server on loopback that writes mails into a folder."""

from __future__ import annotations

import re
from asyncio import Server
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived: `path` is the message, `page` its HTML part."""

    to: str
    subject: str
    path: Path
    page: Path


class _Controller(Controller):
    """A controller on a port that the system chooses.

    The library starts the server by connecting to the port that was asked for, which is 0 here.
    """

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)  # nosec B101 # noqa: S101  set by asyncio when it started
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Mailbox:
    """A mail server that accepts every mail; `new()` returns those that arrived since its last call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._new: list[Mail] = []
        self._controller = _Controller(self, hostname="127.0.0.1", port=0)

    @property
    def url(self) -> str:
        """The address of the server, for BEVAKA_SMTP_URL."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def new(self) -> list[Mail]:
        """Return the mails that arrived since the last call."""
        arrived, self._new = self._new, []
        return arrived

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Write the mail into the folder, then accept it."""
        del server, session
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        subject = str(message["Subject"])
        self._count += 1
        name = re.sub(r"[^a-z0-9åäö]+", "-", subject.lower()).strip("-")[:48].strip("-")
        path = self._folder / f"{self._count:02d}-{name}.eml"
        path.write_bytes(content)
        html = message.get_body(("html",))
        page = path.with_suffix(".html")
        page.write_text(html.get_content() if html else "", encoding="utf-8")
        self._new.append(Mail(envelope.rcpt_tos[0], subject, path, page))
        return "250 taken"

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
