"""A clock that leaps forward, and a long downtime (docs/reliability.md, rows 24 and 27): one check for each page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from tests.fakes.site import Answer, Site
from tests.faults.lab import MovableClock, join, page
from tests.integration.daemon.conftest import until
from tests.integration.daemon.test_daemon import TICK, running

EVERY = {"0": "every: 30m", "1": "every: 6h", "2": "every: 1d", "3": 'cron: "0 7 * * *"', "4": 'cron: "30 2 * * *"'}
"""The last one falls into the hour that is skipped in spring and repeated in autumn."""


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield a site with a few pages."""
    with Site() as site:
        for number in EVERY:
            site.pages[f"/{number}"] = Answer(page())
        yield site


@pytest.fixture
def assembly(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assembly]:
    """Yield the program, with a subscriber who follows all of the pages."""
    monkeypatch.chdir(tmp_path)
    watches = "".join(f"  p{number}: {{url: {site.url}/{number}, {every}}}\n" for number, every in EVERY.items())
    (tmp_path / "schedule.yaml").write_text(f"version: 1\ndefaults: {{host_delay: 0s}}\nwatches:\n{watches}")
    with Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}, MovableClock()) as assembly:
        join(assembly)
        yield assembly


def request_counts(site: Site) -> list[int]:
    """Return how often each page was requested."""
    return [len(site.asked(f"/{number}")) for number in EVERY]


def fewest_checks(assembly: Assembly) -> int:
    """Return the smallest number of recorded checks of a page."""
    with assembly.unit_of_work.read() as work:
        return min((row.checks for row in work.watches.all()), default=0)


@pytest.mark.parametrize("leap", [timedelta(days=2), timedelta(days=400), timedelta(days=3650)])
def test_a_clock_that_leaps_forward_costs_each_page_one_look(assembly: Assembly, site: Site, leap: timedelta) -> None:
    clock = assembly.clock
    assert isinstance(clock, MovableClock)
    with running(assembly):
        # Recorded, not only requested: a check that ends after the leap counts as one after the leap.
        until(lambda: fewest_checks(assembly) >= 1, "the first looks never came")
        before = request_counts(site)
        clock.off = leap
        until(
            lambda: request_counts(site) == [count + 1 for count in before],
            "not every page was looked at after the leap",
        )
        time.sleep(5 * TICK)  # nothing signals that no further check comes
        assert request_counts(site) == [count + 1 for count in before]
    with assembly.unit_of_work.read() as work:
        due = [row.next_check_at for row in work.watches.all()]
        assert all(at is not None and clock.now() < at <= clock.now() + timedelta(days=2) for at in due)
        assert work.outbox.deliveries() == []
