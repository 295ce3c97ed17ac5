"""The program as people and scripts meet it: processes, a real site, a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.program import Bevaka, Forks
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Site


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Starts commands."""
    with Forks() as forks:
        yield forks


@pytest.fixture
def bevaka(forks: Forks, tmp_path: Path) -> Bevaka:
    """The program in an empty folder, allowed to ask loopback."""
    return Bevaka(forks, tmp_path)


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site that the test scripts."""
    with Site() as site:
        yield site


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with MailServer() as server:
        yield server
