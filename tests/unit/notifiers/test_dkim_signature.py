"""Signing mails with DKIM."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from monitor.errors import ChannelUnavailable
from notifiers.dkim_signature import Dkim
from notifiers.maildir import Maildir
from notifiers.mime import build
from tests.unit.notifiers.test_mime import ENVELOPE, SENDER

DOMAIN = "bevaka.example.org"
ONE_CLICK = replace(ENVELOPE, message=replace(ENVELOPE.message, leave_url="https://bevaka.example.org/leave/x"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return path


def verified(content: bytes, key: Path) -> bool:
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = private.public_key().public_bytes(serialization.Encoding.DER, form)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    valid: bool = dkim.verify(content, dnsfunc=dns)
    assert asked == [f"bevaka._domainkey.{DOMAIN}.".encode()]
    return valid


def test_a_signed_mail_verifies_and_a_changed_one_does_not(key: Path) -> None:
    signed = Dkim(key, "bevaka", DOMAIN)(build(ONE_CLICK, SENDER))
    assert verified(signed, key)
    assert not verified(signed.replace(b"Sidan", b"Sedan"), key)
    assert not verified(signed.replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=None"), key)


def test_both_headers_of_one_click_leaving_are_signed(key: Path) -> None:
    signed = Dkim(key, "bevaka", DOMAIN)(build(ONE_CLICK, SENDER))
    signature = b"".join(signed.split(b"\r\nDate:")[0].split())
    assert re.search(rb"h=[^;]*:list-unsubscribe:list-unsubscribe-post", signature)


def test_a_notifier_hands_over_what_was_signed(key: Path, tmp_path: Path) -> None:
    Maildir(tmp_path, SENDER, Dkim(key, "bevaka", DOMAIN)).send(ONE_CLICK)
    (written,) = tmp_path.glob("new/*")
    assert verified(written.read_bytes(), key)


@pytest.mark.parametrize("content", [None, "not a key"])
def test_a_key_that_cannot_be_used_stops_the_channel(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key.pem"
    if content:
        path.write_text(content)
    with pytest.raises(ChannelUnavailable, match=r"the DKIM key .*key\.pem cannot be"):
        Dkim(path, "bevaka", DOMAIN)(build(ENVELOPE, SENDER))
