"""The web site of the demo: on loopback, with one answer an address, which each step of the scenario replaces."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """The answer of one address."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200

    @property
    def etag(self) -> str:
        """The validator, as many official sites send one."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class DemoSite:
    """An HTTP server on loopback. `answers` maps paths to their current answers; any other path is not found."""

    def __init__(self) -> None:
        self.answers: dict[str, SiteAnswer] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = site.answers.get(self.path, SiteAnswer(b"not found", "text/plain", 404))
                if answer.status == 200 and self.headers.get("If-None-Match") == answer.etag:
                    answer = SiteAnswer(b"", answer.content_type, 304)
                self.send_response(answer.status)
                if answer.status == 200:
                    self.send_header("ETag", answer.etag)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                """Log nothing: the demo prints the steps of the scenario alone."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The address at which the server listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
