"""Connections to a mail server of which no reply is endless: smtplib's, with limits of size and time for each reply."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Callable
from typing import Any

LARGEST_REPLY = 100_000
"""Bytes of all lines of one reply; a line has 512 at most (RFC 5321, 4.5.3.1.5)."""


class _Replies:
    """The server's side of a connection, read line by line.

    The socket's timeout is for a whole reply, whatever is sent: smtplib's own is for each piece that arrives.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""
        self._room, self._ends = 0, 0.0

    def begin(self) -> None:
        """Begin a reply: from now on its time runs."""
        self._room = LARGEST_REPLY
        self._ends = time.monotonic() + (self._connection.gettimeout() or 0.0)

    def readline(self, limit: int) -> bytes:
        """Return the next line, or `limit` bytes of it; nothing at the end. Raises OSError."""
        while b"\n" not in self._received and len(self._received) < limit:
            piece = self._piece()
            if not piece:
                break
            self._received += piece
        end = min(self._received.find(b"\n") + 1 or limit, limit)
        line, self._received = self._received[:end], self._received[end:]
        self._room -= len(line)
        if self._room < 0:
            raise OSError("a reply without end")
        return line

    def _piece(self) -> bytes:
        allowed = self._connection.gettimeout()
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply took too long")
        self._connection.settimeout(left)
        try:
            return self._connection.recv(4096)
        finally:
            self._connection.settimeout(allowed)

    def close(self) -> None:
        """Do nothing: the socket is closed by its owner."""


class BoundedReplies(smtplib.SMTP):
    """smtplib's connection; `opened` is called with its socket, before the server has said anything."""

    file: Any

    def __init__(self, *args: Any, opened: Callable[[socket.socket], None], **kwargs: Any) -> None:  # noqa: ANN401  smtplib's own
        self._opened = opened
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # typeshed leaves it out
        self._opened(connection)
        return connection  # type: ignore[no-any-return]

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's reply. Raises SMTPServerDisconnected for one that is too long, or takes too long."""
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock)
        if self.file is not None:
            self.file.begin()
        return super().getreply()


class BoundedRepliesOverTls(BoundedReplies, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""
