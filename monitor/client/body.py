"""An answer's body: taken out of its transfer form, with a cap on what comes out.

Memory stays flat whatever is sent: a bomb is decoded piece by piece and left at the cap.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from monitor.errors import BadBody, TooLarge

ACCEPT_ENCODING = "gzip, deflate"
"""Neither br nor zstd: every decoder must be one that can be held to a size."""

PIECE = 65_536
WITH_GZIP_HEADER, WITH_ZLIB_HEADER, WITHOUT_HEADER = 31, 15, -15
GZIP_MAGIC = b"\x1f\x8b"


class ByteSource(Protocol):
    """Where the encoded bytes come from."""

    def read(self, amt: int, decode_content: bool) -> bytes:  # noqa: FBT001  urllib3's own signature
        """The next bytes; none at the end."""
        ...


def read_body(source: ByteSource, encoding: str, limit: int) -> bytes:
    """The whole body, decoded. Raises TooLarge, BadBody, and what the source raises when it breaks."""
    pieces: list[bytes] = []
    size = 0
    for piece in _decoded(source, encoding):
        size += len(piece)
        if size > limit:
            raise TooLarge(limit=limit)
        pieces.append(piece)
    return b"".join(pieces)


def read_start(source: ByteSource, encoding: str, limit: int) -> bytes:
    """The body, decoded, as far as `limit`; what comes after it is left unread."""
    start = b""
    for piece in _decoded(source, encoding):
        start += piece
        if len(start) >= limit:
            break
    return start[:limit]


def _decoded(source: ByteSource, encoding: str) -> Iterator[bytes]:
    """The decoded body in pieces of bounded size. Raises BadBody at a truncated or foreign form."""
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
    """ "deflate" means zlib's form (RFC 9110, 8.4.1.2), and is sent without its header by some servers all the same."""
    first = next(encoded, b"")
    with_header = len(first) < 2 or (first[0] & 0x0F == 8 and int.from_bytes(first[:2], "big") % 31 == 0)
    return _inflated(chain([first], encoded), WITH_ZLIB_HEADER if with_header else WITHOUT_HEADER)


def _inflated(encoded: Iterator[bytes], window: int) -> Iterator[bytes]:
    """Several gzip members are one body; other bytes after the end are left alone, as browsers do."""
    inflater = zlib.decompressobj(window)
    begun = False
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
            begun = True
            piece = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if inflated:
                yield inflated
    if begun and not inflater.eof:
        raise BadBody(detail="compressed data ends too early")
