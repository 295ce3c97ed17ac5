"""The outbox: nothing owed is lost, and nothing is reported under a lease that was lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.model import Attempt, Delivery, Event, EventKind, NewDelivery, Subscriber, Subscription
from monitor.errors import LeaseLost
from tests.contracts.storage.conftest import LEASE, Store


class Owing:
    """One subscriber who follows everything, and what is owed to them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.unit_of_work.write() as work:
            now = store.clock.now()
            self.subscriber: Subscriber = work.subscribers.add("anna@example.org", "sv", now, how="operator")
            self.subscription: Subscription = work.subscribers.subscribe(self.subscriber, None, "immediately", now)

    def new(self, key: str, *events: Event, kind: str = "mail", wait: timedelta = timedelta()) -> NewDelivery:
        items = tuple((self.subscription.id, event.id) for event in events)
        at = self.store.clock.now() + wait
        return NewDelivery(self.subscriber.id, kind, key, f"<{key}@bevaka.example>", f"<{key}-thread@x>", at, items)  # type: ignore[arg-type]

    def owe(self, *new: NewDelivery) -> list[int]:
        with self.store.unit_of_work.write() as work:
            return work.outbox.add(new, self.store.clock.now())

    def claim(self, delivery_id: int) -> Delivery | None:
        with self.store.unit_of_work.write() as work:
            return work.outbox.claim(delivery_id, self.store.clock.now(), LEASE)

    def claimed(self, key: str = "k") -> Delivery:
        """Return a delivery that is being sent."""
        (delivery_id,) = self.owe(self.new(key, self.store.event()))
        delivery = self.claim(delivery_id)
        assert delivery is not None
        return delivery

    def report(self, what: str, delivery: Delivery) -> None:
        now = self.store.clock.now()
        with self.store.unit_of_work.write() as work:
            if what == "sent":
                work.outbox.sent(delivery, Attempt(now, "sent", 250, "2.0.0 ok"))
            elif what == "deferred":
                later = now + timedelta(minutes=5)
                work.outbox.deferred(delivery, Attempt(now, "deferred", 451, "4.7.1 later"), later)
            elif what == "dead":
                work.outbox.dead(delivery, Attempt(now, "refused", 550, "5.1.1 nobody"))
            elif what == "cancel":
                work.outbox.cancel(delivery, "left")
            else:
                work.outbox.release(delivery)

    def get(self, delivery_id: int) -> Delivery:
        with self.store.unit_of_work.read() as work:
            delivery = work.outbox.get(delivery_id)
        assert delivery is not None
        return delivery

    def due(self) -> list[int]:
        with self.store.unit_of_work.read() as work:
            return work.outbox.due(self.store.clock.now(), 10)

    def leave(self) -> None:
        with self.store.unit_of_work.write() as work:
            work.subscribers.remove(self.subscriber.address, self.store.clock.now())


@pytest.fixture
def owing(store: Store) -> Owing:
    return Owing(store)


def test_what_is_owed_comes_back_with_all_that_is_said_in_it(owing: Owing) -> None:
    event = owing.store.event()
    (delivery_id,) = owing.owe(owing.new("k", event))
    delivery = owing.get(delivery_id)
    assert (delivery.subscriber, delivery.state, delivery.message_id) == (
        owing.subscriber,
        "pending",
        "<k@bevaka.example>",
    )
    assert [(item.subscription, item.event, item.watch_key) for item in delivery.items] == [
        (owing.subscription, event, "county")
    ]
    assert (delivery.created_at, delivery.attempts, delivery.last_reply) == (owing.store.clock.now(), 0, None)


def test_a_change_that_is_owed_comes_back_with_its_change(owing: Owing) -> None:
    store = owing.store
    store.check(b"one")
    record = store.check(b"two")
    assert record is not None
    with store.unit_of_work.write() as work:
        event = work.history.add_event(record.watch_id, EventKind.CHANGED, store.clock.now(), record)
    (delivery_id,) = owing.owe(owing.new("k", event))
    assert owing.get(delivery_id).items[0].event.change == record


def test_nothing_is_due_before_its_time(owing: Owing) -> None:
    (delivery_id,) = owing.owe(owing.new("k", owing.store.event(), wait=timedelta(hours=1)))
    assert owing.due() == []
    assert owing.claim(delivery_id) is None
    owing.store.clock.move(hours=1)
    assert owing.due() == [delivery_id]


def test_the_same_delivery_twice_is_owed_once(owing: Owing) -> None:
    event = owing.store.event()
    assert owing.owe(owing.new("k", event), owing.new("k", event)) == [1, 1]
    assert len(owing.get(1).items) == 1


def test_a_pending_digest_takes_in_what_comes(owing: Owing) -> None:
    one, two = owing.store.event(1), owing.store.event(2)
    owing.owe(owing.new("digest", one, kind="digest"))
    owing.owe(owing.new("digest", two, kind="digest"))
    assert [item.event for item in owing.get(1).items] == [one, two]


