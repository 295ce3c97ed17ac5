"""When an address is gone, and when it may be there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.people.bounce_verdict import bounce_kind


@pytest.mark.parametrize(
    ("status", "diagnosis", "told"),
    [
        ("5.1.1", "", "5.1.1"),
        ("5.1.1 (bad destination mailbox address)", "smtp; 550 5.1.1 User unknown", "5.1.1"),
        ("5.1.2", "dns; host not found", "5.1.2"),
        ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "5.1.10"),
        ("5.0.0", "smtp; 550 5.1.1 No such user", "5.1.1"),
        ("5.0.0", "smtp; 550 No such user", "5.0.0"),
        ("5.5.0", "smtp; 550 mailbox not found", "5.5.0"),
        ("5.1.0", "smtp; 550 recipient invalid", "5.1.0"),
        ("", "550 The email account that you tried to reach does not exist", None),
        ("5.1.1", "smtp; 550 5.1.1 User unknown in relay recipient table", "5.1.1"),
        ("5.1.1", "smtp; 550 <ann@spam.example>: mx.dmarc-spf.example says: user unknown", "5.1.1"),
        ("5.1.1", "smtp; 550 5.1.1 no such user, please check the address and try again", "5.1.1"),
        ("", "User ann (ann@kommun.example) not listed in Domino Directory", None),
    ],
)
def test_an_address_is_gone_where_a_code_or_a_word_says_so(status: str, diagnosis: str, told: str | None) -> None:
    assert bounce_kind(status, diagnosis) == ("hard", told)


@pytest.mark.parametrize(
    ("status", "diagnosis", "told"),
    [
        ("", "", None),
        ("5.0.0", "", "5.0.0"),
        ("5.1.0", "smtp; 550 5.1.0 sender rejected", "5.1.0"),
        ("5.1.7", "smtp; 550 5.1.7 Invalid sender address", "5.1.7"),
        ("5.1.8", "", "5.1.8"),
        ("5.2.1", "", "5.2.1"),
        ("5.2.2", "smtp; 552 over quota", "5.2.2"),
        ("5.3.4", "", "5.3.4"),
        ("5.4.4", "", "5.4.4"),
        ("5.6.1", "", "5.6.1"),
        ("5.7.1", "smtp; 550 user unknown", "5.7.1"),
        ("5.7.0", "", "5.7.0"),
        ("5.0.0", "smtp; 552 5.2.2 Mailbox full", "5.2.2"),
        ("5.1.1", "smtp; 550 5.7.26 unauthenticated mail is not accepted", "5.1.1"),
        ("5.1.1", "smtp; 550 5.1.1 rejected as spam", "5.1.1"),
        ("5.1.1", "smtp; 550 message refused: DMARC", "5.1.1"),
        ("5.1.1", "smtp; 550 your server is blocked", "5.1.1"),
        ("5.0.0", "smtp; 554 refused by DNSBL, your server is listed", "5.0.0"),
        ("5.0.0", "smtp; 550 user unknown or over quota", "5.0.0"),
        ("5.1.1", "smtp; 451 4.7.1 greylisted", "5.1.1"),
        ("4.4.7", "smtp; 450 user unknown", "4.4.7"),
        ("2.0.0", "", None),
        ("", "550 mailbox unavailable", None),
        ("", "mx.example[5.1.1.1] with Exim 4.94.2 said no", None),
    ],
)
def test_nobody_is_suspended_at_once_for_anything_else(status: str, diagnosis: str, told: str | None) -> None:
    assert bounce_kind(status, diagnosis) == ("soft", told)


@given(
    st.sampled_from(["5.7.1", "5.1.7", "5.1.8", "5.6.0", "5.2.2", "5.3.4", "4.2.2"]),
    st.sampled_from(["5.1.1", "5.0.0"]),
)
def test_one_code_that_speaks_of_the_mail_is_enough(of_the_mail: str, other: str) -> None:
    assert bounce_kind(of_the_mail, f"smtp; 550 {other} user unknown")[0] == "soft"
    assert bounce_kind(other, f"smtp; 550 {of_the_mail} user unknown")[0] == "soft"
