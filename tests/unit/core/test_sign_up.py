"""Sign-ups: what is asked for, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.core.model import Preferences
from monitor.core.people.sign_up import (
    CONSENT,
    NotAnAddress,
    RequestLimit,
    SignUp,
    Wish,
    limits_of,
    mailbox_of,
    mistake_in_address,
    place_of,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked",
    [
        SignUp("ann@kommun.example", "sv", None),
        SignUp("ann@kommun.example", "en", ("county", "law"), Wish("weekly", ("2 §", "Våld"), material_only=True)),
        SignUp(
            "ann@kommun.example",
            "sv",
            (),
            preferences=Preferences("Europe/Helsinki", time(7, 30), 4, (time(22), time(6, 30)), account=True),
        ),
        SignUp("ann@kommun.example", "sv", ("county",), preferences=Preferences()),
    ],
)
def test_what_was_asked_is_kept_as_it_was_but_for_the_address(asked: SignUp) -> None:
    kept = asked.to_json()
    assert SignUp.from_json(kept, asked.address) == asked
    assert "kommun" not in kept


@pytest.mark.parametrize(
    ("address", "mistake"),
    [
        ("ann@kommun.example", None),
        ("ann.b+c@kommun.example", None),
        ("ann", "form"),
        ("@kommun.example", "form"),
        ("ann@", "form"),
        ("Ann <ann@kommun.example>", "characters"),
        ("ann@kommun.example\r\nBcc: all@x.example", "characters"),
        ("ann@b@kommun.example", "characters"),
        ("åsa@kommun.example", "local"),
        ("ann@åmål.example", "domain-ascii"),
        ("a" * 65 + "@kommun.example", "length"),
        ("ann@" + "a." * 125 + "example", "length"),
        ("ann..b@kommun.example", "dots"),
        (".ann@kommun.example", "dots"),
        ("ann.@kommun.example", "dots"),
        ("ann@-kommun.example", "domain"),
        ("ann@kommun-.example", "domain"),
        ("ann@.example", "domain"),
        ("ann@localhost", None),
        ("ann@mail.kommun.local", None),
        ("ann@kommun_x.example", "form"),
        ("ann@" + "a" * 64 + ".example", "form"),
        ("ann@xn--a.example", "form"),
        ("ann#x@kommun.example", None),
    ],
)
def test_an_address_is_one_that_mail_can_be_sent_to(address: str, mistake: str | None) -> None:
    assert mistake_in_address(address) == mistake


def test_what_is_wrong_with_an_address_is_a_fact_of_the_error() -> None:
    assert NotAnAddress("dots").mistake == "dots"


def test_a_limit_counts_the_last_hour_and_the_last_day() -> None:
    limit = RequestLimit(hour=2, day=3)
    minutes = [NOW - timedelta(minutes=minutes) for minutes in (10, 20)]
    assert limit.allows([], NOW)
    assert limit.allows(minutes[:1], NOW)
    assert not limit.allows(minutes, NOW)
    assert limit.allows(minutes, NOW + timedelta(minutes=50))
    hours = [NOW - timedelta(hours=hours) for hours in (2, 3, 4)]
    assert limit.allows(hours[:2], NOW)
    assert not limit.allows(hours, NOW)
    assert limit.allows(hours, NOW + timedelta(hours=20))


def test_what_is_agreed_to_is_said_in_both_languages() -> None:
    assert set(CONSENT) == {"sv", "en"}


@pytest.mark.parametrize(
    ("requester", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_place_is_an_address_or_a_network_of_one_household(requester: str, place: str) -> None:
    assert place_of(requester) == place


def test_addresses_with_tags_are_one_mailbox() -> None:
    assert {mailbox_of(address) for address in ("ann@k.example", "Ann+lag@K.example", "ann+a+b@k.example")} == {
        "ann@k.example"
    }
    assert mailbox_of("+ann@k.example") == "+ann@k.example"


def test_a_request_counts_for_its_place_its_domain_and_in_all() -> None:
    assert list(limits_of("Ann@K.example", "2001:db8::1")) == ["2001:db8::/64", "domain k.example", "everybody"]


@pytest.mark.parametrize(
    ("requester", "place"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("64:ff9b::203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_place_is_an_ipv4_address_in_whatever_form_or_an_ipv6_network(requester: str, place: str) -> None:
    assert place_of(requester) == place


def test_a_watch_whose_parts_are_chosen_is_followed_in_those_alone() -> None:
    sign_up = SignUp("ann@kommun.example", "sv", ("county", "law"), Wish("weekly"), parts={"law": ("2 §",)})
    assert sign_up.wish_for("law") == Wish("weekly", ("2 §",))
    assert sign_up.wish_for("county") == sign_up.wish_for(None) == Wish("weekly")
