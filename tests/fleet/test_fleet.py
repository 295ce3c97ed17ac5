"""Two daemons on one PostgreSQL: hosts are asked by one at a time, a killed daemon's share goes on, mails come once."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from bevaka.exit_codes import OTHER_VERSION, USAGE
from monitor.core.model import Outcome
from storage.engine import writing
from storage.marks import put_mark
from tests.fakes.postgres import Cluster, is_installed
from tests.faults.lab import only_in_long_runs
from tests.fleet.lab import NEXT, ROOT, Fleet, mails, next_program, numbers_of_revisions, owed, wait_for
from tests.fleet.site import ManyHosts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="PostgreSQL is not on this machine: make setup-postgresql"),
]

HOSTS, PAGES = 6, 2
SOON = 30.0
"""Seconds after which a killed daemon's hosts have been asked again: fifteen without a sign of life, and some ticks."""

AGAIN = 25.0
"""Seconds after which the hosts of two that died together have been asked again."""
GIVEN_UP = 40.0
"""Seconds after which every daemon has given up on a silent server: no answer for 17 seconds, no connection for 10."""


def test_a_fleet_goes_on_when_its_keeper_is_killed_and_when_the_database_restarts_or_fails_over(tmp_path: Path) -> None:
    with (
        Cluster(has_standby=True) as cluster,
        ManyHosts(0.3) as site,
        Fleet(tmp_path, cluster.database(), site) as fleet,
        Assembly(fleet.environment) as assembly,
    ):
        fleet.watch(HOSTS, PAGES, every="2s", delay="0s")
        fleet.join(assembly)
        fleet.start(1)
        wait_for(lambda: "start" in fleet.log(0), 20.0, "the keeper starts")
        fleet.start(1)
        wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == HOSTS * PAGES, 60.0, "all pages are known")
        site.seen(day=2)
        time.sleep(1.0)
        fleet.kill(0)
        killed_at = time.monotonic()
        supersede(fleet, assembly)
        wait_for(lambda: set(numbers_of_revisions(assembly).values()) == {2}, SOON, "every change is recorded")
        wait_for(lambda: min(site.seen().last_at.values()) > killed_at, SOON, "every host is asked again")
        wait_for(lambda: "is not the schedule in force" in fleet.log(1), SOON, "the other one is the keeper")
        cluster.restart()
        site.seen(day=3)
        wait_for(lambda: set(numbers_of_revisions(assembly).values()) == {3}, SOON, "the restart is over")
        site.seen(day=4)
        time.sleep(1.0)
        cluster.fail_over()
        wait_for(lambda: set(numbers_of_revisions(assembly).values()) == {4}, SOON, "the standby has taken over")
        wait_for(lambda: not owed(assembly), 30.0, "every mail is sent")
        assert len(watched(assembly)) == HOSTS * PAGES, "an older file archives nothing"
        fleet.run("schedule", "apply")
        assert watched(assembly) == {"h0-0"}
        with writing(assembly.engine).begin() as connection:  # another machine migrates, and takes what this one needs
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            put_mark(connection, "least_program", "9999", assembly.clock.now())
        assert fleet.daemons[1].wait(20.0) == OTHER_VERSION
        assert assembly.history.verify()[1] == []
        assert site.seen().overlaps == 0
        told = mails(tmp_path)
        assert len(told) == 3 * HOSTS * PAGES
        assert max(told.values()) <= 2


def supersede(fleet: Fleet, assembly: Assembly) -> None:
    """Let this machine's file be an old one, and let another machine have put the newest generation in force."""
    (fleet.folder / "schedule.yaml").write_text("version: 1\nwatches:\n  h0-0: {url: http://127.1.0.1:1/}\n", "utf-8")
    with assembly.unit_of_work.write() as work:
        newest = work.schedules.newest()
        assert newest is not None
        work.schedules.add(replace(newest, number=newest.number + 1, machine="another.example"))


def watched(assembly: Assembly) -> set[str]:
    """Return the keys of the watches that are not archived."""
    with assembly.unit_of_work.read() as work:
        return {row.watch.key for row in work.watches.all()}


def test_a_machine_whose_clock_is_off_checks_nothing_early_and_steals_no_lease(tmp_path: Path) -> None:
    with (
        Cluster() as cluster,
        ManyHosts(0.0) as site,
        Fleet(tmp_path, cluster.database(), site) as fleet,
        Assembly(fleet.environment) as assembly,
        Assembly(fleet.environment, AheadClock()) as ahead,
    ):
        fleet.watch(1, 1, every="1h", delay="0s")
        [watch] = assembly.schedule.watches
        with assembly.signs_of_life, ahead.signs_of_life:
            assert assembly.check(watch) is not None
            assert abs(ahead.clock.now() - assembly.clock.now()) < timedelta(seconds=1)
            assert ahead.check(watch) is None  # not due for an hour, whatever the machine's clock says
            with assembly.unit_of_work.write() as work:
                claim = work.watches.claim(watch.key, assembly.clock.now(), timedelta(minutes=1), force=True)
                assert claim is not None
            with ahead.unit_of_work.write() as work:
                assert work.watches.claim(watch.key, ahead.clock.now(), timedelta(minutes=1)) is None


