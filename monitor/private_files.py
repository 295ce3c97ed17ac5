"""Files and folders that only their owner can read, whatever the umask is: they hold subscribers' addresses."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def make_private_folder(path: Path) -> None:
    """Create a folder, and those above it that are missing, for their owner alone; one that is there stays as it is."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)  # another program may have been first


def open_private(path: Path, *, replace: bool = False) -> int:
    """Return a descriptor for writing a new file; with `replace`, one that is there is emptied. Links are not followed.

    Raises FileExistsError; OSError (ELOOP) for a link.
    """
    how = os.O_TRUNC if replace else os.O_EXCL
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | how, PRIVATE_FILE)


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target`, in which nobody else can put a file or a link; it is removed in the end.

    One that a killed process leaves behind says by its name what it was.
    """
    folder = target.with_name(f".{target.name}.unfinished.{secrets.token_hex(8)}")
    folder.mkdir(mode=PRIVATE_FOLDER)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
