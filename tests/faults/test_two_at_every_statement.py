"""Changes, mails and retention beside each other on PostgreSQL, one of two programs stopped before every statement.

The first program stops before its n-th statement or commit, in a transaction or between two. The second one then runs
until it is done, or waits for the first. Whatever n is, nothing is lost, doubled or damaged (docs/reliability.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Adapters, Assembly
from monitor.core.model import Fetched, Frequency, Validators, Watch
from monitor.ports.values import Envelope
from monitor.retention import remove_old_bodies
from storage.engine import open_engine
from storage.unit_of_work import SqlUnitOfWork
from tests.conftest import Postgresql
from tests.contracts.storage.statement_boundaries import Stop, beside
from tests.faults.lab import MovableClock, chance, scaled

pytestmark = pytest.mark.slow

KEYS = tuple(f"page{number}" for number in range(8))
STEP = scaled(6, 1)
"""One statement in so many, beginning at a random one."""
LEAST, MOST = 3, 250
READER = "ann@kommun.example"
Actions = tuple[Callable[[], object], Callable[[], object]]


def page(key: str, fee: int, stamp: int = 0) -> str:
    """Return a page; a change is another fee, and another stamp is none that is told."""
    return (
        f"<!doctype html><html lang=sv><title>{key}</title><main><h1>Avgifter</h1>"
        f"<p>Nämnden beslutar varje år om avgiften. Avgiften är {fee} kronor.</p>"
        f"<p>Senast uppdaterad: {date(2026, 3, 1) + timedelta(days=stamp)}</p></main></html>"
    )


class Pages:
    """A fetcher of pages that tests set."""

    NAME = "http"

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self.says: dict[str, str] = {}

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        """Return the page as it is at the moment."""
        del validators
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return Fetched(watch.url, 200, headers, self.says[watch.key].encode(), self._clock.now())


class Letters:
    """A notifier that keeps what it was given."""

    NAME = "letters"

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    def send(self, envelope: Envelope) -> str:
        """Take the mail."""
        self.taken.append(envelope)
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


class Program:
    """One process of the fleet: connections, a clock and pages of its own, and a stop before a statement."""

    def __init__(self, environment: dict[str, str], letters: Letters) -> None:
        self.clock = MovableClock()
        self.pages = Pages(self.clock)
        self.assembly = Assembly(environment, self.clock, Adapters(fetchers={"http": self.pages}, notifier=letters))
        self.stop = Stop(self.assembly.engine)

    def check(self, *keys: str) -> list[object]:
        """Check these pages, due or not; return the outcomes."""
        watches = {watch.key: watch for watch in self.assembly.schedule.watches}
        found = [self.assembly.check(watches[key], force=True) for key in keys]
        return [result and result.outcome for result in found]

    def mail(self) -> object:
        """Send what is owed."""
        return self.assembly.deliver.deliver_due()

    def shorten(self) -> object:
        """Remove the bodies of all revisions that are not cited and not the latest."""
        now = self.clock.now()
        return remove_old_bodies(self.assembly.unit_of_work, lambda _: None, None, 1, now=now, rule="old")


class Two:
    """Two programs on one database, and what they left there."""

    def __init__(self, url: str, folder: Path) -> None:
        watches = "".join(f"  {key}: {{url: 'http://{key}.example/'}}\n" for key in KEYS)
        schedule = folder / "schedule.yaml"
        schedule.write_text(f"version: 1\ndefaults: {{host_delay: 0s, every: 6h}}\nwatches:\n{watches}", "utf-8")
        environment = {
            "BEVAKA_DATABASE": url,
            "BEVAKA_SCHEDULE": str(schedule),
            "BEVAKA_SECRET_KEY": "a key that both share",
            "BEVAKA_OPERATOR": "operator@kommun.example",
        }
        self.letters = Letters()
        self.one, self.other = Program(environment, self.letters), Program(environment, self.letters)
        self._engine = open_engine(url)
        self.fee = 100
        self.work = SqlUnitOfWork(self._engine)
        self.one.assembly.sync_schedule()
        self.say(*KEYS)
        self.one.check(*KEYS)

    def say(self, *keys: str, fee: int | None = None) -> None:
        """Let these pages state another fee, to both programs."""
        self.fee += 1
        for program in (self.one, self.other):
            program.pages.says |= {key: page(key, fee or self.fee) for key in keys}

    def join(self, frequency: Frequency = "immediately") -> None:
        """Let a reader follow every page."""
        with self.work.write() as work:
            reader = work.subscribers.add(READER, "sv", self.one.clock.now(), how="operator")
            work.subscribers.subscribe(reader, None, frequency, self.one.clock.now())

    def later(self, hours: float) -> None:
        """Move the clocks of both on: leases have run out, and what was to wait is due."""
        for program in (self.one, self.other):
            program.clock.off += timedelta(hours=hours)

    def at_every_statement(self, begin: Callable[[], Actions]) -> Iterator[list[object]]:
        """Yield what both found, for each statement before which the first stops; a day passes between two."""
        number, counted = chance().randint(1, STEP), 0
        while True:
            assert number < MOST, "more statements than that"
            self.later(hours=26)
            self.letters.taken.clear()
            first, second = begin()
            found = beside(self._engine, self.one.stop, number, first, second)
            if found is None:
                break
            counted += 1
            assert not [each for each in found if isinstance(each, Exception)], (number, found)
            assert self.one.assembly.history.verify()[1] == [], number
            yield found
            number += STEP
        assert counted * STEP > LEAST, "the first had no statement to stop before"

    def numbers(self) -> dict[str, int]:
        """Return how many revisions each page has."""
        with self.work.read() as work:
            return {row.watch.key: len(work.snapshots.all(row.id)) for row in work.watches.all()}

    def settle(self) -> None:
        """Send whatever is owed, however late."""
        for _ in range(3):
            self.later(hours=26)
            self.other.mail()

    def items(self) -> Counter[tuple[str, int]]:
        """Return how often each event is in a delivery, by the state of the delivery."""
        with self.work.read() as work:
            return Counter(
                (delivery.state, item.event.id) for delivery in work.outbox.deliveries() for item in delivery.items
            )

    def events(self) -> int:
        """Return how many changes were told so far."""
        with self.work.read() as work:
            return sum(len(work.history.changes(row.id)) for row in work.watches.all())

    def close(self) -> None:
        """End both programs."""
        self._engine.dispose()
        self.one.assembly.close()
        self.other.assembly.close()


@pytest.fixture
def two(postgresql: Postgresql, tmp_path: Path) -> Iterator[Two]:
    """Yield two programs on a database with eight pages on eight hosts, each with a first revision."""
    with postgresql.database() as url:
        two = Two(url, tmp_path)
        yield two
        two.close()


def test_two_that_record_changes_lose_and_double_none_and_share_their_bodies(two: Two) -> None:
    two.join()
    before = two.numbers()

    def begin() -> Actions:
        two.say("page0", "page1")
        both = page("both", two.fee)
        for program in (two.one, two.other):
            program.pages.says |= {"page0": both, "page1": both}  # new bytes, and the same on two hosts
        return lambda: two.one.check("page0"), lambda: two.other.check("page1")

    for number, found in enumerate(two.at_every_statement(begin), 1):
        assert found == [["changed"], ["changed"]]
        assert {key: count - before[key] for key, count in two.numbers().items() if key in ("page0", "page1")} == {
            "page0": number,
            "page1": number,
        }
        two.settle()
        assert len(two.letters.taken) == len({letter.message_id for letter in two.letters.taken}) == 2
        assert set(two.items().values()) == {1}
        assert {state for state, _ in two.items()} == {"sent"}


def test_what_two_see_of_one_page_is_one_chain_and_told_once_each(two: Two) -> None:
    two.join()

    def begin() -> Actions:
        two.say("page0")
        two.one.pages.says["page0"] = page("page0", two.fee)  # an older text than the one that the other one finds
        two.other.pages.says["page0"] = page("page0", 10_000 + two.fee)
        two.other.clock.off += timedelta(hours=1)  # by its clock, all leases of the first have run out
        return lambda: two.one.check("page0"), lambda: two.other.check("page0")

    for _ in two.at_every_statement(begin):
        two.other.clock.off = two.one.clock.off
        told = two.events()
        two.settle()
        assert sum(two.items().values()) == told
        assert set(two.items().values()) == {1}
        assert {state for state, _ in two.items()} == {"sent"}


def test_two_that_send_what_is_owed_send_each_mail_once(two: Two) -> None:
    two.join()

    def begin() -> Actions:
        two.say(*KEYS[:3])
        two.one.check(*KEYS[:3])
        two.later(hours=1)
        return two.one.mail, two.other.mail

    for _ in two.at_every_statement(begin):
        assert sorted(Counter(letter.message_id for letter in two.letters.taken).values()) == [1, 1, 1]
        assert {state for state, _ in two.items()} == {"sent"}


@pytest.mark.parametrize("leaver_stops", [True, False], ids=["the leaver stops", "the sender stops"])
def test_who_leaves_while_mails_are_sent_gets_none_that_was_claimed_afterwards(two: Two, leaver_stops: bool) -> None:  # noqa: FBT001  parametrised
    def leave() -> None:
        leaver = two.one if leaver_stops else two.other
        with leaver.assembly.unit_of_work.write() as work:
            work.subscribers.remove(READER, leaver.clock.now())

    def begin() -> Actions:
        two.join()
        two.say(*KEYS[:2])
        two.one.check(*KEYS[:2])
        two.later(hours=1)
        return (leave, two.other.mail) if leaver_stops else (two.one.mail, leave)

    for _ in two.at_every_statement(begin):
        assert set(Counter(letter.message_id for letter in two.letters.taken).values()) <= {1}
        with two.work.read() as work:
            newest = work.outbox.deliveries(limit=2)
        assert {delivery.state for delivery in newest} <= {"sent", "cancelled"}
        assert sum(delivery.state == "sent" for delivery in newest) == len(two.letters.taken)
        two.settle()
        assert sum(delivery.state == "sent" for delivery in newest) == len(two.letters.taken)


@pytest.mark.parametrize("check_stops", [True, False], ids=["the check stops", "the sender stops"])
def test_a_digest_that_is_sent_while_a_change_is_recorded_loses_and_doubles_nothing(
    two: Two,
    check_stops: bool,  # noqa: FBT001  parametrised
) -> None:
    two.join("daily")
    checker, sender = (two.one, two.other) if check_stops else (two.other, two.one)

    def begin() -> Actions:
        two.say("page0", "page1")
        two.one.check("page0")
        sender.clock.off += timedelta(hours=32)  # the digest is due whatever the hour; the check began when it was not
        actions = (lambda: checker.check("page1"), sender.mail)
        return actions if check_stops else (actions[1], actions[0])

    for _ in two.at_every_statement(begin):
        checker.clock.off = sender.clock.off
        two.settle()
        assert sum("page0" in letter.message.text for letter in two.letters.taken) == 1
        assert sum("page1" in letter.message.text for letter in two.letters.taken) == 1
        assert set(two.items().values()) == {1}
        assert {state for state, _ in two.items()} == {"sent"}


@pytest.mark.parametrize("then", ["a change", "a release", "another round of sending"])
def test_a_mass_change_that_is_declared_beside_it_loses_and_doubles_nothing(two: Two, then: str) -> None:
    two.join()

    def begin() -> Actions:
        two.say(*KEYS)
        two.one.check(*KEYS[:5])
        two.later(hours=0.2)
        beside_it: dict[str, Callable[[], object]] = {
            "a change": lambda: two.other.check("page7"),
            "a release": two.other.assembly.mass_changes.release,
            "another round of sending": two.other.mail,
        }
        return two.one.mail, beside_it[then]

    for _ in two.at_every_statement(begin):
        with two.work.read() as work:
            held = work.mass_changes.open()
        # A change that is recorded when the round has looked for a mass change already may be mailed in it.
        assert len(two.letters.taken) <= {"a change": 1, "a release": 5}.get(then, 0)
        if held is not None:
            two.one.assembly.mass_changes.release()
        two.settle()
        expected = 6 if then == "a change" else 5
        assert len(two.letters.taken) == len({letter.message_id for letter in two.letters.taken}) == expected
        assert {state for state, _ in two.items()} == {"sent"}


@pytest.mark.parametrize("check_stops", [True, False], ids=["the check stops", "retention stops"])
def test_retention_beside_a_revision_that_has_what_it_removes_damages_nothing(two: Two, check_stops: bool) -> None:  # noqa: FBT001  parametrised
    def stamp(number: int) -> None:
        for program in (two.one, two.other):
            program.pages.says["page0"] = page("page0", 101, number)

    def begin() -> Actions:
        two.fee += 2
        for number in (two.fee, two.fee + 1):
            stamp(number)
            two.one.check("page0")
        stamp(two.fee)  # the body that retention removes is there once more
        if check_stops:
            return lambda: two.one.check("page0"), two.other.shorten
        return two.one.shorten, lambda: two.other.check("page0")

    for _ in two.at_every_statement(begin):
        with two.work.read() as work:
            newest = work.snapshots.all(work.watches.get("page0").id)[-1]
            assert work.snapshots.body(newest.sha256).decode() == two.one.pages.says["page0"]
    with two.work.read() as work:
        assert work.retention.removals()
