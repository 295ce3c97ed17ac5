"""What many tests need: a database of their own, a clock they move, and the shared sample data where it is there."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from storage.engine import open_engine
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.postgres import Cluster, is_installed

ROOT = Path(__file__).parent.parent

# How long an example takes is the machine's business: what things cost is measured by the bench, never by a test.
settings.register_profile("bevaka", deadline=None, derandomize="TEST_SEED" in os.environ)
settings.load_profile("bevaka")


def pytest_configure() -> None:
    """Let the programs that tests start be interrupted, also where a shell has started the tests in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at 2026-03-01 09:00 UTC until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with the newest schema and no row.

    Copying it costs a hundredth of migrating a new file, which takes 31 ms of CPU. Each worker of a run has its own.
    """
    file = tmp_path_factory.mktemp("database") / "bevaka.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def new_database(empty_database: Path, tmp_path: Path) -> Path:
    """Return the file of a new database of the test's own, with the newest schema."""
    return Path(shutil.copyfile(empty_database, tmp_path / "bevaka.db"))


@pytest.fixture
def unit_of_work(new_database: Path) -> Iterator[SqlUnitOfWork]:
    """Transactions on a new SQLite file."""
    engine = open_engine(f"sqlite:///{new_database}")
    yield SqlUnitOfWork(engine)
    engine.dispose()


class Postgresql:
    """A server for the whole run; each test gets a copy of a database with the newest schema."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._like = cluster.database()
        engine = open_engine(self._like)
        upgrade(engine)
        engine.dispose()

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of one's own; its URL."""
        url = self.cluster.database(like=self._like)
        yield url
        self.cluster.drop(url)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """PostgreSQL, where it is installed; tests that need it skip without it."""
    if not is_installed():
        pytest.skip("PostgreSQL, or its driver, is not on this machine: make setup-postgresql")
    with Cluster() as cluster:
        yield Postgresql(cluster)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of captured pages and laws beside the repository; tests that read it skip without it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the sample data is not at {folder}")
    return folder
