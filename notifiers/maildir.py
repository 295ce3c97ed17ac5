"""Mails into a maildir, for those who have no mail server (yet): any mail program can read it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from monitor.errors import ChannelUnavailable
from monitor.ports.values import Envelope
from notifiers.mime import build


class Maildir:
    """Writes each message into `path`/new; the same message twice is one file."""

    NAME = "maildir"

    def __init__(self, path: Path, mail_from: str, sign: Callable[[bytes], bytes] = bytes) -> None:
        self._path = path
        self._mail_from = mail_from
        self._sign = sign

    def send(self, envelope: Envelope) -> str:
        """Write the message down, safely on the disk. Raises ChannelUnavailable when the folder cannot be written."""
        content = self._sign(build(envelope, self._mail_from))
        name = f"{int(envelope.date.timestamp())}.{re.sub(r'[^A-Za-z0-9.-]+', '_', envelope.message_id).strip('_')}"
        written, new = self._path / "tmp" / name, self._path / "new" / name
        try:
            for folder in ("tmp", "new", "cur"):
                (self._path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            private = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # people's addresses are in it
            with os.fdopen(private, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            written.replace(new)
        except OSError as error:
            raise ChannelUnavailable(f"{self._path} cannot be written: {error.strerror}") from error
        return f"written to {new}"

    def close(self) -> None:
        """Nothing is held open."""
