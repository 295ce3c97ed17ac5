"""A mail server whose replies never end, or take for ever: the program's memory and time are bounded."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from monitor.errors import NotifyError
from notifiers import email, smtp_connection
from notifiers.email import Email
from tests.unit.notifiers.test_mime import ENVELOPE, SENDER


@contextmanager
def server(says: Callable[[socket.socket], None]) -> Iterator[str]:
    """Yield the URL of a server that does this with its first connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            caller, _ = listening.accept()
            with caller, suppress(OSError):
                says(caller)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


def endless_greeting(caller: socket.socket) -> None:
    while True:
        caller.sendall(b"220-welcome\r\n" * 1000)


def endless_ehlo(caller: socket.socket) -> None:
    caller.sendall(b"220 hello\r\n")
    caller.recv(1000)
    while True:
        caller.sendall(b"250-wait\r\n" * 1000)


def endless_line(caller: socket.socket) -> None:
    while True:
        caller.sendall(b"2" * 10_000)


def dripping(caller: socket.socket) -> None:
    while True:
        caller.sendall(b"2")
        time.sleep(0.05)


def dripping_lines(caller: socket.socket) -> None:
    while True:
        caller.sendall(b"220-w\r\n")
        time.sleep(0.05)


@pytest.mark.parametrize("says", [endless_greeting, endless_ehlo, endless_line])
def test_a_reply_without_end_is_given_up(says: Callable[[socket.socket], None]) -> None:
    with server(says) as url, pytest.raises(NotifyError) as raised:
        Email(url, SENDER).send(ENVELOPE)
    assert not raised.value.permanent or raised.value.code == 500


@pytest.mark.parametrize("says", [dripping, dripping_lines])
def test_the_time_is_for_a_whole_reply(says: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "CONNECT_SECONDS", 1.0)
    began = time.monotonic()
    with server(says) as url, pytest.raises(NotifyError):
        Email(url, SENDER).send(ENVELOPE)
    assert time.monotonic() - began < 5


def test_a_program_that_stops_waits_for_no_greeting() -> None:
    with server(dripping) as url:
        notifier = Email(url, SENDER)
        failed: list[NotifyError] = []

        def send() -> None:
            try:
                notifier.send(ENVELOPE)
            except NotifyError as error:
                failed.append(error)

        thread = threading.Thread(target=send)
        thread.start()
        time.sleep(0.5)
        began = time.monotonic()
        notifier.abort()
        thread.join(10)
        assert time.monotonic() - began < 2
    assert [error.permanent for error in failed] == [False]


def test_a_reply_of_many_lines_is_read_whole() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        replies = smtp_connection._Replies(ours)
        theirs.sendall(b"250-one\r\n250 two\r\n220 next\r\n")
        replies.begin()
        assert [replies.readline(1000) for _ in range(2)] == [b"250-one\r\n", b"250 two\r\n"]
        replies.begin()
        assert replies.readline(1000) == b"220 next\r\n"
        theirs.sendall(b"x" * 50)
        assert replies.readline(10) == b"x" * 10
        theirs.close()
        assert replies.readline(1000) == b"x" * 40
        assert replies.readline(1000) == b""
