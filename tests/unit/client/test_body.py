"""Bodies: content encodings, caps, and memory that stays flat (docs/reliability.md, faults 35, 36 and 38)."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.client.body import PIECE, read_body, read_start
from monitor.errors import BadBody, TooLarge

PLENTY = 10_000_000


class Bytes:
    """A response stream over bytes."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)

    def read(self, amt: int, decode_content: bool) -> bytes:  # noqa: FBT001  urllib3's own signature
        assert not decode_content
        return self._stream.read(amt)


def _raw_deflate(body: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(body) + deflater.flush()


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "identity": lambda body: body,
    "gzip": gzip.compress,
    " GZIP ": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": _raw_deflate,
}


@given(st.binary(max_size=5_000).map(lambda body: body * 40))
def test_every_form_gives_the_body_back(body: bytes) -> None:
    for encoding, encode in FORMS.items():
        assert read_body(Bytes(encode(body)), encoding, PLENTY) == body


def test_several_gzip_members_are_one_body() -> None:
    assert read_body(Bytes(gzip.compress(b"one ") + gzip.compress(b"two")), "gzip", PLENTY) == b"one two"


def test_bytes_after_the_compressed_body_are_left_alone() -> None:
    assert read_body(Bytes(gzip.compress(b"page") + b"\0\0\0"), "gzip", PLENTY) == b"page"
    assert read_body(Bytes(zlib.compress(b"page") + b"rest"), "deflate", PLENTY) == b"page"


def test_an_empty_body_needs_no_compression() -> None:
    assert read_body(Bytes(b""), "gzip", PLENTY) == b""
    assert read_body(Bytes(b""), "deflate", PLENTY) == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("cut", [1, 4, 9, 200])
def test_a_truncated_body_is_bad_wherever_it_ends(encoding: str, cut: int) -> None:
    page = "".join(f"<p>{number * 7919}</p>" for number in range(500)).encode()
    encoded = FORMS[encoding](page)[:-cut]
    with pytest.raises(BadBody):
        read_body(Bytes(encoded), encoding, PLENTY)


def test_a_second_member_that_is_cut_is_a_truncated_body() -> None:
    with pytest.raises(BadBody):
        read_body(Bytes(gzip.compress(b"one") + gzip.compress(b"two")[:-9]), "gzip", PLENTY)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_is_not_what_it_says_is_bad(encoding: str) -> None:
    with pytest.raises(BadBody):
        read_body(Bytes(b"<html>not compressed at all</html>"), encoding, PLENTY)


def test_a_flipped_bit_is_found_by_the_checksum() -> None:
    encoded = bytearray(gzip.compress(b"page" * 100))
    encoded[-8] ^= 1
    with pytest.raises(BadBody):
        read_body(Bytes(bytes(encoded)), "gzip", PLENTY)


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "gzip, gzip", "gzip, br", "br, gzip", "BR", ", ".join(["gzip"] * 500)]
)
def test_a_form_that_was_not_asked_for_is_bad(encoding: str) -> None:
    with pytest.raises(BadBody) as bad:
        read_body(Bytes(b"..."), encoding, PLENTY)
    assert len(str(bad.value.facts["detail"])) < 80


@pytest.mark.parametrize(
    "encoding", ["utf-8", "none", "8bit", "ISO-8859-1", "binary, identity", "text/html", "x" * 500, ",", ";"]
)
def test_a_content_encoding_that_is_no_coding_says_nothing(encoding: str) -> None:
    assert read_body(Bytes(b"<p>text"), encoding, PLENTY) == b"<p>text"
    assert read_body(Bytes(gzip.compress(b"<p>text")), f"{encoding}, gzip", PLENTY) == b"<p>text"
    assert read_body(Bytes(gzip.compress(b"<p>text")), f"gzip, {encoding}", PLENTY) == b"<p>text"


def test_a_coding_may_be_quoted_or_have_a_parameter() -> None:
    assert read_body(Bytes(gzip.compress(b"text")), '"gzip"', PLENTY) == b"text"
    assert read_body(Bytes(gzip.compress(b"text")), "gzip;q=1.0", PLENTY) == b"text"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"text"))),
        ("deflate, gzip", gzip.compress(zlib.compress(b"text"))),
        ("gzip, deflate", _raw_deflate(gzip.compress(b"text"))),
        ("gzip, gzip, gzip", gzip.compress(gzip.compress(gzip.compress(b"text")))),
    ],
    ids=["twice", "deflate first", "deflate last", "three times"],
)
def test_stacked_codings_are_undone_from_the_last_to_the_first(encoding: str, body: bytes) -> None:
    assert read_body(Bytes(body), encoding, PLENTY) == b"text"
    assert read_start(Bytes(body), encoding, 3) == b"tex"


class SingleBytes(Bytes):
    """A response stream that gives one byte at a time."""

    def read(self, amt: int, decode_content: bool) -> bytes:  # noqa: FBT001  urllib3's own signature
        return super().read(1, decode_content)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "Deflate"])
def test_a_coding_is_told_however_small_the_pieces_are(encoding: str) -> None:
    assert read_body(SingleBytes(FORMS[encoding](b"text")), encoding, PLENTY) == b"text"
    assert read_body(SingleBytes(gzip.compress(FORMS[encoding](b"text"))), f"{encoding}, gzip", PLENTY) in {
        b"text",
        _raw_deflate(b"text"),  # in a stack, raw data without a header cannot be told from a text
    }


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate, gzip", "gzip, gzip, gzip"])
@pytest.mark.parametrize("body", [b"text", b"t", b""])
def test_a_coding_that_is_named_once_too_often_is_undone_once(encoding: str, body: bytes) -> None:
    assert read_body(Bytes(gzip.compress(body)), encoding, PLENTY) == body


def test_the_last_coding_must_be_there() -> None:
    with pytest.raises(BadBody):
        read_body(Bytes(gzip.compress(b"text")), "gzip, deflate", PLENTY)


def test_what_is_between_two_codings_counts_against_the_cap() -> None:
    nothing = gzip.compress(gzip.compress(b"") * 100_000)
    assert len(nothing) < 20_000
    with pytest.raises(TooLarge):
        read_body(Bytes(nothing), "gzip, gzip", 1_000_000)
    with pytest.raises(TooLarge):
        read_start(Bytes(nothing), "gzip, gzip", 1_000_000)


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_the_cap_is_on_decoded_bytes_and_exact(encoding: str) -> None:
    body = bytes(200_000)
    assert len(read_body(Bytes(FORMS[encoding](body)), encoding, 200_000)) == 200_000
    with pytest.raises(TooLarge) as large:
        read_body(Bytes(FORMS[encoding](body)), encoding, 199_999)
    assert large.value.facts == {"limit": 199_999}


def test_a_bomb_is_left_at_the_cap_with_flat_memory() -> None:
    bomb = gzip.compress(bytes(1_000_000)) * 300
    source = Bytes(bomb)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            read_body(source, "gzip", 1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000 + 20 * PIECE


def test_the_start_of_a_body_ends_at_the_limit() -> None:
    assert read_start(Bytes(b"x" * 300_000), "", 100_000) == b"x" * 100_000
    assert read_start(Bytes(gzip.compress(b"x" * 300_000)), "gzip", 100_000) == b"x" * 100_000
    assert read_start(Bytes(b"short"), "", 100_000) == b"short"
