"""Fixtures for client tests: a scripted site, an open host gate, and a client that may connect to loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any, Protocol

import pytest

from monitor.client import Client
from monitor.core.model import Fetched, NotModified, Redirected
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate
from tests.fakes.site import Site

LOOPBACK = (ip_network("127.0.0.0/8"),)
AGENT = "Bevaka/0.1 (page monitor; +https://bevaka.example.org)"


class Get(Protocol):
    """`Client.get` with a short timeout and a size limit of one megabyte, unless a test says otherwise."""

    def __call__(self, url: str, **facts: Any) -> Fetched | NotModified | Redirected: ...


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def gate() -> OpenGate:
    return OpenGate()


@pytest.fixture
def make_client(gate: OpenGate, clock: FakeClock) -> Iterator[Callable[..., Client]]:
    """Yield a function that makes clients; they are closed when the test ends."""
    made: list[Client] = []

    def make(**facts: Any) -> Client:
        settings: dict[str, Any] = {"allow_networks": LOOPBACK, "user_agent": AGENT, "host_hold": gate.hold} | facts
        made.append(Client(gate, clock, **settings))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@pytest.fixture
def get(client: Client) -> Get:
    def get(url: str, **facts: Any) -> Fetched | NotModified | Redirected:
        usual: dict[str, Any] = {"timeout": timedelta(seconds=5), "max_size": 1_000_000}
        return client.get(url, **(usual | facts))

    return get
