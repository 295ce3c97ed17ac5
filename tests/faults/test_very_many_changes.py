"""A page of which thousands of rows change at once: told, mailed and shown within bounds, and nothing is uncounted."""

from __future__ import annotations

from pathlib import Path

from bevaka.assembly import Adapters, Assembly
from monitor.core.model import Outcome
from notifiers.maildir import Maildir
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.heavy import FakeHeavyWork
from tests.faults.lab import MovableClock, check_once, environment, join, page

ROWS = 2_500


def table(seed: int) -> str:
    """Return a page with a table of figures."""
    rows = "".join(f"<tr><td>Kommun {number}<td>{number * seed % 99_991}" for number in range(1, ROWS + 1))
    return page(more=f"<table>{rows}</table>")


def test_thousands_of_changes_are_told_mailed_and_shown_within_bounds(tmp_path: Path) -> None:
    clock = MovableClock()
    fetcher = FakeFetcher(FakeClock(clock.now()), table(3))
    adapters = Adapters(fetchers={"http": fetcher}, notifier=Maildir(tmp_path / "mail", "Bevaka <b@bevaka.example>"))
    with Assembly(environment(tmp_path, "http://127.0.0.1:9/county"), clock, adapters) as assembly:
        join(assembly)
        assert check_once(assembly) is Outcome.FIRST
        fetcher.says = table(7)
        assert check_once(assembly) is Outcome.CHANGED
        assert assembly.deliver.deliver_due()["sent"] == 1
        shown = assembly.web_app().test_client().get("/watches/county/diff", headers={"Host": "127.0.0.1:8000"})
    assert shown.status_code == 200
    assert f"Ändringar som inte får plats här: {ROWS - 2_000}." in shown.text
    assert shown.text.count('class="line"') == 2_000
    [mail] = (tmp_path / "mail" / "new").iterdir()
    text = mail.read_bytes().decode()
    assert f"{ROWS} sifferuppgifter" in text.replace("=\n", "")
    assert len(text) < 200_000


def test_what_is_heavy_is_read_once_for_all_whom_it_is_told(tmp_path: Path) -> None:
    clock = MovableClock()
    fetcher = FakeFetcher(FakeClock(clock.now()), table(3))
    adapters = Adapters(fetchers={"http": fetcher}, notifier=Maildir(tmp_path / "mail", "Bevaka <b@bevaka.example>"))
    with Assembly(environment(tmp_path, "http://127.0.0.1:9/county"), clock, adapters) as assembly:
        heavy_work = FakeHeavyWork()
        assembly.__dict__["heavy_work"] = heavy_work
        join(assembly)
        with assembly.unit_of_work.write() as work:
            for name in ("bo", "cy", "di"):
                reader = work.subscribers.add(f"{name}@kommun.example", "sv", clock.now(), how="operator")
                work.subscribers.subscribe(reader, None, "immediately", clock.now())
        assert check_once(assembly) is Outcome.FIRST
        fetcher.says = table(7)
        assert check_once(assembly) is Outcome.CHANGED
        before = heavy_work.asked
        assert assembly.deliver.deliver_due()["sent"] == 4
        assert heavy_work.asked == before + 1
