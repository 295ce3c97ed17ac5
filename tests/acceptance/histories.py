"""The captured page histories, served one version after the other, checked by the real program.

Run as a program, it prints the outcomes of each history, and writes every mail for a person to read:

    python -m tests.acceptance.histories FOLDER     (with FOLDER for database, schedule and maildir)
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from tests.fakes.site import Answer, Site

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class History:
    """The versions of one page, oldest first: (when captured, file)."""

    name: str
    versions: tuple[tuple[datetime, Path], ...]


class HistoryClock(SystemClock):
    """A clock at the time of the history; `sleep` moves it and returns at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2014, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time of the history."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Move the time on, without waiting."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Report:
    """The counts of a replay."""

    outcomes: Counter[str] = field(default_factory=Counter)
    by_page: dict[str, Counter[str]] = field(default_factory=dict)
    revisions: int = 0
    changes: int = 0
    material: int = 0
    mails: int = 0
    verified: int = 0
    flaws: int = 0
    crashes: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        for page, outcomes in sorted(self.by_page.items()):
            yield f"{page:75s} " + " ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
        yield " ".join(f"{count} {what}" for what, count in sorted(self.outcomes.items()))
        yield (
            f"{len(self.by_page)} histories: {self.revisions} snapshots, {self.changes} changes "
            f"({self.material} material), {self.mails} mails; {self.verified} verified, {self.flaws} bad"
        )


def histories(data: Path) -> list[History]:
    """Return every history in the folder of captured pages."""
    found = []
    for meta in sorted((data / "pages").glob("*/meta.json")):
        facts = json.loads(meta.read_text(encoding="utf-8"))
        versions = [(datetime.fromisoformat(row["date"]), meta.parent / row["file"]) for row in facts["versions"]]
        found.append(History(meta.parent.name, tuple(sorted((at.astimezone(UTC), file) for at, file in versions))))
    return found


def replay(data: Path, folder: Path, *, every: int = 1) -> tuple[Report, Assembly]:
    """Serve and check every version of every so-manieth history; deliver after each. The caller closes the assembly."""
    report, clock, pages = Report(), HistoryClock(), histories(data)[::every]
    with Site() as site:
        schedule = folder / "schedule.yaml"
        watches = "".join(f"  {page.name}:\n    url: {site.url}/{page.name}\n" for page in pages)
        schedule.write_text(f"version: 1\ndefaults: {{host_delay: 0s, language: en}}\nwatches:\n{watches}")
        assembly = Assembly(
            {
                "BEVAKA_SCHEDULE": str(schedule),
                "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
                "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
            },
            clock,
        )
        assembly.synced_schedule()
        with assembly.unit_of_work.write() as work:
            reader = work.subscribers.add("reader@example.org", "en", clock.now(), how="operator")
            work.subscribers.subscribe(reader, None, "immediately", clock.now())
        for page in pages:
            _replay_page(page, site, assembly, clock, report)
    _count(assembly, report)
    return report, assembly


def _replay_page(page: History, site: Site, assembly: Assembly, clock: HistoryClock, report: Report) -> None:
    watch = assembly.schedule.watch(page.name)
    assert watch is not None
    clock.at = page.versions[0][0]
    outcomes = report.by_page.setdefault(page.name, Counter())
    for at, file in page.versions:
        clock.at = max(clock.at + timedelta(minutes=1), at)
        site.pages[f"/{page.name}"] = Answer(file.read_bytes(), content_type="text/html")
        result = assembly.check(watch, force=True)
        if result is None or (result.reason and result.reason.code == "reader-failed"):
            report.crashes.append(str(file))
            continue
        outcomes[result.outcome.value] += 1
        report.mails += assembly.deliver.deliver_due().get("sent", 0)
    report.outcomes += outcomes


def _count(assembly: Assembly, report: Report) -> None:
    for watch in assembly.schedule.watches:
        rows = assembly.history.log(watch.key).rows
        report.revisions += len(rows)
        report.changes += sum(row.outcome == "changed" for row in rows)
        report.material += sum(bool(row.material) for row in rows)
    report.verified, flaws = assembly.history.verify()
    report.flaws = len(flaws)


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    os.chdir(target)  # the maildir is data/mail of the working folder
    outcome, opened = replay(ROOT.parent / "shared" / "data", target)
    opened.close()
    sys.stdout.writelines(f"{line}\n" for line in outcome.lines())
