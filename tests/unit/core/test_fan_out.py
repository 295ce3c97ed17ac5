"""Fan-out: which deliveries an event causes, to whom, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import (
    ChangeRecord,
    Event,
    EventKind,
    Frequency,
    KnownTag,
    NewDelivery,
    Preferences,
    Recipe,
    Subscriber,
    Subscription,
)
from monitor.core.people.fan_out import as_one, fan_out
from monitor.core.people.followed_keys import tag_key

SUNDAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ids = count(1)


def subscriber(number: int) -> Subscriber:
    return Subscriber(number, f"p{number}@example.com", "confirmed", "sv")


def follows(number: int, frequency: Frequency = "immediately", watch_id: int | None = 1) -> Subscription:
    return Subscription(next(ids), subscriber(number), watch_id, frequency, SUNDAY)


def owed_for(
    *following: Subscription,
    event: Event | None = None,
    now: datetime = SUNDAY,
    owed: bool = True,
    timezone: str = "Europe/Stockholm",
) -> list[NewDelivery]:
    event = event or Event(7, 1, EventKind.CHANGED, now)
    return fan_out(event, following, now, watch_key="county", sender_domain="example.org", timezone=timezone, owed=owed)


def test_each_person_who_wants_to_know_at_once_is_owed_a_mail_now() -> None:
    ann, bo = follows(1), follows(2)
    first, second = owed_for(ann, bo)
    assert (first.kind, first.subscriber_id, first.not_before, first.items) == ("mail", 1, SUNDAY, ((ann.id, 7),))
    assert second.items == ((bo.id, 7),)
    assert first.dedup_key != second.dedup_key
    assert first.message_id != second.message_id


def test_a_change_that_is_not_owed_is_owed_to_nobody_but_an_outage_is() -> None:
    assert owed_for(follows(1), owed=False) == []
    assert len(owed_for(follows(1), event=Event(7, 1, EventKind.BLIND, SUNDAY), owed=False)) == 1


def test_a_person_with_two_subscriptions_gets_one_delivery_that_cites_both() -> None:
    everything, this_one = follows(1, "immediately", None), follows(1, "weekly")
    (delivery,) = owed_for(everything, this_one)
    assert delivery.kind == "digest"  # the subscription to this very watch counts
    assert delivery.items == ((this_one.id, 7), (everything.id, 7))


@pytest.mark.parametrize(("material", "owed"), [(True, 1), (False, 0)])
def test_who_wants_only_what_is_material_is_told_of_nothing_else(*, material: bool, owed: int) -> None:
    strict = replace(follows(1), material_only=True)
    record = ChangeRecord(
        1, 1, 1, 2, SUNDAY, SUNDAY, "wording", material, "wording", {"sv": "ändrat", "en": "changed"}, Recipe()
    )
    event = Event(7, 1, EventKind.CHANGED, SUNDAY, record)
    assert len(owed_for(strict, event=event)) == owed
    assert len(owed_for(follows(1), event=event)) == 1
    assert len(owed_for(strict, event=Event(8, 1, EventKind.BLIND, SUNDAY))) == 1


def test_who_follows_a_part_is_told_of_what_concerns_it() -> None:
    part = replace(follows(1), only=("2 §",))
    event = Event(7, 1, EventKind.CHANGED, SUNDAY)
    facts = {"watch_key": "county", "sender_domain": "example.org", "timezone": "Europe/Stockholm", "owed": True}
    assert fan_out(event, [part], SUNDAY, **facts, concerns=lambda only: "3 §" in only) == []  # type: ignore[arg-type]
    assert len(fan_out(event, [part], SUNDAY, **facts, concerns=lambda only: "2 §" in only)) == 1  # type: ignore[arg-type]


def test_a_digest_is_due_when_she_prefers_it_in_her_own_time_zone() -> None:
    early = Preferences(timezone="Europe/Helsinki", digest_at=time(7, 30), digest_weekday=4)
    weekly = follows(1, "weekly")
    (delivery,) = owed_for(replace(weekly, subscriber=replace(weekly.subscriber, preferences=early)))
    assert delivery.not_before == datetime(2026, 3, 6, 5, 30, tzinfo=UTC)


def test_ids_are_the_same_however_often_they_are_made_and_differ_between_events() -> None:
    subscription = follows(1)
    (once,), (again,) = owed_for(subscription), owed_for(subscription)
    (other,) = owed_for(subscription, event=Event(8, 1, EventKind.CHANGED, SUNDAY))
    assert once == again
    assert once.message_id.startswith("<")
    assert once.message_id.endswith("@example.org>")
    assert other.message_id != once.message_id
    assert other.thread_id == once.thread_id != once.message_id


def test_a_new_database_does_not_repeat_the_ids_of_an_old_one() -> None:
    subscription = follows(1)
    (old,) = owed_for(subscription)
    (new,) = owed_for(subscription, event=Event(7, 1, EventKind.CHANGED, SUNDAY + timedelta(seconds=1)))
    assert new.message_id != old.message_id


def test_what_happens_before_a_digest_is_due_joins_it() -> None:
    weekly = follows(1, "weekly")
    monday, saturday = SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=6)
    (first,) = owed_for(weekly, event=Event(7, 1, EventKind.CHANGED, monday), now=monday)
    (later,) = owed_for(weekly, event=Event(8, 2, EventKind.BLIND, saturday), now=saturday)
    assert first.dedup_key == later.dedup_key
    assert first.message_id == later.message_id


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("daily", "2026-03-01T09:00+00:00", "2026-03-02T07:00+00:00"),
        ("daily", "2026-03-01T05:00+00:00", "2026-03-02T07:00+00:00"),
        ("daily", "2026-03-01T23:30+00:00", "2026-03-03T07:00+00:00"),  # already Monday in Stockholm
        ("daily", "2026-03-28T09:00+00:00", "2026-03-29T06:00+00:00"),  # the clocks go forward that night
        ("daily", "2026-10-24T09:00+00:00", "2026-10-25T07:00+00:00"),  # the clocks go back that night
        ("weekly", "2026-03-01T09:00+00:00", "2026-03-02T07:00+00:00"),
        ("weekly", "2026-03-02T05:00+00:00", "2026-03-09T07:00+00:00"),
        ("weekly", "2026-03-25T09:00+00:00", "2026-03-30T06:00+00:00"),
    ],
)
def test_a_digest_is_due_at_eight_by_the_wall_clock(frequency: Frequency, now: str, due: str) -> None:
    (delivery,) = owed_for(follows(1, frequency), now=datetime.fromisoformat(now))
    assert delivery.not_before == datetime.fromisoformat(due)
    assert delivery.not_before.tzinfo is UTC


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds are naive
    st.sampled_from(["Europe/Stockholm", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]),
    st.sampled_from(["daily", "weekly"]),
)
def test_a_digest_is_never_due_on_the_day_of_its_event(now: datetime, timezone: str, frequency: Frequency) -> None:
    (delivery,) = owed_for(follows(1, frequency), now=now, timezone=timezone)
    there = delivery.not_before.astimezone(ZoneInfo(timezone))
    assert (there.hour, there.minute) == (8, 0)
    days = (there.date() - now.astimezone(ZoneInfo(timezone)).date()).days
    assert 1 <= days <= (1 if frequency == "daily" else 7)
    assert frequency == "daily" or there.weekday() == 0


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["immediately", "daily", "weekly"]), st.sampled_from([1, None])),
        max_size=8,
    )
)
def test_nobody_is_left_out_and_nobody_is_told_twice(wishes: list[tuple[int, Frequency, int | None]]) -> None:
    following = [follows(number, frequency, watch_id) for number, frequency, watch_id in wishes]
    deliveries = owed_for(*following)
    assert [delivery.subscriber_id for delivery in deliveries] == list(dict.fromkeys(number for number, *_ in wishes))
    cited = [item for delivery in deliveries for item in delivery.items]
    assert sorted(cited) == sorted((subscription.id, 7) for subscription in following)


# Tags


def tagged(number: int, frequency: Frequency = "immediately", tag: int = 1, words: str = "") -> Subscription:
    to = KnownTag(tag, f"tag-{tag}", f"Tag {tag}")
    return replace(follows(number, frequency, None), tag=to, only_if=(words,) if words else ())


@pytest.mark.parametrize(
    ("page", "tag", "kind"),
    [
        ("immediately", "weekly", "mail"),
        ("weekly", "immediately", "mail"),
        ("weekly", "daily", "digest"),
        ("daily", "weekly", "digest"),
    ],
)
def test_who_follows_a_page_and_its_tag_gets_one_mail_as_soon_as_one_of_them_says(
    page: Frequency, tag: Frequency, kind: str
) -> None:
    of_tag, of_page = tagged(1, tag), follows(1, page)
    (delivery,) = owed_for(of_tag, of_page)
    assert delivery.kind == kind
    assert delivery.items == ((of_page.id, 7), (of_tag.id, 7))
    if kind == "digest":
        (daily,) = owed_for(follows(1, "daily"))
        assert (delivery.not_before, delivery.dedup_key) == (daily.not_before, daily.dedup_key)


def test_two_tags_of_one_page_are_one_mail() -> None:
    one, two = tagged(1, "weekly", 1), tagged(1, "immediately", 2)
    (delivery,) = owed_for(one, two)
    assert (delivery.kind, delivery.items) == ("mail", ((one.id, 7), (two.id, 7)))


def test_a_tag_counts_before_every_watch() -> None:
    everything, tag = follows(1, "immediately", None), tagged(1, "weekly")
    (delivery,) = owed_for(everything, tag)
    assert (delivery.kind, delivery.items) == ("digest", ((tag.id, 7), (everything.id, 7)))


def test_of_a_page_and_its_tag_those_that_want_the_change_are_cited() -> None:
    narrow, wide = replace(follows(1), only=("2 §",)), tagged(1, "daily", words="skyddat")

    def owed(*, concerned: bool, touched: bool) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
        found = fan_out(
            Event(7, 1, EventKind.CHANGED, SUNDAY),
            [wide, narrow],
            SUNDAY,
            watch_key="county",
            sender_domain="example.org",
            timezone="Europe/Stockholm",
            owed=True,
            concerns=lambda _: concerned,
            touches=lambda _: touched,
        )
        return [(delivery.kind, delivery.items) for delivery in found]

    assert owed(concerned=False, touched=False) == []
    assert owed(concerned=False, touched=True) == [("digest", ((wide.id, 7),))]
    assert owed(concerned=True, touched=False) == [("mail", ((narrow.id, 7),))]
    assert owed(concerned=True, touched=True) == [("mail", ((narrow.id, 7), (wide.id, 7)))]


def test_several_subscriptions_come_to_one_that_is_as_eager_and_as_wide_as_they_are_together() -> None:
    page, tag, other = follows(1, "weekly"), tagged(1, "daily", 1, "jour"), tagged(1, "immediately", 2, "stöd")
    everything = follows(1, "immediately", None)
    assert as_one([page]) == as_one([page, everything]) == page
    assert as_one([everything]) == everything
    assert as_one([page, tag]) == replace(page, frequency="daily")
    assert as_one([tag, other]) == replace(tag, frequency="immediately", only_if=("jour", "stöd"))
    assert as_one([tag, tagged(1, "daily", 3)]) == replace(tag, only_if=())
    parts = replace(page, only=("2 §",))
    assert as_one([parts, tag]) == replace(page, frequency="daily")
    assert as_one([parts, replace(parts, only=("3 §", "2 §"))]).only == ("2 §", "3 §")


def test_all_that_takes_effect_on_one_day_is_one_mail() -> None:
    ann, day = follows(1), date(2026, 7, 1)
    first, second, later = (
        owed_for(ann, event=Event(number, 1, EventKind.IN_FORCE, SUNDAY, due_on=on))[0].dedup_key
        for number, on in ((7, day), (8, day), (9, day + timedelta(days=1)))
    )
    assert first == second
    assert later != first


def test_a_tag_is_followed_by_a_key_that_no_watch_has() -> None:
    assert tag_key("våld") == "tag:våld"
