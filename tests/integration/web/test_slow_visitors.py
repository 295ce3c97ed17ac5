"""Visitors who are idle, slow or many: the web page goes on answering, and operators and the health above all."""

from __future__ import annotations

import http.client
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bevaka.web import server as web_server
from bevaka.web.security import urgency
from bevaka.web.server import MOST_CONNECTIONS, MOST_PIPELINED, THREADS, Server
from tests.fakes.world import World
from tests.integration.web.conftest import Post
from tests.integration.web.test_server import serving


@pytest.fixture
def served(read_only_world: World) -> Iterator[tuple[str, int]]:
    with serving(read_only_world.web_app()) as server:
        yield _address(server)


def _address(server: Server) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return host, int(port)


def get(address: tuple[str, int], path: str = "/healthz", cookie: str = "") -> int:
    with closing(http.client.HTTPConnection(*address, timeout=10)) as browser:
        browser.request("GET", path, headers={"Host": "127.0.0.1:8000", **({"Cookie": cookie} if cookie else {})})
        answer = browser.getresponse()
        answer.read()
        return answer.status


@contextmanager
def idle(address: tuple[str, int], count: int, start: bytes = b"") -> Iterator[list[socket.socket]]:
    """Hold so many connections open, of which each has sent this start of a request."""
    with ExitStack() as stack:
        held = []
        for _ in range(count):
            held.append(stack.enter_context(socket.create_connection(address, timeout=10)))
            held[-1].sendall(start)
        yield held


@pytest.mark.parametrize(
    "start", [b"", b"GET / HTTP/1.1\r\nHost: a", b"POST /subscribe HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
)
def test_idle_connections_do_not_stop_the_web_page(served: tuple[str, int], start: bytes) -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 2 * MOST_CONNECTIONS + 100
    with idle(served, MOST_CONNECTIONS + 20, start):
        began = time.monotonic()
        assert get(served) == 200
        assert get(served, "/") == 200
        assert time.monotonic() - began < 2


def test_the_connection_that_has_waited_longest_makes_room(served: tuple[str, int]) -> None:
    with idle(served, MOST_CONNECTIONS) as held:
        assert get(served) == 200
        assert held[0].recv(1) == b""
        held[-1].settimeout(0.2)
        with pytest.raises(TimeoutError):
            held[-1].recv(1)


def test_a_connection_has_some_seconds_for_its_request_however_it_drips(
    served: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "REQUEST_SECONDS", 1.0)
    with idle(served, 1, b"GET / HTTP/1.1\r\n") as [dripping]:
        began = time.monotonic()
        with suppress(OSError):  # closed by the server
            while time.monotonic() - began < 10:
                dripping.sendall(b"A: b\r\n")
                time.sleep(0.1)
        assert time.monotonic() - began < 8


def test_a_kept_connection_has_its_time_for_each_request(
    served: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_server, "REQUEST_SECONDS", 3.0)
    with closing(http.client.HTTPConnection(*served, timeout=10)) as browser:
        for _ in range(3):
            browser.request("GET", "/healthz", headers={"Host": "127.0.0.1:8000"})
            browser.getresponse().read()
            first = browser.sock
            time.sleep(1.5)
        assert browser.sock is first


def test_the_health_and_the_login_are_answered_while_visitors_take_every_thread() -> None:
    release = threading.Event()
    app = Flask("web")
    app.add_url_rule("/slow", "slow", lambda: str(release.wait(20)))
    for path in ("/healthz", "/login"):
        app.add_url_rule(path, path, lambda: "ok")
    with serving(app) as server:
        address = _address(server)
        with idle(address, THREADS + 4, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"):
            time.sleep(0.3)
            began = time.monotonic()
            assert (get(address), get(address, "/login")) == (200, 200)
            assert time.monotonic() - began < 2
            release.set()


def test_no_thread_waits_for_visitors_who_send_requests_and_read_nothing() -> None:
    app = Flask("web")
    app.add_url_rule("/long", "long", lambda: "x" * 6_000_000)
    app.add_url_rule("/", "short", lambda: "ok")
    with serving(app) as server:
        address = _address(server)
        with idle(address, THREADS + 4, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n" * MOST_PIPELINED):
            began = time.monotonic()
            assert get(address, "/") == 200
            assert time.monotonic() - began < 8


def test_a_connection_with_many_requests_at_once_is_closed() -> None:
    app = Flask("web")
    app.add_url_rule("/", "short", lambda: "ok")
    with serving(app) as server, idle(_address(server), 1, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 200) as [pipelining]:
        answers = b""
        with suppress(OSError):
            while piece := pipelining.recv(65_536):
                answers += piece
        assert answers.count(b"HTTP/1.1 200") < 200


def test_connections_beyond_the_bound_are_turned_away_while_all_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "MOST_CONNECTIONS", 20)
    release = threading.Event()
    app = Flask("web")
    app.add_url_rule("/", "slow", lambda: str(release.wait(20)))
    with serving(app) as server, idle(_address(server), 20, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"):
        time.sleep(0.5)
        with idle(_address(server), 30, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") as late:
            time.sleep(0.5)
            assert len(server._server.active_channels) <= 20
            assert all(_is_closed(each) for each in late)
        release.set()


def _is_closed(connection: socket.socket) -> bool:
    connection.settimeout(2)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_a_living_session_alone_makes_a_request_urgent(operator: FlaskClient, post: Post) -> None:
    app = operator.application
    cookie = operator.get_cookie("bevaka")
    assert cookie is not None
    for headers, kind in (
        ({"COOKIE": f"a=b; bevaka={cookie.value}"}, "operator"),
        ({"COOKIE": f"bevaka={cookie.value}x"}, None),
        ({"COOKIE": "bevaka="}, None),
        ({"COOKIE": "bevaka=é"}, None),
        ({}, None),
    ):
        assert urgency(app, "/", headers) == kind
    assert urgency(app, "/bevakning/healthz", {}) == "health"
    assert post(operator, "/logout").status_code == 303
    assert urgency(app, "/", {"COOKIE": f"bevaka={cookie.value}"}) is None


@pytest.mark.parametrize("cookie", ["bevaka=\xe9", "bevaka=\xff\xfe; a", "\x00", "=" * 4000])
def test_a_cookie_that_is_no_text_is_no_defect(served: tuple[str, int], cookie: str) -> None:
    assert get(served, "/", cookie) in {200, 400}
