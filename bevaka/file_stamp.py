"""How an edit of a file is noticed."""

from __future__ import annotations

from pathlib import Path

FileStamp = tuple[int, int, int] | None
"""The properties of a file that change when it is edited; None if the file does not exist."""


def file_stamp(path: Path) -> FileStamp:
    """Return the stamp of a file as it is now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
