"""TLS (docs/reliability.md, rows 32 and 33): always verified, one context for all connections, and no way around it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.client import Client
from monitor.client.authorities import PUBLIC, Authorities
from monitor.core.model import Fetched, Redirected
from monitor.errors import ConnectionBroken, Timeout, TlsFailed
from tests.fakes.site import Answer, Site, redirect
from tests.integration.client.conftest import Get


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Site]:
    with Site(tls=tmp_path) as site:
        site.pages["/"] = Answer("hej")
        yield site


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Site, get: Get) -> None:
    with pytest.raises(TlsFailed) as failed:
        get(secure.url)
    assert failed.value.facts["host"] == "127.0.0.1"
    assert "certificate" in str(failed.value.facts["detail"])
    assert failed.value.reached is False
    assert secure.requests == []
    assert secure.connections == 1


def test_a_watchs_own_ca_file_is_trusted_for_that_watch_alone(secure: Site, get: Get) -> None:
    for _ in range(2):
        assert isinstance(get(secure.url, ca_file=secure.ca_file), Fetched)
    assert secure.connections == 1
    with pytest.raises(TlsFailed):
        get(secure.url)


def test_an_authority_of_ones_own_is_trusted_beside_the_public_ones(
    secure: Site, make_client: Callable[..., Client]
) -> None:
    facts: dict[str, Any] = {"timeout": timedelta(seconds=5), "max_size": 1000}
    own = Authorities(beside=Path(secure.ca_file))
    assert isinstance(make_client(authorities=own).get(secure.url, **facts), Fetched)
    trusted = len(own.context().get_ca_certs())
    assert trusted == len(PUBLIC.context().get_ca_certs()) + 1


def test_authorities_that_replace_the_public_ones_are_trusted_alone(
    secure: Site, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    facts: dict[str, Any] = {"timeout": timedelta(seconds=5), "max_size": 1000}
    instead = Authorities(instead=Path(secure.ca_file))
    assert isinstance(make_client(authorities=instead).get(secure.url, **facts), Fetched)
    assert len(instead.context().get_ca_certs()) == 1
    empty = tmp_path / "folder"
    empty.mkdir()
    with pytest.raises(TlsFailed):
        make_client(authorities=Authorities(instead=empty)).get(secure.url, **facts)


def test_a_certificate_for_another_name_is_refused(secure: Site, make_client: Callable[..., Client]) -> None:
    client = make_client(resolve=lambda host, port: ["127.0.0.1"])
    facts: dict[str, Any] = {"timeout": timedelta(seconds=5), "max_size": 1000, "ca_file": secure.ca_file}
    assert client.get(f"https://localhost:{secure.port}/", **facts)
    with pytest.raises(TlsFailed) as failed:
        client.get(f"https://other.example:{secure.port}/", **facts)
    assert "other.example" in str(failed.value.facts["detail"])


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_cannot_be_used_is_said_to_be_so(
    secure: Site, get: Get, tmp_path: Path, content: str | None
) -> None:
    ca_file = tmp_path / "other.pem"
    if content is not None:
        ca_file.write_text(content)
    with pytest.raises(TlsFailed) as failed:
        get(secure.url, ca_file=str(ca_file))
    assert str(failed.value.facts["detail"]).startswith("ca_file: ")


def test_a_handshake_that_hangs_ends_with_the_deadline(get: Get) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(Timeout):
            get(f"https://127.0.0.1:{silent.getsockname()[1]}/", timeout=timedelta(seconds=0.4))
        assert time.monotonic() - begun < 1.5


def test_a_server_that_speaks_no_tls_is_refused(site: Site, get: Get) -> None:
    with pytest.raises((TlsFailed, ConnectionBroken)):
        get(f"https://127.0.0.1:{site.port}/")


def test_a_site_that_sends_everybody_to_https_on_another_port_has_moved(site: Site, secure: Site, get: Get) -> None:
    site.pages["/"] = redirect(f"{secure.url}/", 301)
    assert isinstance(get(site.url, ca_file=secure.ca_file), Redirected)
