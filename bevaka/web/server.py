"""The web server: serves the application with waitress, beside the daemon or alone."""

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
"""Seconds after which an idle connection is closed."""


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
            wasyncore.dispatcher.close(each) if each is self._server else each.close()
