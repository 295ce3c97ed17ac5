"""Subscribers, watches, letters and mails on a real database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest

from monitor.core.model import Delivery, DeliveryItem, Event, EventKind, Schedule, Subscriber, Watch
from monitor.core.people.fan_out import fan_out
from monitor.core.people.sign_up import SignUp, Wish
from monitor.core.people.signed_links import Signer
from monitor.delivery.deliver import Deliver
from monitor.people.self_service import SelfService
from monitor.ports.storage import Work
from monitor.ports.values import ChangeView, Envelope
from notifiers.links import Links
from notifiers.message import compose
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

COUNTY = Watch("county", "Länsstyrelsen", "https://county.example/")
LAW = Watch("law", "Förordningen", "https://law.example/", sfs="2021:995")
PUBLIC = "https://bevaka.example"
ANN = "ann@kommun.example"
MOST_A_DAY = 20


@dataclass
class Letterbox:
    """A notifier that accepts every mail."""

    NAME = "letterbox"
    mails: list[Envelope] = field(default_factory=list)

    def send(self, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


def plain_views(work: Work, items: Sequence[DeliveryItem]) -> list[ChangeView]:
    """Tell of each change without its diff."""
    return [
        ChangeView(work.watches.get(item.watch_key).watch, item.event, subscription=item.subscription) for item in items
    ]


@dataclass
class Town:
    """A database with two watches, and short names for what subscribers do there."""

    unit_of_work: SqlUnitOfWork
    clock: FakeClock
    signer: Signer = field(default_factory=lambda: Signer(b"a key"))
    letterbox: Letterbox = field(default_factory=Letterbox)
    hold: Callable[[], int] = lambda: 0

    def __post_init__(self) -> None:
        self.self_service = SelfService(self.unit_of_work, self.clock, self.signer, sender_domain="bevaka.example")
        self.links = Links(PUBLIC, self.signer)
        self.sync(COUNTY, LAW)

    def sync(self, *watches: Watch) -> None:
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule(watches), self.clock.now())

    def ask(self, *watches: str, address: str = ANN, requester: str = "192.0.2.1", wish: Wish = Wish()) -> str:  # noqa: B008  frozen
        asked = SignUp(address, "sv", watches or None, wish)
        return self.self_service.request(asked, requester=requester)

    def deliver(self) -> list[Envelope]:
        """Send what is due; return the mails of this round."""
        before = len(self.letterbox.mails)
        writes = partial(compose, links=self.links)
        Deliver(
            self.unit_of_work,
            self.letterbox,
            writes,
            plain_views,
            self.clock,
            sender_domain="bevaka.example",
            hold=self.hold,
            most_a_day=MOST_A_DAY,
        ).deliver_due()
        return self.letterbox.mails[before:]

    def letter(self) -> Envelope:
        """Send what is due, which must be one mail; return it."""
        (mail,) = self.deliver()
        return mail

    def join(self, *watches: str, address: str = ANN, wish: Wish = Wish()) -> str:  # noqa: B008  frozen
        """Sign up, follow the link and confirm; return the token for managing."""
        assert self.ask(*watches, address=address, wish=wish) == "sent"
        confirmed = self.self_service.confirm(token_in(self.letter()))
        assert confirmed is not None
        assert self.letter().message.subject == "Din prenumeration är igång"
        return confirmed.manage

    def subscriber(self, address: str = ANN) -> Subscriber | None:
        with self.unit_of_work.read() as work:
            return work.subscribers.with_address(address)

    def follows(self, address: str = ANN) -> dict[str | None, str]:
        with self.unit_of_work.read() as work:
            subscriber = work.subscribers.find(address)
            found = work.subscribers.subscriptions(subscriber) if subscriber else []
            return {key: subscription.frequency for subscription, key in found}

    def happen(self, key: str = "county", kind: EventKind = EventKind.WITHDRAWN) -> Event:
        """Record an event of a page; everyone who follows the page is owed a mail of it."""
        self.clock.move(seconds=1)
        now = self.clock.now()
        with self.unit_of_work.write() as work:
            watch_id = work.watches.get(key).id
            event = work.history.add_event(watch_id, kind, now, None, {"status": 410})
            facts = {"watch_key": key, "sender_domain": "bevaka.example", "timezone": "Europe/Stockholm"}
            work.outbox.add(fan_out(event, work.subscribers.following(watch_id), now, **facts, owed=True), now)  # type: ignore[arg-type]
            return event

    def outbox(self) -> list[Delivery]:
        with self.unit_of_work.read() as work:
            return sorted(work.outbox.deliveries(), key=lambda delivery: delivery.id)

    def wait(self, span: timedelta) -> None:
        self.clock.move(seconds=span.total_seconds())


def links_in(mail: Envelope) -> list[str]:
    """Return every address of the web page in a mail, from its text, its HTML and its headers."""
    found = re.findall(rf'{re.escape(PUBLIC)}[^\s"<>]*', mail.message.text + mail.message.html)
    return list(dict.fromkeys([*found, *filter(None, [mail.message.leave_url])]))


def token_in(mail: Envelope, purpose: str = "confirm") -> str:
    """Return the token of a purpose; a mail has at most one of each purpose."""
    (token,) = {link.rpartition("/")[2] for link in links_in(mail) if f"/{purpose}/" in link}
    return token


@pytest.fixture
def town(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Town:
    return Town(unit_of_work, clock)
