"""Pages that come as files: what they would be as answers of a server, and lists of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.core.model import Fetched

_BY_SUFFIX = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".json": "application/json",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/plain",
}
_BY_FIRST_BYTES = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?xml", "application/xml"),
    (b"<", "text/html"),
    (b"{", "application/json"),
    (b"[", "application/json"),
)
_BINARY = ("application/pdf", "application/zip")
_START = 512


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file, with the address that it came from and when, where that is known."""

    path: str
    url: str | None = None
    fetched: datetime | None = None

    def answer(self) -> Fetched:
        """The file as a server's answer; without a time of its own it was taken when it was last written.

        Raises OSError.
        """
        path = Path(self.path)
        body = path.read_bytes()
        taken_at = self.fetched or datetime.fromtimestamp(path.stat().st_mtime, UTC)
        headers = (("Content-Type", content_type(path.name, body)),)
        return Fetched(self.url or path.absolute().as_uri(), 200, headers, body, taken_at)


@dataclass(frozen=True, slots=True)
class FilePair:
    """Two files of one page."""

    before: InputFile
    after: InputFile


def content_type(name: str, body: bytes) -> str:
    """What a server would call a file: by its name, and by its first bytes where the name says nothing.

    A file whose bytes are plainly no text is not called one, whatever its name.
    """
    start = body[:_START].removeprefix(b"\xef\xbb\xbf").lstrip()
    by_bytes = next((kind for mark, kind in _BY_FIRST_BYTES if start.startswith(mark)), "text/plain")
    if by_bytes in _BINARY:
        return by_bytes
    return _BY_SUFFIX.get(Path(name).suffix.lower(), by_bytes)


def moment(text: str) -> datetime:
    """ISO 8601 as an aware time in UTC; one without a zone is in UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def read_pairs(path: Path) -> list[FilePair]:
    """The lines of a list: before<TAB>after[<TAB>url[<TAB>fetched before<TAB>fetched after]]."""
    return [
        FilePair(
            InputFile(before, url or None, _at(path, number, at)),
            InputFile(after, url or None, _at(path, number, until)),
        )
        for number, (before, after, url, at, until) in _fields(path, required=2, most=5)
    ]


def read_files(path: Path) -> list[InputFile]:
    """The lines of a list: file[<TAB>url[<TAB>fetched]]."""
    return [
        InputFile(name, url or None, _at(path, number, at))
        for number, (name, url, at) in _fields(path, required=1, most=3)
    ]


def _fields(path: Path, *, required: int, most: int) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with their numbers, each filled up to `most` fields."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if not line.strip():
            continue
        if not required <= len(fields) <= most or not all(fields[:required]):
            wanted = f"{required} to {most} fields with tabs between them"
            raise click.UsageError(f"{path}:{number}: {wanted} are expected")
        yield number, fields + [""] * (most - len(fields))


def _at(path: Path, number: int, text: str) -> datetime | None:
    try:
        return moment(text) if text else None
    except ValueError:
        raise click.UsageError(f"{path}:{number}: {text!r} is no time; write e.g. 2026-03-01T09:00:00Z") from None
