"""Writing mails into a maildir, for use without a mail server: any mail program can read it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

from monitor.errors import ChannelUnavailable
from monitor.ports.values import Envelope, NotifierSettings
from monitor.private_files import make_private_folder, open_private
from notifiers.mime import build


class Maildir:
    """Writes each message into `path`/new; a message that is sent twice makes one file."""

    NAME = "maildir"

    def __init__(self, path: Path, mail_from: str, sign: Callable[[bytes], bytes] = bytes) -> None:
        self._path = path
        self._mail_from = mail_from
        self._sign = sign

    @classmethod
    def from_settings(cls, settings: NotifierSettings) -> Self:
        """Make one for the folder that the settings name."""
        return cls(settings.maildir, settings.mail_from, settings.sign)

    def send(self, envelope: Envelope) -> str:
        """Write the message and flush it to disk. Raises ChannelUnavailable if the folder cannot be written."""
        content = self._sign(build(envelope, self._mail_from))
        name = f"{int(envelope.date.timestamp())}.{re.sub(r'[^A-Za-z0-9.-]+', '_', envelope.message_id).strip('_')}"
        draft, new = self._path / "tmp" / name, self._path / "new" / name
        try:
            for folder in ("tmp", "new", "cur"):
                make_private_folder(self._path / folder)
            with os.fdopen(open_private(draft, replace=True), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(new)
        except OSError as error:
            raise ChannelUnavailable(f"{self._path} cannot be written: {error.strerror}") from error
        return f"written to {new}"

    def close(self) -> None:
        """Do nothing: no file is kept open."""
