"""Pages that are given instead of fetched: files as answers of a server, lists of files, and their extraction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.core.model import Fetched

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Extraction, Language, Recipe
    from monitor.errors import Reason

LANGUAGE: Language = "sv"
"""The language of sentences where no schedule says another."""

_BY_SUFFIX = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
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


NOWHERE = "https://page.invalid/page"
"""The address of a file of which none is given (RFC 2606); links lead to the same place in two versions of a page."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file, with the address and the time that it was fetched at, where they are known."""

    path: str
    url: str | None = None
    fetched: datetime | None = None

    def answer(self) -> Fetched:
        """Return the file as a server's answer; without a time of its own it counts as fetched when last written.

        Raises OSError.
        """
        path = Path(self.path)
        body = path.read_bytes()
        taken_at = self.fetched or datetime.fromtimestamp(path.stat().st_mtime, UTC)
        headers = (("Content-Type", content_type(path.name, body)),)
        return Fetched(self.url or NOWHERE, 200, headers, body, taken_at)


@dataclass(frozen=True, slots=True)
class FilePair:
    """Two files of one page, the earlier one first."""

    before: InputFile
    after: InputFile


def content_type(name: str, body: bytes) -> str:
    """Return the media type of a file: by its name, or by its first bytes where the name says nothing.

    A file whose first bytes are those of a PDF or a zip file is not taken for text, whatever its name.
    """
    start = body[:_START].removeprefix(b"\xef\xbb\xbf").lstrip()
    by_bytes = next((kind for mark, kind in _BY_FIRST_BYTES if start.startswith(mark)), "text/plain")
    if by_bytes in _BINARY:
        return by_bytes
    return _BY_SUFFIX.get(Path(name).suffix.lower(), by_bytes)


def moment(text: str) -> datetime:
    """Parse ISO 8601 into an aware time in UTC; a time without a zone is in UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def extract(assembly: Assembly, answer: Fetched, recipe: Recipe) -> Extraction | Reason:
    """Return the extraction of an answer, or why there is none."""
    from monitor.errors import ExtractError

    try:
        return assembly.reader.extract(answer, recipe).extraction
    except ExtractError as error:
        return error.reason()


def read_pairs(path: Path) -> list[FilePair]:
    """Read a list of lines before<TAB>after[<TAB>url[<TAB>fetched before<TAB>fetched after]].

    Raises click.UsageError, which names the line.
    """
    return [
        FilePair(
            InputFile(before, url or None, _time(path, number, before_at)),
            InputFile(after, url or None, _time(path, number, after_at)),
        )
        for number, (before, after, url, before_at, after_at) in _fields(path, required=2, most=5)
    ]


def read_files(path: Path) -> list[InputFile]:
    """Read a list of lines file[<TAB>url[<TAB>fetched]]. Raises click.UsageError, which names the line."""
    return [
        InputFile(name, url or None, _time(path, number, at))
        for number, (name, url, at) in _fields(path, required=1, most=3)
    ]


def _fields(path: Path, *, required: int, most: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not empty, with their numbers, each padded to `most` fields."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if not line.strip():
            continue
        if not required <= len(fields) <= most or not all(fields[:required]):
            wanted = f"{required} to {most} fields with tabs between them"
            raise click.UsageError(f"{path}:{number}: {wanted} are expected")
        yield number, fields + [""] * (most - len(fields))


def _time(path: Path, number: int, text: str) -> datetime | None:
    try:
        return moment(text) if text else None
    except ValueError:
        raise click.UsageError(f"{path}:{number}: {text!r} is no time; write e.g. 2026-03-01T09:00:00Z") from None
