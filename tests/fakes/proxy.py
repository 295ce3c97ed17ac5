"""A proxy on loopback, of HTTP (CONNECT and whole URLs), of HTTP over TLS, or of SOCKS 5, which notes what it is asked.

    with Proxy(names={"county.example": site.port}) as proxy:
        ...
        assert proxy.asked == ["GET http://county.example/"]

A name in `names` leads to that port of 127.0.0.1; every other one is taken as it is.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from tests.fakes.site import make_certificate


class Proxy:
    """The proxy. `log_in` is the user and the password that it wants, None for nobody's; `refuses` answers 403."""

    def __init__(
        self,
        kind: Literal["http", "socks5h"] = "http",
        *,
        names: Mapping[str, int] | None = None,
        log_in: tuple[str, str] | None = None,
        tls: Path | None = None,
        refuses: bool = False,
    ) -> None:
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self._kind, self._names, self._log_in, self._refuses = kind, dict(names or {}), log_in, refuses
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._context: ssl.SSLContext | None = None
        if tls is not None:
            make_certificate(tls)
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(tls / "site.pem", tls / "site.key")

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"{'https' if self._context else self._kind}://{self.place}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for connection in self._open:
            connection.close()

    def close(self) -> None:
        """Take no more connections: whoever comes is refused."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self._start(self._serve, connection)

    def _start(self, target: Any, *given: Any) -> None:
        thread = threading.Thread(target=target, args=given)
        self._threads.append(thread)
        thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            (self._serve_socks if self._kind == "socks5h" else self._serve_http)(connection)

    def _connect(self, host: str, port: int) -> socket.socket:
        upstream = socket.create_connection(("127.0.0.1", self._names[host]) if host in self._names else (host, port))
        self._open.append(upstream)
        return upstream

    def _serve_http(self, connection: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1) or _end()
        self.heads.append(head)
        method, address, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        self.asked.append(f"{method} {address}")
        if self._log_in is not None:
            wanted = base64.b64encode(":".join(self._log_in).encode())
            if b"\r\nproxy-authorization: basic " + wanted.lower() not in head.lower():
                connection.sendall(b"HTTP/1.1 407 Log in\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                connection.shutdown(socket.SHUT_RDWR)
                return
        if self._refuses:
            connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.shutdown(socket.SHUT_RDWR)
            return
        if method == "CONNECT":
            host, _, port = address.rpartition(":")
            upstream = self._connect(host, int(port))
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            parts = urlsplit(address)
            upstream = self._connect(parts.hostname or "", parts.port or 80)
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"proxy-authorization")]
            lines[0] = f"{method} {path} HTTP/1.1".encode()
            lines[1:1] = [b"Connection: close"]
            upstream.sendall(b"\r\n".join(lines))
        self._join(connection, upstream)

    def _serve_socks(self, connection: socket.socket) -> None:
        _, count = _read(connection, 2)
        methods = _read(connection, count)
        wanted = 2 if self._log_in else 0
        connection.sendall(bytes([5, wanted if wanted in methods else 255]))
        if wanted not in methods:
            return
        if self._log_in:
            _, length = _read(connection, 2)
            user = _read(connection, length)
            password = _read(connection, _read(connection, 1)[0])
            is_right = (user.decode(), password.decode()) == self._log_in
            connection.sendall(bytes([1, 0 if is_right else 1]))
            if not is_right:
                return
        _, _, _, kind, length = _read(connection, 5)
        assert kind == 3, "a name, not an address"
        host = _read(connection, length).decode()
        (port,) = struct.unpack("!H", _read(connection, 2))
        self.asked.append(f"CONNECT {host}:{port}")
        if self._refuses:
            connection.sendall(b"\x05\x02\x00\x01" + bytes(6))
            return
        upstream = self._connect(host, port)
        connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
        self._join(connection, upstream)

    def _join(self, one: socket.socket, other: socket.socket) -> None:
        self._start(_pump, other, one)
        _pump(one, other)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _read(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        received += connection.recv(count - len(received)) or _end()
    return received


def _end() -> bytes:
    raise EOFError
