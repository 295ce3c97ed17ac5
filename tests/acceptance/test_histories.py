"""Real page histories through the whole program: nothing breaks, nothing is lost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bevaka.assembly import Adapters, Assembly
from monitor.core.model import Fetched, Outcome, Validators, Watch
from tests.acceptance.histories import histories, replay
from tests.faults.lab import scaled

pytestmark = pytest.mark.slow


def test_every_version_whose_text_differs_is_kept_and_a_new_version_of_an_extractor_mails_nobody(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the maildir is under the working directory
    every = scaled(16, 1)
    report, assembly = replay(shared_data, tmp_path, every=every)
    try:
        assert report.crashes == []
        assert report.flaws == 0
        assert report.outcomes.total() == sum(len(page.versions) for page in histories(shared_data)[::every])
        assert report.revisions == report.outcomes["first"] + report.outcomes["changed"]
        assert report.mails >= report.material
        for watch in assembly.schedule.watches:
            log = assembly.history.log(watch.key)
            for before, after in zip(log.rows, log.rows[1:], strict=False):
                found = assembly.history.diff(f"{watch.key}#{before.revision}", f"{watch.key}#{after.revision}")
                assert found.change is not None, f"{watch.key}#{after.revision} was kept, and nothing differs"
                assert after.summary
        nobody_is_mailed_by_a_new_version(assembly, tmp_path)
    finally:
        assembly.close()
    print("\n".join(report.lines()))  # noqa: T201  the figures, with -s


class Again:
    """Sends the newest revision of each watch once more, with other bytes and the same text."""

    NAME = "http"

    def __init__(self, revisions: dict[str, Fetched]) -> None:
        self._revisions = revisions

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        """Answer as the site did last."""
        last = self._revisions[watch.key]
        return replace(last, body=last.body + b"<!-- later -->")


def nobody_is_mailed_by_a_new_version(assembly: Assembly, folder: Path) -> None:
    """Check every page once more after the extractors have become newer: no page has changed, nothing is owed."""
    with assembly.unit_of_work.read() as work:
        newest = {row.watch.key: work.snapshots.of(row.id).newest() for row in work.watches.all()}
        revisions = {
            key: snapshot.fetched(work.snapshots.body(snapshot.sha256))
            for key, snapshot in newest.items()
            if snapshot is not None
        }
    with closing(sqlite3.connect(folder / "bevaka.db")) as database, database:
        database.execute("UPDATE extractions SET reader = 'page/0', text_sha256 = zeroblob(32)")
    environment = {
        "BEVAKA_SCHEDULE": str(folder / "schedule.yaml"),
        "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
    }
    with Assembly(environment, adapters=Adapters(fetchers={"http": Again(revisions)})) as later:
        results = [later.check(watch, force=True) for watch in later.schedule.watches]
        assert later.history.verify()[1] == []
    assert Counter(result.outcome for result in results if result) == {Outcome.UNCHANGED: len(revisions)}
    assert sum(result.owed for result in results if result) == 0