@only_in_long_runs
def test_of_four_workers_two_die_together_one_of_them_the_keeper_and_nothing_is_lost(tmp_path: Path) -> None:
    with (
        Cluster() as cluster,
        ManyHosts(0.3) as site,
        Fleet(tmp_path, cluster.database(), site) as fleet,
        Assembly(fleet.environment) as assembly,
    ):
        fleet.watch(2 * HOSTS, PAGES, every="2s", delay="0s")
        fleet.join(assembly)
        fleet.start(1)
        wait_for(lambda: "start" in fleet.log(0), 20.0, "the keeper starts")
        fleet.start(3)
        wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == 2 * HOSTS * PAGES, 60.0, "all are known")
        wait_for(lambda: len(living(assembly)) == 4, 30.0, "four give signs of life")
        site.seen(day=2)
        time.sleep(1.0)
        for number in (0, 1):
            fleet.daemons[number].kill()  # none is waited for: both die at once
        killed_at = time.monotonic()
        supersede(fleet, assembly)
        wait_for(lambda: min(site.seen().last_at.values()) > killed_at, AGAIN, "every host is asked again")
        wait_for(lambda: set(numbers_of_revisions(assembly).values()) == {2}, SOON, "every change is recorded")
        wait_for(lambda: "is not the schedule in force" in fleet.log(2) + fleet.log(3), SOON, "another is the keeper")
        wait_for(lambda: not owed(assembly), SOON, "every mail is sent")
        assert len(living(assembly)) == 2
        assert assembly.history.verify()[1] == []
        assert site.seen().overlaps == 0
        told = mails(tmp_path)
        assert len(told) == 2 * HOSTS * PAGES
        assert max(told.values()) <= 2


def test_a_fleet_is_upgraded_one_daemon_after_the_other_and_no_check_fails(tmp_path: Path) -> None:
    with (
        Cluster() as cluster,
        ManyHosts(0.2) as site,
        Fleet(tmp_path, cluster.database(), site) as fleet,
        Assembly(fleet.environment) as assembly,
    ):
        fleet.watch(HOSTS, PAGES, every="2s", delay="0s")
        fleet.join(assembly)
        fleet.start(2)
        wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == HOSTS * PAGES, 60.0, "all pages are known")
        fleet.program = next_program(tmp_path)
        fleet.environment["PYTHONPATH"] = str(ROOT)
        site.seen(day=2)
        fleet.run("db", "upgrade")
        assert schema_of(assembly) == NEXT
        assert [daemon.poll() for daemon in fleet.daemons] == [None, None], "the old ones go on"
        for old, day in ((0, 3), (1, 4)):
            fleet.start(1)
            site.seen(day=day)
            time.sleep(4.0)  # two versions side by side
            fleet.daemons[old].send_signal(signal.SIGTERM)
            assert fleet.daemons[old].wait(30.0) == 0
        wait_for(lambda: all_state(assembly, "den 4 mars"), SOON, "every change is recorded")
        wait_for(lambda: not owed(assembly), SOON, "every mail is sent")
        assert [daemon.poll() for daemon in fleet.daemons[2:]] == [None, None]
        with assembly.unit_of_work.read() as work:
            runs = [run.outcome for row in work.watches.all() for run in work.history.observations(row.id)]
        assert Outcome.NOT_SEEN not in runs
        assert assembly.history.verify()[1] == []
        assert site.seen().overlaps == 0
        told = mails(tmp_path)
        assert len(told) == sum(numbers_of_revisions(assembly).values()) - HOSTS * PAGES
        assert max(told.values()) == 1


def schema_of(assembly: Assembly) -> str | None:
    """Return the version of the database's schema."""
    with assembly.engine.connect() as connection:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def living(assembly: Assembly) -> list[str]:
    """Return the ids of the workers of which something is known; those that were found dead are not among them."""
    with assembly.unit_of_work.read() as work:
        return [worker.id for worker in work.workers.all()]


def all_state(assembly: Assembly, words: str) -> bool:
    """True if the newest revision of every page has these words."""
    return all(words in assembly.history.copy(key).body.decode() for key in watched(assembly))


class AheadClock(SystemClock):
    """The clock of a machine that is two hours ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=2)

    def follow(self, now: datetime) -> None:
        super().follow(now - timedelta(hours=2))


@only_in_long_runs
def test_a_silent_database_is_given_up_and_what_was_to_be_recorded_is_recorded_once_it_answers(tmp_path: Path) -> None:
    with (
        Cluster() as cluster,
        ManyHosts(0.1) as site,
        Fleet(tmp_path, cluster.database(), site) as fleet,
        Assembly(fleet.environment) as assembly,
    ):
        fleet.watch(HOSTS, PAGES, every="2s", delay="0s")
        fleet.join(assembly)
        fleet.start(2)
        wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == HOSTS * PAGES, 60.0, "all pages are known")
        site.seen(day=2)
        time.sleep(1.0)  # some changes are recorded, some mails sent, some of both are under way
        with cluster.silent():
            site.seen(day=3)
            for number in range(2):
                wait_for(lambda number=number: "cannot be reached" in fleet.log(number), GIVEN_UP, "each gives up")  # type: ignore[misc]
            began = time.monotonic()
            health = assembly.web_app(lambda: 1.0).test_client().get("/healthz")
            assert (health.status_code, (health.json or {})["status"]) == (503, "no database")
            assert time.monotonic() - began < SOON
            assert assembly.web_app().test_client().get("/").status_code == 503
            assert "See that the server runs" in fleet.run("doctor", code=USAGE)
        wait_for(lambda: all_state(assembly, "den 3 mars"), SOON, "every change is recorded")
        wait_for(lambda: not owed(assembly), SOON, "every mail is sent")
        assert all(daemon.poll() is None for daemon in fleet.daemons), "each goes on by itself"
        assert assembly.history.verify()[1] == []
        assert site.seen().overlaps == 0
        told, changes = mails(tmp_path), sum(numbers_of_revisions(assembly).values()) - HOSTS * PAGES
        assert len(told) == changes
        assert max(told.values()) <= 2
