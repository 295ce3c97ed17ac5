"""Double opt-in: sign-up, letter, confirmation, and every way in which it fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.model import Preferences
from monitor.core.people.sign_up import (
    CONSENT_VERSION,
    PER_ADDRESS,
    PER_DOMAIN,
    PER_REQUESTER,
    UNCONFIRMED_FOR,
    NotAnAddress,
    SignUp,
    Wish,
)
from monitor.core.people.signed_links import Grant
from monitor.errors import UnknownWatch
from tests.integration.people.conftest import ANN, COUNTY, LAW, Town, links_in, token_in


def test_who_asks_gets_a_letter_and_follows_nothing_until_she_confirms(town: Town) -> None:
    assert town.ask("county") == "sent"
    subscriber = town.subscriber()
    assert subscriber is not None
    assert (subscriber.state, subscriber.consent_at) == ("pending", None)
    letter = town.letter()
    assert letter.to == ANN
    assert COUNTY.name in letter.message.text
    town.happen()
    assert town.deliver() == []
    asked = town.self_service.confirm_view(token_in(letter))
    assert asked is not None
    assert (asked.done, asked.watches, asked.address) == (False, (COUNTY.name,), ANN)
    confirmed = town.self_service.confirm(token_in(letter))
    assert confirmed is not None
    assert not confirmed.again
    assert town.follows() == {"county": "immediately"}
    welcome = town.letter()
    assert welcome.to == ANN
    assert f"- {COUNTY.name}\n" in welcome.message.text
    assert "Du får ett mejl så snart något väsentligt ändras." in welcome.message.text
    town.happen()
    assert [mail.to for mail in town.deliver()] == [ANN]


def test_her_consent_is_recorded_when_how_and_to_which_words(town: Town) -> None:
    town.ask("county")
    town.wait(timedelta(hours=5))
    town.self_service.confirm(token_in(town.letter()))
    subscriber = town.subscriber()
    assert subscriber is not None
    assert (subscriber.consent_at, subscriber.consent_how, subscriber.consent_text) == (
        town.clock.now(),
        "link",
        CONSENT_VERSION,
    )


def test_she_gets_what_she_asked_for(town: Town) -> None:
    preferences = Preferences(timezone="Europe/Helsinki", digest_weekday=4)
    wish = Wish("weekly", ("2 §",), material_only=True)
    town.self_service.request(SignUp(ANN, "en", ("law", "county"), wish, preferences), requester="192.0.2.1")
    letter = town.letter()
    assert letter.language == "en"
    confirmed = town.self_service.confirm(token_in(letter))
    assert confirmed is not None
    member = town.self_service.manage_view(confirmed.manage)
    assert member is not None
    assert (member.subscriber.language, member.subscriber.preferences) == ("en", preferences)
    assert [(each.key, each.name, each.wish) for each in member.following] == [
        ("county", COUNTY.name, wish),
        ("law", LAW.name, wish),
    ]
    assert [(watch.key, watch.name) for watch in member.watches] == [("county", COUNTY.name), ("law", LAW.name)]


def test_every_watch_can_be_followed_at_once(town: Town) -> None:
    town.join()
    assert town.follows() == {None: "immediately"}


def test_a_link_used_twice_is_fine_and_says_so(town: Town) -> None:
    town.ask("county")
    token = token_in(town.letter())
    assert town.self_service.confirm(token) is not None
    again = town.self_service.confirm(token)
    assert again is not None
    assert again.again
    asked = town.self_service.confirm_view(token)
    assert asked is not None
    assert asked.done
    assert town.follows() == {"county": "immediately"}


def test_a_link_used_again_after_she_left_does_not_bring_her_back(town: Town) -> None:
    town.ask("county")
    token = token_in(town.letter())
    confirmed = town.self_service.confirm(token)
    assert confirmed is not None
    town.self_service.change(confirmed.manage, language="sv", preferences=Preferences(), following={})
    assert town.self_service.confirm(token) is not None
    assert town.follows() == {}


def test_a_link_dies_after_seven_days_and_so_does_the_address(town: Town) -> None:
    town.ask("county")
    token = token_in(town.letter())
    town.wait(UNCONFIRMED_FOR)
    assert town.self_service.tidy()["erased"] == 0
    assert town.self_service.confirm_view(token) is not None
    town.wait(timedelta(seconds=1))
    assert town.self_service.confirm_view(token) is None
    assert town.self_service.confirm(token) is None
    assert town.self_service.tidy()["erased"] == 1
    assert town.subscriber() is None


def test_who_is_confirmed_is_not_erased_with_what_she_never_confirmed(town: Town) -> None:
    town.join("county")
    town.ask("law")
    town.wait(UNCONFIRMED_FOR + timedelta(days=1))
    assert town.self_service.tidy()["erased"] == 0
    assert town.follows() == {"county": "immediately"}


def test_an_address_that_was_refused_before_it_was_confirmed_is_erased_as_well(town: Town) -> None:
    town.ask("county")
    (delivery,) = town.outbox()
    with town.unit_of_work.write() as work:
        work.outbox.suspend(delivery.subscriber, town.clock.now(), why="550 no such user")
    town.wait(UNCONFIRMED_FOR + timedelta(days=1))
    assert town.self_service.tidy()["erased"] == 1


def test_forged_foreign_and_void_links_get_one_and_the_same_answer(town: Town) -> None:
    town.ask("county")
    good = token_in(town.letter())
    town.join("law", address="bo@kommun.example")
    bo = town.subscriber("bo@kommun.example")
    assert bo is not None
    now = town.clock.now()
    signed = town.signer.token
    bad = [
        "",
        "confirm.1.0.ffffffff.1.00",
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        signed(Grant("confirm", bo.id, 0, (1,)), now),  # another subscriber's sign-up
        signed(Grant("confirm", 1, 1, (1,)), now),  # of another generation
        signed(Grant("confirm", 1, 0, (99,)), now),  # of a sign-up that does not exist
        signed(Grant("confirm", 1, 0), now),
        signed(Grant("manage", 99, 0), now),  # of a subscriber that does not exist
        signed(Grant("leave", 99, 0), now),
        signed(Grant("manage", 1, 0), now),  # of a subscriber who is not confirmed yet
    ]
    self_service = town.self_service
    for token in bad:
        assert self_service.confirm_view(token) is None
        assert self_service.confirm(token) is None
        assert self_service.manage_view(token) is None
        assert self_service.change(token, language="sv", preferences=Preferences(), following={}) is None
        assert self_service.leave_view(token) is None
        assert self_service.leave(token) is None
        assert not self_service.erase(token)
    for ask in (self_service.manage_view, self_service.leave_view, self_service.leave, self_service.erase):
        assert not ask(good)  # a link of another purpose
    assert self_service.confirm_view(good) is not None


def test_the_answer_is_the_same_whether_or_not_an_address_is_known(town: Town) -> None:
    town.join("county")
    assert town.ask("county") == "sent"
    assert town.ask("county", address="new@kommun.example") == "sent"
    assert town.self_service.remind(ANN, requester="192.0.2.1") == "sent"
    assert town.self_service.remind("nobody@kommun.example", requester="192.0.2.1") == "sent"


def test_who_is_known_must_confirm_again_what_is_asked_in_her_name(town: Town) -> None:
    town.join("county")
    town.ask("law")
    letter = town.letter()
    assert "Det som du redan följer" in letter.message.text
    assert town.follows() == {"county": "immediately"}
    town.self_service.confirm(token_in(letter))
    assert town.follows() == {"county": "immediately", "law": "immediately"}


def test_nobody_can_be_flooded_by_her_address_being_typed_in(town: Town) -> None:
    for number in range(PER_ADDRESS.hour + 3):
        assert town.ask("county", requester=f"192.0.2.{number}") == "sent"
    assert len(town.deliver()) == PER_ADDRESS.hour
    town.wait(timedelta(hours=1))
    town.ask("county")
    assert len(town.deliver()) == 1
    assert town.self_service.remind(ANN, requester="192.0.2.9") == "sent"
    assert town.deliver() == []  # the subscriber is not confirmed, so there is nothing to manage


@pytest.mark.parametrize("known", [True, False])
def test_one_place_may_ask_so_often_and_no_more_whoever_it_asks_for(town: Town, *, known: bool) -> None:
    if known:
        town.join("county", address="bo@kommun.example")
    answers = [
        town.self_service.remind("bo@kommun.example", requester="192.0.2.7") for _ in range(PER_REQUESTER.hour + 1)
    ]
    assert answers == ["sent"] * PER_REQUESTER.hour + ["too_many"]
    assert town.ask("county", requester="192.0.2.7") == "too_many"
    assert town.ask("county", requester="192.0.2.8") == "sent"
    town.wait(timedelta(hours=1))
    assert town.ask("county", requester="192.0.2.7") == "sent"


def test_who_asked_is_kept_as_a_mark_and_forgotten_after_two_days(town: Town) -> None:
    town.ask("county", requester="192.0.2.7")
    town.self_service.remind("nobody@kommun.example", requester="192.0.2.7")
    mark, since = town.signer.mark("192.0.2.7"), town.clock.now() - timedelta(days=1)
    with town.unit_of_work.read() as work:
        assert len(work.sign_ups.by_requester(mark, since)) == 2
        assert not work.sign_ups.by_requester(b"192.0.2.7".hex(), since)
    town.wait(timedelta(days=2, seconds=1))
    town.self_service.tidy()
    with town.unit_of_work.read() as work:
        assert not work.sign_ups.by_requester(mark, since)


@pytest.mark.parametrize("address", ["ann", "Ann <ann@kommun.example>", "ann@kommun.example\nBcc: all@x.example"])
def test_what_is_no_address_is_refused(town: Town, address: str) -> None:
    with pytest.raises(NotAnAddress):
        town.ask("county", address=address)
    assert town.outbox() == []


def test_an_unknown_watch_and_an_unknown_time_zone_are_refused(town: Town) -> None:
    with pytest.raises(UnknownWatch):
        town.ask("nowhere")
    wrong = SignUp(ANN, "sv", None, preferences=Preferences(timezone="Europe/Nowhere"))
    with pytest.raises(ValueError, match="Europe/Nowhere"):
        town.self_service.request(wrong, requester="192.0.2.1")
    assert town.subscriber() is None


def test_what_is_watched_no_more_when_she_confirms_is_left_out(town: Town) -> None:
    town.ask("county", "law")
    town.sync(COUNTY)
    confirmed = town.self_service.confirm(token_in(town.letter()))
    assert confirmed is not None
    assert confirmed.watches == (COUNTY.name,)
    assert town.follows() == {"county": "immediately"}


def test_a_suspended_person_comes_back_by_confirming(town: Town) -> None:
    town.join("county")
    subscriber = town.subscriber()
    assert subscriber is not None
    with town.unit_of_work.write() as work:
        work.outbox.suspend(subscriber, town.clock.now(), why="bounced 5.1.1")
    town.ask("county")
    town.self_service.confirm(token_in(town.letter()))
    back = town.subscriber()
    assert back is not None
    assert (back.state, back.state_reason) == ("confirmed", None)


def test_a_letter_holds_its_link_and_no_other(town: Town) -> None:
    town.ask("county")
    letter = town.letter()
    assert [link.split("/")[3] for link in links_in(letter)] == ["confirm"]
    assert letter.message.leave_url is None


def test_addresses_that_lead_to_one_mailbox_share_its_limit(town: Town) -> None:
    for number in range(PER_ADDRESS.hour + 3):
        sign_up = SignUp(f"Ann+{number}@kommun.example", "sv", ("county",))
        assert town.self_service.request(sign_up, requester=f"192.0.2.{number}") == "sent"
    assert len(town.deliver()) == PER_ADDRESS.hour


def test_an_ipv6_network_is_one_place(town: Town) -> None:
    answers = [
        town.self_service.request(
            SignUp(f"reader{number}@kommun{number}.example", "sv", None), requester=f"2001:db8:1:2::{number:x}"
        )
        for number in range(PER_REQUESTER.hour + 1)
    ]
    assert answers == ["sent"] * PER_REQUESTER.hour + ["too_many"]


def test_the_addresses_of_one_domain_share_a_limit(town: Town) -> None:
    answers = [
        town.self_service.request(
            SignUp(f"reader{number}@Kommun.example", "sv", None), requester=f"192.0.{number // 9}.7"
        )
        for number in range(PER_DOMAIN.hour + 1)
    ]
    assert answers == ["sent"] * PER_DOMAIN.hour + ["too_many"]
    assert town.self_service.request(SignUp("reader@annan.example", "sv", None), requester="192.0.9.9") == "sent"