@pytest.mark.parametrize("state", ["sending", "sent", "dead", "cancelled"])
def test_what_comes_too_late_for_a_digest_follows_in_one_of_its_own(owing: Owing, state: str) -> None:
    delivery = owing.claimed("digest")
    if state != "sending":
        owing.report("cancel" if state == "cancelled" else state, delivery)
    late, later = owing.store.event(1), owing.store.event(2)
    (following,) = owing.owe(owing.new("digest", late, kind="digest"))
    assert owing.owe(owing.new("digest", later, kind="digest")) == [following]
    assert following != delivery.id
    assert owing.get(following).message_id == "<digest.2@bevaka.example>"
    assert [item.event for item in owing.get(following).items] == [late, later]


def test_what_was_sent_already_is_not_owed_again(owing: Owing) -> None:
    delivery = owing.claimed()
    owing.report("sent", delivery)
    event = delivery.items[0].event
    assert owing.owe(owing.new("k", event), owing.new("another", event)) == []


def test_a_delivery_is_claimed_by_one_and_again_when_its_lease_ran_out(owing: Owing) -> None:
    first = owing.claimed()
    assert first.state == "sending"
    assert owing.claim(first.id) is None
    assert owing.due() == []
    owing.store.clock.move(seconds=LEASE.total_seconds())
    assert owing.due() == [first.id]
    second = owing.claim(first.id)
    assert second is not None
    assert second.token > first.token


def test_a_newer_mail_about_a_page_waits_for_the_older_one(owing: Owing) -> None:
    """What arrives last must be the newest: an older deadline after a newer one would be believed."""
    older, newer, other = (
        replace(owing.new(key, owing.store.event(number)), thread_id=thread)
        for number, (key, thread) in enumerate(
            (("older", "<page@x>"), ("newer", "<page@x>"), ("other", "<other@x>")), 5
        )
    )
    old_id, new_id, other_id = owing.owe(older, newer, other)
    assert owing.due() == [old_id, other_id]
    delivery = owing.claim(old_id)
    assert delivery is not None
    assert owing.due() == [other_id]
    owing.report("deferred", delivery)
    assert owing.due() == [other_id]
    owing.store.clock.move(minutes=5)
    assert owing.due() == [other_id, old_id]
    delivery = owing.claim(old_id)
    assert delivery is not None
    owing.report("dead", delivery)
    assert owing.due() == [new_id, other_id]


def test_a_delivery_is_pulled_in_whenever_it_was_due(owing: Owing) -> None:
    (delivery_id,) = owing.owe(owing.new("k", owing.store.event(), wait=timedelta(days=400)))
    assert owing.due() == []
    with owing.store.unit_of_work.write() as work:
        work.outbox.pull_in(delivery_id, owing.store.clock.now())
    assert owing.due() == [delivery_id]


def test_the_longest_owed_comes_first(owing: Owing) -> None:
    abandoned = owing.claimed("abandoned")
    (late,) = owing.owe(owing.new("late", owing.store.event(5), wait=timedelta(hours=1)))
    (early,) = owing.owe(owing.new("early", owing.store.event(6)))
    owing.store.clock.move(hours=2)
    assert owing.due() == [early, abandoned.id, late]


@pytest.mark.parametrize(
    ("what", "state", "attempts"),
    [
        ("sent", "sent", 1),
        ("deferred", "pending", 1),
        ("dead", "dead", 1),
        ("cancel", "cancelled", 0),
        ("release", "pending", 0),
    ],
)
def test_what_came_of_a_try_is_kept(owing: Owing, what: str, state: str, attempts: int) -> None:
    delivery = owing.claimed()
    owing.report(what, delivery)
    after = owing.get(delivery.id)
    assert (after.state, after.attempts) == (state, attempts)
    with owing.store.unit_of_work.read() as work:
        tries = work.outbox.attempts(delivery.id)
    assert len(tries) == attempts
    assert [attempt.reply for attempt in tries] == [after.last_reply][:attempts]
    assert (delivery.id in owing.due()) is (what == "release")


def test_a_deferred_delivery_is_owed_again_at_its_time(owing: Owing) -> None:
    delivery = owing.claimed()
    owing.report("deferred", delivery)
    owing.store.clock.move(minutes=5)
    assert owing.due() == [delivery.id]


@pytest.mark.parametrize("what", ["sent", "deferred", "dead", "cancel"])
def test_who_lost_the_lease_can_report_nothing(owing: Owing, what: str) -> None:
    first = owing.claimed()
    owing.store.clock.move(hours=1)
    owing.claim(first.id)
    with pytest.raises(LeaseLost):
        owing.report(what, first)
    assert owing.get(first.id).state == "sending"
    with owing.store.unit_of_work.read() as work:
        assert work.outbox.attempts(first.id) == []


def test_who_lost_the_lease_gives_nothing_back(owing: Owing) -> None:
    first = owing.claimed()
    owing.store.clock.move(hours=1)
    owing.claim(first.id)
    owing.report("release", first)
    assert owing.get(first.id).state == "sending"


