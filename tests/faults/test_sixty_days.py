"""Sixty days of an authority's site: what its editors do is told once, by its name and its place, and nothing else is.

A real server on loopback, the program's own fetchers, readers and database, mails in a maildir; the clock is the
test's. On some days the process is killed in the midst of its work. The slow tests live one life and read files where
they are fetched; `make long-runs` lives several, the first with a process for each file as the program has it.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import ParamSpec, TypeVar

import pytest
from sqlalchemy import event

from bevaka.assembly import Adapters, Assembly
from monitor.heavy_work.budget import FOR_CHECKS
from monitor.heavy_work.children import Children
from tests.fakes.site import Site
from tests.fakes.world import WorldClock
from tests.faults.lab import IS_LONG, READER, chance, scaled
from tests.faults.sixty_days import Editors, News, schedule

DAYS = 60
LIVES = scaled(1, 8)
KILLS = scaled(2, 3)
"""Days of a life on which the process is killed."""
MOST_STATEMENTS = 150
"""Within so many statements of a day's work it is killed."""
ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")
MARKED_NEW = re.compile(r"\[NY: (.*?)(?: \(\d{4}-\d\d-\d\d\))?\]")


@dataclass
class Mail:
    """A mail that came: the watch that it is about, and its text part with single spaces."""

    watch: str
    text: str
    message_id: str

    def new(self) -> list[str]:
        """Return the items that it calls new."""
        return [re.sub(r"^https?://[^/]+", "", name) for name in MARKED_NEW.findall(self.text)]


class Here(Children):
    """Reads files in this process: each that is begun for one costs more than everything else of a day."""

    def run(
        self, function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs
    ) -> ResultT:
        """Return what the function returns."""
        return function(*args, **kwargs)


