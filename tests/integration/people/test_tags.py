"""Following a tag: joining, one mail for a page and its tag, leaving, and watches that come and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.model import Preferences, Schedule, Tag, Watch
from monitor.core.people.link_views import ManageView
from monitor.core.people.sign_up import Wish
from monitor.errors import UnknownTag
from monitor.people.by_operator import OperatorSubscriptions
from monitor.people.subscriptions import followed_key
from tests.integration.people.conftest import ANN, COUNTY, LAW, Town, token_in

VIOLENCE, KALMAR = Tag("vald", "Mäns våld mot kvinnor"), Tag("kalmar", "Kalmar")
TAGGED = replace(COUNTY, tags=("vald",))


def put(town: Town, *watches: Watch, tags: tuple[Tag, ...] = (VIOLENCE, KALMAR)) -> None:
    with town.unit_of_work.write() as work:
        work.tags.sync(tags, town.clock.now())
        work.watches.sync(Schedule(watches), town.clock.now())


def change(town: Town, token: str, following: dict[str | None, Wish]) -> ManageView | None:
    return town.self_service.change(token, language="sv", preferences=Preferences(), following=following)


@pytest.fixture(autouse=True)
def _tags(town: Town) -> None:
    """Let the county's page have a tag."""
    put(town, TAGGED, LAW)


def follows(town: Town) -> dict[str | None, str]:
    with town.unit_of_work.read() as work:
        subscriber = work.subscribers.find(ANN)
        found = work.subscribers.subscriptions(subscriber) if subscriber else []
        return {followed_key(subscription, key): subscription.frequency for subscription, key in found}


def test_a_tag_is_followed_once_the_link_is_confirmed_and_named_in_every_letter(town: Town) -> None:
    assert town.ask("tag:vald", "law", wish=Wish("weekly")) == "sent"
    letter = town.letter()
    assert "taggen ”Mäns våld mot kvinnor”" in letter.message.text
    token = token_in(letter)
    asked = town.self_service.confirm_view(token)
    assert asked is not None
    assert asked.watches == ("taggen ”Mäns våld mot kvinnor”", "Förordningen")
    assert follows(town) == {}
    confirmed = town.self_service.confirm(token)
    assert confirmed is not None
    assert confirmed.watches == asked.watches
    assert follows(town) == {"tag:vald": "weekly", "law": "weekly"}
    assert "taggen ”Mäns våld mot kvinnor”" in town.letter().message.text


def test_a_tag_that_is_gone_when_the_link_is_followed_is_left_out(town: Town) -> None:
    town.ask("tag:vald", "law")
    token = token_in(town.letter())
    put(town, COUNTY, LAW, tags=(KALMAR,))
    asked, confirmed = town.self_service.confirm_view(token), town.self_service.confirm(token)
    assert asked is not None
    assert confirmed is not None
    assert asked.watches == confirmed.watches == ("Förordningen",)
    assert follows(town) == {"law": "immediately"}


@pytest.mark.parametrize("key", ["tag:nix", "tag:", "tag:vald:kalmar"])
def test_an_unknown_tag_is_refused(town: Town, key: str) -> None:
    with pytest.raises(UnknownTag):
        town.ask(key)
    manage = town.join("law")
    with pytest.raises(UnknownTag):
        change(town, manage, {key: Wish()})


def test_a_mail_that_came_through_a_tag_says_so(town: Town) -> None:
    town.join("tag:vald")
    town.happen("county")
    said = " ".join(town.letter().message.text.split())
    assert "Du får detta för att du följer taggen ”Mäns våld mot kvinnor”; du bekräftade din prenumeration" in said
    assert "(direkt)." in said


def test_a_page_without_the_tag_is_not_told(town: Town) -> None:
    town.join("tag:vald")
    town.happen("law")
    assert town.deliver() == []


def test_a_page_and_its_tag_are_one_mail_and_leaving_by_it_leaves_both(town: Town) -> None:
    manage = town.join("county", wish=Wish("weekly"))
    change(town, manage, {"county": Wish("weekly"), "tag:vald": Wish(), "law": Wish()})
    town.happen("county")
    mail = town.letter()
    assert "Du får detta för att du bekräftade din prenumeration" in " ".join(mail.message.text.split())
    assert "(direkt)" in mail.message.text
    left = town.self_service.leave(token_in(mail, "leave"))
    assert left is not None
    assert set(left.names) == {"Länsstyrelsen", "taggen ”Mäns våld mot kvinnor”"}
    assert follows(town) == {"law": "immediately"}


def test_two_tags_of_a_page_are_one_mail_that_names_the_first(town: Town) -> None:
    put(town, replace(COUNTY, tags=("vald", "kalmar")), LAW)
    town.join("tag:kalmar", "tag:vald")
    town.happen("county")
    assert "följer taggen ”" in " ".join(town.letter().message.text.split())


