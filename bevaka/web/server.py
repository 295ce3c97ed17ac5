"""The web server: serves the application with waitress, beside the daemon or alone.

What idle or slow visitors can do is bounded: a connection has some seconds for its request, and when there are as many
connections as the server keeps, the one that has waited longest makes room, or the new one is turned away. No thread
waits for a visitor who reads slowly. Operators, and whoever asks for the health, have threads of their own.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

from bevaka.web.app import LARGEST_FORM
from bevaka.web.forwarded import Forwarded
from bevaka.web.security import Urgency, urgency

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("bevaka.web")
logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits is a flood in a flood

THREADS = 8
URGENT_THREADS: Mapping[Urgency, int] = {"health": 1, "operator": 2}
MOST_CONNECTIONS = 400
"""Each takes a file, and a second one while a long answer waits: together below the 1024 of a process by default."""
MOST_PIPELINED = 4
"""Requests that a connection may send without waiting for the answers. Browsers send one."""
ROOM_FOR_ANSWERS = 64 << 20
"""Bytes of answers that a connection may leave unread before a thread waits for it: more than so many can hold."""
REQUEST_SECONDS = 15.0
"""The time that a connection has for a whole request, from its first moment or from the end of the answer before."""
SENDING_SECONDS = 30.0
"""Seconds without a byte after which an answer that nobody fetches is given up."""
LONGEST_SENDING_SECONDS = 600.0
CLEANING_SECONDS = 1


class Server:
    """Binds the port at once (raises OSError if it cannot), and responds from `start` until `stop`.

    `url` is the address on which it listens; `proxies` is the number of own proxies in front of it: as many entries of
    X-Forwarded-For are trusted.
    """

    def __init__(self, app: Flask, bind: tuple[str, int], *, proxies: int = 0) -> None:
        host, port = bind
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        shown, port = listening.getsockname()[:2]
        self.url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
        self._sockets: dict[int, wasyncore.dispatcher] = {}
        self._server = _Server(
            Forwarded(app, proxies) if proxies else app,
            map=self._sockets,
            _sock=listening,
            dispatcher=_Lanes(lambda path, headers: urgency(app, path, headers)),
            adj=Adjustments(
                sockets=[listening],
                cleanup_interval=CLEANING_SECONDS,
                connection_limit=10 * MOST_CONNECTIONS,  # never met: `_Server` bounds them
                outbuf_high_watermark=ROOM_FOR_ANSWERS,
                asyncore_use_poll=True,  # select() knows no file beyond the 1024th
                max_request_body_size=LARGEST_FORM,
                log_socket_errors=False,  # a visitor's connection that breaks is no news, and many fill a disk
                ident=None,
                clear_untrusted_proxy_headers=not proxies,
            ),
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            bind_socket=False,
        )
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to respond, in a thread."""
        self._thread.start()
        log.info("the web page is open", extra={"url": self.url})

    def stop(self) -> None:
        """Finish the requests that are being processed, answer no further one, and close the port."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(self._close)
        self._thread.join()
        self._server.trigger.close()

    def _close(self) -> None:
        """Close every socket but the trigger, in the thread of the loop, which then ends.

        The trigger is only taken off the loop: whoever pulls it may still be about to write to it when the loop, awake
        for another reason, runs this.
        """
        self._server.trigger.del_channel()
        for each in list(self._sockets.values()):
            if isinstance(each, _Channel):
                each.handle_close()  # with the answers that nobody has fetched
            else:
                wasyncore.dispatcher.close(each)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection. `waiting_since` is when it began to wait for a request, on the monotonic clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  waitress' own
        self.waiting_since = time.monotonic()
        super().__init__(*args, **kwargs)

    def service(self) -> None:
        super().service()
        self.waiting_since = time.monotonic()

    def received(self, data: bytes) -> bool:
        """Take what the visitor sent; one who sends many requests without reading an answer is no browser."""
        taken = bool(super().received(data))
        if len(self.requests) > MOST_PIPELINED:
            self.will_close = True
        return taken

    def has_waited_too_long(self, now: float) -> bool:
        """True if the time for a request is over, or for fetching the answer; `now` is on the monotonic clock."""
        if self.requests:
            return False
        if not self.total_outbufs_len:
            return now - self.waiting_since > REQUEST_SECONDS
        is_silent = time.time() - self.last_activity > SENDING_SECONDS
        return is_silent or now - self.waiting_since > LONGEST_SENDING_SECONDS


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """waitress' server with a time limit for requests, and connections that make room for new ones."""

    channel_class = _Channel

    def maintenance(self, now: float) -> None:
        """Close the connections that have waited too long; `now` is on the wall clock, and not used."""
        del now
        at = time.monotonic()
        for channel in list(self.active_channels.values()):
            if channel.has_waited_too_long(at):
                channel.will_close = True

    def handle_accept(self) -> None:
        """Accept a connection; where there are too many, close the one that has waited longest, or else this one."""
        if len(self.active_channels) >= MOST_CONNECTIONS:
            idle = [channel for channel in self.active_channels.values() if not channel.requests]
            if not idle:
                with suppress(OSError):
                    self.socket.accept()[0].close()
                return
            min(idle, key=lambda channel: channel.waiting_since).handle_close()
        super().handle_accept()


class _Lanes:
    """Threads for requests, some of them for urgent ones alone: waitress' dispatcher, once for each kind."""

    def __init__(self, urgency_of: Callable[[str, Mapping[str, str]], Urgency | None]) -> None:
        self._urgency_of = urgency_of
        self._lanes: dict[Urgency | None, ThreadedTaskDispatcher] = {}
        kinds: list[tuple[Urgency | None, int]] = [(None, THREADS), *URGENT_THREADS.items()]
        for kind, threads in kinds:
            self._lanes[kind] = ThreadedTaskDispatcher()
            self._lanes[kind].set_thread_count(threads)

    def add_task(self, channel: _Channel) -> None:
        """Answer the connection's first request, in a thread."""
        request = channel.requests[0]
        kind = None if request.error else self._urgency_of(request.path, request.headers)
        self._lanes[kind].add_task(channel)

    def shutdown(self) -> None:
        """Finish the requests that are being processed, and answer no further one."""
        for lane in self._lanes.values():
            lane.shutdown()
