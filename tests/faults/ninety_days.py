"""A quarter of a year of pages, outages, downtimes and a clock that jumps, through the real program.

The real use cases run on a real database, as the daemon runs them; fetchers, mail server and clock are the test's own.
The truth is recorded here as it happens, and what the program should state of it is computed in another way, without
the program's own functions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bevaka.assembly import Adapters, Assembly
from bevaka.clock import SystemClock
from bevaka.daemon.clock_jumps import pull_in_due_times
from monitor.checking.dispatch import due_watches, turns
from monitor.core.model import Fetched, Validators, Watch
from monitor.errors import HttpStatus
from monitor.ports.values import Envelope
from storage.types import EPOCH
from tests.fakes.turns import check_turn

SWEDEN = ZoneInfo("Europe/Stockholm")
TICK = timedelta(minutes=1)
MOST_DUE = 1000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE = timedelta(days=2)

Shown = Literal["page", "down", "log-in"]


@dataclass(frozen=True)
class Rhythm:
    """When a page is checked: at an interval, or at a time of day; within a window, if there is one."""

    schedule: str
    every: timedelta | None = None
    at: time | None = None
    window: tuple[time, time] | None = None

    def after(self, checked: datetime, failures: int, *, suspect: bool) -> datetime:
        """Return when the check after this one is due."""
        due = checked + self.every if self.every else self._next_time_of_day(checked)
        if failures:
            longest = min(max(self.every or 6 * HOUR, timedelta(minutes=5)), 6 * HOUR)
            wait = min(min(self.every or 6 * HOUR, timedelta(minutes=5)) * 2 ** min(failures - 1, 10), longest)
            if suspect:
                wait = max(wait, min(self.every or 6 * HOUR, timedelta(minutes=30)))
            due = min(due, checked + wait) if self.at else checked + wait
        return self._opened(due)

    def _next_time_of_day(self, after: datetime) -> datetime:
        assert self.at is not None
        day = after.astimezone(SWEDEN).date()
        while (due := _on_the_wall(day, self.at)) <= after:
            day += DAY
        return due

    def latest(self, checked: datetime, failures: int, *, suspect: bool) -> datetime:
        """Return the latest time at which the check after this one could be due: with the greatest possible jitter."""
        due = self.after(checked, failures, suspect=suspect)
        return due if self.at and not failures else due + min((due - checked) * 0.05, timedelta(minutes=5))

    def _opened(self, due: datetime) -> datetime:
        while self.window and not _is_between(due.astimezone(SWEDEN).time(), *self.window):
            due = due.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return due


def _on_the_wall(day: date, at: time) -> datetime:
    """Return that local time of that day; a time that the spring night skips becomes the end of the gap."""
    local = datetime.combine(day, at, SWEDEN)
    if local.astimezone(UTC).astimezone(SWEDEN).time() != at:
        local = datetime.combine(day, time(3), SWEDEN)
    return local.astimezone(UTC)


def _is_between(clock: time, begin: time, end: time) -> bool:
    return begin <= clock <= end if begin <= end else clock >= begin or clock <= end


RHYTHMS = (
    Rhythm("every: 1h", HOUR),
    Rhythm("every: 6h", 6 * HOUR),
    Rhythm('every: 1h, between: "06:00-22:00"', HOUR, window=(time(6), time(22))),
    Rhythm("every: 1d", DAY),
    Rhythm('cron: "30 2 * * *"', at=time(2, 30)),  # in the hour that is skipped in spring and repeated in autumn
    Rhythm("every: 2h", 2 * HOUR),
    Rhythm('cron: "0 7 * * *"', at=time(7)),
    Rhythm('every: 30m, between: "22:30-03:30"', HOUR / 2, window=(time(22, 30), time(3, 30))),
    Rhythm("every: 12h", 12 * HOUR),
)


@dataclass(frozen=True)
class Seen:
    """One check as the page's server recorded it; `at` is the program's time, `true` the real time."""

    at: datetime
    true: datetime
    shown: Shown
    version: int


@dataclass(frozen=True)
class Blackout:
    """A period, by the program's clock, in which it could not check: it was down, or its clock leapt over the period.

    `true_begin` and `true_end` are the real times, which are equal where the clock leapt.
    """

    begin: datetime
    end: datetime
    true_begin: datetime
    true_end: datetime


class JumpingClock(SystemClock):
    """The real time (`true`) and the error of this machine's clock (`off`)."""

    def __init__(self, true: datetime) -> None:
        super().__init__()
        self.true = true
        self.off = timedelta(0)

    def now(self) -> datetime:
        """Return the time that this machine's clock shows."""
        return self.true + self.off

    def sleep(self, seconds: float) -> None:
        """Raise AssertionError: nothing in this test may sleep."""
        raise AssertionError(f"something slept {seconds} s")


