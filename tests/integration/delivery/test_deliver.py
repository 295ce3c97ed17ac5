"""Sending of what is owed: a real database, a real SMTP server where it matters, and every way in which it fails."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from monitor.core.model import Delivery, DeliveryItem, Event, EventKind, Frequency, Schedule, Subscriber, Watch
from monitor.core.people.fan_out import fan_out
from monitor.delivery.deliver import GIVE_UP_AFTER, LEASE, Deliver, DeliveryResult, backoff
from monitor.errors import ChannelUnavailable, DatabaseAway, ExtractError, NotifyError, Unreadable
from monitor.ports.storage import Work
from monitor.ports.values import ChangeView, DigestAccount, Envelope, Message, Worker
from notifiers.email import Email
from notifiers.message import compose
from storage.unit_of_work import SqlUnitOfWork, SqlWork
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.unit.notifiers.test_message import LINKS

COUNTY = Watch("county", "Länsstyrelsen: mäns våld mot kvinnor", "https://example.org/")
SENDER = "Bevaka <bevaka@example.org>"
NOTHING: dict[DeliveryResult, int] = {"sent": 0, "deferred": 0, "dead": 0, "cancelled": 0}


@dataclass
class Channel:
    """A notifier with scripted answers: `says` has replies or errors, `meanwhile` is called before each answer."""

    NAME = "channel"
    says: list[str | Exception] = field(default_factory=list)
    sent: list[Envelope] = field(default_factory=list)
    tried: list[Envelope] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    closed: int = 0

    def send(self, envelope: Envelope) -> str:
        self.tried.append(envelope)
        self.meanwhile()
        answer = self.says.pop(0) if self.says else "250 fine"
        if isinstance(answer, Exception):
            raise answer
        self.sent.append(envelope)
        return answer

    def close(self) -> None:
        self.closed += 1


def view(work: Work, item: DeliveryItem) -> ChangeView:
    return ChangeView(work.watches.get(item.watch_key).watch, item.event, subscription=item.subscription)


def views_of(work: Work, items: Sequence[DeliveryItem]) -> list[ChangeView]:
    return [view(work, item) for item in items]


@dataclass
class Post:
    """A database with a watch and subscribers, and a method that makes a message owed to them."""

    unit_of_work: SqlUnitOfWork
    clock: FakeClock

    def __post_init__(self) -> None:
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule((COUNTY,)), self.clock.now())

    def join(self, *names: str, frequency: Frequency = "immediately") -> None:
        with self.unit_of_work.write() as work:
            watch_id = work.watches.get("county").id
            for name in names:
                subscriber = work.subscribers.add(f"{name}@example.com", "sv", self.clock.now(), how="operator")
                work.subscribers.subscribe(subscriber, watch_id, frequency, self.clock.now())

    def owe(self, kind: EventKind = EventKind.WITHDRAWN) -> Event:
        """Record an event; everyone who follows the watch is owed a message of it."""
        now = self.clock.now()
        with self.unit_of_work.write() as work:
            watch_id = work.watches.get("county").id
            event = work.history.add_event(watch_id, kind, now, None, {"status": 410, "at": now.isoformat()})
            following = work.subscribers.following(watch_id)
            owed = fan_out(
                event,
                following,
                now,
                watch_key="county",
                sender_domain="example.org",
                timezone="Europe/Stockholm",
                owed=True,
            )
            work.outbox.add(owed, now)
            return event

    def deliver(self, channel: Channel | Email, **more: object) -> Deliver:
        given: dict[str, object] = {"jitter": lambda: 0.0, **more}
        return Deliver(
            self.unit_of_work,
            channel,
            given.pop("compose", partial(compose, links=LINKS)),  # type: ignore[arg-type]
            given.pop("views", views_of),  # type: ignore[arg-type]
            self.clock,
            sender_domain="example.org",
            **given,  # type: ignore[arg-type]
        )

    def outbox(self) -> list[Delivery]:
        with self.unit_of_work.read() as work:
            return sorted(work.outbox.deliveries(), key=lambda delivery: delivery.id)

    def states(self) -> list[str]:
        return [delivery.state for delivery in self.outbox()]


@pytest.fixture
def post(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Post:
    return Post(unit_of_work, clock)


def test_everybody_who_is_owed_something_gets_it_once(post: Post) -> None:
    post.join("ann", "bo")
    post.owe()
    channel = Channel()
    deliver = post.deliver(channel)
    assert deliver.deliver_due() == NOTHING | {"sent": 2}
    assert deliver.deliver_due() == NOTHING
    assert [envelope.to for envelope in channel.sent] == ["ann@example.com", "bo@example.com"]
    assert post.states() == ["sent", "sent"]
    assert channel.closed == 2


def test_a_message_says_what_it_is_about_in_its_envelope(post: Post) -> None:
    post.join("ann")
    post.owe()
    channel = Channel()
    post.deliver(channel).deliver_due()
    (envelope,) = channel.sent
    (delivery,) = post.outbox()
    assert (envelope.message_id, envelope.thread_id) == (delivery.message_id, delivery.thread_id)
    assert envelope.list_id == "county.example.org"
    assert envelope.unsubscribe_subject.startswith("unsubscribe county leave.1.")
    assert envelope.date == delivery.created_at
    assert envelope.message.subject == "Borttagen: Länsstyrelsen: mäns våld mot kvinnor"


def test_what_the_server_said_is_kept(post: Post) -> None:
    post.join("ann")
    post.owe()
    post.deliver(Channel(says=[NotifyError("mailbox busy", permanent=False, code=450)])).deliver_due()
    post.clock.move(minutes=2)
    post.deliver(Channel(says=["250 2.0.0 queued"])).deliver_due()
    with post.unit_of_work.read() as work:
        attempts = [(attempt.outcome, attempt.code, attempt.reply) for attempt in work.outbox.attempts(1)]
    assert attempts == [("deferred", 450, "mailbox busy"), ("sent", 250, "250 2.0.0 queued")]


def test_a_refusal_for_now_waits_longer_each_time_and_holds_up_nobody(post: Post) -> None:
    post.join("ann", "bo")
    post.owe()
    busy = NotifyError("busy", permanent=False, code=451)
    channel = Channel(says=[busy])
    deliver = post.deliver(channel)
    assert deliver.deliver_due() == NOTHING | {"deferred": 1, "sent": 1}
    post.clock.move(seconds=59)
    assert deliver.deliver_due() == NOTHING
    post.clock.move(seconds=1)
    assert deliver.deliver_due() == NOTHING | {"sent": 1}
    assert channel.tried[0].message_id == channel.tried[2].message_id


@pytest.mark.parametrize(("earlier", "most"), [(0, 2), (1, 4), (6, 128), (7, 240), (500, 240)])
def test_a_wait_lies_between_a_minute_and_a_bound_that_doubles_up_to_four_hours(earlier: int, most: int) -> None:
    assert backoff(earlier, 0.0) == timedelta(minutes=1)
    assert backoff(earlier, 1.0) == timedelta(minutes=most)


def test_a_delivery_is_given_up_after_five_days_of_tries(post: Post) -> None:
    post.join("ann")
    post.owe()
    post.clock.move(days=30)  # the daemon was off: that does not count as an attempt
    deliver = post.deliver(Channel(says=[NotifyError("busy", permanent=False, code=451)] * 3))
    assert deliver.deliver_due() == NOTHING | {"deferred": 1}
    post.clock.move(seconds=GIVE_UP_AFTER.total_seconds() - 1)
    assert deliver.deliver_due() == NOTHING | {"deferred": 1}
    post.clock.move(minutes=1)
    assert deliver.deliver_due() == NOTHING | {"dead": 1}
    assert post.states() == ["dead"]


def test_a_recipient_who_is_refused_for_good_is_suspended_and_the_others_get_theirs(post: Post) -> None:
    post.join("ann", "gone", "bo")
    post.owe()
    with MailServer(recipients={"gone@example.com": "550 5.1.1 no such user"}) as server:
        assert post.deliver(Email(server.url(), SENDER)).deliver_due() == NOTHING | {"sent": 2, "dead": 1}
        assert server.connections == 1
    with post.unit_of_work.read() as work:
        gone = work.subscribers.find("gone@example.com")
    assert gone is not None
    assert gone.state == "suspended"
    assert post.states() == ["sent", "dead", "sent"]
    post.clock.move(hours=1)
    post.owe(EventKind.MOVED)
    assert len(post.outbox()) == 5  # nothing more is owed to this subscriber


def test_a_message_that_is_refused_for_good_suspends_nobody(post: Post) -> None:
    post.join("ann")
    post.owe()
    assert post.deliver(Channel(says=[NotifyError("content", permanent=True, code=554)])).deliver_due()["dead"] == 1
    with post.unit_of_work.read() as work:
        ann = work.subscribers.find("ann@example.com")
    assert ann is not None
    assert ann.state == "confirmed"


def test_a_channel_that_works_for_nobody_stops_the_round_and_everything_stays_owed(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.join("ann", "bo", "cia")
    post.owe()
    channel = Channel(says=["250 fine", ChannelUnavailable("authentication failed", code=535)])
    deliver = post.deliver(channel)
    assert deliver.deliver_due()["sent"] == 1
    assert post.states() == ["sent", "pending", "pending"]
    assert "535 authentication failed" in caplog.text
    assert deliver.deliver_due() == NOTHING  # a log-in that fails repeatedly may lock the account
    assert len(channel.tried) == 2
    post.clock.move(minutes=6)
    assert deliver.deliver_due() == NOTHING | {"sent": 2}


def test_a_server_that_does_not_answer_ends_the_round_after_three_tries(post: Post) -> None:
    post.join("ann", "bo", "cia", "dan", "eva")
    post.owe()
    channel = Channel(says=[NotifyError("no connection", permanent=False)] * 3)
    deliver = post.deliver(channel)
    assert deliver.deliver_due() == NOTHING | {"deferred": 3}
    assert deliver.deliver_due() == NOTHING
    post.clock.move(minutes=2)
    assert deliver.deliver_due() == NOTHING | {"sent": 5}


def test_a_message_that_cannot_be_written_is_kept_and_holds_up_nobody(post: Post) -> None:
    post.join("ann", "bo")
    post.owe()
    damaged = True

    def writes(
        views: Sequence[ChangeView], subscriber: Subscriber, delivery: Delivery, *, account: DigestAccount | None
    ) -> Message:
        if damaged and subscriber.address.startswith("ann"):
            raise Unreadable(detail="a damaged copy")
        return compose(views, subscriber, delivery, links=LINKS)

    channel = Channel()
    deliver = post.deliver(channel, compose=writes)
    assert deliver.deliver_due() == NOTHING | {"deferred": 1, "sent": 1}
    assert "a damaged copy" in (post.outbox()[0].last_reply or "")
    for _ in range(8):
        post.clock.move(days=1)
        assert deliver.deliver_due() == NOTHING | {"deferred": 1}  # never given up: no attempt to send was made
    damaged = False
    post.clock.move(days=1)
    assert deliver.deliver_due() == NOTHING | {"sent": 1}


def test_a_diff_that_cannot_be_rebuilt_is_no_reason_to_lose_the_mail(post: Post) -> None:
    post.join("ann")
    post.owe()

    def broken(work: Work, items: Sequence[DeliveryItem]) -> list[ChangeView]:
        raise ExtractError(detail="no such selector")

    assert post.deliver(Channel(), views=broken).deliver_due() == NOTHING | {"deferred": 1}
    assert post.states() == ["pending"]


def test_a_notifier_that_fails_in_its_own_way_holds_up_nobody(post: Post) -> None:
    post.join("ann", "bo")
    post.owe()
    assert post.deliver(Channel(says=[ZeroDivisionError("a defect")])).deliver_due() == NOTHING | {
        "deferred": 1,
        "sent": 1,
    }


def test_who_left_while_it_was_queued_is_not_mailed(post: Post) -> None:
    post.join("ann", "bo")
    post.owe()
    with post.unit_of_work.write() as work:
        work.subscribers.remove("ann@example.com", post.clock.now())
    channel = Channel()
    post.deliver(channel).deliver_due()
    assert [envelope.to for envelope in channel.tried] == ["bo@example.com"]
    assert post.states() == ["cancelled", "sent"]


def test_who_is_no_longer_confirmed_is_not_mailed_even_if_something_is_still_owed(post: Post) -> None:
    post.join("ann")
    post.owe()
    with post.unit_of_work.write() as work:
        work.outbox._connection.execute(text("UPDATE subscribers SET state = 'pending'"))
    channel = Channel()
    assert post.deliver(channel).deliver_due() == NOTHING | {"cancelled": 1}
    assert channel.tried == []
    assert post.outbox()[0].last_reply == "the subscriber is pending"


def test_a_connection_that_drops_after_the_data_repeats_the_same_mail(post: Post) -> None:
    post.join("ann")
    post.owe()
    with MailServer(after_data=("drop",)) as server:
        deliver = post.deliver(Email(server.url(), SENDER))
        assert deliver.deliver_due() == NOTHING | {"deferred": 1}
        post.clock.move(minutes=2)
        assert deliver.deliver_due() == NOTHING | {"sent": 1}
    first, second = server.received
    assert first.content == second.content
    assert re.search(rb"^Message-ID: <\w+@example.org>\r$", first.content, re.MULTILINE)


def test_a_worker_that_dies_leaves_its_delivery_to_another_after_the_lease(post: Post) -> None:
    post.join("ann")
    post.owe()
    with post.unit_of_work.write() as work:
        assert work.outbox.claim(1, post.clock.now(), LEASE)
    deliver = post.deliver(Channel())
    assert deliver.deliver(1) is None
    post.clock.move(seconds=LEASE.total_seconds() + 1)
    assert deliver.deliver(1) == "sent"


class Distant:
    """A database that is away from time to time."""

    def __init__(self, unit_of_work: SqlUnitOfWork) -> None:
        self._unit_of_work = unit_of_work
        self.is_away = False

    def write(self) -> AbstractContextManager[SqlWork]:
        if self.is_away:
            raise DatabaseAway("the database server cannot be reached")
        return self._unit_of_work.write()

    write_shared = write

    def read(self) -> AbstractContextManager[SqlWork]:
        return self._unit_of_work.read()


def test_what_a_round_left_behind_when_the_database_was_away_is_sent_by_the_next_one(post: Post) -> None:
    post.join("ann")
    post.owe()
    channel, distant = Channel(), Distant(post.unit_of_work)
    deliver = Post.deliver(replace(post, unit_of_work=distant), channel, worker=lambda: "one")  # type: ignore[arg-type]

    def goes_away() -> None:
        distant.is_away = True

    channel.meanwhile = goes_away
    with pytest.raises(DatabaseAway):
        deliver.deliver_due()
    assert post.states() == ["sending"]  # under a lease of half an hour
    channel.meanwhile, distant.is_away = (lambda: None), False
    assert deliver.deliver_due()["sent"] == 1
    first, second = channel.sent  # nobody knows whether the first one was heard
    assert first.message_id == second.message_id


def test_several_that_send_share_what_is_owed_and_nothing_is_left(post: Post) -> None:
    post.join(*(f"reader-{number}" for number in range(12)))
    post.owe()
    names = ("one", "other")
    with post.unit_of_work.write() as work:
        for name in names:
            work.workers.sign(Worker(name, "machine", "1.2.3", frozenset(["deliver"])), post.clock.now())
    channels = [Channel() for _ in names]
    for name, channel in zip(names, channels, strict=True):
        post.deliver(channel, worker=lambda name=name: name).deliver_due()
    assert all(channel.sent for channel in channels)
    assert sum(len(channel.sent) for channel in channels) == 12
    assert set(post.states()) == {"sent"}


def test_a_channel_that_one_finds_unusable_is_left_alone_by_all_as_long_as_that_one_lives(post: Post) -> None:
    post.join(*(f"reader-{number}" for number in range(12)))
    post.owe()

    def sign(*names: str) -> None:
        with post.unit_of_work.write() as work:
            for name in names:
                work.workers.sign(Worker(name, "machine", "1.2.3", frozenset(["deliver"])), post.clock.now())

    sign("one", "other")
    refused, channel = Channel(says=[ChannelUnavailable("535 no", code=535)]), Channel()
    one, other = (
        post.deliver(each, worker=lambda name=name: name) for each, name in ((refused, "one"), (channel, "other"))
    )
    assert one.deliver_due()["deferred"] == 1
    other.deliver_due()
    assert channel.tried == []
    post.clock.move(minutes=1)
    sign("other")  # the one was started anew by somebody who mended its settings
    other.deliver_due()
    assert len(channel.sent) == 12


def test_a_channel_is_tried_again_by_all_when_the_pause_is_over(post: Post) -> None:
    post.join("ann")
    post.owe()
    channel = Channel()
    with post.unit_of_work.write() as work:
        for name in ("one", "other"):
            work.workers.sign(Worker(name, "machine", "1.2.3", frozenset(["deliver"])), post.clock.now())
        work.outbox.pause("one", post.clock.now() + timedelta(seconds=5))
    other = post.deliver(channel, worker=lambda: "other")
    assert other.deliver_due()["sent"] == 0
    post.clock.move(seconds=5)
    with post.unit_of_work.read() as work:
        assert work.outbox.paused(post.clock.now()) is None
    post.clock.move(seconds=15)  # by now it is anybody's
    assert other.deliver_due()["sent"] == 1


def test_a_worker_that_wakes_up_too_late_records_nothing(post: Post) -> None:
    post.join("ann")
    post.owe()
    other = post.deliver(Channel())

    def overtaken() -> None:
        post.clock.move(seconds=LEASE.total_seconds() + 1)
        assert other.deliver(1) == "sent"

    late = Channel(meanwhile=overtaken, says=[NotifyError("busy", permanent=False, code=451)])
    assert post.deliver(late).deliver(1) is None
    assert post.states() == ["sent"]


def test_two_workers_share_the_work_and_nobody_gets_it_twice(post: Post) -> None:
    post.join(*(f"p{number}" for number in range(20)))
    post.owe()
    channels = [Channel(), Channel()]
    workers = [threading.Thread(target=post.deliver(channel).deliver_due) for channel in channels]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sent = [envelope.to for channel in channels for envelope in channel.sent]
    assert sorted(sent) == sorted(f"p{number}@example.com" for number in range(20))


def test_the_days_limit_holds_for_two_that_send_to_one_subscriber_at_once(post: Post) -> None:
    post.join("ann")
    post.owe()
    post.owe(EventKind.MOVED)
    with post.unit_of_work.write() as work:  # as if they were about two pages
        work.outbox._connection.execute(text("UPDATE deliveries SET thread_id = id"))
    other = post.deliver(Channel(), most_a_day=1)
    channel = Channel(meanwhile=lambda: other.deliver(2))
    assert post.deliver(channel, most_a_day=1).deliver(1) == "sent"
    assert [(delivery.kind, delivery.state) for delivery in post.outbox()] == [
        ("mail", "sent"), ("mail", "cancelled"), ("digest", "pending")
    ]  # fmt: skip


def test_a_round_ends_when_it_is_told_to_stop_and_the_rest_stays_owed(post: Post) -> None:
    post.join("ann", "bo")
    post.owe()
    channel = Channel()
    assert post.deliver(channel, stopping=lambda: bool(channel.sent)).deliver_due() == NOTHING | {"sent": 1}
    assert post.states() == ["sent", "pending"]


def test_a_digest_gathers_until_it_is_due_and_bears_the_date_of_its_day(post: Post) -> None:
    post.join("ann", frequency="weekly")
    post.owe()
    post.clock.move(hours=1)
    post.owe(EventKind.MOVED)
    channel = Channel()
    deliver = post.deliver(channel)
    assert deliver.deliver_due() == NOTHING
    post.clock.move(days=1)
    assert deliver.deliver_due() == NOTHING | {"sent": 1}
    (envelope,) = channel.sent
    assert envelope.date == post.clock.now()
    assert envelope.list_id == "digest.example.org"
    assert envelope.message.subject.startswith("Veckans bevakning v. 9: 1 flyttad – Länsstyrelsen")
    assert "var sidan borttagen (webbplatsen svarade 410)" in " ".join(envelope.message.text.split())


def test_an_event_through_two_subscriptions_is_told_once(post: Post) -> None:
    post.join("ann")
    with post.unit_of_work.write() as work:
        ann = work.subscribers.find("ann@example.com")
        assert ann is not None
        work.subscribers.subscribe(ann, None, "immediately", post.clock.now())
    post.owe()
    told: list[int] = []

    def counts(
        views: Sequence[ChangeView], subscriber: Subscriber, delivery: Delivery, *, account: DigestAccount | None
    ) -> Message:
        told.append(len(views))
        return compose(views, subscriber, delivery, links=LINKS)

    post.deliver(Channel(), compose=counts).deliver_due()
    assert told == [1]
