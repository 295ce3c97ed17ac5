"""A host that cannot be reached delays none of its pages, and all of them are seen soon after it is back."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.checking.dispatch import due_watches
from monitor.core.model import Outcome, Watch
from monitor.core.schedule.breaker import LONGEST_HOLD, OPENS_AT, TRIAL
from tests.fakes.site import Answer, Fault, Site
from tests.fakes.turns import check_turn
from tests.faults.lab import MovableClock, page

PAGES = 40
PATIENCE = timedelta(seconds=0.1)
"""How long a check may take: three of them time out."""
HANGS = Answer(fault=Fault.HANG)


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield a site with many pages, which does not answer yet."""
    with Site() as site:
        site.pages["/robots.txt"] = HANGS
        for number in range(PAGES):
            site.pages[f"/{number}"] = HANGS
        yield site


def answer(site: Site) -> None:
    """Let the site answer."""
    site.pages["/robots.txt"] = Answer("", 404)
    for number in range(PAGES):
        site.pages[f"/{number}"] = Answer(page())


def environment(folder: Path, host: str) -> dict[str, str]:
    watches = "".join(f"  page-{number}: {{url: http://{host}/{number}}}\n" for number in range(PAGES))
    schedule = folder / "schedule.yaml"
    schedule.write_text(f"version: 1\ndefaults: {{host_delay: 0s, every: 1d}}\nwatches:\n{watches}")
    return {
        "BEVAKA_SCHEDULE": str(schedule),
        "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
        "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
    }


def tick(assembly: Assembly) -> tuple[Counter[Outcome], Counter[str]]:
    """Run one tick of the daemon; return the outcomes and the reasons of what was due."""
    assembly.synced_schedule()
    due = due_watches(assembly.unit_of_work, assembly.clock.now(), 1000)
    return round_of(assembly, due, force=False)


def round_of(assembly: Assembly, watches: list[Watch], *, force: bool) -> tuple[Counter[Outcome], Counter[str]]:
    outcomes: Counter[Outcome] = Counter()
    reasons: Counter[str] = Counter()
    if not watches:
        return outcomes, reasons
    turn = [replace(watch, timeout=PATIENCE) for watch in watches]
    for result in check_turn(assembly.check, turn, force=force).values():
        assert result is not None
        if isinstance(result, Exception):
            raise result
        outcomes[result.outcome] += 1
        reasons[result.reason.code if result.reason else ""] += 1
    return outcomes, reasons


def test_three_pages_wait_for_a_host_that_hangs_and_the_others_are_told_at_once(site: Site, tmp_path: Path) -> None:
    with Assembly(environment(tmp_path, f"127.0.0.1:{site.port}")) as assembly:
        outcomes, reasons = tick(assembly)
        assert outcomes == {Outcome.NOT_SEEN: PAGES}
        assert reasons == {"timeout": OPENS_AT, "host-silent": PAGES - OPENS_AT}
        assert site.connections == OPENS_AT


def test_all_pages_of_a_host_are_seen_soon_after_it_is_back_however_long_it_was_away(
    site: Site, tmp_path: Path
) -> None:
    clock = MovableClock()
    with Assembly(environment(tmp_path, f"127.0.0.1:{site.port}"), clock) as assembly:
        tick(assembly)
        for _ in range(8):
            clock.off += LONGEST_HOLD + TRIAL
            assert tick(assembly)[0] == {Outcome.NOT_SEEN: PAGES}
        assert site.connections == OPENS_AT + 8, "one attempt for all its pages each time"
        answer(site)
        clock.off += LONGEST_HOLD + TRIAL
        assert tick(assembly)[0] == {Outcome.FIRST: PAGES}
        clock.off += timedelta(hours=2)
        assert tick(assembly)[0] == {}, "from then on the cadence counts"


def test_a_port_that_nobody_listens_on_is_left_alone_and_a_person_may_try(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(
            ("127.0.0.1", 0)
        )  # bound and not listening: no other process gets the port, and connections are refused
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        with Assembly(environment(tmp_path, host)) as assembly:
            assert tick(assembly)[1] == {"connect-failed": OPENS_AT, "host-silent": PAGES - OPENS_AT}
        with Assembly(environment(tmp_path, host)) as asked:
            watches = list(asked.synced_schedule().watches[:3])
            assert round_of(asked, watches, force=True)[1] == {"host-silent": 3}
            asked.retry_hosts_of(watches)
            assert round_of(asked, watches, force=True)[1] == {"connect-failed": 1, "host-silent": 2}
