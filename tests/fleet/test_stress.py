"""Four processes that write to one PostgreSQL as fast as they can; a minute of it: `python -m tests.fleet.stress`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Postgresql
from tests.faults.lab import only_in_long_runs
from tests.fleet.stress import run

pytestmark = pytest.mark.slow

MUST_NOT_BE = (
    "flaws",
    "two at once",
    "mails that came more often",
    "changes that nobody is told of",
    "changes without an event",
    "revisions that were recorded twice",
    "pages whose checks are miscounted",
    "processes that failed",
)
IN_PEACE = ("mails that came twice", "leases left", "turns left", "DatabaseBusy", "DatabaseAway")


@pytest.mark.parametrize(
    "rough",
    [
        pytest.param(False, marks=only_in_long_runs, id="in peace"),
        pytest.param(True, id="connections are cut and a process is killed"),
    ],
)
def test_what_four_processes_write_at_once_is_whole_and_single(
    postgresql: Postgresql,
    tmp_path: Path,
    rough: bool,  # noqa: FBT001  parametrised
) -> None:
    found = run(postgresql.cluster, tmp_path, 5.0, rough=rough)
    wrong = MUST_NOT_BE if rough else (*MUST_NOT_BE, *IN_PEACE)
    assert {name: count for name, count in found.items() if name in wrong and count} == {}
    assert found["checks"]
