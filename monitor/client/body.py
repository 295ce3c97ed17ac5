"""Decoding of an answer's body, with a limit on the decoded size.

Memory use is bounded whatever is sent: a decompression bomb is decoded piece by piece and abandoned at the limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from monitor.errors import BadBody, TooLarge

ACCEPT_ENCODING = "gzip, deflate"
"""Neither br nor zstd: the output of every decoder must be limitable in size."""

PIECE = 65_536
WITH_GZIP_HEADER, WITH_ZLIB_HEADER, WITHOUT_HEADER = 31, 15, -15
GZIP_MAGIC = b"\x1f\x8b"


class ByteSource(Protocol):
    """Source of the encoded bytes."""

    def read(self, amt: int, decode_content: bool) -> bytes:  # noqa: FBT001  urllib3's own signature
        """Return the next bytes; none at the end."""
        ...


def read_body(source: ByteSource, encoding: str, limit: int) -> bytes:
    """Return the whole body, decoded. Raises TooLarge, BadBody, and what the source raises when it fails."""
    pieces: list[bytes] = []
    size = 0
    for piece in _decoded(source, encoding):
        size += len(piece)
        if size > limit:
            raise TooLarge(limit=limit)
        pieces.append(piece)
    return b"".join(pieces)


def read_start(source: ByteSource, encoding: str, limit: int) -> bytes:
    """Return at most the first `limit` bytes of the body, decoded; the rest is left unread.

    Raises BadBody, and what the source raises when it fails.
    """
    start = b""
    for piece in _decoded(source, encoding):
        start += piece
        if len(start) >= limit:
            break
    return start[:limit]


def _decoded(source: ByteSource, encoding: str) -> Iterator[bytes]:
    """Return an iterator over the decoded body in pieces of bounded size.

    Raises BadBody for a truncated body or an unknown encoding.
    """
    encoded = iter(lambda: source.read(PIECE, decode_content=False), b"")
    match encoding.strip().lower():
        case "" | "identity":
            return encoded
        case "gzip" | "x-gzip":
            return _inflated(encoded, WITH_GZIP_HEADER)
        case "deflate":
            return _deflated(encoded)
        case other:
            raise BadBody(detail=f"content-encoding {other[:40]}")


def _deflated(encoded: Iterator[bytes]) -> Iterator[bytes]:
    """Decode "deflate": the zlib format (RFC 9110, 8.4.1.2), which some servers send without its header."""
    first = next(encoded, b"")
    with_header = len(first) < 2 or (first[0] & 0x0F == 8 and int.from_bytes(first[:2], "big") % 31 == 0)
    return _inflated(chain([first], encoded), WITH_ZLIB_HEADER if with_header else WITHOUT_HEADER)


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
