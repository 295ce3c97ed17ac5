"""The bytes of a mail as they are sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.people.sign_up import mistake_in_address
from monitor.errors import NotifyError
from monitor.ports.values import Envelope, Message
from notifiers.mime import build

LONG = "a" * 120
ENVELOPE = Envelope(
    to="ann@example.com",
    message=Message(
        "Ändrad: Länsstyrelsen Kalmar: mäns våld mot kvinnor – 1 datum ändrat, 1 punkt tillagd under rubriken",
        "Sidan ändrades.\nFrån mars till april.\n",
        "<p>Sidan <ins>ändrades</ins>.</p>\n",
    ),
    language="sv",
    message_id=f"<{LONG}@bevaka.example.org>",
    thread_id=f"<root{LONG}@bevaka.example.org>",
    date=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    list_id=f"{LONG}.bevaka.example.org",
    unsubscribe_subject="unsubscribe a key with spaces & signs",
)
SENDER = "Bevaka åt Länet <bevaka@example.org>"


def headers(content: bytes) -> list[bytes]:
    return content.split(b"\r\n\r\n", 1)[0].split(b"\r\n")


def test_ids_and_list_headers_stand_raw_on_one_line_however_long_they_are() -> None:
    lines = headers(build(ENVELOPE, SENDER))
    for line in (
        f"Message-ID: <{LONG}@bevaka.example.org>",
        f"In-Reply-To: <root{LONG}@bevaka.example.org>",
        f"References: <root{LONG}@bevaka.example.org>",
        f"List-Id: <{LONG}.bevaka.example.org>",
        "List-Unsubscribe: <mailto:bevaka@example.org?subject=unsubscribe%20a%20key%20with%20spaces%20%26%20signs>",
    ):
        assert line.encode() in lines


def test_one_click_leaves_by_a_post_and_a_mail_program_that_knows_none_by_mail() -> None:
    url = "https://bevaka.example.org/leave/leave.12.0.7c703b65.3-0.eebc56caec5d8ea766f4ed901f76f8d944b1c50c"
    lines = headers(build(replace(ENVELOPE, message=replace(ENVELOPE.message, leave_url=url)), SENDER))
    mailto = b"mailto:bevaka@example.org?subject=unsubscribe%20a%20key%20with%20spaces%20%26%20signs"
    assert b"List-Unsubscribe: <" + url.encode() + b">, <" + mailto + b">" in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert not [line for line in headers(build(ENVELOPE, SENDER)) if line.startswith(b"List-Unsubscribe-Post")]


def test_a_letter_that_begins_no_thread_refers_to_none() -> None:
    lines = headers(build(replace(ENVELOPE, thread_id=ENVELOPE.message_id), SENDER))
    assert not [line for line in lines if line.startswith((b"In-Reply-To", b"References"))]


def test_the_headers_are_those_that_machines_and_standards_ask_for() -> None:
    lines = headers(build(ENVELOPE, SENDER))
    assert b"Auto-Submitted: auto-generated" in lines
    assert b"X-Auto-Response-Suppress: OOF, AutoReply" in lines
    assert b"Date: Sun, 01 Mar 2026 09:00:00 +0000" in lines
    assert b"To: ann@example.com" in lines
    assert b"Content-Language: sv" in lines
    assert b"MIME-Version: 1.0" in lines
    assert not [line for line in lines if line.lower().startswith((b"bcc", b"cc", b"precedence"))]


def test_the_whole_mail_is_seven_bit_with_crlf_and_short_lines() -> None:
    content = build(ENVELOPE, SENDER)
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert max(map(len, content.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))) <= 78


def test_a_mail_program_reads_what_was_written() -> None:
    parsed = message_from_bytes(build(ENVELOPE, SENDER), _class=EmailMessage, policy=policy.default)
    assert parsed["Subject"] == ENVELOPE.message.subject
    assert str(parsed["From"]) == SENDER
    assert parsed.get_content_type() == "multipart/alternative"
    text, html = parsed.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().replace("\r\n", "\n") == ENVELOPE.message.text
    assert html.get_content_type() == "text/html"
    assert html.get_content().replace("\r\n", "\n") == ENVELOPE.message.html


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=120).map(str.split))
@example(["Weekly digest, week 10: 1 changed, 1 could not be read, 1 seen again", "–", "Länsstyrelsen", "…"])
def test_every_subject_is_read_as_it_was_written(words: list[str]) -> None:
    subject = " ".join(words)
    envelope = replace(ENVELOPE, message=replace(ENVELOPE.message, subject=subject))
    content = build(envelope, SENDER)
    parsed = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    assert parsed["Subject"] == subject
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)


def test_every_try_is_the_same_mail() -> None:
    assert build(ENVELOPE, SENDER) == build(ENVELOPE, SENDER)


def test_a_text_that_holds_the_border_between_the_parts_does_not_end_its_part() -> None:
    border = re.search(rb'boundary="([^"]+)"', build(ENVELOPE, SENDER))
    assert border is not None
    text = f"--{border[1].decode()}--\nefter\n"
    envelope = replace(ENVELOPE, message=replace(ENVELOPE.message, text=text))
    parsed = message_from_bytes(build(envelope, SENDER), _class=EmailMessage, policy=policy.default)
    first, _ = parsed.iter_parts()
    assert first.get_content().replace("\r\n", "\n") == text


@pytest.mark.parametrize("value", ["x" * 1000, "nyckel-å"])
def test_a_raw_header_that_cannot_be_written_is_refused(value: str) -> None:
    with pytest.raises(NotifyError, match="List-Id") as caught:
        build(replace(ENVELOPE, list_id=value), SENDER)
    assert caught.value.permanent


ENCODED_WORDS = [
    "=?utf-8?q?Hej=0D=0ABcc:_all@example.com?=",
    "=?utf-8?b?SGVqDQpCY2M6IHhAeQ==?=",
    "=?x?q?a?=",
    "=?",
    "?=",
    "=?utf-8?q?a=0A",
]


@given(st.lists(st.sampled_from([*ENCODED_WORDS, "Hej", "å", "x" * 90, "-" * 66]), max_size=8))
def test_a_word_that_looks_encoded_is_a_word_and_makes_no_header(words: list[str]) -> None:
    subject = " ".join(words)
    content = build(replace(ENVELOPE, message=replace(ENVELOPE.message, subject=subject)), SENDER)
    head = content.partition(b"\r\n\r\n")[0]
    names = re.findall(rb"^([A-Za-z-]+):", head, re.MULTILINE)
    assert names == re.findall(rb"^([A-Za-z-]+):", build(ENVELOPE, SENDER).partition(b"\r\n\r\n")[0], re.MULTILINE)
    assert max(map(len, head.split(b"\r\n"))) <= 998
    parsed = message_from_bytes(content, _class=EmailMessage, policy=policy.compat32)
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(parsed["Subject"]))
    assert str(make_header(decode_header(unfolded))) == subject


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?x=0d=0aBcc:e?=@example.com", "a@=?utf-8?q?b?=.example", "a@b@example.com", '"a b"@example.com',
        "a,b@example.com", "<a@example.com>", "a@example.com, c@example.com", "a(b)@example.com", "@example.com", "a@",
        "a@example.com:25", f"a@{'x' * 70}.example",
    ],
)  # fmt: skip
def test_an_address_that_is_more_than_one_is_refused_when_given_and_when_written(address: str) -> None:
    assert mistake_in_address(address) is not None
    with pytest.raises(NotifyError) as caught:
        build(replace(ENVELOPE, to=address), SENDER)
    assert caught.value.permanent
