"""Managing, leaving and erasure by a signed link; a link that is only opened changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.model import Frequency, NewDelivery, Preferences
from monitor.core.people.sign_up import Wish
from monitor.core.people.signed_links import MANAGE_LINK_LIFETIME
from monitor.errors import UnknownWatch
from tests.integration.people.conftest import ANN, COUNTY, Town, links_in, token_in

SETTINGS = {"language": "sv", "preferences": Preferences()}


def test_one_click_leaves_what_the_mail_came_through_and_no_more(town: Town) -> None:
    manage = town.join("county", "law")
    town.happen("county")
    mail = town.letter()
    token = token_in(mail, "leave")
    assert mail.message.leave_url == f"https://bevaka.example/leave/{token}"
    leaving = town.self_service.leave_view(token)
    assert leaving is not None
    assert (leaving.names, leaving.remaining) == ((COUNTY.name,), 1)
    assert set(town.follows()) == {"county", "law"}
    assert town.self_service.leave(token) == leaving
    assert set(town.follows()) == {"law"}
    assert town.self_service.manage_view(manage) is not None


def test_leaving_twice_is_fine_and_says_that_there_is_nothing_left_to_leave(town: Town) -> None:
    town.join("county", "law")
    town.happen("county")
    token = token_in(town.letter(), "leave")
    town.self_service.leave(token)
    again = town.self_service.leave(token)
    assert again is not None
    assert again.names == ()
    assert again.remaining == 1


def test_a_mail_that_came_through_two_subscriptions_leaves_both(town: Town) -> None:
    town.join()
    town.join("county")
    town.happen("county")
    left = town.self_service.leave(token_in(town.letter(), "leave"))
    assert left is not None
    assert set(left.names) == {COUNTY.name, ""}
    town.happen("county")
    assert [mail.message.subject for mail in town.deliver()] == ["Du har slutat prenumerera"]


def test_a_digest_leaves_everything_that_is_gathered_and_nothing_else(town: Town) -> None:
    town.join("county", wish=Wish("daily"))
    town.join("law")
    town.happen("county")
    town.wait(timedelta(days=2))
    (digest,) = town.deliver()
    assert digest.list_id.startswith("digest.")
    town.self_service.leave(token_in(digest, "leave"))
    assert town.follows() == {"law": "immediately"}


def test_an_old_mails_link_still_leaves_after_years(town: Town) -> None:
    town.join("county")
    town.happen("county")
    mail = town.letter()
    town.wait(timedelta(days=3 * 365))
    assert town.self_service.manage_view(token_in(mail, "manage")) is None
    assert town.self_service.leave(token_in(mail, "leave")) is not None
    assert town.follows() == {}


def test_who_left_while_a_mail_was_queued_does_not_get_it(town: Town) -> None:
    town.join("county")
    town.happen("county")
    token = token_in(town.letter(), "leave")
    town.happen("county")
    town.self_service.leave(token)
    assert [mail.message.subject for mail in town.deliver()] == ["Du har slutat prenumerera"]


def test_a_link_to_leave_mails_a_new_link_and_no_more_of_them_than_may_be(town: Town) -> None:
    town.join("county")
    town.happen("county")
    token = token_in(town.letter(), "leave")
    assert all(town.self_service.mail_link(token) for _ in range(20))
    assert 1 <= len(town.deliver()) < 10
    assert not town.self_service.mail_link("forged")


def test_a_farewell_comes_once_with_the_last_subscription_and_leads_back(town: Town) -> None:
    manage = town.join("county", "law")
    town.self_service.change(manage, **SETTINGS, following={"law": Wish()})  # type: ignore[arg-type]
    assert town.deliver() == []
    town.self_service.change(manage, **SETTINGS, following={})  # type: ignore[arg-type]
    farewell = town.letter()
    assert farewell.to == ANN
    assert "Förordningen" in farewell.message.text
    again = town.self_service.change(token_in(farewell, "manage"), **SETTINGS, following={"county": Wish()})  # type: ignore[arg-type]
    assert again is not None
    assert town.follows() == {"county": "immediately"}


@pytest.mark.parametrize("frequency", ["immediately", "daily", "weekly"])
def test_she_makes_it_exactly_as_she_wishes(town: Town, frequency: Frequency) -> None:
    manage = town.join("county")
    wish = Wish(frequency, ("2 §",), material_only=True)
    preferences = Preferences("America/New_York", account=True)
    changed = town.self_service.change(
        manage, language="en", preferences=preferences, following={None: wish, "law": wish}
    )
    assert changed == town.self_service.manage_view(manage)
    assert changed is not None
    assert {each.key: each.wish for each in changed.following} == {None: wish, "law": wish}
    assert (changed.subscriber.language, changed.subscriber.preferences) == ("en", preferences)


def test_an_unknown_watch_or_time_zone_changes_nothing(town: Town) -> None:
    manage = town.join("county")
    with pytest.raises(UnknownWatch):
        town.self_service.change(manage, **SETTINGS, following={"nowhere": Wish()})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Nowhere"):
        town.self_service.change(manage, language="en", preferences=Preferences("Nowhere"), following={})
    assert town.follows() == {"county": "immediately"}


def test_a_manage_link_lives_ninety_days_and_a_new_one_comes_by_mail(town: Town) -> None:
    manage = town.join("county")
    town.wait(MANAGE_LINK_LIFETIME + timedelta(seconds=1))
    assert town.self_service.manage_view(manage) is None
    town.self_service.remind(ANN, requester="192.0.2.1")
    letter = town.letter()
    assert [link.split("/")[3] for link in links_in(letter)] == ["manage"]
    assert town.self_service.manage_view(token_in(letter, "manage")) is not None


def test_links_of_who_was_removed_are_void_even_when_she_comes_back(town: Town) -> None:
    manage = town.join("county")
    with town.unit_of_work.write() as work:
        assert work.subscribers.remove(ANN, town.clock.now())
    town.join("county")
    assert town.self_service.manage_view(manage) is None


def files(folder: Path) -> bytes:
    """Return every byte of the database, its log included."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("bevaka.db*")))


