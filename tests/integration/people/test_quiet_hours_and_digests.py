"""What is delayed and never dropped: mails in quiet hours, too many mails in a day, a mass change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.core.model import (
    BlockChange,
    Cadence,
    Change,
    EventKind,
    Fetched,
    Outcome,
    Preferences,
    Schedule,
    Watch,
    WatchState,
)
from monitor.core.people.fan_out import fan_out
from monitor.core.people.quiet_hours_and_digests import SETTLING
from monitor.core.people.sign_up import Wish
from monitor.delivery.mass_changes import MassChanges
from monitor.ports.values import NewRevision
from tests.integration.people.conftest import ANN, MOST_A_DAY, Town

BLOCK = BlockChange("edited", "p", (), None, "den 1 mars", "den 1 april", "deadline", material=True, rule="deadline")
LEASE = timedelta(minutes=3)


def prefer(town: Town, preferences: Preferences) -> None:
    subscriber = town.subscriber()
    assert subscriber is not None
    with town.unit_of_work.write() as work:
        work.subscribers.prefer(subscriber, "sv", preferences)


# Quiet hours


def test_quiet_hours_delay_a_mail_and_do_not_drop_it(town: Town) -> None:
    town.join("county")
    prefer(town, Preferences(quiet=(time(9, 0), time(12, 0))))  # it is 10:00 in Stockholm
    town.happen()
    assert town.deliver() == []
    (delivery,) = town.outbox()[2:]
    assert (delivery.state, delivery.attempts) == ("pending", 0)
    assert delivery.next_attempt_at == datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
    town.wait(timedelta(hours=2))
    assert [mail.to for mail in town.deliver()] == [ANN]


def test_a_letter_that_she_asked_for_comes_in_quiet_hours_too(town: Town) -> None:
    town.join("county")
    prefer(town, Preferences(quiet=(time(0, 0), time(23, 59))))
    town.self_service.remind(ANN, requester="192.0.2.1")
    assert len(town.deliver()) == 1


# Too many in a day


def test_what_is_too_much_in_a_day_is_gathered_in_a_digest(town: Town) -> None:
    town.join("county")
    for _ in range(MOST_A_DAY + 3):
        town.happen()
    assert len(town.deliver()) == MOST_A_DAY
    gathered = [delivery for delivery in town.outbox() if delivery.kind == "digest"]
    assert [(delivery.state, len(delivery.items)) for delivery in gathered] == [("pending", 3)]
    assert gathered[0].next_attempt_at == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    town.wait(timedelta(days=1))
    (digest,) = town.deliver()
    assert digest.list_id.startswith("digest.")
    town.happen()
    assert len(town.deliver()) == 1
    owed = [item.event.id for delivery in town.outbox() for item in delivery.items]
    assert len(owed) == len(set(owed)) == MOST_A_DAY + 4


# Mass changes


class Round:
    """Ten pages that change when the test says so."""

    def __init__(self, town: Town, count: int = 10, every: timedelta = timedelta(hours=1)) -> None:
        self.town = town
        self.every = every
        self.watches = [
            Watch(f"page-{number}", f"Page {number}", f"https://site{number}.example/", cadence=Cadence(every))
            for number in range(count)
        ]
        town.sync(*self.watches)
        self.mass_changes = MassChanges(town.unit_of_work, town.clock)
        town.hold = self.mass_changes.hold
        for number in range(count):
            self.check(number, changed=True)

    def check(self, number: int, *, changed: bool = False, material: bool = True) -> None:
        """Record a check: the first revision, a change, or unchanged."""
        town, watch = self.town, self.watches[number]
        town.clock.move(seconds=1)
        now = town.clock.now()
        with town.unit_of_work.write() as work:
            claim = work.watches.claim(watch.key, now, LEASE, force=True)
            assert claim is not None
            before = after = claim.latest.snapshot if claim.latest else None
            if changed:
                body = f"{now}".encode()
                fetched = Fetched(watch.url, 200, (), body, now)
                after = work.snapshots.add(
                    NewRevision(claim.watch_id, watch.url, fetched, watch.recipe, "ab" * 32, "page/1", "The text\n")
                )
            if changed and before is not None and after is not None:
                block = BLOCK if material else BlockChange("edited", "p", (), None, "1", "2", "c", False, "counter")  # noqa: FBT003
                summary = {"sv": "ändrat", "en": "changed"}
                change = Change((block,))
                record = work.history.add_change(claim.watch_id, before, after, change, summary, watch.recipe, now)  # type: ignore[arg-type]
                event = work.history.add_event(claim.watch_id, EventKind.CHANGED, now, record)
                facts = {"watch_key": watch.key, "sender_domain": "bevaka.example", "timezone": "Europe/Stockholm"}
                following = work.subscribers.following(claim.watch_id)
                work.outbox.add(fan_out(event, following, now, **facts, owed=material), now)  # type: ignore[arg-type]
            watch_state = WatchState(Outcome.UNCHANGED, last_seen=now)
            work.watches.settle(claim, watch_state, now + self.every, None, None)

    def change(self, *numbers: int) -> None:
        for number in numbers:
            self.check(number, changed=True)


@pytest.fixture
def pages(town: Town) -> Round:
    """Return ten pages that Ann follows, each last seen some time ago."""
    town.join()
    pages = Round(town)
    town.wait(timedelta(hours=2))
    return pages


def test_a_mass_change_is_held_until_the_operator_has_looked(town: Town, pages: Round) -> None:
    pages.change(0, 1, 2, 3, 4, 5)
    assert town.deliver() == []
    mass_change = pages.mass_changes.held()
    assert mass_change is not None
    assert (mass_change.changed, mass_change.watched, mass_change.deliveries) == (6, 10, 6)
    assert mass_change.keys == tuple(f"page-{number}" for number in range(6))
    town.wait(timedelta(days=3))
    assert town.deliver() == []
    assert pages.mass_changes.release() == 6
    assert len(town.deliver()) == 6
    assert pages.mass_changes.held() is None
    assert town.deliver() == []


def test_half_of_the_pages_is_no_mass_change(town: Town, pages: Round) -> None:
    pages.change(0, 1, 2, 3, 4)
    assert len(town.deliver()) == 5


def test_four_of_four_pages_is_no_mass_change(town: Town) -> None:
    town.join()
    pages = Round(town, 4)
    town.wait(timedelta(hours=2))
    pages.change(0, 1, 2, 3)
    assert len(town.deliver()) == 4


def test_the_same_pages_over_many_rounds_are_no_mass_change(town: Town, pages: Round) -> None:
    for number in range(10):
        pages.change(number)
        town.wait(timedelta(minutes=61))
        assert len(town.deliver()) == 1


def test_changes_that_are_not_material_are_no_mass_change(town: Town, pages: Round) -> None:
    for number in range(9):
        pages.check(number, changed=True, material=False)
    pages.change(9)
    assert len(town.deliver()) == 1


def test_what_changes_later_in_the_same_round_is_held_too(town: Town, pages: Round) -> None:
    pages.change(0, 1, 2, 3, 4, 5)
    town.deliver()
    pages.change(6, 7)
    assert town.deliver() == []
    mass_change = pages.mass_changes.held()
    assert mass_change is not None
    assert (mass_change.changed, mass_change.deliveries) == (8, 8)


def test_what_changes_after_the_round_is_told_while_the_mass_change_still_waits(town: Town, pages: Round) -> None:
    pages.change(0, 1, 2, 3, 4, 5)
    town.deliver()
    town.wait(timedelta(hours=2))
    pages.change(0)
    assert len(town.deliver()) == 1
    assert len([delivery for delivery in town.outbox() if delivery.state == "held"]) == 6


def test_after_a_decision_the_same_changes_are_not_held_again(town: Town, pages: Round) -> None:
    pages.change(0, 1, 2, 3, 4, 5)
    town.deliver()
    pages.mass_changes.release()
    pages.change(6)
    assert len(town.deliver()) == 7


def test_what_is_discarded_is_told_to_nobody_and_stays_in_the_history(town: Town, pages: Round) -> None:
    pages.change(0, 1, 2, 3, 4, 5)
    town.deliver()
    assert pages.mass_changes.discard() == 6
    assert pages.mass_changes.discard() == 0
    assert town.deliver() == []
    cancelled = [delivery for delivery in town.outbox() if delivery.state == "cancelled"]
    assert len(cancelled) == 6
    assert all("mass change" in str(delivery.last_reply) for delivery in cancelled)
    with town.unit_of_work.read() as work:
        assert len(work.history.changes(work.watches.get("page-0").id)) == 1


def test_a_mass_change_is_taken_out_of_digests_and_what_else_they_gathered_stays(town: Town) -> None:
    town.join(wish=Wish("weekly"))
    pages = Round(town)
    town.happen("page-9")
    town.wait(timedelta(hours=2))
    pages.change(0, 1, 2, 3, 4, 5)
    town.deliver()
    mass_change = pages.mass_changes.held()
    assert mass_change is not None
    assert mass_change.deliveries == 1
    town.happen("page-8")
    pages.mass_changes.discard()
    pending = [delivery for delivery in town.outbox() if delivery.state == "pending"]
    assert sorted(item.watch_key for delivery in pending for item in delivery.items) == ["page-8", "page-9"]


def test_changes_wait_a_moment_for_the_checks_of_their_round_that_could_make_a_mass_change(
    town: Town, pages: Round
) -> None:
    pages.change(0, 1)
    assert pages.mass_changes.may_become_mass_change()  # eight more are due
    for number in range(2, 7):
        pages.check(number)
    assert (
        not pages.mass_changes.may_become_mass_change()
    )  # with two changes and three pages to come, it cannot become a mass change
    assert pages.mass_changes.hold() == 0


def test_nothing_brews_without_a_change_nor_for_long(town: Town, pages: Round) -> None:
    assert not pages.mass_changes.may_become_mass_change()
    pages.change(0)
    assert pages.mass_changes.may_become_mass_change()
    town.wait(SETTLING + timedelta(seconds=1))
    assert not pages.mass_changes.may_become_mass_change()
    pages.change(1)
    assert not pages.mass_changes.may_become_mass_change()  # the first change has waited long enough
    assert len(town.deliver()) == 2


def test_a_page_that_changed_shortly_before_does_not_let_a_mass_change_through(town: Town, pages: Round) -> None:
    pages.change(0)
    town.wait(SETTLING + timedelta(seconds=1))
    assert len(town.deliver()) == 1
    town.wait(SETTLING / 2)
    pages.change(1)
    assert pages.mass_changes.may_become_mass_change()  # page 0 was mailed, and makes nothing wait nor go
    pages.change(2, 3, 4, 5)
    assert town.deliver() == []
    assert pages.mass_changes.held() is not None


def test_at_a_short_cadence_changes_wait_for_the_rest_of_their_round_too(town: Town) -> None:
    town.join()
    pages = Round(town, 10, timedelta(seconds=30))
    town.wait(timedelta(hours=2))
    for number in range(10):  # seen not long ago, and due within half a minute
        pages.check(number)
    pages.change(0)
    assert pages.mass_changes.may_become_mass_change()
    for number in range(1, 6):
        pages.change(number)
    assert not pages.mass_changes.may_become_mass_change()
    assert town.deliver() == []
    assert pages.mass_changes.held() is not None


def test_at_a_short_cadence_a_change_waits_no_longer_than_for_its_round(town: Town) -> None:
    town.join()
    pages = Round(town, 10, timedelta(seconds=30))
    town.wait(timedelta(hours=2))
    pages.change(0)
    for number in range(1, 5):
        assert pages.mass_changes.may_become_mass_change()
        pages.check(number)
    pages.check(5)
    assert not pages.mass_changes.may_become_mass_change()
    assert len(town.deliver()) == 1


def test_watches_that_are_paused_or_gone_do_not_count(town: Town, pages: Round) -> None:
    with town.unit_of_work.write() as work:
        for number in range(6, 10):
            work.watches.pause(f"page-{number}", paused=True)
    pages.change(0, 1, 2, 3)
    assert len(town.deliver()) == 4
    pages.change(4)
    assert town.deliver() == []
    assert pages.mass_changes.held() is not None
    assert Schedule(tuple(pages.watches)).watch("page-0") is not None
