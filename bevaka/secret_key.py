"""The key that signs links and sessions: from the environment, or made once and kept beside the data."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from bevaka.settings import Settings

BYTES = 32


def secret_key(settings: Settings) -> bytes:
    """The key; the same for ever in one environment. Whoever signs derives a key of his own for his purpose.

    BEVAKA_SECRET_KEY where it is set; else a file that is made when it is first asked for, readable by its owner
    alone. Two programs that ask at once get the same key. Raises OSError where the file can be neither read nor made.
    """
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.secret_file
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)


def _read(path: Path) -> bytes:
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _make(path: Path) -> None:
    """Write the whole key under another name first: a crash leaves no half key, and the first one to link it wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(BYTES).hex())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another program was first; its key is everybody's
            os.link(draft, path)
    finally:
        draft.unlink()
