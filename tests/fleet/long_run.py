"""`make fleet`: what a fleet of four daemons on one PostgreSQL does, in figures (docs/fleet.md).

    python -m tests.fleet.long_run [ROUNDS]     rounds of kills, default 6; half a minute each

Each part has a database of its own. Nothing else should run meanwhile; only ratios within one run count.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from tests.fakes.postgres import Cluster
from tests.fleet import stress
from tests.fleet.far_database import FarDatabase
from tests.fleet.lab import Fleet, mails, numbers_of_revisions, owed, wait_for
from tests.fleet.site import ManyHosts

SLOW_HOSTS = 2_000
ROUND_TRIP = 0.0024
"""Seconds to a database in the same data centre, and back."""


def say(what: str) -> None:
    """Print a line at once."""
    print(what, flush=True)  # noqa: T201  the program's output


@contextmanager
def fleet_of(count: int, site: ManyHosts, database: str, hosts: int, pages: int, **how: str) -> Iterator[Fleet]:
    """Yield a fleet that watches these pages, with so many daemons running."""
    with tempfile.TemporaryDirectory() as folder, Fleet(Path(folder), database, site) as fleet:
        fleet.watch(hosts, pages, **how)
        fleet.start(count)
        yield fleet
        fleet.stop()


def never_two_at_once(cluster: Cluster, seconds: float, delay: float) -> None:
    """Count at the hosts: requests side by side, and the least time from an answer to the next request."""
    with (
        ManyHosts(seconds) as site,
        fleet_of(4, site, cluster.database(), 60, 6, every="1s", delay=f"{delay:g}s") as fleet,
    ):
        time.sleep(60)
        fleet.stop()
        seen = site.seen()
        say(
            f"answers after {seconds:g} s, {delay:g} s apart: {seen.pages} pages, {seen.overlaps} two at once, "
            f"least pause {seen.least_gap:.3f} s"
        )


def first_copies(site: ManyHosts) -> None:
    """Wait until every page has its first copy, and a little longer: what is measured is what a fleet does all day."""
    wait_for(lambda: site.seen().pages >= SLOW_HOSTS, 180.0, "every page is known")
    time.sleep(5.0)


def scale(cluster: Cluster) -> None:
    """Measure the rate of one, two and four daemons that wait for slow hosts, and what a check costs them."""
    first = 0.0
    for count in (1, 2, 4):
        with (
            ManyHosts(1.6) as site,
            fleet_of(count, site, cluster.database(), SLOW_HOSTS, 1, every="10s", delay="0s") as fleet,
        ):
            first_copies(site)
            cpu, server, before = fleet.cpu(), cluster.cpu(), site.seen()
            rate = fleet.rate(40)
            checks = site.seen().pages - before.pages
            ours, theirs = (1000 * used / checks for used in (fleet.cpu() - cpu, cluster.cpu() - server))
            first = first or rate
            say(
                f"{count} daemons: {rate:.1f} checks a second, {rate / first / count:.2f} × {count} of one; "
                f"CPU a check {ours:.2f} ms, of the server {theirs:.2f}; {site.seen().overlaps} two at once"
            )


def far_away(cluster: Cluster) -> None:
    """Measure the rate of four daemons beside the database, and some milliseconds away from it."""
    rates = []
    for round_trip in (0.0, ROUND_TRIP):
        database = cluster.database()
        with (
            ManyHosts(1.6) as site,
            FarDatabase(cluster.folder, round_trip) as far,
            fleet_of(4, site, far.url(database), SLOW_HOSTS, 1, every="10s", delay="0s") as fleet,
        ):
            first_copies(site)
            rates.append(fleet.rate(40))
    share = rates[1] / rates[0]
    say(f"database {1000 * ROUND_TRIP:.1f} ms away: {rates[1]:.1f} checks a second, {share:.2f} of those beside it")


def kills(cluster: Cluster, rounds: int) -> None:
    """Change every page, kill one of four daemons, start another; again and again. Nothing may be lost or doubled."""
    with ManyHosts(0.2) as site, fleet_of(4, site, cluster.database(), 40, 4, every="2s", delay="0s") as fleet:
        with Assembly(fleet.environment) as assembly:
            fleet.join(assembly)
            wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == 160, 90.0, "all pages are known")
            slowest = 0.0
            for number in range(rounds):
                site.seen(day=number + 2)
                time.sleep(1.5)
                fleet.kill(number)
                killed_at = time.monotonic()
                fleet.start(1)
                wait_for(
                    lambda killed_at=killed_at: min(site.seen().last_at.values()) > killed_at,  # type: ignore[misc]
                    60.0,
                    "every host is asked again",
                )
                slowest = max(slowest, time.monotonic() - killed_at)
                wanted = number + 2
                wait_for(
                    lambda wanted=wanted: set(numbers_of_revisions(assembly).values()) == {wanted},  # type: ignore[misc]
                    60.0,
                    "every change is recorded",
                )
            wait_for(lambda: not owed(assembly), 60.0, "every mail is sent")
            fleet.stop()
            flaws = assembly.history.verify()[1]
        told = mails(fleet.folder)
        say(
            f"{rounds} kills: {rounds * 160} changes, none lost or doubled; {len(told)} mails, "
            f"{sum(times > 1 for times in told.values())} came twice; every host asked again within {slowest:.0f} s; "
            f"{site.seen().overlaps} two at once; {len(flaws)} flaws"
        )


@contextmanager
def under_load(cluster: Cluster, what: str) -> Iterator[tuple[Fleet, ManyHosts]]:
    """Yield four daemons in full work; then say how long after it every change is recorded, and what went wrong."""
    with ManyHosts(0.2) as site, fleet_of(4, site, cluster.database(), 40, 4, every="2s", delay="0s") as fleet:
        with Assembly(fleet.environment) as assembly:
            fleet.join(assembly)
            wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == 160, 90.0, "all pages are known")
            yield fleet, site
            over_at = time.monotonic()
            site.seen(day=2)
            wait_for(lambda: set(numbers_of_revisions(assembly).values()) == {2}, 90.0, "every change is recorded")
            seconds = time.monotonic() - over_at
            wait_for(lambda: not owed(assembly), 60.0, "every mail is sent")
            fleet.stop()
            flaws = assembly.history.verify()[1]
            with assembly.unit_of_work.read() as work:
                runs = [run for row in work.watches.all() for run in work.history.observations(row.id)]
        not_seen = sum(run.count for run in runs if run.outcome is Outcome.NOT_SEEN)
        told = mails(fleet.folder)
        say(
            f"{what}: every change recorded {seconds:.0f} s later, {len(told)} of 160 mails, "
            f"{sum(times > 1 for times in told.values())} came twice; {not_seen} pages not seen; "
            f"{site.seen().overlaps} two at once; {len(flaws)} flaws"
        )


def restart(cluster: Cluster) -> None:
    """Restart the server under load."""
    with under_load(cluster, "server restarted"):
        cluster.restart()


def fail_over() -> None:
    """Let the server die, and its standby take over, under load."""
    with Cluster(has_standby=True) as cluster, under_load(cluster, "server dead, standby in its place"):
        cluster.fail_over()


def stand_still(cluster: Cluster) -> None:
    """Stop a daemon in the midst of its work for a minute, while its hosts go to others; then let it go on."""
    with under_load(cluster, "one daemon stood still for a minute") as (fleet, _):
        fleet.daemons[1].send_signal(signal.SIGSTOP)
        time.sleep(60.0)
        fleet.daemons[1].send_signal(signal.SIGCONT)


def upgrade(cluster: Cluster) -> None:
    """Restart the daemons one after the other, as an upgrade does."""
    with under_load(cluster, "four daemons restarted one after the other") as (fleet, _):
        for number in range(4):
            fleet.daemons[number].send_signal(signal.SIGTERM)
            fleet.daemons[number].wait()
            fleet.start(1)
            time.sleep(5.0)


def write_at_once(cluster: Cluster) -> None:
    """Let four processes write as fast as they can, in peace and roughly."""
    for rough in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            found = stress.run(cluster, Path(folder), 60.0, rough=rough)
        how = "connections cut, one process killed" if rough else "in peace"
        say(f"four processes writing at once, {how}: " + ", ".join(f"{count} {name}" for name, count in found.items()))


def main(rounds: int) -> None:
    """Run every part."""
    with Cluster() as cluster:
        for seconds, delay in ((0.2, 0.0), (1.5, 1.0)):
            never_two_at_once(cluster, seconds, delay)
        scale(cluster)
        far_away(cluster)
        kills(cluster, rounds)
        for part in (restart, stand_still, upgrade):
            part(cluster)
        write_at_once(cluster)
    fail_over()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