def test_a_digest_through_several_tags_names_them_all(town: Town) -> None:
    put(town, TAGGED, replace(LAW, tags=("kalmar",)))
    town.join("tag:kalmar", "tag:vald", wish=Wish("daily"))
    town.happen("county")
    town.happen("law")
    town.wait(timedelta(days=2))
    mail = town.letter()
    assert "du följer taggarna ”Mäns våld mot kvinnor”, ”Kalmar”; du bekräftade" in " ".join(mail.message.text.split())
    left = town.self_service.leave(token_in(mail, "leave"))
    assert left is not None
    assert len(left.names) == 2
    assert follows(town) == {}


def test_a_page_that_joins_a_tag_mails_nothing_of_its_history_and_what_comes_after(town: Town) -> None:
    put(town, COUNTY, LAW)
    town.join("tag:vald")
    town.happen("county")
    put(town, TAGGED, LAW)
    assert town.deliver() == []
    town.happen("county")
    assert len(town.deliver()) == 1


def test_who_joins_a_tag_gets_nothing_of_before(town: Town) -> None:
    town.happen("county")
    town.join("tag:vald")
    town.wait(timedelta(days=8))
    assert town.deliver() == []


def test_a_page_that_leaves_a_tag_ends_nothing_that_was_owed(town: Town) -> None:
    town.join("tag:vald", wish=Wish("daily"))
    town.happen("county")
    put(town, COUNTY, LAW, tags=(KALMAR,))
    town.happen("county")
    town.wait(timedelta(days=2))
    mail = town.letter()
    assert "följer taggen ”Mäns våld mot kvinnor”" in " ".join(mail.message.text.split())
    assert mail.message.text.count("BORTTAGEN · ") == 1


def test_who_leaves_a_tag_is_still_told_of_what_they_follow_beside_it(town: Town) -> None:
    manage = town.join("county", "tag:vald", wish=Wish("daily"))
    town.happen("county")
    change(town, manage, {"county": Wish("daily")})
    town.wait(timedelta(days=2))
    assert len(town.deliver()) == 1
    town.happen("county")
    change(town, manage, {})
    town.wait(timedelta(days=2))
    (farewell,) = town.deliver()
    assert farewell.message.subject == "Du har slutat prenumerera"


def test_who_leaves_a_tag_last_gets_a_farewell_that_names_it(town: Town) -> None:
    manage = town.join("tag:vald")
    change(town, manage, {})
    assert "taggen ”Mäns våld mot kvinnor”" in town.letter().message.text


def test_the_page_to_manage_offers_the_tags_and_keeps_words_and_no_parts(town: Town) -> None:
    put(town, replace(TAGGED, alert="any"), LAW)
    manage = town.join("tag:vald")
    wish = Wish("daily", ("2 §",), material_only=True, only_if=("jour", "jour"))
    view = change(town, manage, {"tag:vald": wish})
    assert view is not None
    (followed,) = view.following
    assert (followed.key, followed.name, followed.is_tag) == ("tag:vald", "Mäns våld mot kvinnor", True)
    assert followed.wish == Wish("daily", (), material_only=True, only_if=("jour",))
    offered = [(each.key, each.name, each.alert, each.is_tag) for each in view.tags]
    assert offered == [("tag:vald", "Mäns våld mot kvinnor", "any", True), ("tag:kalmar", "Kalmar", "material", True)]
    assert not any(each.is_tag for each in view.watches)


def test_erasing_ends_what_came_through_a_tag(town: Town) -> None:
    manage = town.join("tag:vald", wish=Wish("daily"))
    town.happen("county")
    assert town.self_service.erase(manage)
    town.wait(timedelta(days=2))
    assert town.deliver() == []


def test_an_account_of_unchanged_pages_counts_those_of_the_tag(town: Town) -> None:
    manage = town.join("tag:vald", wish=Wish("daily"))
    wanted = Preferences(account=True)
    town.self_service.change(manage, language="sv", preferences=wanted, following={"tag:vald": Wish("daily")})
    town.self_service.tidy()
    town.wait(timedelta(days=2))
    assert "1 oförändrad" in town.letter().message.subject


def test_an_operator_lets_somebody_follow_a_tag_and_leave_it_also_when_it_is_gone(town: Town) -> None:
    operator = OperatorSubscriptions(town.unit_of_work, town.clock)
    operator.add(ANN, "sv")
    assert operator.follow(ANN, "tag:vald", Wish(only_if=("jour",))) is not None
    assert operator.tell(ANN, "tag:vald", "weekly")
    assert not operator.tell(ANN, "tag:kalmar", "weekly")
    follower = operator.find(ANN)
    assert follower is not None
    assert [(each.key, each.wish) for each in follower.following] == [("tag:vald", Wish("weekly", only_if=("jour",)))]
    put(town, COUNTY, LAW, tags=())
    with pytest.raises(UnknownTag):
        operator.follow(ANN, "tag:vald", Wish())
    assert operator.end(ANN, "tag:vald")
    assert not operator.end(ANN, "tag:vald")
    with pytest.raises(UnknownTag):
        operator.end(ANN, "tag:nix")
