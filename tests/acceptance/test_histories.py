"""Real page histories through the whole program: nothing breaks, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.histories import histories, replay

pytestmark = pytest.mark.slow


def test_every_version_whose_text_differs_is_kept_and_can_be_read_back(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the maildir is under the working directory
    report, assembly = replay(shared_data, tmp_path)
    try:
        assert report.crashes == []
        assert report.flaws == 0
        assert report.outcomes.total() == sum(len(page.versions) for page in histories(shared_data))
        assert report.revisions == report.outcomes["first"] + report.outcomes["changed"]
        assert report.mails >= report.material
        for watch in assembly.schedule.watches:
            log = assembly.history.log(watch.key)
            for before, after in zip(log.rows, log.rows[1:], strict=False):
                found = assembly.history.diff(f"{watch.key}#{before.revision}", f"{watch.key}#{after.revision}")
                assert found.change is not None, f"{watch.key}#{after.revision} was kept, and nothing differs"
                assert after.summary
    finally:
        assembly.close()
    print("\n".join(report.lines()))  # noqa: T201  the figures, with -s