@pytest.mark.parametrize(
    ("what", "state"), [("sent", "sent"), ("deferred", "cancelled"), ("dead", "cancelled"), ("cancel", "cancelled")]
)
def test_who_left_while_it_was_being_sent_gets_it_at_most_this_once(owing: Owing, what: str, state: str) -> None:
    delivery = owing.claimed()
    owing.leave()
    owing.report(what, delivery)
    assert owing.get(delivery.id).state == state
    owing.store.clock.move(days=1)
    assert owing.due() == []


def test_a_recipient_who_is_refused_for_good_is_owed_nothing(owing: Owing) -> None:
    delivery = owing.claimed("one")
    owing.owe(owing.new("two", owing.store.event(9)))
    owing.report("dead", delivery)
    with owing.store.unit_of_work.write() as work:
        work.outbox.suspend(owing.subscriber, owing.store.clock.now(), why="550 nobody")
        why = f"{owing.store.clock.now().isoformat()} 550 nobody"
        assert work.subscribers.find(owing.subscriber.address) == replace(
            owing.subscriber, state="suspended", state_reason=why
        )
    with owing.store.unit_of_work.read() as work:
        assert {d.state for d in work.outbox.deliveries()} == {"dead", "cancelled"}


@pytest.mark.parametrize("who", ["the operator", "the reader"])
def test_what_was_owed_to_who_was_refused_by_mistake_is_owed_again_once_they_are_confirmed(
    owing: Owing, who: str
) -> None:
    earlier = owing.claimed("earlier")
    owing.report("dead", earlier)
    owing.store.clock.move(days=1)
    refused = owing.claimed("one")
    (other,) = owing.owe(owing.new("two", owing.store.event(9)))
    owing.report("dead", refused)
    with owing.store.unit_of_work.write() as work:
        work.outbox.suspend(owing.subscriber, owing.store.clock.now(), why="550 nobody")
    now = owing.store.clock.move(days=1)
    with owing.store.unit_of_work.write() as work:
        if who == "the reader":
            work.subscribers.confirm(owing.subscriber, now, how="link", text="1")
        else:
            work.subscribers.add(owing.subscriber.address, "sv", now, how="operator")
    assert (owing.get(earlier.id).state, owing.get(refused.id).state) == ("dead", "pending")
    assert owing.due() == [refused.id, other]


@pytest.mark.parametrize("what", ["dead", "deferred"])
def test_a_dead_or_deferred_delivery_can_be_owed_again(owing: Owing, what: str) -> None:
    delivery = owing.claimed()
    owing.report(what, delivery)
    with owing.store.unit_of_work.write() as work:
        assert work.outbox.retry(delivery.id, owing.store.clock.now())
    assert owing.due() == [delivery.id]
    assert owing.get(delivery.id).attempts == 1


def test_what_was_sent_or_never_tried_or_is_not_there_cannot_be_retried(owing: Owing) -> None:
    sent = owing.claimed("sent")
    owing.report("sent", sent)
    (fresh,) = owing.owe(owing.new("fresh", owing.store.event(3), wait=timedelta(hours=1)))
    with owing.store.unit_of_work.write() as work:
        assert [work.outbox.retry(one, owing.store.clock.now()) for one in (sent.id, fresh, 99)] == [False] * 3


def test_nobody_who_left_is_mailed_by_a_retry(owing: Owing) -> None:
    delivery = owing.claimed()
    owing.report("dead", delivery)
    owing.leave()
    with owing.store.unit_of_work.write() as work:
        assert not work.outbox.retry(delivery.id, owing.store.clock.now())


def test_the_outbox_is_listed_newest_first_by_state_and_up_to_a_limit(owing: Owing) -> None:
    ids = [owing.owe(owing.new(f"k{number}", owing.store.event(number)))[0] for number in range(4)]
    claimed = owing.claim(ids[0])
    assert claimed is not None
    owing.report("sent", claimed)
    with owing.store.unit_of_work.read() as work:
        assert [d.id for d in work.outbox.deliveries()] == ids[::-1]
        assert [d.id for d in work.outbox.deliveries(limit=2)] == ids[:1:-1]
        assert [d.id for d in work.outbox.deliveries(states=["sent"])] == ids[:1]
        assert work.outbox.get(99) is None


def test_since_when_the_first_delivery_waits(owing: Owing) -> None:
    def waiting_since(later: timedelta = timedelta()) -> timedelta | None:
        with owing.store.unit_of_work.read() as work:
            since = work.outbox.waiting_since(now + later)
            return since - now if since else None

    now = owing.store.clock.now()
    assert waiting_since() is None
    owing.owe(owing.new("link", kind="link"))
    owing.owe(owing.new("later", owing.store.event(1), wait=timedelta(minutes=5)))
    assert waiting_since() is None
    assert waiting_since(timedelta(minutes=6)) == timedelta(minutes=5)
    delivery = owing.claimed()
    assert waiting_since() is None
    owing.report("deferred", delivery)
    assert waiting_since(timedelta(minutes=5)) == timedelta(minutes=5), "what was tried waits for its server"
    assert waiting_since(timedelta(minutes=4)) is None
    owing.owe(owing.new("now", owing.store.event(2)))
    assert waiting_since() == timedelta()