@dataclass
class Page:
    """A watched page, and the truth about it."""

    key: str
    host: int
    rhythm: Rhythm
    version: int = 1
    checks: list[Seen] = field(default_factory=list)


@dataclass(frozen=True)
class Subscriber:
    """A subscriber and their subscription."""

    address: str
    frequency: Literal["immediately", "daily", "weekly"]
    page: str | None


class Quarter:
    """A number of pages for a number of days. Use as a context manager."""

    NAME = "http"

    def __init__(self, folder: Path, begin: datetime, days: int, pages: int, chance: random.Random) -> None:
        self.chance, self.begin, self.end = chance, begin, begin + days * DAY
        self._long_outages = (begin + 3 * DAY, begin + 5.5 * DAY)
        """A period of the real time in which the program runs and its clock is steady: it must see these outages."""
        self.clock = JumpingClock(begin)
        hosts = max(3, pages // 6)
        self.pages = {f"p{n}": Page(f"p{n}", n % hosts, RHYTHMS[n % len(RHYTHMS)]) for n in range(pages)}
        self.subscribers = (
            Subscriber("ann@kommun.example", "immediately", None),
            Subscriber("bo@kommun.example", "immediately", "p1"),
            Subscriber("cia@region.example", "daily", None),
            Subscriber("dan@region.example", "weekly", "p2"),
        )
        self.outages = {host: list(self._spans(4.0, ("down", "log-in"))) for host in range(hosts)}
        longest: tuple[Shown, Shown] = ("down", "log-in")
        for host, shown in enumerate(longest):  # so long that subscribers are notified of it, in the smallest world too
            self.outages[host].append((*self._long_outages, shown))
        self.changes = sorted(
            (begin + chance.random() * days * DAY, key) for key in self.pages for _ in range(max(1, days // 7))
        )
        self.blackouts: list[Blackout] = []
        self.set_back: list[tuple[datetime, datetime]] = []
        """(When, by the real time, the clock was set back; the time to which it was set.)"""
        self.mails: list[tuple[datetime, Envelope]] = []
        self.checks = 0
        adapters = Adapters(fetchers={"http": self}, notifier=self, jitter=lambda: 0.0)
        self.assembly = Assembly(self._environment(folder), self.clock, adapters)

    def _environment(self, folder: Path) -> dict[str, str]:
        watches = "".join(
            f"  {page.key}: {{url: 'http://h{page.host}.example/{page.key}', {page.rhythm.schedule}}}\n"
            for page in self.pages.values()
        )
        (folder / "schedule.yaml").write_text(f"version: 1\ndefaults: {{host_delay: 0s}}\nwatches:\n{watches}")
        return {
            "BEVAKA_SCHEDULE": str(folder / "schedule.yaml"),
            "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
            "BEVAKA_SECRET_KEY": "not so secret",
        }

    def _spans(self, days_between: float, kinds: tuple[Shown, ...]) -> Iterator[tuple[datetime, datetime, Shown]]:
        """Yield periods of trouble, one after the other: minutes, hours, or days."""
        at = self.begin + DAY / 2
        while (at := at + self.chance.uniform(0.2, 2) * days_between * DAY) < self.end - DAY:
            long = self.chance.choice((timedelta(minutes=40), 5 * HOUR, 30 * HOUR, 4 * DAY))
            until = min(at + self.chance.uniform(0.3, 1) * long, self.end - DAY)
            yield at, until, self.chance.choice(kinds)
            at = until + HOUR

    # What the program uses

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        """Return what a page shows now, and record it."""
        page = self.pages[watch.key]
        shown: Shown = "page"
        for begin, until, what in self.outages[page.host]:
            if begin <= self.clock.true < until:
                shown = what
        page.checks.append(Seen(self.clock.now(), self.clock.true, shown, page.version))
        if shown == "down":
            raise HttpStatus(status=503, url=watch.url)
        return Fetched(watch.url, 200, (("Content-Type", "text/html"),), self._body(page, shown), self.clock.now())

    def _body(self, page: Page, shown: Shown) -> bytes:
        if shown == "log-in":  # never the same twice: otherwise it would be accepted after an hour
            main = f"<h1>Logga in</h1><p>Du måste logga in för att se sidan. Ärende {len(page.checks)}.</p>"
        else:
            day = date(2024, 1, 1) + timedelta(days=page.version)
            main = (
                f"<h1>Stöd till våldsutsatta {page.key}</h1><p>Du som är utsatt för våld kan få stöd av kommunen, "
                "oavsett när det hände. Samtalet är gratis och du kan vara anonym.</p>"
                f"<p>Ansökan ska ha kommit in senast den {day}.</p><p>Vi hjälper till med boende och samtal.</p>"
            )
        return (
            f"<!doctype html><html lang=sv><meta charset=utf-8><title>Sida</title><main>{main}</main></html>".encode()
        )

    def send(self, envelope: Envelope) -> str:
        """Accept a mail."""
        self.mails.append((self.clock.now(), envelope))
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""

    # What happens

    def live(self) -> None:
        """Play the whole period."""
        assembly = self.assembly
        assembly.synced_schedule()
        with assembly.unit_of_work.write() as work:
            for subscriber in self.subscribers:
                reader = work.subscribers.add(subscriber.address, "sv", self.clock.now(), how="operator")
                followed = work.watches.get(subscriber.page).id if subscriber.page else None
                work.subscribers.subscribe(reader, followed, subscriber.frequency, self.clock.now())
        since, until = self._long_outages
        troubles = [span for span in self._spans(5.0, ("down",)) if span[1] <= since or until <= span[0]]
        for begin, until, _ in troubles:
            self._work_until(begin)
            self.chance.choice((self._be_down, self._be_down, self._leap, self._set_back))(until - begin)
        self._work_until(self.end)

    def _be_down(self, span: timedelta) -> None:
        begin, true = self.clock.now(), self.clock.true
        self._pass(span)
        self.blackouts.append(Blackout(begin, self.clock.now(), true, self.clock.true))
        self._pull_in()

    def _leap(self, span: timedelta) -> None:
        """Let the clock leap forward: it was slow and is corrected, or the machine slept."""
        begin, true = self.clock.now(), self.clock.true
        self.clock.off += span
        self.blackouts.append(Blackout(begin, self.clock.now(), true, true))
        self._pull_in()

    def _set_back(self, span: timedelta) -> None:
        """Set the clock back: it was fast and is corrected."""
        self.clock.off -= min(span, 12 * HOUR)
        self.set_back.append((self.clock.true, self.clock.now()))
        self._pull_in()

    def _pull_in(self) -> None:
        """Pull in the due times, as the daemon does when it starts and when its clock has jumped."""
        pull_in_due_times(self.assembly.unit_of_work, self.clock.now(), lambda: 0.0)

    def _pass(self, span: timedelta) -> None:
        """Let time pass, in whole ticks."""
        self.clock.true += TICK * max(1, -(-span // TICK))
        while self.changes and self.changes[0][0] <= self.clock.true:
            self.pages[self.changes.pop(0)[1]].version += 1

    def _work_until(self, true: datetime) -> None:
        while self.clock.true < true:
            self._tick()
            self._pass(min(self._next_due() - self.clock.now(), true - self.clock.true))

    def _tick(self) -> None:
        assembly = self.assembly
        due = due_watches(assembly.unit_of_work, self.clock.now(), MOST_DUE)
        for turn in turns(due).values():
            for key, answer in check_turn(assembly.check, turn).items():
                assert not isinstance(answer, Exception), (key, answer)
                assert answer is not None
                self.checks += 1
        assembly.entries_into_force.notify_due()
        assembly.deliver.deliver_due()

    def _next_due(self) -> datetime:
        """Return the time of the next check or mail; nothing happens before it."""
        checks = "SELECT min(next_check_at) FROM watches"
        mails = "SELECT min(next_attempt_at) FROM deliveries WHERE state = 'pending'"
        with self.assembly.engine.connect() as connection:
            found = [connection.scalar(text(query)) for query in (checks, mails)]
        return EPOCH + timedelta(microseconds=min(each for each in found if each is not None))
