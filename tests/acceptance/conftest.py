"""The program as people and scripts use it: processes, a real site, a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.pages import county, ordinance
from tests.acceptance.program import Bevaka, Forks
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site
from tests.integration.daemon.conftest import Process


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Yield what starts commands."""
    with Forks() as forks:
        yield forks


@pytest.fixture
def bevaka(forks: Forks, tmp_path: Path) -> Bevaka:
    """Return the program in an empty folder, allowed to connect to loopback."""
    return Bevaka(forks, tmp_path)


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield a web site that the test scripts."""
    with Site() as site:
        yield site


@pytest.fixture
def daemon(bevaka: Bevaka) -> Iterator[Callable[[], Process]]:
    """Yield a function that starts `bevaka run` in the folder of the test."""
    started: list[Process] = []

    def start() -> Process:
        started.append(Process(bevaka.folder))
        return started[-1]

    yield start
    for process in started:
        process.close()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Yield a mail server that accepts everything."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def lived(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Bevaka:
    """Return a folder with three revisions of a county page, one of them held back; no test changes it.

    #1 first; #2 a deadline moved; #3 a counter moved alone. One mail of #2 is owed. There is a law as well.
    """
    bevaka = Bevaka(forks, tmp_path_factory.mktemp("lived"))
    with Site() as site:
        pages = [
            county(more="<p>Antal besök: 2025</p>"),
            county(deadline="1 april", more="<p>Antal besök: 2025</p>"),
            county(deadline="1 april", more="<p>Antal besök: 2026</p>"),
        ]
        site.pages["/county"] = [Answer(page, headers={"X-Said": "länge".encode().decode("latin-1")}) for page in pages]
        laws = [ordinance(), ordinance(amended=True), ordinance(amended=True)]
        site.pages["/dokument/sfs-2022-9001.json"] = [Answer(law, content_type="application/json") for law in laws]
        bevaka.schedule(
            f'  county: {{name: "Länsstyrelsen Norrvik", url: {site.url}/county}}\n'
            f'  law: {{sfs: "2022:9001", url: {site.url}/dokument/sfs-2022-9001}}\n'
        )
        bevaka("check")
        bevaka("subscribe", "county", "ann@kommun.example")
        bevaka("check")
        bevaka("check")
    return bevaka
