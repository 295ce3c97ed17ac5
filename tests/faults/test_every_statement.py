"""kill -9 before every statement and commit of a check and of a sending round: all of it, or nothing.

docs/reliability.md, row 2. The moments are not chosen, but counted from the calls of the database driver: a statement
that is added later is covered as well.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bevaka.assembly import Adapters, Assembly
from monitor.core.model import Outcome
from monitor.ports.values import Envelope
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.faults.lab import (
    MovableClock,
    chance,
    check_once,
    environment,
    join,
    later,
    only_in_long_runs,
    outcomes,
    page,
)

EVERY = [8, pytest.param(1, marks=[pytest.mark.slow, only_in_long_runs])]
"""One moment in so many, beginning at a random one; all of them in `make long-runs`."""


class Ledger:
    """A notifier that writes down each mail before it confirms it, so that its record is never in doubt."""

    NAME = "ledger"

    def __init__(self, file: Path) -> None:
        self._file = file

    def send(self, envelope: Envelope) -> str:
        """Accept a mail."""
        with self._file.open("a") as file:
            file.write(f"{envelope.message_id}\n")
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


def open_lab(folder: Path, says: str, clock: MovableClock | None = None) -> Assembly:
    """Return the real program but for the fetcher and the notifier."""
    clock = clock or MovableClock()
    fetcher = FakeFetcher(FakeClock(clock.now()), says)
    adapters = Adapters(fetchers={"http": fetcher}, notifier=Ledger(folder / "taken"))
    return Assembly(environment(folder, "http://127.0.0.1:9/county"), clock, adapters)


def check_page(assembly: Assembly) -> None:
    """Check the page once, ignoring the cadence."""
    check_once(assembly)


def send_once(assembly: Assembly) -> None:
    """Run one round of sending."""
    assembly.deliver.deliver_due()


def prepared(folder: Path, *, changed: bool) -> Path:
    """Make a database in which the page was seen once and, if `changed`, a mail of its change is owed."""
    folder.mkdir()
    with open_lab(folder, page()) as assembly:
        join(assembly)
        assert check_once(assembly) is Outcome.FIRST
    if changed:
        with open_lab(folder, page("april")) as assembly:
            assert check_once(assembly) is Outcome.CHANGED
    return folder


def statements(folder: Path, act: Callable[[Assembly], None]) -> int:
    """Return how many statements and commits an act has."""
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    with open_lab(folder, page("april")) as assembly:
        listen(assembly.engine, count)
        act(assembly)
    return counted


def listen(engine: Engine, heard: Callable[..., None]) -> None:
    """Call `heard` before each statement and each commit."""
    event.listen(engine, "before_cursor_execute", heard)
    event.listen(engine, "commit", heard)


def killed_at(number: int, folder: Path, act: Callable[[Assembly], None]) -> None:
    """Act in a forked process that is killed before statement `number`."""
    child = os.fork()
    if child == 0:
        left = number

        def die(*_: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            assembly = open_lab(folder, page("april"))
            listen(assembly.engine, die)
            act(assembly)
        finally:
            os._exit(1)  # whatever happened, this process must not report on tests
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, f"statement {number}"


@pytest.mark.parametrize("every", EVERY)
def test_a_look_is_recorded_as_a_whole_or_not_at_all(tmp_path: Path, every: int) -> None:
    before = prepared(tmp_path / "before", changed=False)
    number = statements(Path(shutil.copytree(before, tmp_path / "count")), check_page)
    assert number > 10
    for moment in range(chance().randint(1, every), number + 1, every):
        folder = Path(shutil.copytree(before, tmp_path / str(moment)))
        killed_at(moment, folder, check_page)
        with open_lab(folder, page("april"), later()) as assembly:
            known = outcomes(assembly)
            assert known in ([Outcome.FIRST], [Outcome.FIRST, Outcome.CHANGED])
            with assembly.unit_of_work.read() as work:
                assert len(work.outbox.deliveries()) == len(known) - 1, f"statement {moment}: half of a look"
            assert check_once(assembly) is (Outcome.CHANGED if len(known) == 1 else Outcome.UNCHANGED)
            assert assembly.deliver.deliver_due()["sent"] == 1
            assert outcomes(assembly) == [Outcome.FIRST, Outcome.CHANGED]
        assert len((folder / "taken").read_text().splitlines()) == 1


@pytest.mark.parametrize("every", EVERY)
def test_a_mail_comes_whatever_statement_its_sending_dies_at(tmp_path: Path, every: int) -> None:
    before = prepared(tmp_path / "before", changed=True)
    number = statements(Path(shutil.copytree(before, tmp_path / "count")), send_once)
    assert number > 5
    twice = 0
    for moment in range(chance().randint(1, every), number + 1, every):
        folder = Path(shutil.copytree(before, tmp_path / str(moment)))
        killed_at(moment, folder, send_once)
        with open_lab(folder, page("april"), later()) as assembly:
            assembly.deliver.deliver_due()
            assert assembly.deliver.deliver_due()["sent"] == 0
            with assembly.unit_of_work.read() as work:
                assert [delivery.state for delivery in work.outbox.deliveries()] == ["sent"]
        taken = (folder / "taken").read_text().splitlines()
        assert len(set(taken)) == 1, f"statement {moment}"
        assert len(taken) <= 2, f"statement {moment}"
        twice += len(taken) - 1
    assert every > 1 or twice >= 1, (
        "between the server's word and our writing it down, a kill must cost a second copy: it was not hit"
    )
