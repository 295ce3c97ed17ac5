"""What many tests need: a database of their own, a clock they move, and the shared sample data where it is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

ROOT = Path(__file__).parent.parent


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at 2026-03-01 09:00 UTC until the test moves it."""
    return FakeClock()


@pytest.fixture
def unit_of_work(tmp_path: Path) -> Iterator[SqlUnitOfWork]:
    """Transactions on a new SQLite file."""
    engine = open_engine(f"sqlite:///{tmp_path / 'bevaka.db'}")
    upgrade(engine)
    yield SqlUnitOfWork(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of captured pages and laws beside the repository; tests that read it skip without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the sample data is not at {folder}")
    return folder
