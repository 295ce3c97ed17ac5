"""Serving the application with waitress, beside other work or alone."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer, create_server  # type: ignore[import-untyped]

from bevaka.web.app import LARGEST_FORM

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("bevaka.web")

THREADS = 8
IDLE = 60
"""Seconds after which a connection that asks nothing is closed."""


class Server:
    """Takes the port at once (raises OSError when it cannot) and answers from `start` on, until `stop`.

    `url` is where it listens; `proxies` is how many proxies of ours stand before it: so many entries of
    X-Forwarded-For are believed.
    """

    def __init__(self, app: Flask, bind: tuple[str, int], *, proxies: int = 0) -> None:
        host, port = bind
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        shown, port = listening.getsockname()[:2]
        self.url = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
        self._sockets: dict[int, wasyncore.dispatcher] = {}
        trusted = {"trusted_proxy": "*", "trusted_proxy_count": proxies, "trusted_proxy_headers": {"x-forwarded-for"}}
        self._server: TcpWSGIServer = create_server(
            app,
            map=self._sockets,
            sockets=[listening],
            threads=THREADS,
            channel_timeout=IDLE,
            max_request_body_size=LARGEST_FORM,
            ident=None,
            **(trusted if proxies else {}),
        )
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer, in a thread."""
        self._thread.start()
        log.info("the web page is open", extra={"url": self.url})

    def stop(self) -> None:
        """Take no more, let what is being answered finish, and let go of the port."""
        self._server.trigger.pull_trigger(self._close)
        self._thread.join()
        self._server.task_dispatcher.shutdown()

    def _close(self) -> None:
        """In the thread of the loop, which ends when nothing is left to listen to."""
        wasyncore.close_all(self._sockets, ignore_all=True)
