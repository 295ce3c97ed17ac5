"""The key that signs links and sessions: from the environment, or created once and stored beside the data."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from bevaka.settings import Settings, SettingsError
from monitor.private_files import make_private_folder, open_private

BYTES = 32


def secret_key(settings: Settings) -> bytes:
    """Return the secret key, which never changes in one environment. Each use derives a key of its own from it.

    The key is BEVAKA_SECRET_KEY if that is set, otherwise the content of a file that is created on first use, readable
    by its owner only. Two programs that call this at the same time get the same key. Raises OSError if the file can be
    neither read nor created, SettingsError if it holds no whole key: everybody can sign with an empty one.
    """
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.secret_file
    try:
        return _read(path)
    except FileNotFoundError:
        _create(path)
        return _read(path)


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:  # no text, or no figures in hexadecimal
        key = b""
    if len(key) < BYTES:
        raise SettingsError(
            f"{path} holds no key: it must be {2 * BYTES} hexadecimal digits. "
            "Put it back from a backup, or remove it for a new one; then the links in old mails stop working."
        )
    return key


def _create(path: Path) -> None:
    """Create the key file.

    The whole key is written under another name first: a crash leaves no partial key, and the first program to link its
    file wins.
    """
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = open_private(draft)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(BYTES).hex())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another program was first; all use its key
            os.link(draft, path)
    finally:
        draft.unlink()
