"""The daemon in the process of the test, with a short tick, on the real use cases and a real site."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from bevaka.daemon.daemon import TICK_STOPPED_AFTER, Daemon
from bevaka.daemon.schedule_reload import LiveSchedule
from monitor.core.law.days import EntryIntoForce, swedish_day
from monitor.core.model import AnnouncedEvent, Outcome
from tests.fakes.schedule_reading import read_synchronously
from tests.fakes.site import Answer, Site
from tests.integration.daemon.conftest import schedule, until

TICK = 0.1


class MovableClock(SystemClock):
    """The system's clock, plus an offset that the test sets."""

    def __init__(self) -> None:
        super().__init__()
        self.off = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.fixture
def assembly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> Iterator[Assembly]:
    """Yield the program in the folder of the test; it watches the site's only page."""
    monkeypatch.chdir(tmp_path)
    schedule(tmp_path, f"county: {site.url}/county")
    with Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}, MovableClock()) as assembly:
        yield assembly


@contextmanager
def running(assembly: Assembly, *, tick_stopped_after: float = TICK_STOPPED_AFTER) -> Iterator[None]:
    """Run a daemon in a thread for the duration of the block."""
    path = assembly.settings.schedule
    live = LiveSchedule(path, read_synchronously(path, assembly.unit_of_work, assembly.clock), lambda _: None)
    daemon = Daemon(
        assembly.unit_of_work,
        live,
        assembly.check.turn,
        assembly.deliver.deliver_due,
        assembly.entries_into_force.notify_due,
        assembly.clock,
        assembly.client.abort,
        tick=TICK,
        tick_stopped_after=tick_stopped_after,
    )
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield
    finally:
        assembly.clock.stop()
        thread.join()


def outcome(assembly: Assembly, key: str = "county") -> Outcome | None:
    """Return the outcome of the last check of a watch."""
    with assembly.unit_of_work.read() as work:
        return next((row.watch_state.outcome for row in work.watches.all() if row.watch.key == key), None)


def let_be_due(assembly: Assembly, at: datetime) -> None:
    """Make the page due at this time."""
    with assembly.unit_of_work.write() as work:
        claim = work.watches.claim("county", assembly.clock.now(), timedelta(minutes=1), force=True)
        assert claim is not None
        work.watches.settle(claim, claim.watch_state, at, claim.validators, None)


def test_a_change_is_seen_and_mailed(assembly: Assembly, site: Site, tmp_path: Path) -> None:
    assembly.synced_schedule()
    with assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.add("ann@kommun.example", "sv", assembly.clock.now(), how="operator")
        work.subscribers.subscribe(subscriber, None, "immediately", assembly.clock.now())
    with running(assembly):
        until(lambda: outcome(assembly) is Outcome.FIRST, "the first look never came")
        page = site.pages["/county"]
        assert isinstance(page, Answer)
        site.pages["/county"] = Answer(
            page.content.decode().replace("</main>", "<p>Senast den 1 april 2026.</p></main>")
        )
        let_be_due(assembly, assembly.clock.now())
        mails = tmp_path / "data" / "mail" / "new"
        until(lambda: mails.is_dir() and any(mails.iterdir()), "no mail came")
    assert outcome(assembly) is Outcome.CHANGED


def test_an_edited_schedule_is_noticed_and_a_bad_edit_keeps_the_last_good_one(
    assembly: Assembly, site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bevaka")
    with running(assembly):
        until(lambda: outcome(assembly) is Outcome.FIRST, "the first look never came")
        (tmp_path / "schedule.yaml").write_text("version: 1\nwatches:\n  county: {}\n  other: 7\n")
        until(lambda: "the last good schedule stays in force" in caplog.text, "the bad edit was not noticed")
        let_be_due(assembly, assembly.clock.now())
        until(lambda: outcome(assembly) is Outcome.UNCHANGED, "the last good schedule is not in force")
        site.pages["/other"] = site.pages["/county"]
        schedule(tmp_path, f"county: {site.url}/county", f"other: {site.url}/other")
        until(lambda: outcome(assembly, "other") is Outcome.FIRST, "the mended file was not taken over")


def test_after_a_long_downtime_every_overdue_watch_is_looked_at_once(assembly: Assembly, site: Site) -> None:
    assembly.synced_schedule()
    let_be_due(assembly, assembly.clock.now() - timedelta(days=30))
    with running(assembly):
        until(lambda: outcome(assembly) is Outcome.FIRST, "the overdue look never came")
        time.sleep(5 * TICK)  # nothing signals that a second check does not come
    assert len(site.asked("/county")) == 1


def test_a_clock_set_back_by_years_stops_nothing(
    assembly: Assembly, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    clock = assembly.clock
    assert isinstance(clock, MovableClock)
    with running(assembly):
        until(lambda: outcome(assembly) is Outcome.FIRST, "the first look never came")
        clock.off = timedelta(days=-3650)
        until(lambda: "due times lay absurdly far ahead" in caplog.text, "the jump was not noticed")
        with assembly.unit_of_work.read() as work:
            due = work.watches.get("county").next_check_at
        assert due is not None
        assert due <= clock.now() + timedelta(hours=7)


def test_a_database_that_cannot_be_used_for_a_while_ends_nothing(
    assembly: Assembly, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def rename(one: str, other: str) -> None:
        with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db", timeout=20)) as database, database:
            database.execute(f"ALTER TABLE {one} RENAME TO {other}")

    with running(assembly):
        until(lambda: outcome(assembly) is Outcome.FIRST, "the first look never came")
        rename("watches", "elsewhere")
        until(lambda: "this tick came to nothing; trying again" in caplog.text, "the fault was not told")
        rename("elsewhere", "watches")
        let_be_due(assembly, assembly.clock.now())
        until(lambda: outcome(assembly) is Outcome.UNCHANGED, "it did not go on")
    assert caplog.text.count("this tick came to nothing") == 1


def test_a_tick_that_stands_still_is_told(assembly: Assembly, caplog: pytest.LogCaptureFixture) -> None:
    with running(assembly, tick_stopped_after=0.3):
        until(lambda: outcome(assembly) is Outcome.FIRST, "the first look never came")
        with closing(sqlite3.connect(assembly.settings.database.removeprefix("sqlite:///"))) as database:
            database.execute("BEGIN EXCLUSIVE")
            schedule(assembly.settings.schedule.parent, "other: http://127.0.0.1:9/")  # the tick waits for the writer
            until(lambda: "the tick stands still" in caplog.text, "nobody watched the tick")


def test_what_was_announced_for_today_is_told_by_the_tick_without_a_look(
    assembly: Assembly, site: Site, tmp_path: Path
) -> None:
    assembly.synced_schedule()
    today = swedish_day(assembly.clock.now())
    coming = EntryIntoForce(today.isoformat(), "section", "2 §", "Senast den 1 mars.", "Senast den 1 april.")
    with assembly.unit_of_work.write() as work:
        county = work.watches.get("county").id
        announced = [AnnouncedEvent(today, "one", {**coming.facts, "revision": 1})]
        work.announced_events.replace(county, announced, today - timedelta(days=1), assembly.clock.now())
        subscriber = work.subscribers.add("ann@kommun.example", "sv", assembly.clock.now(), how="operator")
        work.subscribers.subscribe(subscriber, None, "immediately", assembly.clock.now())
    let_be_due(assembly, assembly.clock.now() + timedelta(hours=1))
    mails = tmp_path / "data" / "mail" / "new"
    with running(assembly):
        until(lambda: mails.is_dir() and any(mails.iterdir()), "no mail came")
    assert site.requests == []
    assert len(list(mails.iterdir())) == 1