@dataclass
class Office:
    """The program with its database and maildir in one folder, ended and begun anew as the test wants."""

    folder: Path
    clock: WorldClock
    heavy_work: Children | None
    seen: set[Path] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    twice: int = 0

    def open(self) -> Assembly:
        given = {
            "BEVAKA_SCHEDULE": str(self.folder / "schedule.yaml"),
            "BEVAKA_DATABASE": f"sqlite:///{self.folder / 'bevaka.db'}",
            "BEVAKA_SECRET_KEY": "not so secret",
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        return Assembly(given, self.clock, Adapters(heavy_work=self.heavy_work, jitter=lambda: 0.0))

    def begin(self) -> None:
        """Put the schedule in force and add a reader who follows everything."""
        with self.open() as assembly:
            assembly.sync_schedule()
            with assembly.unit_of_work.write() as work:
                reader = work.subscribers.add(READER, "sv", self.clock.now(), how="operator")
                work.subscribers.subscribe(reader, None, "immediately", self.clock.now())

    def killed_at(self, statement: int) -> bool:
        """Work in a process that is killed before this statement; return whether it lived so long."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the site's threads are not needed in the child
            child = os.fork()
        if child == 0:
            left = statement

            def die(*_: object) -> None:
                nonlocal left
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

            try:
                assembly = self.open()
                event.listen(assembly.engine, "before_cursor_execute", die)
                event.listen(assembly.engine, "commit", die)
                work(assembly)
            finally:
                os._exit(1)  # whatever happened, this process must not report on tests
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) == -signal.SIGKILL

    def mails(self) -> list[Mail]:
        """Return the mails that came since the last call, each once."""
        found = []
        for file in sorted((self.folder / "data" / "mail" / "new").glob("*")):
            if file in self.seen:
                continue
            self.seen.add(file)
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if (number := str(message["Message-ID"])) in self.ids:
                self.twice += 1
                continue
            self.ids.add(number)
            part = message.get_body(("plain",))
            assert part is not None
            text = " ".join(f"{message['Subject']} {part.get_content()}".split())
            [watch, *_] = re.findall(r"/watches/([^/?\s]+)", text)
            found.append(Mail(watch.replace("~", "/"), text, number))
        return found


def work(assembly: Assembly) -> None:
    """Check everything once, the pages of items after their section, and send what is owed."""
    for of_items in (False, True):
        for row in assembly.history.status():
            if (row.section is not None) is of_items:
                with assembly.unit_of_work.read() as unit:
                    watch = unit.watches.get(row.watch).watch
                assembly.check(watch, force=True)
    assembly.deliver.deliver_due()


@dataclass
class Tally:
    """What was done and told, by kind, and what was wrong."""

    done: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    mails: int = 0
    twice: int = 0
    kills: int = 0

    def table(self) -> str:
        """Return it as a table."""
        rows = [f"| {kind} | {times} | {self.told[kind] or '–'} |" for kind, times in sorted(self.done.items())]
        return "\n".join(["", "| what | times | told |", "|---|---|---|", *rows])


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the authority's server."""
    with Site() as site:
        yield site


@pytest.mark.slow
def test_everything_is_told_once_by_name_and_place_and_nothing_else_is(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = Tally()
    for life in range(LIVES):
        folder = tmp_path / str(life)
        folder.mkdir()
        monkeypatch.chdir(folder)  # the maildir is below it
        clock, is_whole = WorldClock(), IS_LONG and not life
        office = Office(folder, clock, None if is_whole else Here(FOR_CHECKS))
        live(site, office, chance(life), tally)
    print(tally.table())  # noqa: T201  the figures, with -s
    print(f"{LIVES} × {DAYS} days, {tally.kills} kills, {tally.mails} mails, {tally.twice} twice")  # noqa: T201
    assert tally.wrong == [], "\n".join(tally.wrong)
    assert sum(tally.told.values()) > 20 * LIVES
    assert tally.kills


def live(site: Site, office: Office, random: Random, tally: Tally) -> None:
    """Live a life of the site and add what was done and told to the tally."""
    (office.folder / "schedule.yaml").write_text(schedule(site), encoding="utf-8")
    clock, editors = office.clock, Editors(random, office.clock.now().date())
    editors.publish(site)
    office.begin()
    fatal_days = random.sample(range(2, DAYS), KILLS)
    assembly = office.open()
    for day in range(DAYS):
        if day:
            clock.at += timedelta(days=1)
            editors.work()
            editors.publish(site)
        if day in fatal_days:
            assembly.close()
            tally.kills += office.killed_at(random.randint(1, MOST_STATEMENTS))
            clock.at += timedelta(hours=1)
            assembly = office.open()
        work(assembly)
        came, owed = office.mails(), {} if editors.is_down else editors.owed
        wrong = list(differences(came, owed))
        tally.wrong += [f"day {day}: {each}" for each in wrong]
        tally.mails += len(came)
        if not editors.is_down:
            editors.owed = {}
            if not wrong:
                tally.told.update(kind for news in owed.values() for kind in news.kinds)
    with assembly:
        assert assembly.history.verify()[1] == []
        with assembly.unit_of_work.read() as unit:
            assert {delivery.state for delivery in unit.outbox.deliveries()} == {"sent"}
    tally.done += editors.done
    tally.twice += office.twice


def differences(came: list[Mail], owed: dict[str, News]) -> Iterator[str]:
    """Yield what differs between the mails of a day and what its editors did."""
    by_watch = Counter(mail.watch for mail in came)
    for key in owed.keys() - by_watch.keys():
        yield f"{key}: nothing was told of {owed[key]}"
    for mail in came:
        news = owed.get(mail.watch)
        if news is None or by_watch[mail.watch] > 1:
            yield f"{mail.watch}: told, {by_watch[mail.watch]} times, though owed {news}: {mail.text[:1500]}"
            continue
        shown = mail.text.casefold()
        missing = [text for text in news.texts if text.casefold() not in shown]
        if missing:
            yield f"{mail.watch}: without {missing}: {mail.text[:1500]}"
        if sorted(mail.new()) != sorted(news.items):
            yield f"{mail.watch}: {mail.new()} were called new, and not {news.items}"
