"""Parsing bounces, whatever their form."""

from __future__ import annotations

import base64
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


def report(fields: str, head: str = "Content-Type: message/delivery-status", outer: str = "multipart/report") -> bytes:
    """Return a delivery report whose fields are in a part with this header."""
    return (
        f"To: {PATH}\nContent-Type: {outer}; boundary=part\n\n--part\nContent-Type: text/plain\n\nNot delivered.\n\n"
        f"--part\n{head}\n\n{fields}\n--part\nContent-Type: message/rfc822\n\nSubject: hej\n\n{COPY}\n--part--\n"
    ).encode()


FIELDS = (
    "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ann@kommun.example\nAction: failed\nStatus: 5.1.1\n"
)
COPY = "Final-Recipient: rfc822; eve@kommun.example\nAction: failed\nStatus: 5.1.1\n"
"""What a mail that is returned may say itself, which is no report."""


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("Content-Type: message/delivery-status", FIELDS),
        ("Content-Type: message/delivery-status", FIELDS.replace("failed", "FAILED (for good)")),
        ("Content-Type: message/delivery-status", FIELDS.replace("failed", "error")),
        ("Content-Type: message/delivery-status", FIELDS.replace("\n", "\r\n")),
        (
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64",
            base64.encodebytes(FIELDS.encode()).decode(),
        ),
        (
            "Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64",
            base64.encodebytes(FIELDS.encode()).decode(),
        ),
        (
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable",
            FIELDS.replace(":", "=3A"),
        ),
        ("Content-Type: message/global-delivery-status", FIELDS.replace("ann@", "åsa@")),
        ("Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: 8bit", FIELDS),
        ("Content-Type: text/plain; name=delivery-status", FIELDS),
        ("Content-Type: text/plain", FIELDS),
    ],
)
@pytest.mark.parametrize("outer", ["multipart/report; report-type=delivery-status", "multipart/mixed"])
def test_the_fields_of_a_report_are_read_in_every_form(head: str, fields: str, outer: str) -> None:
    returned = parse_returned_mail(report(fields, head, outer))
    assert (returned.kind, returned.status) == ("hard", "5.1.1")
    for action in ("delayed", "relayed", "expanded"):
        assert parse_returned_mail(report(FIELDS.replace("failed", action))).kind is None


def test_what_the_returned_mail_itself_says_is_no_report() -> None:
    assert parse_returned_mail(report("No fields here.", "Content-Type: text/plain")).kind is None


@pytest.mark.parametrize("type_", ["auth-failure", "fraud", "not-spam", "opt-out", "other", "virus"])
def test_only_abuse_is_a_complaint(type_: str) -> None:
    complaint = (CASES / "complaint.eml").read_bytes()
    assert b"Feedback-Type: abuse" in complaint
    assert parse_returned_mail(complaint.replace(b"Type: abuse", b"Type: " + type_.encode())).kind is None
    assert parse_returned_mail(complaint.replace(b"Type: abuse", b"Type: Abuse")).kind == "complaint"


QMAIL = """Subject: failure notice

Hi. This is the qmail-send program at mx.kommun.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ann@kommun.example>:
{said}

--- Below this line is a copy of the message.

Subject: hej

the user is unknown; spam
"""
EXIM = """X-Failed-Recipients: ann@kommun.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its recipients.

  ann@kommun.example
    {said}

------ This is a copy of the message, including all the headers. ------

the user is unknown; spam
"""


@pytest.mark.parametrize("form", [QMAIL, EXIM])
@pytest.mark.parametrize(
    ("said", "kind", "status"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", "hard", "5.1.1"),
        ("host mx1.spf.example [192.0.2.5]: 550 5.1.1 <ann@kommun.example>: User unknown", "hard", "5.1.1"),
        ("Unrouteable address", "hard", None),
        ("550 no such user", "hard", None),
        ("554 the server of Exim 4.94.2 is blocked by a DNSBL", "soft", None),
        ("retry timeout exceeded", "soft", None),
    ],
)
def test_reports_in_words_are_read_as_well(form: str, said: str, kind: str, status: str | None) -> None:
    returned = parse_returned_mail((f"To: {PATH}\n" + form.format(said=said)).encode())
    assert (returned.kind, returned.status) == (kind, status)


def test_a_warning_in_words_is_no_failure() -> None:
    warning = "Subject: Warning: message delayed 24 hours\n\n"
    warning += "This message was created automatically by mail delivery software.\n\n"
    warning += "A message that you sent has not yet been delivered to one or more of its recipients\n"
    warning += "The address to which the message has not yet been delivered is:\n\n  ann@kommun.example\n\n"
    assert parse_returned_mail(f"To: {PATH}\n{warning}".encode()).kind is None


def test_a_mail_programs_own_button_asks_to_leave() -> None:
    returned = parse_returned_mail((CASES / "leave-by-mail.eml").read_bytes())
    assert returned.leave == "leave.3.0.69ad3a90.1-0.00112233445566778899aabbccddeeff00112233"
    assert returned.kind is None


@pytest.mark.parametrize("address", ["", "<>", "<", "@", "åsa@kommun.example", "ann@kommun.example,"])
@pytest.mark.parametrize("sender", ["", "From: \n", "From: <>\n", "From: ;\n", "From: Åsa\nSubject: Å\nX-Mailer: Å\n"])
def test_a_report_in_words_may_name_anybody_or_nobody(address: str, sender: str) -> None:
    failed = parse_returned_mail(f"{sender}To: {PATH}\nX-Failed-Recipients: {address}\n\n{address}\n".encode())
    assert failed.kind in (None, "soft")


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


OPENINGS = [
    b"Text\n\nThe following addresses had\nMessage not delivered to the following addresses\nYour message\n",
    b"Text\n\nA message that you sent could not be delivered\nDid not reach the following recipient\n",
]
LINES = [b"a" * 299 + b"\n", b"a@" * 149 + b"\n", b" " * 299 + b"\n", b"(expanded from: " * 18 + b"\n"]
"""Words with which mail servers begin a report, and lines that cost a pattern the square of their length."""


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
        b"Text\n\n" + b"a\n\n" * 300_000,
        b"Text\n\n" + b"final-recipient: a\n\n" * 45_000,
        b"Content-Type: message/global-delivery-status\n\n" + b"a: b\n\n" * 150_000,
        b"Hi. This is the\n\n" + b"<a@b>:" * 150_000,
        *(opening + b"\n" + line * (900_000 // len(line)) for opening in OPENINGS for line in LINES),
    ],
    ids=lambda raw: raw[:16].decode().split("\n")[0],
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
