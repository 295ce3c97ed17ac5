"""A month of pages and subscribers: each subscriber gets what they asked for, at the right time, once.

The expected mails are computed here in another way, hour by hour, without the program's own functions.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from monitor.core.model import (
    BlockChange,
    Change,
    Event,
    EventKind,
    Fetched,
    Frequency,
    Language,
    Preferences,
    Subscription,
    Watch,
)
from monitor.core.people.fan_out import fan_out
from monitor.delivery.deliver import Deliver
from monitor.delivery.mass_changes import MassChanges
from monitor.ports.values import Envelope, NewRevision
from notifiers.links import Links
from notifiers.message import compose
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.faults.lab import scaled
from tests.integration.people.conftest import PUBLIC, Town, plain_views

TICK = timedelta(minutes=30)
MARCH = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)  # the clocks go forward on the 29th
HEADINGS = ("Om oss", "Kontakt", "Stöd")
ZONES = (None, "Europe/Stockholm", "Europe/Helsinki", "America/New_York", "Asia/Kolkata")
HOME = "Europe/Stockholm"


@dataclass
class Postman:
    """A notifier that records when each mail was sent."""

    clock: FakeClock
    NAME = "postman"
    taken: list[tuple[datetime, Envelope]] = field(default_factory=list)

    def send(self, envelope: Envelope) -> str:
        self.taken.append((self.clock.now(), envelope))
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


@dataclass(frozen=True)
class Happened:
    """A change of a page, under one of its headings."""

    event: Event
    watch: Watch
    heading: str
    material: bool
    at: datetime


class Month:
    """A number of subscribers and pages, with preferences of every kind."""

    def __init__(self, town: Town, size: int, chance: random.Random) -> None:
        self.town, self.chance = town, chance
        self.postman = Postman(town.clock)
        self.watches = [
            Watch(f"page-{n}", f"Sidan {n}", f"https://site{n}.example/", alert=chance.choice(("material", "any")))
            for n in range(size)
        ]
        town.clock.move(seconds=(MARCH - town.clock.now()).total_seconds())
        town.sync(*self.watches)
        with town.unit_of_work.read() as work:
            self.ids = {watch.key: work.watches.get(watch.key).id for watch in self.watches}
        self.following: dict[int, list[Subscription]] = {}
        for number in range(size):
            self.join(number)
        self.left_at: dict[int, datetime] = {}
        self.happened: list[Happened] = []
        self.deliver = Deliver(
            town.unit_of_work,
            self.postman,
            partial(compose, links=Links(PUBLIC, town.signer)),
            plain_views,
            town.clock,
            sender_domain="bevaka.example",
            hold=MassChanges(town.unit_of_work, town.clock).hold,
        )

    def join(self, number: int) -> None:
        chance, now = self.chance, self.town.clock.now()
        hours = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
        preferences = Preferences(
            timezone=chance.choice(ZONES),
            digest_at=chance.choice(hours),
            digest_weekday=chance.randrange(7),
            quiet=(chance.choice(hours), chance.choice(hours)) if chance.random() < 0.4 else None,
            account=chance.random() < 0.2,
        )
        language: Language = chance.choice(("sv", "en"))
        followed: list[int | None] = [None] if chance.random() < 0.3 else []
        followed += chance.sample(sorted(self.ids.values()), chance.randint(0, min(8, len(self.ids))))
        with self.town.unit_of_work.write() as work:
            subscriber = work.subscribers.add(f"p{number}@kommun.example", language, now, how="operator")
            subscriber = work.subscribers.prefer(subscriber, language, preferences)
            self.following[subscriber.id] = [
                work.subscribers.subscribe(
                    subscriber,
                    watch_id,
                    chance.choice(("immediately", "daily", "weekly")),
                    now,
                    only=(chance.choice(HEADINGS),) if watch_id is not None and chance.random() < 0.3 else (),
                    material_only=chance.random() < 0.3,
                )
                for watch_id in followed
            ]

    def change(self, watch: Watch) -> None:
        """Record a change of a page under one of its headings; every subscriber whom it concerns is owed a mail."""
        chance, now, watch_id = self.chance, self.town.clock.now(), self.ids[watch.key]
        heading, material = chance.choice(HEADINGS), chance.random() < 0.7
        rule = "deadline" if material else "counter"
        block = BlockChange("edited", "p", (heading,), None, "före", "efter", rule, material=material, rule=rule)
        with self.town.unit_of_work.write() as work:
            known = work.snapshots.all(watch_id)
            fetched = Fetched(watch.url, 200, (), f"{now} {len(known)}".encode(), now)
            after = work.snapshots.add(
                NewRevision(watch_id, watch.url, fetched, watch.recipe, "ab" * 32, "page/1", "The text\n")
            )
            if not known:
                return
            summary: dict[Language, str] = {"sv": "ändrat", "en": "changed"}
            record = work.history.add_change(watch_id, known[-1], after, Change((block,)), summary, watch.recipe, now)
            event = work.history.add_event(watch_id, EventKind.CHANGED, now, record)
            deliveries = fan_out(
                event,
                work.subscribers.following(watch_id),
                now,
                watch_key=watch.key,
                sender_domain="bevaka.example",
                timezone=HOME,
                owed=material or watch.alert == "any",
                concerns=lambda only: heading in only,
            )
            work.outbox.add(deliveries, now)
        self.happened.append(Happened(event, watch, heading, material, now))

    def leave(self) -> None:
        """End all subscriptions of a random subscriber."""
        subscriber_id = self.chance.choice(sorted(self.following.keys() - self.left_at.keys()))
        with self.town.unit_of_work.write() as work:
            subscriber = work.subscribers.get(subscriber_id)
            for subscription in self.following[subscriber_id]:
                work.subscribers.unsubscribe(subscriber, subscription.watch_id, self.town.clock.now(), reason="reader")
        self.left_at[subscriber_id] = self.town.clock.now()

    def pass_by(self, days: int, *, changes_a_day: float) -> None:
        """Let days pass in steps of half an hour."""
        for number in range(days * 48):
            if number % 12 == 0:
                self.town.self_service.tidy()
            if number and number % (48 * 7) == 0 and changes_a_day:
                self.leave()
            if self.chance.random() < changes_a_day / 48:
                self.change(self.chance.choice(self.watches))
            self.deliver.deliver_due()
            self.town.clock.sleep(TICK.total_seconds())

    def told(self) -> Counter[tuple[int, int, datetime]]:
        """Return (subscriber, event, time of the mail) and how often; one mail for two subscriptions counts once."""
        with self.town.unit_of_work.read() as work:
            deliveries = {delivery.message_id: delivery for delivery in work.outbox.deliveries()}
        found: Counter[tuple[int, int, datetime]] = Counter()
        for at, mail in self.postman.taken:
            delivery = deliveries[mail.message_id]
            assert mail.to == delivery.subscriber.address
            assert mail.language == delivery.subscriber.language
            found.update((delivery.subscriber.id, event, at) for event in {item.event.id for item in delivery.items})
        return found

    def expected(self) -> Counter[tuple[int, int, datetime]]:
        """Return the same, computed from the subscriptions."""
        found: Counter[tuple[int, int, datetime]] = Counter()
        for happened in self.happened:
            for subscriber_id, following in self.following.items():
                wish = wish_for(following, happened.event.watch_id)
                if wish is None or not concerns(wish, happened):
                    continue
                at = due(happened.at, wish.frequency, wish.subscriber.preferences)
                if at < self.left_at.get(subscriber_id, at + TICK):
                    found[subscriber_id, happened.event.id, at] += 1
        return found


def wish_for(following: list[Subscription], watch_id: int) -> Subscription | None:
    """Return the subscription to this page, else the one to all pages."""
    own = [each for each in following if each.watch_id == watch_id]
    everything = [each for each in following if each.watch_id is None]
    return next(iter(own + everything), None)


def concerns(wish: Subscription, happened: Happened) -> bool:
    if wish.only and happened.heading not in wish.only:
        return False
    return happened.material or (happened.watch.alert == "any" and not wish.material_only)


def due(at: datetime, frequency: Frequency, preferences: Preferences) -> datetime:
    """Return the time of the mail: stepwise, until it is the time of the digest and no quiet hour."""
    zone = ZoneInfo(preferences.timezone or HOME)
    if frequency != "immediately":
        day = at.astimezone(zone).date() + timedelta(days=1)
        while frequency == "weekly" and day.weekday() != preferences.digest_weekday:
            day += timedelta(days=1)
        at = datetime.combine(day, preferences.digest_at, zone).astimezone(UTC)
    while preferences.quiet and is_quiet(at.astimezone(zone).time(), *preferences.quiet):
        at += TICK
    return at


def is_quiet(clock: time, begin: time, end: time) -> bool:
    return begin <= clock < end if begin <= end else not end <= clock < begin


def run(unit_of_work: SqlUnitOfWork, clock: FakeClock, size: int, days: int, seed: int) -> Month:
    month = Month(Town(unit_of_work, clock), size, random.Random(seed))
    for watch in month.watches:
        month.change(watch)  # the first revisions
    month.pass_by(days, changes_a_day=size / 6)
    month.pass_by(9, changes_a_day=0)  # the last digests
    return month


def check(month: Month) -> None:
    told, expected = month.told(), month.expected()
    assert month.happened
    assert expected - told == Counter(), "not told, or at another time"
    assert told - expected == Counter(), "told though it was not asked for, or twice"
    assert set(told.values()) <= {1}
    with month.town.unit_of_work.read() as work:
        assert {delivery.state for delivery in work.outbox.deliveries()} <= {"sent", "cancelled", "pending"}
        assert not work.outbox.due(month.town.clock.now() - TICK, 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_days_of_a_dozen_people_and_pages(unit_of_work: SqlUnitOfWork, clock: FakeClock, seed: int) -> None:
    check(run(unit_of_work, clock, size=12, days=10, seed=seed))


@pytest.mark.slow
def test_a_month_of_fifty_people_and_fifty_pages(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    month = run(unit_of_work, clock, size=scaled(25, 50), days=31, seed=3)
    check(month)
    assert len(month.happened) > scaled(100, 200)
    assert len(month.postman.taken) > scaled(250, 1000)


def test_who_wishes_an_account_gets_her_digest_on_every_day_that_is_due(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    town = Town(unit_of_work, clock)
    month = Month(town, 0, random.Random(0))
    town.sync(Watch("county", "Länsstyrelsen", "https://county.example/"))
    with unit_of_work.write() as work:
        subscriber = work.subscribers.add("ann@kommun.example", "sv", clock.now(), how="operator")
        subscriber = work.subscribers.prefer(subscriber, "sv", Preferences(digest_at=time(7, 30), account=True))
        work.subscribers.subscribe(subscriber, None, "daily", clock.now())
    month.pass_by(5, changes_a_day=0)
    dates = [at.astimezone(ZoneInfo(HOME)) for at, _ in month.postman.taken]
    assert [(at.day, at.hour, at.minute) for at in dates] == [(day, 7, 30) for day in range(2, 6)]
    subjects = {mail.message.subject for _, mail in month.postman.taken}
    assert all(subject.endswith("1 oförändrad") for subject in subjects)
    with unit_of_work.write() as work:
        work.subscribers.prefer(subscriber, "sv", replace(subscriber.preferences, account=False))
    month.pass_by(3, changes_a_day=0)
    assert len(month.postman.taken) == 4


def test_the_reckoning_of_these_tests_is_right() -> None:
    night = Preferences("Europe/Stockholm", quiet=(time(22), time(6)))
    assert due(datetime(2026, 3, 1, 22, 0, tzinfo=UTC), "immediately", night) == datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    assert due(datetime(2026, 3, 1, 9, 0, tzinfo=UTC), "weekly", Preferences()) == datetime(
        2026, 3, 2, 7, 0, tzinfo=UTC
    )
