"""`status` and `doctor` say which processes check and send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bevaka import __version__
from monitor.core.schedule.host_turns import TurnWish
from monitor.ports.values import Worker
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


def sign(tmp_path: Path, name: str, version: str = __version__, *, ago: timedelta = timedelta()) -> None:
    with writing(tmp_path) as work:
        work.workers.sign(Worker(name, f"{name}.example", version), datetime.now(UTC) - ago)


def finding(bevaka: Bevaka) -> tuple[str, str, str | None]:
    """Return what `doctor` finds of workers: state, what, fix."""
    [row] = [row for row in bevaka("doctor", "--json").rows if row["check"] == "workers"]
    return row["state"], row["what"], row["fix"]


def test_where_nobody_works_that_is_said(bevaka: Bevaka, site: Site) -> None:
    bevaka("check")
    assert finding(bevaka)[:2] == ("ok", "none gives a sign of life: nothing is checked or sent by itself now")
    assert "checks and sends" not in bevaka("status").err


def test_who_works_is_named_with_what_is_in_hand(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    sign(tmp_path, "one")
    sign(tmp_path, "two")
    sign(tmp_path, "dead", ago=MINUTE)
    with writing(tmp_path) as work:
        work.hosts.begin_turns([TurnWish("a.example", MINUTE, "asker", "two")], datetime.now(UTC), timedelta())
    said = bevaka("status").err
    assert f"one.example checks and sends: version {__version__}, 0 hosts in hand" in said
    assert f"two.example checks and sends: version {__version__}, 1 host in hand" in said
    assert "dead.example" not in said
    state, what, _ = finding(bevaka)
    assert (state, what) == (
        "ok", f"2 workers give signs of life: one.example ({__version__}), two.example ({__version__})"
    )  # fmt: skip


def test_two_versions_side_by_side_are_an_upgrade_to_be_finished(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    sign(tmp_path, "old", "0.1.0")
    sign(tmp_path, "new", "0.2.0")
    state, _, fix = finding(bevaka)
    assert (state, fix) == ("warning", "Finish the upgrade: restart those of the older version")
