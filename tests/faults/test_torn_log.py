"""A write-ahead log cut short or damaged (docs/reliability.md, row 17): what is left is a prefix of whole commits."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from tests.fakes.fetcher import FakeFetcher
from tests.faults.lab import chance, check_once, join, outcomes, page, scaled
from tests.faults.test_every_statement import open_lab

CHECKS = 12


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a program that died after many checks, all of which are still in the log."""
    folder = tmp_path_factory.mktemp("lives")
    copy = tmp_path_factory.mktemp("crashed")
    with open_lab(folder, page()) as assembly:
        join(assembly)
        # An open reader keeps SQLite from moving the log into the database.
        with assembly.unit_of_work.read() as work:
            work.watches.all()
            for number in range(CHECKS):
                fetcher = assembly.fetchers["http"]
                assert isinstance(fetcher, FakeFetcher)
                fetcher.says = page(more=f"<p>Senast den {number + 1} april.</p>")
                assert check_once(assembly) is (Outcome.CHANGED if number else Outcome.FIRST)
            for file in folder.iterdir():
                if file.suffix != ".db-shm" and file.is_file():
                    shutil.copy(file, copy)
    assert (copy / "bevaka.db-wal").stat().st_size > 100_000
    return copy


def damaged(log: bytes, chance: random.Random) -> bytes:
    """Return the log cut short, with a flipped bit, or with a stretch of zeros, as a power cut leaves it."""
    place = chance.randrange(32, len(log))
    match chance.randrange(3):
        case 0:
            return log[:place]
        case 1:
            return log[:place] + bytes([log[place] ^ (1 << chance.randrange(8))]) + log[place + 1 :]
        case _:
            return log[:place] + bytes(min(4096, len(log) - place)) + log[place + 4096 :]


@pytest.mark.parametrize("runs", [15, pytest.param(scaled(60, 2000), marks=pytest.mark.slow)])
def test_a_torn_log_leaves_whole_commits_and_no_more(crashed: Path, tmp_path: Path, runs: int) -> None:
    choices = chance()
    log = (crashed / "bevaka.db-wal").read_bytes()
    lengths = set()
    for _ in range(runs):
        folder = tmp_path / "torn"
        shutil.copytree(crashed, folder)
        (folder / "bevaka.db-wal").write_bytes(damaged(log, choices))
        with open_lab(folder, page()) as assembly:
            lengths.add(prefix_length(assembly))
        shutil.rmtree(folder)
    assert len(lengths) >= CHECKS / 3, "the damage was spread over the log"


def prefix_length(assembly: Assembly) -> int:
    """Return how many checks are left, of a history that has no flaw and owes what it should."""
    known: list[Outcome] = []
    if _is_known(assembly):
        known = outcomes(assembly)
    assert known == [Outcome.FIRST, *[Outcome.CHANGED] * CHECKS][: len(known)]
    with assembly.unit_of_work.read() as work:
        assert len(work.outbox.deliveries()) == max(0, len(known) - 1)
    return len(known)


def _is_known(assembly: Assembly) -> bool:
    with assembly.unit_of_work.read() as work:
        return any(row.watch.key == "county" for row in work.watches.all())
