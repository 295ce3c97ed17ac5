"""The real server on a real port, and the commands that start it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask, request
from werkzeug.security import check_password_hash

from bevaka import __version__
from bevaka.web.server import Server
from tests.fakes.world import World, page

ROOT = Path(__file__).parents[3]


@contextmanager
def serving(app: Flask, **facts: int) -> Iterator[Server]:
    server = Server(app, ("127.0.0.1", 0), **facts)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def connection(server: Server) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10))


def test_it_answers_and_does_not_say_what_it_is(read_only_world: World) -> None:
    with (
        serving(read_only_world.web_app()) as server,
        urllib.request.urlopen(f"{server.url}/healthz") as answer,  # noqa: S310
    ):
        assert answer.status == 200
        assert "Server" not in answer.headers


def test_it_stops_at_once_although_a_browser_keeps_its_connection(read_only_world: World) -> None:
    server = Server(read_only_world.web_app(), ("127.0.0.1", 0))
    server.start()
    with connection(server) as browser:
        browser.request("GET", "/healthz")
        browser.getresponse().read()
        server.stop()
        with pytest.raises(ConnectionRefusedError), connection(server) as another:
            another.request("GET", "/healthz")


def test_a_request_that_is_being_processed_is_answered_before_the_stop() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        return str(may_end.wait(10))

    app = Flask("web")
    app.add_url_rule("/", view_func=slow)
    server = Server(app, ("127.0.0.1", 0))
    server.start()
    stop = threading.Thread(target=server.stop)
    with connection(server) as browser:
        browser.request("GET", "/")
        assert begun.wait(10)
        stop.start()
        may_end.set()
        assert browser.getresponse().read() == b"True"
    stop.join(10)
    assert not stop.is_alive()


def test_it_stops_amid_requests_without_an_error(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("web")
    app.add_url_rule("/", view_func=lambda: "")

    def ask_until_it_is_closed(server: Server, answered: threading.Event) -> None:
        with connection(server) as browser, suppress(OSError, http.client.HTTPException):
            while True:
                browser.request("GET", "/")
                browser.getresponse().read()
                answered.set()

    for _ in range(20):
        answered = threading.Event()
        server = Server(app, ("127.0.0.1", 0))
        server.start()
        with ThreadPoolExecutor() as askers:
            for _ in range(4):
                askers.submit(ask_until_it_is_closed, server, answered)
            assert answered.wait(10)
            server.stop()
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_port_that_is_taken_is_an_error_at_once(read_only_world: World) -> None:
    with serving(read_only_world.web_app()) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Server(read_only_world.web_app(), ("127.0.0.1", port))


@pytest.mark.parametrize(("proxies", "asker"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_who_asks_is_believed_of_proxies_of_ours_alone(proxies: int, asker: str) -> None:
    app = Flask("web")
    app.add_url_rule("/", view_func=lambda: request.remote_addr or "")
    with serving(app, proxies=proxies) as server, connection(server) as browser:
        browser.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.7"})
        assert browser.getresponse().read().decode() == asker


@pytest.mark.parametrize(
    ("said", "asker"),
    [
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:198.51.100.9", "198.51.100.9"),
        ("10.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, nobody", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_who_asks_is_read_in_every_form_in_which_proxies_write_it(said: str, asker: str) -> None:
    app = Flask("web")
    app.add_url_rule("/", view_func=lambda: request.remote_addr or "")
    with serving(app, proxies=1) as server, connection(server) as browser:
        browser.request("GET", "/", headers={"X-Forwarded-For": said})
        assert browser.getresponse().read().decode() == asker


def test_an_original_of_any_watch_can_be_saved(tmp_path: Path) -> None:
    with closing(World(tmp_path)) as world:
        (tmp_path / "schedule.yaml").write_text("version: 1\nwatches:\n  länet-жук: {url: 'http://127.0.0.1:9/x'}\n")
        world.assembly.synced_schedule()
        world.says["länet-жук"] = page("Handbok", "Handboken gäller för alla som möter våldsutsatta i sitt arbete.")
        world.check("länet-жук", hours=1)
        with serving(world.web_app()) as server, connection(server) as browser:
            browser.request("GET", f"/watches/{quote('länet-жук')}/1/raw")
            answer = browser.getresponse()
            assert answer.status == 200
            assert answer.headers["Content-Disposition"] == (
                f"attachment; filename*=UTF-8''{quote('länet-жук-1.html')}"
            )
            assert answer.read() == str(world.says["länet-жук"]).encode()


def test_a_form_that_is_too_large_is_refused_before_it_has_come(read_only_world: World) -> None:
    with serving(read_only_world.web_app()) as server, connection(server) as browser:
        browser.putrequest("POST", "/subscribe")
        browser.putheader("Content-Length", str(10**9))
        browser.endheaders(b"address=")
        assert browser.getresponse().status == 413


@contextmanager
def bevaka(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program in a folder, and kill it at the end of the block."""
    ours = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BEVAKA_WEB_BIND": "127.0.0.1:0", **environment}
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=ours, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def opened_at(process: subprocess.Popen[str]) -> str:
    """Return the address that the program logs for its web page."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"url=(http://\S+)", line):
            return found[1]
    raise AssertionError("the web page did not open")


@pytest.mark.parametrize("command", ["web", "run"])
def test_the_page_is_open_until_the_program_is_stopped(tmp_path: Path, command: str) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatches: {}\n")
    with bevaka(tmp_path, command) as process:
        url = opened_at(process)
        with urllib.request.urlopen(f"{url}/healthz") as answer:  # noqa: S310
            assert answer.status == 200
        with urllib.request.urlopen(f"{url}/metrics") as answer:  # noqa: S310
            assert f'bevaka_workers{{version="{__version__}"}} 1.0' in answer.read().decode()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0


def test_the_daemon_goes_on_without_its_page_when_the_port_is_taken(tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatches: {}\n")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with bevaka(tmp_path, "run", BEVAKA_WEB_BIND=f"127.0.0.1:{port}") as process:
            assert process.stderr is not None
            said = next(line for line in process.stderr if "cannot listen" in line)
            assert f"the web page cannot listen on 127.0.0.1:{port} (Address already in use)" in said
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
            assert process.returncode == 0


def test_the_page_alone_ends_with_a_clear_error_when_the_port_is_taken(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with bevaka(tmp_path, "web", BEVAKA_WEB_BIND=f"127.0.0.1:{port}") as process:
            _, said = process.communicate(timeout=20)
            assert process.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port} (Address already in use)" in said
    assert "set BEVAKA_WEB_BIND to another address" in said


Given = Callable[[str], tuple[int, str]]


@pytest.fixture
def hashed(tmp_path: Path) -> Given:
    def run(password: str) -> tuple[int, str]:
        with bevaka(tmp_path, "web", "hash") as process:
            said, _ = process.communicate(f"{password}\n", timeout=20)
            return process.returncode, said.strip()

    return run


def test_a_password_is_hashed_and_the_hash_is_all_that_is_printed(hashed: Given) -> None:
    code, said = hashed("korrekt hast batteri")
    assert code == 0
    assert said.startswith("scrypt:")
    assert check_password_hash(said, "korrekt hast batteri")


def test_a_short_password_is_refused(hashed: Given) -> None:
    assert hashed("hemligt") == (2, "")
