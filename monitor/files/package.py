"""A packed file (docx, xlsx, pptx, odt, ods, odp): a zip of XML parts, opened within limits.

Nothing in it is trusted: not the number of its parts, not the sizes that it states, no document type and no entity. A
part is unpacked only to its limit and only when it is asked for; pictures, fonts, macros and files inside the file
never are. Nothing that it names outside itself is followed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError  # nosec B405 # types alone; defusedxml parses

from defusedxml.common import DefusedXmlException

from monitor.errors import (
    FileDamaged,
    FileHasEntities,
    FileLocked,
    FileUnpacksTooLarge,
    NotText,
    TooHeavy,
    TooIntricate,
)

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

SIGNATURE = b"PK\x03\x04"
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The start of Office files from before 2007, and of newer ones that are protected by a password."""
MOST_ENTRIES = 10_000
MOST_UNPACKED = 200_000_000
"""Bytes of all parts that are read, together."""
MOST_RATIO = 300
"""How many times a part may be packed; sheets of equal rows reach a hundred."""
SMALL = 10_000_000
"""Bytes up to which a part may be packed more than that."""
DEEPEST = 200
"""Elements inside each other; a table in a table in a text box has thirty."""
_CHUNK = 1 << 20
_LOCKED_BY_OFFICE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED = 0x1


class Package:
    """An opened file. `form` is how it is called ("Word"); raises what its methods do."""

    def __init__(self, body: bytes, form: str) -> None:
        self.form = form
        self._unpacked = 0
        try:
            self._zip: ZipFile = zipfile.ZipFile(io.BytesIO(body))
            entries = self._zip.infolist()
        except _BROKEN as error:
            raise FileDamaged(form=form, detail=type(error).__name__) from error
        if len(entries) > MOST_ENTRIES:
            raise FileUnpacksTooLarge(entries=MOST_ENTRIES)
        self._entries: dict[str, ZipInfo] = {entry.filename.lstrip("/"): entry for entry in entries}
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise FileLocked(form=form)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    @property
    def has_macros(self) -> bool:
        """True if there are macros in it, which are never run."""
        return any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in self._entries)

    def read(self, name: str) -> bytes:
        """Return a part, b"" where there is none. Raises FileDamaged, FileUnpacksTooLarge."""
        entry = self._entries.get(name)
        if entry is None:
            return b""
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(_CHUNK):
                    parts.append(chunk)
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    if self._unpacked > MOST_UNPACKED:
                        raise FileUnpacksTooLarge(megabytes=MOST_UNPACKED // 1_000_000)
                    if size > SMALL and size > MOST_RATIO * max(1, entry.compress_size):
                        raise FileUnpacksTooLarge(ratio=MOST_RATIO)
        except _BROKEN as error:
            raise FileDamaged(form=self.form, detail=type(error).__name__) from error
        return b"".join(parts)

    def verify(self, suffixes: tuple[str, ...], row: bytes, most: int) -> None:
        """Unpack every part with such a name, for a library that would unpack it without limits.

        Raises FileDamaged, FileUnpacksTooLarge, FileHasEntities where one declares a document type, and TooHeavy where
        they have more than `most` rows together, each of which begins so.
        """
        rows = 0
        for name in self:
            if not name.endswith(suffixes):
                continue
            content = self.read(name)
            if b"<!DOCTYPE" in content[:_CHUNK].upper():
                raise FileHasEntities(form=self.form)
            rows += content.count(row)
            if rows > most:
                raise TooHeavy(blocks=most)

    def xml(self, name: str) -> Element | None:
        """Return the root of an XML part, None where there is none.

        Raises FileDamaged, FileHasEntities, FileUnpacksTooLarge, TooIntricate.
        """
        from defusedxml.ElementTree import iterparse  # noqa: PLC0415  with the first file

        content = self.read(name)
        if not content:
            return None
        root: Element | None = None
        depth = 0
        try:
            for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    root = element if root is None else root
                    depth += 1
                    if depth > DEEPEST:
                        raise TooIntricate(why="nesting")
                else:
                    depth -= 1
        except DefusedXmlException as error:
            raise FileHasEntities(form=self.form) from error
        except (ParseError, ValueError, LookupError) as error:
            raise FileDamaged(form=self.form, detail=type(error).__name__) from error
        return root

    def needed(self, name: str) -> Element:
        """Return the root of a part without which it is no such file. Raises as `xml`, and NotText."""
        root = self.xml(name)
        if root is None:
            raise NotText(content_type="application/zip")
        return root


def is_locked_by_office(body: bytes) -> bool:
    """True of an Office file that is encrypted under a password: a file of the old form around it."""
    return body.startswith(OLE_SIGNATURE) and _LOCKED_BY_OFFICE in body


_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, KeyError,
    IndexError, OverflowError,
)  # fmt: skip
"""What unpacking a file that is no whole zip can end in."""
