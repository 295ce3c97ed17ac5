"""`bevaka run` as a process: it starts, logs that it does, checks, and stops in order."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.site import Answer, Fault, Site
from tests.integration.daemon.conftest import Process, schedule, until

Run = Callable[[], Process]


def test_it_says_what_it_does_looks_and_ends_with_0(run: Run, site: Site, tmp_path: Path) -> None:
    schedule(tmp_path, f"county: {site.url}/county")
    daemon = run()
    daemon.says("info", "start", "watching=1", "schedule=schedule.yaml", "mails=data/mail", "next_check=")
    daemon.says("nobody is told of anything yet")
    daemon.says("watch=county", "outcome=first", "revision=1")
    assert daemon.stop() == 0
    assert re.search(r"info +stop +stopped seconds=", daemon.log[-1])
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  (info|warning|error)", line) for line in daemon.log)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_cuts_a_hanging_fetch_short_and_gives_its_lease_back(
    run: Run, site: Site, tmp_path: Path, number: int
) -> None:
    site.pages["/county"] = Answer(fault=Fault.HANG)
    schedule(tmp_path, f"county: {site.url}/county")
    daemon = run()
    until(lambda: bool(site.asked("/county")), "the page was never asked for")
    told = time.monotonic()
    daemon.signal(number)
    assert daemon.end() == 0
    assert time.monotonic() - told < 5
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database:
        [[lease, failures]] = database.execute("SELECT lease_until, failures FROM watches").fetchall()
    assert (lease, failures) == (None, 0)


def test_a_second_daemon_on_one_database_names_the_first_and_one_after_it_names_nobody(
    run: Run, site: Site, tmp_path: Path
) -> None:
    schedule(tmp_path, f"county: {site.url}/county")
    words = "another daemon works on this database already"
    one = run()
    one.says("start", "watching=1")
    two = run()
    two.says("warning", "start", words, f"machine={socket.gethostname()}", f"pid={one.pid}", "since=20")
    assert two.stop() == 0
    one.signal(signal.SIGKILL)
    one.end()
    three = run()
    three.says("outcome=first" if not site.asked("/county") else "the web page is open")
    assert three.stop() == 0
    assert not [line for line in one.log + three.log if words in line], "a process that was killed works no more"


def test_two_daemons_on_one_database_look_once(run: Run, site: Site, tmp_path: Path) -> None:
    schedule(tmp_path, f"county: {site.url}/county")
    one, two = run(), run()
    for daemon in (one, two):
        daemon.says("start", "watching=1")
    until(lambda: any("outcome=first" in line for line in one.log + two.log), "nobody looked")
    assert [one.stop(), two.stop()] == [0, 0]
    assert len(site.asked("/county")) == 1
    assert not [line for line in one.log + two.log if "  error  " in line]


def test_offline_it_says_so_plainly_and_keeps_going(run: Run, tmp_path: Path) -> None:
    with socket.socket() as nobody:  # bound and not listening: a connection is refused
        nobody.bind(("127.0.0.1", 0))
        schedule(tmp_path, f"county: http://127.0.0.1:{nobody.getsockname()[1]}/page")
        daemon = run()
        daemon.says("warning", "watch=county", "outcome=not_seen", "failures=1", "gick inte att nå")
        assert daemon.stop() == 0


def test_a_wrong_schedule_is_a_configuration_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatchs: {}\n")
    daemon = run()
    assert daemon.end() == 2
    assert any("schedule.yaml:2: unknown key 'watchs'" in line for line in daemon.log)
    assert not any("Traceback" in line for line in daemon.log)
