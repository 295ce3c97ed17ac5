"""A scripted web site on loopback: the answer of each address, and faults.

    with Site() as site:
        site.pages["/"] = Answer("<h1>Hej</h1>")
        site.pages["/then"] = [Answer("one"), Answer("two")]          # in turn; the last one is repeated
        site.pages["/by-hand"] = lambda request: Answer(request.headers["User-Agent"])
        site.pages["/slow"] = Answer("...", fault=Fault.DRIP_BODY)
        ...
        assert [request.path for request in site.requests] == ["/robots.txt", "/"]

Any other address, including /robots.txt, is answered with 404.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DRIP = 0.02
"""Seconds between two bytes of DRIP_HEAD and DRIP_BODY."""


class Fault(Enum):
    """A way in which the server misbehaves."""

    DRIP_HEAD = auto()
    """The headers are sent a byte at a time, without end."""
    DRIP_BODY = auto()
    """The body is followed by one byte at a time, without end."""
    ENDLESS_BODY = auto()
    """The body is sent repeatedly, as fast as the client receives it."""
    CUT_HEAD = auto()
    """The connection is closed inside the headers."""
    SHORT_BODY = auto()
    """The connection is closed before Content-Length is reached."""
    CUT_CHUNKS = auto()
    """The connection is closed between two chunks."""
    HANG = auto()
    """Nothing is sent, and the connection stays open."""
    CLOSE = auto()
    """The connection is closed without a byte."""
    NOT_HTTP = auto()
    """The server speaks another protocol than HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of an address. With `etag` or `last_modified`, a conditional request that names it gets a 304."""

    body: str | bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    more_headers: tuple[tuple[str, str], ...] = ()
    """Headers whose names may come several times."""
    content_type: str | None = "text/html; charset=utf-8"
    etag: str | None = None
    last_modified: str | None = None
    chunked: bool = False
    fault: Fault | None = None
    raw: bytes | None = None
    """Sent instead of everything above, head and all; then the connection is closed."""

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True, slots=True)
class Request:
    """A request. The names of `headers` are case-insensitive; `body` is that of a POST."""

    method: str
    path: str
    headers: Message
    body: bytes = b""


Page = Answer | Sequence[Answer] | Callable[[Request], Answer]


def redirect(location: str, status: int = 302) -> Answer:
    """Return an answer that redirects to another address."""
    return Answer(status=status, headers={"Location": location})


def gzipped(body: bytes, *, cut: int = 0, **facts: Any) -> Answer:
    """Return an answer compressed with gzip, without its last `cut` compressed bytes."""
    compressed = gzip.compress(body)
    return Answer(compressed[: len(compressed) - cut], headers={"Content-Encoding": "gzip"}, **facts)


def gzip_bomb(megabytes: int) -> Answer:
    """Return a small answer that decompresses to this many megabytes of zeros."""
    member = gzip.compress(bytes(1_000_000))
    return Answer(member * megabytes, headers={"Content-Encoding": "gzip"})


class Site:
    """The server. With `tls`, it serves https with its own certificate, made in that folder (see `ca_file`)."""

    def __init__(self, *, tls: Path | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self._tls = tls
        self._turns: dict[str, int] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        if tls is not None:
            make_certificate(tls)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls / "site.pem", tls / "site.key")
            self._server.tls = context

    @property
    def url(self) -> str:
        """The address of the site, without a slash at the end."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def ca_file(self) -> str:
        """The certificate file that a client must trust."""
        assert self._tls is not None, "only a Site(tls=folder) has a certificate"
        return str(self._tls / "site.pem")

    def asked(self, path: str) -> list[Request]:
        """Return the requests for one address, in their order."""
        return [request for request in self.requests if request.path == path]

    def hang_up(self) -> None:
        """Close every open connection, as servers do with idle ones."""
        self._server.hang_up()

    def answer(self, request: Request) -> Answer:
        """Record a request and return its answer."""
        with self._lock:
            self.requests.append(request)
            page = self.pages.get(request.path, Answer("not found", 404, content_type="text/plain"))
            if isinstance(page, Sequence):
                turn = self._turns.get(request.path, 0)
                self._turns[request.path] = turn + 1
                page = page[min(turn, len(page) - 1)]
        return page(request) if callable(page) else page

    def wait(self, seconds: float) -> bool:
        """Wait; return True at once if the site is closing."""
        return self._closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined when the server closes, so that no test leaves a thread behind
    request_queue_size = 64
    tls: ssl.SSLContext | None = None

    def __init__(self, site: Site) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection; the TLS handshake is in its thread, so that one that hangs blocks no other."""
        with self._lock:
            self._open.add(request)
            self.site.connections += 1
        try:
            connection = self.tls.wrap_socket(request, server_side=True) if self.tls else request
        except OSError:  # the client does not trust the certificate
            self._forget(request)
            request.close()
            return
        with self._lock:
            self._open.add(connection)  # TLS has taken the socket over
        try:
            super().process_request_thread(connection, client_address)
        finally:
            self._forget(request)
            self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # closed, or taken over by TLS
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: many tests have clients that disconnect."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.site.answer(Request(self.command, self.path, self.headers, body))
        if answer.raw is not None:
            self.close_connection = True
            self.wfile.write(answer.raw)
            return
        if answer.fault is not None:
            self.close_connection = True
            self._misbehave(answer, answer.fault)
            return
        if self._unchanged(answer):
            answer = Answer(status=304, headers=answer.headers, etag=answer.etag, last_modified=answer.last_modified)
        content = answer.content
        if answer.chunked:
            framing = {"Transfer-Encoding": "chunked"}
            content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content) if content else b"0\r\n\r\n"
        else:
            framing = {"Content-Length": str(len(content))}
        self.wfile.write(self._head(answer, framing) + (b"" if answer.status == 304 else content))

    def _unchanged(self, answer: Answer) -> bool:
        if answer.etag is not None and (asked := self.headers.get("If-None-Match")) is not None:
            return asked == answer.etag
        return answer.last_modified is not None and self.headers.get("If-Modified-Since") == answer.last_modified

    def _head(self, answer: Answer, framing: Mapping[str, str]) -> bytes:
        headers = dict(answer.headers)
        if answer.content_type is not None and answer.status != 304:
            headers["Content-Type"] = answer.content_type
        if answer.etag is not None:
            headers["ETag"] = answer.etag
        if answer.last_modified is not None:
            headers["Last-Modified"] = answer.last_modified
        lines = [f"HTTP/1.1 {answer.status} Scripted"]
        lines += [f"{name}: {value}" for name, value in [*(headers | dict(framing)).items(), *answer.more_headers]]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _misbehave(self, answer: Answer, fault: Fault) -> None:  # noqa: C901  one short case per fault
        write, wait = self.wfile.write, self.server.site.wait
        body = answer.content
        match fault:
            case Fault.DRIP_HEAD:
                write(b"HTTP/1.1 200 Scripted\r\nX-Drip: ")
                while not wait(DRIP):
                    write(b"x")
            case Fault.DRIP_BODY:
                write(self._head(answer, {"Connection": "close"}) + body)
                while not wait(DRIP):
                    write(b"x")
            case Fault.ENDLESS_BODY:
                write(self._head(answer, {"Connection": "close"}))
                while not wait(0):
                    write(body or b"x" * 65_536)
            case Fault.CUT_HEAD:
                write(b"HTTP/1.1 200 Scripted\r\nContent-Type: text/html\r\nContent-Len")
            case Fault.SHORT_BODY:
                write(self._head(answer, {"Content-Length": str(len(body) + 100)}) + body)
            case Fault.CUT_CHUNKS:
                write(self._head(answer, {"Transfer-Encoding": "chunked"}) + b"%x\r\n%b\r\n" % (len(body), body))
            case Fault.HANG:
                while not wait(1):
                    pass
            case Fault.NOT_HTTP:
                write(b"220 mail.example.org ESMTP\r\n")
            case Fault.CLOSE:
                pass

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def make_certificate(folder: Path) -> None:
    """Write a self-signed certificate for 127.0.0.1 and localhost: `site.pem` and `site.key`."""
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem")]
    subprocess.run([*command.split(), "-addext", names, *files], check=True, capture_output=True)
