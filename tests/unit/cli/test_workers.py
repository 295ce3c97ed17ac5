"""`status` and `doctor` say which processes check and send."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bevaka import __version__
from monitor.core.schedule.host_turns import TurnWish
from monitor.ports.values import Role, Worker
from storage.engine import open_engine
from storage.unit_of_work import SqlUnitOfWork, SqlWork
from tests.fakes.site import Site
from tests.unit.cli.conftest import Bevaka

MINUTE = timedelta(minutes=1)


@contextmanager
def writing(tmp_path: Path) -> Iterator[SqlWork]:
    engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'bevaka.db'}")
    with SqlUnitOfWork(engine).write() as work:
        yield work
    engine.dispose()


def sign(
    tmp_path: Path,
    name: str,
    version: str = __version__,
    *,
    ago: timedelta = timedelta(),
    roles: tuple[Role, ...] = ("check", "keeper"),
) -> None:
    with writing(tmp_path) as work:
        worker = Worker(name, f"{name}.example", version, frozenset(roles))
        work.workers.sign(worker, datetime.now(UTC) - ago)


def finding(bevaka: Bevaka) -> tuple[str, str, str | None]:
    """Return what `doctor` finds of workers: state, what, fix."""
    [row] = [row for row in bevaka("doctor", "--json").rows if row["check"] == "workers"]
    return row["state"], row["what"], row["fix"]


def test_where_nobody_works_that_is_said(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    assert finding(bevaka)[:2] == ("ok", "none gives a sign of life: nothing is checked or sent by itself now")
    assert "checks pages" not in bevaka("status").err


def test_who_works_is_named_with_what_is_in_hand(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    sign(tmp_path, "one")
    sign(tmp_path, "two")
    sign(tmp_path, "dead", ago=MINUTE)
    with writing(tmp_path) as work:
        work.hosts.begin_turns([TurnWish("a.example", MINUTE, "asker", "two")], datetime.now(UTC), timedelta())
    said = bevaka("status").err
    assert f"one.example checks pages, keeps the schedule: version {__version__}, 0 hosts in hand" in said
    assert f"two.example checks pages, keeps the schedule: version {__version__}, 1 host in hand" in said
    assert "dead.example" not in said
    state, what, fix = finding(bevaka)
    since = r"since \d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.match(
        rf"2 workers give signs of life: one.example \({re.escape(__version__)}, {since}\), two.example \(.*\); "
        "2 daemons share the work on one database file, and nothing is done twice$",
        what,
    )
    assert state == "warning"
    assert fix is not None
    assert "If you did not mean to run several" in fix


def test_a_process_that_was_killed_a_moment_ago_is_no_second_daemon(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    for pid in (ended.pid, os.getpid(), 1):
        with writing(tmp_path) as work:
            roles: frozenset[Role] = frozenset(["check", "keeper"])
            work.workers.sign(Worker(f"{pid}-a", socket.gethostname(), __version__, roles), datetime.now(UTC))
    state, what, _ = finding(bevaka)
    assert (state, what.count("process ")) == ("ok", 3)


def test_two_versions_side_by_side_are_an_upgrade_to_be_finished(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    sign(tmp_path, "old", "0.1.0")
    sign(tmp_path, "new", "0.2.0")
    state, _, fix = finding(bevaka)
    assert (state, fix) == ("warning", "Finish the upgrade: restart those of the older version")


def test_a_web_page_alone_checks_nothing(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    sign(tmp_path, "one", roles=("web",))
    assert "one.example serves the web page: version" in bevaka("status").err
    state, what, fix = finding(bevaka)
    assert (state, fix) == ("warning", "Start one that checks pages: bevaka run --role check")
    assert what.endswith("none of them checks pages")


def test_workers_without_a_keeper_are_said(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    sign(tmp_path, "one", roles=("check",))
    state, what, fix = finding(bevaka)
    assert state == "warning"
    assert what.endswith("none of them is a keeper")
    assert fix is not None
    assert fix.endswith("bevaka run --role keeper")


def test_a_role_that_there_is_not_is_refused(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("run", "--role", "check,cook")
    assert said.code == 2
    assert "'cook' is none of check, deliver, keeper, web" in said.err


def test_a_file_is_put_in_force_by_hand(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    other = tmp_path / "other.yaml"
    other.write_text(f"version: 1\nwatches:\n  region: {{url: {site.url}/region}}\n")
    said = bevaka("schedule", "apply", str(other))
    assert said.code == 0
    assert said.out == "in force: 1 watch, generation 2; 1 added, 1 archived\n"
