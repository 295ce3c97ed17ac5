"""What needs the operator, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.model import Delivery, HostLoad, MassChange, Outcome, Subscriber, SuspectRun, Watch, WatchState
from monitor.core.people.operator_alerts import OperatorAlert, OwedMail, WatchStatus, operator_alerts
from monitor.errors import Reason

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
WATCH = Watch("county", "The county", "https://county.example/")
WHY = Reason("timeout", {"seconds": 30})


def ago(**delta: float) -> datetime:
    return NOW - timedelta(**delta)


def found(watch_state: WatchState, due: datetime | None = NOW) -> list[OperatorAlert]:
    return operator_alerts([WatchStatus(WATCH, watch_state, due)], [], 0, 0, NOW)


def suspect(hours: float) -> SuspectRun:
    return SuspectRun("a", "b", WHY, 2, ago(hours=hours), NOW)


def test_a_page_that_is_well_needs_nobody() -> None:
    assert found(WatchState(Outcome.UNCHANGED, last_seen=NOW)) == []
    assert found(WatchState()) == []


@pytest.mark.parametrize(("days", "needed"), [(1.9, False), (2.1, True)])
def test_a_page_that_was_not_seen_for_longer_than_its_patience(days: float, *, needed: bool) -> None:
    since = ago(days=days)
    watch_state = WatchState(Outcome.NOT_SEEN, failures=9, failing_since=since, reason=WHY)
    assert found(watch_state) == ([OperatorAlert("unseen", WATCH, since, WHY)] if needed else [])


@pytest.mark.parametrize(("hours", "needed"), [(1, False), (3, True)])
def test_a_suspect_page_that_waits(hours: float, *, needed: bool) -> None:
    watch_state = WatchState(Outcome.SUSPECT, suspect=suspect(hours))
    assert found(watch_state) == ([OperatorAlert("suspect", WATCH, ago(hours=hours), WHY)] if needed else [])


def test_a_page_that_moved() -> None:
    assert found(WatchState(Outcome.MOVED, reason=WHY)) == [OperatorAlert("moved", WATCH, reason=WHY)]


@pytest.mark.parametrize(("due", "needed"), [(None, False), (ago(minutes=50), False), (ago(minutes=70), True)])
def test_a_check_that_does_not_come(due: datetime | None, *, needed: bool) -> None:
    assert found(WatchState(Outcome.UNCHANGED), due) == ([OperatorAlert("overdue", WATCH, due)] if needed else [])


def test_mails_that_wait_are_told_once_with_the_oldest() -> None:
    owed = [OwedMail(ago(minutes=10), None), OwedMail(ago(hours=3), "451 later"), OwedMail(ago(hours=2), "421 busy")]
    assert operator_alerts([], owed, 0, 0, NOW) == [
        OperatorAlert("mail_waits", since=ago(hours=3), count=2, reply="451 later")
    ]
    assert operator_alerts([], owed[:1], 0, 0, NOW) == []


def test_mails_that_were_given_up_and_a_damaged_store() -> None:
    assert operator_alerts([], [], 2, 3, NOW) == [
        OperatorAlert("mail_dead", count=2),
        OperatorAlert("damaged", count=3),
    ]


def test_mails_that_are_held_for_a_mass_change() -> None:
    mass_change = MassChange(1, ago(hours=1), ago(hours=2), 6, 10, 12, ("county",))
    assert operator_alerts([], [], 0, 0, NOW, mass_change) == [OperatorAlert("held", since=ago(hours=1), count=12)]


def test_a_host_that_is_asked_for_more_than_it_can_give() -> None:
    load = HostLoad("a.example", 5000, 120_000, 2.78)
    assert operator_alerts([], [], 0, 0, NOW, overloaded=[load]) == [OperatorAlert("overloaded", load=load, count=5000)]


def test_a_mail_that_is_tried_again_has_been_owed_since_it_was_first_tried() -> None:
    reader = Subscriber(1, "ann@kommun.example", "confirmed", "sv")
    first = Delivery(1, reader, "mail", "pending", "<1@a>", "<1@a>", ago(hours=3), NOW, 0, None)
    assert OwedMail.of(first) == OwedMail(NOW, None)
    assert OwedMail.of(replace(first, attempts=2, last_reply="451 later")) == OwedMail(ago(hours=3), "451 later")
