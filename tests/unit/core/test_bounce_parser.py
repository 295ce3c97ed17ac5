"""Parsing bounces, whatever their form."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import BounceKind
from monitor.core.people.bounce_parser import SUSPEND_AFTER, parse_returned_mail, suspends
from monitor.errors import TooIntricate

CASES = Path(__file__).parents[2] / "data" / "bounces"
PATH = "bounces+17.00112233445566778899@bevaka.example"


@pytest.mark.parametrize(
    ("case", "kind", "status"),
    [
        ("unknown-user", "hard", "5.1.1"),
        ("mailbox-full", "soft", "5.2.2"),
        ("refused-by-policy", "soft", "5.7.1"),
        ("given-up-after-days", "soft", "4.4.7"),
        ("without-a-status", "soft", None),
        ("only-delayed", None, None),
        ("delivered", None, None),
        ("complaint", "complaint", None),
        ("out-of-office", None, None),
    ],
)
def test_a_report_says_what_happened_and_whose_it_is(case: str, kind: BounceKind | None, status: str | None) -> None:
    returned = parse_returned_mail((CASES / f"{case}.eml").read_bytes())
    assert (returned.kind, returned.status) == (kind, status)
    assert PATH in returned.addresses
    assert returned.leave is None


def test_a_mail_programs_own_button_asks_to_leave() -> None:
    returned = parse_returned_mail((CASES / "leave-by-mail.eml").read_bytes())
    assert returned.leave == "leave.3.0.69ad3a90.1-0.00112233445566778899aabbccddeeff00112233"
    assert returned.kind is None


@given(st.binary(max_size=400))
def test_no_mail_is_too_strange_to_be_read(raw: bytes) -> None:
    for head in (b"", b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"):
        parse_returned_mail(head + raw)


def nested(depth: int) -> bytes:
    """Return a mail of parts in parts."""
    starts = "".join(
        f"--{n - 1}\n" * (n > 0) + f"Content-Type: multipart/mixed; boundary={n}\n\n" for n in range(depth)
    )
    return starts.encode()


@pytest.mark.parametrize(
    "raw",
    [
        nested(2_000),
        b"Content-Type: message/rfc822\n\n" * 30_000,
        b'Content-Type: multipart/mixed; a="' + b";" * 200_000,
        b"Content-Type: multipart/mixed" + b"\n ;" * 100_000,
    ],
)
def test_parts_in_parts_without_end_are_refused_at_once(raw: bytes) -> None:
    began = time.process_time()
    with pytest.raises(TooIntricate):
        parse_returned_mail(raw)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "raw",
    [
        b"To: " + b"a" * 900_000,
        b"To: " + b"a@" * 450_000,
        b"To: " + b"<a@b> " * 150_000,
        b"Subject: " + b"unsubscribe " * 80_000,
        b"Subject: " + b"leave.1" * 100_000,
        b"".join(b"To: a%d@b.example\n" % n for n in range(40_000)),
        nested(30) + b"--29\n" * 100_000,
        b"Content-Type: text/rfc822-headers\n\n" + b"a.b-c+" * 150_000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
        + b"Action: failed\nStatus: 5.1.1\n\n" * 25_000,
    ],
    ids=lambda raw: raw[:16].decode(),
)
def test_no_mail_takes_long_to_read(raw: bytes) -> None:
    began = time.process_time()
    parse_returned_mail(raw)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("said", "addresses"),
    [
        ("a@b.example", ["a@b.example"]),
        ("<a+1.x@b.example>, c@d.example;e@f.example", ["a+1.x@b.example", "c@d.example", "e@f.example"]),
        ("rfc822;a@b.example", ["a@b.example"]),
        ("a@@b.example a@b@c.example", ["a@b"]),
        ("(a@b.example)[c@d.example]", ["a@b.example", "c@d.example"]),
        ("nobody", []),
    ],
)
def test_addresses_are_found_in_any_form(said: str, addresses: list[str]) -> None:
    assert list(parse_returned_mail(f"To: {said}\n\n".encode()).addresses) == addresses


@pytest.mark.parametrize(
    ("kind", "soft", "suspended"),
    [("hard", 0, True), ("complaint", 0, True), ("soft", SUSPEND_AFTER - 1, False), ("soft", SUSPEND_AFTER, True)],
)
def test_a_hard_failure_or_a_complaint_suspends_and_soft_ones_when_there_are_many(
    kind: BounceKind, soft: int, *, suspended: bool
) -> None:
    assert suspends(kind, soft) is suspended
