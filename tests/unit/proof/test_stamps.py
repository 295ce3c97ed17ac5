"""The verifier's own reading of time stamps (RFC 3161): what it accepts, and what it says of what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from bevaka.proof.timestamps import check_timestamp, read_roots
from bevaka.proof.verify import Stamp, Stamped, read_certificates, read_stamp
from tests.fakes.authority import Authority, is_installed

pytestmark = pytest.mark.skipif(not is_installed(), reason="openssl is not on this machine")

STATEMENT = b"bevaka heads 1\n"
RSA = ("rsa:2048",)


def curve(name: str) -> tuple[str, ...]:
    return ("ec", "-pkeyopt", f"ec_paramgen_curve:{name}")


def stamp(authority: Authority, statement: bytes = STATEMENT) -> Stamp:
    query = TimestampRequestBuilder(data=statement, hash_algorithm=HashAlgorithm.SHA256).build().as_bytes()
    return Stamp(statement, authority.stamp(query))


def read(authority: Authority, stamp: Stamp) -> Stamped:
    return read_stamp(stamp, read_certificates(authority.root.read_text()))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that need not be asked by HTTP."""
    return Authority(tmp_path_factory.mktemp("authority") / "a")


@pytest.mark.parametrize(
    ("key", "digest"),
    [
        (RSA, "sha256"),
        (RSA, "sha384"),
        (RSA, "sha512"),
        (("rsa:4096",), "sha512"),
        (curve("prime256v1"), "sha256"),
        (curve("secp384r1"), "sha384"),
        (curve("secp521r1"), "sha512"),
    ],
)
def test_what_authorities_sign_with_is_understood(tmp_path: Path, key: tuple[str, ...], digest: str) -> None:
    authority = Authority(tmp_path / "a", key=key, digest=digest)
    made = stamp(authority)
    found = read(authority, made)
    assert (found.signer, found.is_trusted) == ("The signer", True)
    assert found.at == check_timestamp(made.token, STATEMENT, read_roots(authority.root)), "as the library reads it"
    assert not read_stamp(made).is_trusted, "without the authority's certificate"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"digest": "sha1", "key": RSA}, "it is signed in a way that this program cannot check"),
        ({"key": curve("brainpoolP256r1")}, "it is signed in a way that this program cannot check"),
        ({"key": ("rsa:1024",)}, "its signature is wrong"),
    ],
)
def test_a_weak_or_careless_signature_is_refused(tmp_path: Path, options: dict[str, object], words: str) -> None:
    authority = Authority(tmp_path / "a", **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        read(authority, stamp(authority))


@pytest.mark.parametrize(("extensions", "may"), [("signer", True), ("careless", False), ("root", False)])
def test_a_certificate_must_be_made_for_time_stamps_and_for_nothing_else(
    tmp_path: Path, extensions: str, *, may: bool
) -> None:
    authority = Authority(tmp_path / "a", signer=extensions)
    [certificate] = read_certificates((authority.root.parent / "pem").read_text())
    assert certificate.may_stamp is may
    assert certificate.may_sign_others is (extensions == "root")


def test_a_stamp_of_something_else_is_refused(authority: Authority) -> None:
    with pytest.raises(ValueError, match="it is about something else"):
        read(authority, stamp(authority)._replace(statement=b"something else"))


def test_a_stamp_of_somebody_else_is_refused_where_the_authority_is_known(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    with pytest.raises(ValueError, match="does not lead to a certificate that you trust"):
        read(authority, stamp(other))


def test_an_authority_that_refuses_gave_none(authority: Authority) -> None:
    refused = authority.stamp(b"no query")
    with pytest.raises(ValueError, match="the authority gave none"):
        read(authority, Stamp(STATEMENT, refused))


def test_no_byte_of_what_is_signed_can_be_another(authority: Authority) -> None:
    made = stamp(authority)
    right = read(authority, made)
    accepted = []
    for place in range(len(made.token)):
        token = bytearray(made.token)
        token[place] ^= 1 << place % 8
        try:
            found = read(authority, Stamp(STATEMENT, bytes(token)))
        except (ValueError, IndexError, OverflowError):
            continue
        accepted.append((place, found == right))
    assert accepted == []


@pytest.mark.parametrize(
    "token", [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x00", b"\x1f\x81\x01", b"0" * 99]
)
def test_what_is_no_time_stamp_is_refused(authority: Authority, token: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        read(authority, Stamp(STATEMENT, token))


def test_a_file_without_certificates_is_none() -> None:
    with pytest.raises(ValueError, match="there are no certificates in it"):
        read_certificates("nothing")
