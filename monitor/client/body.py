"""Decoding of an answer's body, with a limit on the decoded size.

Memory use is bounded whatever is sent: a decompression bomb is decoded piece by piece and abandoned at the limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from monitor.errors import BadBody, TooLarge

ACCEPT_ENCODING = "gzip, deflate"
"""Neither br nor zstd: the output of every decoder must be limitable in size."""

PIECE = 65_536
WITH_GZIP_HEADER, WITH_ZLIB_HEADER, WITHOUT_HEADER = 31, 15, -15
GZIP_MAGIC = b"\x1f\x8b"
DECODERS = {"gzip": WITH_GZIP_HEADER, "x-gzip": WITH_GZIP_HEADER, "deflate": WITH_ZLIB_HEADER}
OTHER_CODINGS = frozenset({"aes128gcm", "br", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "zstd"})
"""The codings of the HTTP Content Coding Registry that cannot be undone here; they were not asked for."""
MOST_CODINGS = 5


class ByteSource(Protocol):
    """Source of the encoded bytes."""

    def read(self, amt: int, decode_content: bool) -> bytes:  # noqa: FBT001  urllib3's own signature
        """Return the next bytes; none at the end."""
        ...


def read_body(source: ByteSource, encoding: str, limit: int) -> bytes:
    """Return the whole body, decoded. Raises TooLarge, BadBody, and what the source raises when it fails."""
    return b"".join(_limited(_decoded(source, encoding, limit), limit))


def read_start(source: ByteSource, encoding: str, limit: int) -> bytes:
    """Return at most the first `limit` bytes of the body, decoded; the rest is left unread.

    Raises BadBody, TooLarge for what is compressed several times, and what the source raises when it fails.
    """
    start = b""
    for piece in _decoded(source, encoding, limit):
        start += piece
        if len(start) >= limit:
            break
    return start[:limit]


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Yield the pieces. Raises TooLarge when they are more than `limit` bytes."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLarge(limit=limit)
        yield piece


def _decoded(source: ByteSource, encoding: str, limit: int) -> Iterator[bytes]:
    """Return an iterator over the decoded body in pieces of bounded size. `encoding` is the value of Content-Encoding.

    Several codings are undone from the last to the first (RFC 9110, 8.4). Only the last must be there: servers name a
    coding twice that was applied once. What is between two of them is limited as well, to one piece more: compressing
    adds a little to what is small.
    Raises BadBody for a truncated body, for a coding that cannot be undone, and for too many of them.
    """
    codings = _codings(encoding)
    if len(codings) > MOST_CODINGS:
        raise BadBody(detail=f"content-encoding: {len(codings)} codings")
    pieces: Iterator[bytes] = iter(lambda: source.read(PIECE, decode_content=False), b"")
    for undone, coding in enumerate(reversed(codings)):
        if coding not in DECODERS:
            raise BadBody(detail=f"content-encoding {coding}")
        if undone:
            start, pieces = _with_start(_limited(pieces, limit + PIECE))
            if not (start.startswith(GZIP_MAGIC) if DECODERS[coding] == WITH_GZIP_HEADER else _has_zlib_header(start)):
                continue
        pieces = _inflated(pieces, WITH_GZIP_HEADER) if DECODERS[coding] == WITH_GZIP_HEADER else _deflated(pieces)
    return pieces


def _codings(encoding: str) -> list[str]:
    """Return the codings that a Content-Encoding names; what is no coding (utf-8, none, 8bit) says nothing."""
    names = (name.partition(";")[0].strip(" \t\"'").lower() for name in encoding.split(","))
    return [name for name in names if name in DECODERS or name in OTHER_CODINGS]


def _with_start(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, at least two where there are so many, and all pieces."""
    start = next(pieces, b"")
    while len(start) < 2 and (more := next(pieces, b"")):
        start += more
    return start, chain([start] if start else [], pieces)


def _has_zlib_header(start: bytes) -> bool:
    return len(start) >= 2 and start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0


def _deflated(encoded: Iterator[bytes]) -> Iterator[bytes]:
    """Decode "deflate": the zlib format (RFC 9110, 8.4.1.2), which some servers send without its header."""
    start, pieces = _with_start(encoded)
    with_header = len(start) < 2 or _has_zlib_header(start)
    return _inflated(pieces, WITH_ZLIB_HEADER if with_header else WITHOUT_HEADER)


def _inflated(encoded: Iterator[bytes], window: int) -> Iterator[bytes]:
    """Decode zlib or gzip. Several gzip members are one body; other bytes after the end are ignored, as browsers do."""
    inflater = zlib.decompressobj(window)
    has_begun = False
    for received in encoded:
        piece = received
        while piece:
            if inflater.eof:
                if window != WITH_GZIP_HEADER or not piece.startswith(GZIP_MAGIC):
                    return
                inflater = zlib.decompressobj(window)
            try:
                inflated = inflater.decompress(piece, PIECE)
            except zlib.error as error:
                raise BadBody(detail=str(error)) from error
            has_begun = True
            piece = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if inflated:
                yield inflated
    if has_begun and not inflater.eof:
        raise BadBody(detail="compressed data ends too early")
