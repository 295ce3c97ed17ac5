"""Services of the operator's own, asked through the guarded client: time stamps, heartbeats."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.daemon.heartbeat import Heartbeat, HeartbeatRefused
from monitor.client import Client
from monitor.errors import AddressRefused, BadBody, FetchError, Timeout, TooLarge
from tests.fakes.site import Answer, Fault, Site, gzip_bomb, redirect

SECOND, PATIENCE = timedelta(seconds=1), timedelta(seconds=30)


def ask(client: Client, site: Site, path: str = "/", timeout: timedelta = PATIENCE) -> tuple[int, bytes]:
    answer = client.ask_service(f"{site.url}{path}", timeout=timeout, max_size=1_000)
    return answer.status, answer.body


def test_a_service_is_asked_once_without_robots_txt_and_its_answer_comes_back(client: Client, site: Site) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /")
    site.pages["/"] = Answer("ok")
    assert ask(client, site) == (200, b"ok")
    assert [request.path for request in site.requests] == ["/"]


@pytest.mark.parametrize("fault", [Fault.DRIP_HEAD, Fault.DRIP_BODY, Fault.HANG])
def test_the_time_is_for_everything(client: Client, site: Site, fault: Fault) -> None:
    site.pages["/"] = Answer("ok", fault=fault)
    began = time.monotonic()
    with pytest.raises(Timeout):
        ask(client, site, timeout=SECOND)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("answer", [Answer("x" * 5_000), Answer(fault=Fault.ENDLESS_BODY, body="x"), gzip_bomb(50)])
def test_a_large_answer_is_refused(client: Client, site: Site, answer: Answer) -> None:
    site.pages["/"] = answer
    with pytest.raises((TooLarge, BadBody)):
        ask(client, site)


def test_no_redirect_is_followed(client: Client, site: Site) -> None:
    site.pages["/"] = redirect("/other")
    assert ask(client, site) == (302, b"")
    assert site.asked("/other") == []


def test_neither_proxies_nor_netrc_of_the_environment_are_used(
    client: Client, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ann password hush\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.pages["/"] = lambda request: Answer(str(request.headers["Authorization"]))
    assert ask(client, site) == (200, b"None")


def test_the_user_of_an_address_is_sent_as_such_and_nowhere_else(client: Client, site: Site) -> None:
    site.pages["/"] = lambda request: Answer(f"{request.headers['Authorization']} {request.headers['Host']}")
    url = site.url.replace("http://", "http://ann:h%40sh@")
    answer = client.ask_service(f"{url}/", timeout=PATIENCE, max_size=1_000)
    assert answer.body == f"Basic YW5uOmhAc2g= 127.0.0.1:{site.port}".encode()


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://10.0.0.1/", "http://[::1]/"])
def test_a_private_address_is_refused_unless_its_network_is_allowed(client: Client, url: str) -> None:
    with pytest.raises(AddressRefused):
        client.ask_service(url, timeout=PATIENCE, max_size=1_000)


@pytest.mark.parametrize("url", ["ftp://a.example/hush", "http://a.example\\hush", "http:///hush", "http://[hush/"])
def test_an_address_that_is_refused_is_not_repeated(client: Client, url: str) -> None:
    with pytest.raises(FetchError) as raised:
        client.ask_service(url, timeout=PATIENCE, max_size=1_000)
    assert "hush" not in repr(raised.value)


def test_a_heartbeat_that_drips_is_given_up(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bevaka.daemon.heartbeat.TIMEOUT", SECOND)
    site.pages["/hush"] = Answer(fault=Fault.DRIP_HEAD)
    began = time.monotonic()
    with pytest.raises(HeartbeatRefused) as raised:
        Heartbeat(f"{site.url}/hush", lambda: True, client).beat()
    assert time.monotonic() - began < 5
    assert "hush" not in repr(raised.value)
