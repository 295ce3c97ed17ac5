"""The operator's mail: one a day, and only when something needs the operator."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from bevaka.daemon.operator_mail import OperatorMail
from monitor.checking.sync_schedule import ScheduleInForce
from monitor.core.model import (
    LANGUAGES,
    BlockChange,
    Change,
    EventKind,
    Fetched,
    HostLoad,
    Language,
    NewDelivery,
    Outcome,
    Recipe,
    Schedule,
    Watch,
    WatchState,
)
from monitor.core.people.operator_alerts import AlertCode, OperatorAlert
from monitor.errors import ChannelUnavailable, Reason
from monitor.ports.values import Envelope, NewRevision, ObservedCheck
from monitor.wording.catalogue import words_for
from monitor.wording.operator_alerts import alert_sentence
from notifiers.operator_mail import operator_message
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.unit.notifiers.test_message import ParsedHtml

COUNTY = Watch("county", "Länsstyrelsen <Norrvik>", "https://county.example/")
PLAN = Schedule((COUNTY,))


class Notifier:
    """A notifier that keeps what it is given, or refuses it."""

    NAME = "kept"

    def __init__(self) -> None:
        self.sent: list[Envelope] = []
        self.refuses = False

    def send(self, envelope: Envelope) -> str:
        if self.refuses:
            raise ChannelUnavailable("no")
        self.sent.append(envelope)
        return "250 ok"

    def close(self) -> None:
        pass


@pytest.fixture
def notifier() -> Notifier:
    return Notifier()


@pytest.fixture
def operator(unit_of_work: SqlUnitOfWork, notifier: Notifier, clock: FakeClock) -> OperatorMail:
    """Return the operator mail to two addresses, for a watch without problems."""
    with unit_of_work.write() as work:
        work.watches.sync(PLAN, clock.now())
    record_state(unit_of_work, clock, WatchState(Outcome.UNCHANGED, last_seen=clock.now()))
    return make(unit_of_work, notifier, clock)


def make(
    unit_of_work: SqlUnitOfWork, notifier: Notifier, clock: FakeClock, *addresses: str, language: Language = "sv"
) -> OperatorMail:
    return OperatorMail(
        unit_of_work,
        notifier,
        operator_message,
        lambda: ScheduleInForce(1, PLAN.timezone, language, PLAN.host_delay),
        clock,
        addresses=addresses or ("ann@drift.example", "bo@drift.example"),
        sender_domain="bevaka.example",
    )


def record_state(unit_of_work: SqlUnitOfWork, clock: FakeClock, watch_state: WatchState, hours: float = 9999) -> None:
    """Record a check with this watch state as its result, and make the watch due in `hours` hours."""
    with unit_of_work.write() as work:
        claim = work.watches.claim("county", clock.now(), timedelta(minutes=1), force=True)
        assert claim is not None
        assert watch_state.outcome is not None
        work.history.observe_all(
            [ObservedCheck(claim.watch_id, watch_state.outcome, None, clock.now(), watch_state.reason)]
        )
        work.watches.settle(claim, watch_state, clock.now() + timedelta(hours=hours), None, None)


def unseen(clock: FakeClock) -> WatchState:
    return WatchState(
        Outcome.NOT_SEEN,
        failures=50,
        failing_since=clock.now() - timedelta(days=3),
        reason=Reason("timeout", {"seconds": 30}),
    )


def test_when_all_is_well_nobody_is_written_to(operator: OperatorMail, notifier: Notifier) -> None:
    operator.round()
    assert notifier.sent == []


def test_what_needs_a_person_is_told_to_each_operator_once_a_day(
    operator: OperatorMail, notifier: Notifier, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    record_state(unit_of_work, clock, unseen(clock))
    operator.round()
    clock.move(hours=2)
    operator.round()
    assert [envelope.to for envelope in notifier.sent] == ["ann@drift.example", "bo@drift.example"]
    first = notifier.sent[0]
    assert first.message.subject == "Bevaka: 1 sak att åtgärda"
    assert "Länsstyrelsen <Norrvik> har inte kunnat läsas sedan 2026-02-26 kl. 10.00." in first.message.text
    assert "bevaka watch test county" in first.message.text
    assert "Länsstyrelsen &lt;Norrvik&gt;" in first.message.html
    clock.move(days=1)
    operator.round()
    assert len(notifier.sent) == 4
    assert len({envelope.message_id for envelope in notifier.sent}) == 4


def test_a_keeper_that_takes_over_does_not_tell_again_what_was_told_that_day(
    operator: OperatorMail, notifier: Notifier, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    record_state(unit_of_work, clock, unseen(clock))
    operator.round()
    clock.move(minutes=10)
    make(unit_of_work, notifier, clock).round()
    operator.round()  # it was stopped, and goes on
    assert len(notifier.sent) == 2, "one to each address"


def test_in_the_night_nobody_is_written_to(
    operator: OperatorMail, notifier: Notifier, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    record_state(unit_of_work, clock, unseen(clock))
    clock.move(hours=20)  # 06:00 in Stockholm
    operator.round()
    assert notifier.sent == []
    clock.move(hours=1)
    operator.round()
    assert len(notifier.sent) == 2


def test_a_mail_that_is_not_taken_is_tried_again_as_the_same_mail(
    operator: OperatorMail, notifier: Notifier, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    record_state(unit_of_work, clock, unseen(clock))
    notifier.refuses = True
    with pytest.raises(ChannelUnavailable):
        operator.round()
    notifier.refuses = False
    clock.move(minutes=10)
    operator.round()
    assert [(envelope.to, envelope.date) for envelope in notifier.sent] == [
        (address, datetime(2026, 3, 1, 6, tzinfo=UTC)) for address in ("ann@drift.example", "bo@drift.example")
    ]


def test_without_an_address_the_log_alone_says_so(
    unit_of_work: SqlUnitOfWork,
    operator: OperatorMail,
    notifier: Notifier,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    record_state(unit_of_work, clock, unseen(clock))
    alone = make(unit_of_work, notifier, clock)
    alone._addresses = ()
    alone.round()
    assert notifier.sent == []
    assert [(vars(record)["need"], vars(record)["watch"]) for record in caplog.records] == [("unseen", "county")]


def codes(operator: OperatorMail, clock: FakeClock) -> list[str]:
    return [need.code for need in operator.alerts(clock.now())]


def test_a_check_that_does_not_come_is_told_but_not_of_a_paused_watch(
    operator: OperatorMail, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    record_state(unit_of_work, clock, WatchState(Outcome.UNCHANGED), hours=1)
    clock.move(hours=3)
    assert codes(operator, clock) == ["overdue"]
    with unit_of_work.write() as work:
        work.watches.pause("county", paused=True)
    assert codes(operator, clock) == []


def test_mails_that_wait_are_told(operator: OperatorMail, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    with unit_of_work.write() as work:
        subscriber = work.subscribers.add("ann@kommun.example", "sv", clock.now(), how="operator")
        work.outbox.add([NewDelivery(subscriber.id, "mail", "k", "<a@b>", "<a@b>", clock.now(), ())], clock.now())
        work.outbox.add(
            [NewDelivery(subscriber.id, "digest", "d", "<c@b>", "<c@b>", clock.now() + timedelta(days=5), ())],
            clock.now(),
        )
    assert codes(operator, clock) == []
    clock.move(hours=2)
    [need] = operator.alerts(clock.now())
    assert (need.code, need.count) == ("mail_waits", 1), "the digest waits for its day"


def test_a_damaged_store_is_found_out_once_a_day(
    operator: OperatorMail, unit_of_work: SqlUnitOfWork, clock: FakeClock, tmp_path: Path
) -> None:
    with unit_of_work.write() as work:
        watch_id = work.watches.get("county").id
        fetched = Fetched(COUNTY.url, 200, (), b"text", clock.now())
        work.snapshots.add(NewRevision(watch_id, COUNTY.url, fetched, Recipe(), "ab" * 32, "page/1", "The text\n"))
        work.history.observe_all([ObservedCheck(watch_id, Outcome.FIRST, 1, clock.now())])
    assert codes(operator, clock) == []
    with closing(sqlite3.connect(tmp_path / "bevaka.db")) as database, database:
        database.execute("UPDATE snapshots SET status = 500")
    assert codes(operator, clock) == [], "known tomorrow"
    clock.move(days=1)
    assert codes(operator, clock) == ["damaged"]


AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
WHY = Reason("timeout", {"seconds": 30})
ALERTS = [
    OperatorAlert("unseen", COUNTY, AT, WHY),
    OperatorAlert("suspect", COUNTY, AT, Reason("shrunk", {"before": 9000, "after": 90})),
    OperatorAlert("moved", COUNTY, reason=Reason("moved", {"to": f"https://county.example/{'stod-' * 30}"})),
    OperatorAlert("overdue", COUNTY, AT),
    OperatorAlert("mail_waits", since=AT, count=3, reply="451 later\r\nsorry"),
    OperatorAlert("mail_dead", count=2),
    OperatorAlert("held", since=AT, count=40),
    OperatorAlert("damaged", count=7),
    OperatorAlert("overloaded", load=HostLoad("a.example", 5000, 120_000, 2.78), count=5000),
]
"""An alert of every kind."""


def words_in(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_need_has_its_words(language: Language) -> None:
    assert {alert.code for alert in ALERTS} == set(get_args(AlertCode))
    message = operator_message(ALERTS, language, "Europe/Stockholm", AT)
    assert "2026-03-01" in message.text.split("\n")[1]
    assert "9" in message.subject
    assert message.text.count("\n    bevaka ") == 10
    assert ("2,8 gånger" if language == "sv" else "2.8 times") in message.text
    assert "{" not in message.text
    assert "451 later" in message.text
    assert "prefers-color-scheme: dark" in message.html
    assert max(len(line) for line in message.text.splitlines() if "://" not in line) <= 80
    assert words_in(message.text) == words_in(" ".join(ParsedHtml(message.html).words))
    alone = operator_message(ALERTS[:1], "en", "Europe/Stockholm", AT)
    assert alone.subject == "Bevaka: 1 thing needs attention"


@pytest.mark.parametrize("code", ["mail_waits", "mail_dead", "held", "damaged"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_is_told_in_the_singular(language: Language, code: AlertCode) -> None:
    one, many = (
        alert_sentence(OperatorAlert(code, since=AT, count=count), words_for(language), "Europe/Stockholm")
        for count in (1, 40)
    )
    assert re.search(r"\b1 \w", one)
    assert re.search(r"\b40 \w", many)


def test_the_language_is_the_schedules(
    unit_of_work: SqlUnitOfWork, operator: OperatorMail, notifier: Notifier, clock: FakeClock
) -> None:
    record_state(unit_of_work, clock, unseen(clock))
    make(unit_of_work, notifier, clock, "ann@drift.example", language="en").round()
    assert notifier.sent[0].message.subject == "Bevaka: 1 thing needs attention"
    assert notifier.sent[0].language == "en"


def hold_mass_change(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    """Record a mass change for which one mail is held."""
    with unit_of_work.write() as work:
        subscriber = work.subscribers.add("ann@kommun.example", "sv", clock.now(), how="operator")
        following = work.subscribers.subscribe(subscriber, None, "immediately", clock.now())
        watch_id = work.watches.get("county").id
        before, after = (
            work.snapshots.add(
                NewRevision(
                    watch_id,
                    COUNTY.url,
                    Fetched(COUNTY.url, 200, (), body, clock.now()),
                    Recipe(),
                    "ab" * 32,
                    "page/1",
                    "The text\n",
                )
            )
            for body in (b"one", b"two")
        )
        block = BlockChange("edited", "p", (), None, "1 mars", "1 april", "date", material=True, rule="date")
        summary: dict[Language, str] = {"sv": "ändrat", "en": "changed"}
        record = work.history.add_change(watch_id, before, after, Change((block,)), summary, Recipe(), clock.now())
        event = work.history.add_event(watch_id, EventKind.CHANGED, clock.now(), record)
        items = ((following.id, event.id),)
        work.outbox.add([NewDelivery(subscriber.id, "mail", "k", "<a@b>", "<a@b>", clock.now(), items)], clock.now())
        work.mass_changes.hold(work.mass_changes.begin(clock.now(), clock.now(), 6, 10), clock.now())


def test_a_mass_change_is_told_at_once_also_by_night_and_once(
    operator: OperatorMail, notifier: Notifier, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    clock.move(hours=16)  # 02:00 in Stockholm
    hold_mass_change(unit_of_work, clock)
    operator.round()
    assert notifier.sent == []
    operator.mass_change_round()
    operator.mass_change_round()
    assert [envelope.to for envelope in notifier.sent] == ["ann@drift.example", "bo@drift.example"]
    text = " ".join(notifier.sent[0].message.text.split())
    assert "Därför väntar 1 mejl om ändringarna" in text
    assert "Skicka mejlen: bevaka outbox release Kasta mejlen: bevaka outbox discard" in text
    assert notifier.sent[0].date == clock.now()
    clock.move(hours=8)
    operator.round()
    assert len(notifier.sent) == 4, "the day's own mail repeats what still waits"
    assert len({envelope.message_id for envelope in notifier.sent}) == 4


def test_a_mass_change_of_which_nobody_could_be_told_is_tried_again(
    operator: OperatorMail, notifier: Notifier, unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    clock.move(hours=16)
    hold_mass_change(unit_of_work, clock)
    notifier.refuses = True
    with pytest.raises(ChannelUnavailable):
        operator.mass_change_round()
    notifier.refuses = False
    operator.mass_change_round()
    assert len(notifier.sent) == 2
