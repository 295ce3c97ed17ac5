"""The pause between robots.txt and its page: no worker waits through it (docs/decisions/0003-one-turn-a-host.md)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.checking.dispatch import Round
from monitor.core.model import Watch
from tests.fakes.site import Answer, Request, Site
from tests.faults.lab import page


def test_a_worker_asks_other_hosts_between_robots_txt_and_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[str] = []
    checked: dict[str, object] = {}
    all_checked = threading.Event()

    def answer(request: Request) -> Answer:
        asked.append(request.path)
        return Answer(page(), 404 if request.path == "/robots.txt" else 200)

    def note(watch: Watch, result: object) -> None:
        checked[watch.key] = result
        if len(checked) == 2:
            all_checked.set()

    with Site() as one, Site() as other:
        for site in (one, other):
            site.pages |= dict.fromkeys(["/robots.txt", "/page"], answer)
        watches = "".join(f"  {key}: {{url: {site.url}/page}}\n" for key, site in (("one", one), ("other", other)))
        Path("schedule.yaml").write_text(
            f"version: 1\ndefaults: {{host_delay: 1s}}\nwatches:\n{watches}", encoding="utf-8"
        )
        with Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}) as assembly:
            with assembly.unit_of_work.write() as work:
                work.watches.sync(assembly.schedule, assembly.clock.now())
            round_ = Round(assembly.check.turn, workers=1, flush=assembly.check.flush)
            round_.start(assembly.schedule.watches, note, note)
            try:
                assert all_checked.wait(20)
            finally:
                round_.wait()
    assert asked == ["/robots.txt", "/robots.txt", "/page", "/page"]
    assert [getattr(result, "outcome", result) for result in checked.values()] == ["first", "first"]
