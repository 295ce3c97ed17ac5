"""Mails that come back to their signed return path."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.people.bounce_parser import SOFT_DAYS, SUSPEND_AFTER
from monitor.delivery.bounces import Bounces
from tests.fakes.heavy import FakeHeavyWork
from tests.integration.people.conftest import ANN, Town, token_in

CASES = Path(__file__).parents[2] / "data" / "bounces"
TEMPLATE = "bounces+17.00112233445566778899@bevaka.example"


@pytest.fixture
def bounces(town: Town) -> Bounces:
    return Bounces(town.unit_of_work, town.clock, town.signer, town.self_service.leave, FakeHeavyWork())


def returned(town: Town, case: str, delivery_id: int) -> bytes:
    path = town.signer.return_path(delivery_id, "bounces@bevaka.example")
    return (CASES / f"{case}.eml").read_bytes().replace(TEMPLATE.encode(), path.encode())


def mailed(town: Town) -> int:
    """Send one more mail to the subscriber; return the id of its delivery."""
    town.happen("county")
    town.deliver()
    return town.outbox()[-1].id


def state(town: Town) -> tuple[str, str]:
    subscriber = town.subscriber()
    assert subscriber is not None
    return subscriber.state, (subscriber.state_reason or "").partition(" ")[2]


@pytest.mark.parametrize(("case", "why"), [("unknown-user", "bounced 5.1.1"), ("complaint", "complaint")])
def test_a_hard_failure_or_a_complaint_suspends_at_once(town: Town, bounces: Bounces, case: str, why: str) -> None:
    town.join("county")
    delivery_id = mailed(town)
    assert bounces.process(returned(town, case, delivery_id)) == "suspended"
    assert state(town) == ("suspended", why)
    assert bounces.process(returned(town, case, delivery_id)) == "known"
    town.happen("county")
    assert town.deliver() == []


def test_soft_failures_suspend_when_there_are_too_many_within_a_month(town: Town, bounces: Bounces) -> None:
    town.join("county")
    for _ in range(SUSPEND_AFTER - 1):
        assert bounces.process(returned(town, "mailbox-full", mailed(town))) == "noted"
    assert state(town) == ("confirmed", "")
    assert bounces.process(returned(town, "mailbox-full", mailed(town))) == "suspended"
    assert state(town) == ("suspended", "bounced 5.2.2")


def test_soft_failures_long_apart_suspend_nobody(town: Town, bounces: Bounces) -> None:
    town.join("county")
    for _ in range(SUSPEND_AFTER + 2):
        town.wait(timedelta(days=SOFT_DAYS / 2))
        assert bounces.process(returned(town, "mailbox-full", mailed(town))) == "noted"
    assert state(town) == ("confirmed", "")


def test_the_same_report_read_again_counts_once(town: Town, bounces: Bounces) -> None:
    town.join("county")
    report = returned(town, "mailbox-full", mailed(town))
    assert [bounces.process(report) for _ in range(SUSPEND_AFTER + 1)] == ["noted"] + ["known"] * SUSPEND_AFTER
    assert state(town) == ("confirmed", "")


@pytest.mark.parametrize("case", ["only-delayed", "delivered", "out-of-office"])
def test_what_is_no_failure_does_nothing(town: Town, bounces: Bounces, case: str) -> None:
    town.join("county")
    assert bounces.process(returned(town, case, mailed(town))) == "ignored"


def test_what_we_have_not_signed_is_ignored(town: Town, bounces: Bounces) -> None:
    town.join("county")
    mailed(town)
    assert bounces.process((CASES / "unknown-user.eml").read_bytes()) == "ignored"
    assert bounces.process((CASES / "leave-by-mail.eml").read_bytes()) == "ignored"
    assert (
        bounces.process(returned(town, "unknown-user", 99)) == "ignored"
    )  # signed, but by a database that was restored from an older backup
    assert state(town) == ("confirmed", "")


def test_a_report_of_who_left_meanwhile_changes_nothing(town: Town, bounces: Bounces) -> None:
    town.join("county")
    delivery_id = mailed(town)
    with town.unit_of_work.write() as work:
        work.subscribers.remove(ANN, town.clock.now())
    assert bounces.process(returned(town, "unknown-user", delivery_id)) == "noted"
    assert state(town) == ("removed", "")


def test_a_mail_programs_own_button_leaves(town: Town, bounces: Bounces) -> None:
    town.join("county")
    town.happen("county")
    (mail,) = town.deliver()
    assert mail.unsubscribe_subject == f"unsubscribe county {token_in(mail, 'leave')}"
    asked = f"From: {ANN}\nTo: bevaka@bevaka.example\nSubject: {mail.unsubscribe_subject}\n\n"
    assert bounces.process(asked.encode()) == "left"
    assert town.follows() == {}
