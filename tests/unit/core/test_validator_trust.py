"""How far the validators of a server are relied on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judging.validator_trust import (
    after_conditional_request,
    after_full_answer,
    is_same_validator,
    may_be_conditional,
)
from monitor.core.model import Validators, ValidatorTrust

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
URL = "https://lan.example/sida"


@pytest.mark.parametrize(
    ("hours", "requests", "expected"),
    [(1, 0, True), (24, 3, True), (24, 90, True), (25, 2, True), (25, 3, False), (900, 4, False), (-1, 3, False)],
)
def test_after_a_day_and_three_conditional_requests_the_next_one_is_unconditional(
    hours: int,
    requests: int,
    expected: bool,  # noqa: FBT001  from the parametrisation
) -> None:
    assert may_be_conditional(ValidatorTrust(NOW - timedelta(hours=hours), requests), NOW) is expected


def test_a_full_answer_that_nobody_remembers_is_an_old_one() -> None:
    assert may_be_conditional(ValidatorTrust(None, 2), NOW)
    assert not may_be_conditional(ValidatorTrust(None, 3), NOW)


def test_a_conditional_request_counts_and_a_full_answer_begins_the_count_anew() -> None:
    trust = after_conditional_request(after_conditional_request(ValidatorTrust(NOW)))
    assert trust == ValidatorTrust(NOW, 2)
    later = NOW + timedelta(hours=30)
    assert after_full_answer(trust, later, contradicts=False) == ValidatorTrust(later, 0)


def test_distrust_lasts() -> None:
    trust = after_full_answer(ValidatorTrust(), NOW, contradicts=True)
    assert trust.distrusted_at == NOW
    assert not may_be_conditional(trust, NOW)
    again = after_full_answer(trust, NOW + timedelta(hours=1), contradicts=True)
    assert again == ValidatorTrust(NOW + timedelta(hours=1), 0, NOW)
    assert after_conditional_request(again).distrusted_at == NOW


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (None, Validators('"a"', None, URL), False),
        (Validators('"a"', None, URL), Validators('"a"', None, URL), True),
        (Validators('"a"', "Mon", URL), Validators('"a"', "Tue", URL), True),
        (Validators('"a"', "Mon", URL), Validators('"b"', "Mon", URL), False),
        (Validators('"a"', "Mon", URL), Validators(None, "Mon", URL), False),
        (Validators(None, "Mon", URL), Validators('"a"', "Mon", URL), False),
        (Validators(None, "Mon", URL), Validators(None, "Mon", URL), True),
        (Validators(None, "Mon", URL), Validators(None, "Tue", URL), False),
        (Validators(None, None, URL), Validators(None, None, URL), False),
        (Validators('"a"', None, URL), Validators('"a"', None, f"{URL}/annan"), False),
        (Validators('"a"', None, None), Validators('"a"', None, URL), False),
    ],
)
def test_a_validator_is_unchanged_where_a_server_would_say_so(
    before: Validators | None,
    after: Validators,
    same: bool,  # noqa: FBT001  from the parametrisation
) -> None:
    assert is_same_validator(before, after) is same