def test_erasure_takes_her_address_out_of_the_whole_database(town: Town) -> None:
    manage = town.join("county")
    town.happen("county")
    town.deliver()
    _, _, mail = town.outbox()
    with town.unit_of_work.write() as work:
        work.outbox.add(
            [NewDelivery(mail.subscriber.id, "mail", "k", "<k@x>", "<k@x>", town.clock.now(), ())], town.clock.now()
        )
        work.outbox.suspend(mail.subscriber, town.clock.now(), why=f"550 {ANN} is not known here")
        work.subscribers.add(ANN, "sv", town.clock.now(), how="operator")
    town.ask("law")
    assert town.self_service.erase(manage)
    assert not town.self_service.erase(manage)
    assert town.subscriber() is None
    with town.unit_of_work.read() as work:
        erased = work.subscribers.get(mail.subscriber.id)
        assert (erased.address, erased.state, erased.consent_at) == ("", "removed", None)
        assert [attempt.outcome for attempt in work.outbox.attempts(mail.id)] == ["sent"]
        assert work.history.verify()[1] == []
    assert {delivery.state for delivery in town.outbox()} == {"sent", "cancelled"}
    assert town.deliver() == []


def test_after_erasure_not_a_byte_of_her_address_is_left_in_the_file(town: Town, tmp_path: Path) -> None:
    manage = town.join("county")
    town.happen("county")
    town.deliver()
    assert ANN.encode() in files(tmp_path)
    town.self_service.erase(manage)
    town.unit_of_work._engine.dispose()  # closing the last connection writes the log back into the file
    assert ANN.encode() not in files(tmp_path)


def test_who_was_erased_may_come_back_as_somebody_new(town: Town) -> None:
    manage = town.join("county")
    town.self_service.erase(manage)
    town.join("law")
    assert town.follows() == {"law": "immediately"}
    assert town.self_service.manage_view(manage) is None
