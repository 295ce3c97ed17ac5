"""Signed links: valid for one subscriber, one purpose and a limited time only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.people.signed_links import LIFETIMES, Grant, Purpose, Signer

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SIGNER = Signer(b"a key")
PURPOSES: tuple[Purpose, ...] = ("confirm", "manage", "leave")
ids = st.integers(0, 2**63)
several = st.lists(ids, max_size=4).map(tuple)
grants = st.builds(Grant, st.sampled_from(PURPOSES), ids, ids, several, several)


@given(grants)
def test_a_token_grants_what_was_signed(grant: Grant) -> None:
    token = SIGNER.token(grant, NOW)
    assert SIGNER.grant(token, grant.purpose, NOW) == grant
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")


def test_the_same_grant_and_moment_always_give_the_same_token() -> None:
    grant = Grant("leave", 3, 0, (1, 2))
    assert SIGNER.token(grant, NOW) == Signer(b"a key").token(grant, NOW)


@given(grants, st.sampled_from(PURPOSES))
def test_a_token_is_good_for_its_own_purpose_alone(grant: Grant, purpose: Purpose) -> None:
    assert (SIGNER.grant(SIGNER.token(grant, NOW), purpose, NOW) is not None) is (purpose == grant.purpose)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_dies_with_its_time(purpose: Purpose) -> None:
    token = SIGNER.token(Grant(purpose, 1), NOW)
    last = NOW + LIFETIMES[purpose]
    assert SIGNER.grant(token, purpose, last) is not None
    assert SIGNER.grant(token, purpose, last + timedelta(seconds=1)) is None


@given(grants, st.data())
def test_a_token_with_one_character_changed_is_none(grant: Grant, data: st.DataObject) -> None:
    token = SIGNER.token(grant, NOW)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda char: char != token[at]))
    forged = token[:at] + other + token[at + 1 :]
    assert all(SIGNER.grant(forged, purpose, NOW) is None for purpose in PURPOSES)


@given(st.text())
def test_whatever_is_given_as_a_token_is_simply_none(text: str) -> None:
    assert SIGNER.grant(text, "manage", NOW) is None


def test_another_key_signs_other_tokens() -> None:
    assert Signer(b"another").grant(SIGNER.token(Grant("manage", 1), NOW), "manage", NOW) is None


@given(st.integers(0, 2**60))
def test_a_return_path_names_its_delivery(delivery_id: int) -> None:
    path = SIGNER.return_path(delivery_id, "bounces@example.org")
    assert SIGNER.returned(path) == delivery_id
    assert SIGNER.returned(f"<{path.upper()}>") == delivery_id  # servers may change the case
    assert len(path.rpartition("@")[0]) <= 64
    assert Signer(b"another").returned(path) is None


@pytest.mark.parametrize(
    "address",
    ["", "@", "bounces@example.org", "bounces+7@example.org", "bounces+7.abc@example.org", "a+٣.x@b", "å+1.å@b"],
)
def test_what_is_no_return_path_of_ours_names_nothing(address: str) -> None:
    assert SIGNER.returned(address) is None


def test_a_mark_knows_a_text_again_and_does_not_show_it() -> None:
    assert SIGNER.mark("192.0.2.1") == SIGNER.mark("192.0.2.1") != SIGNER.mark("192.0.2.2")
    assert SIGNER.mark("192.0.2.1") != Signer(b"another").mark("192.0.2.1")
    assert len(bytes.fromhex(SIGNER.mark("x"))) == 32
