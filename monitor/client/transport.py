"""requests' adapter over connections that are dialled by `Dialer`.

The host name stays in the URL, so the certificate and the Host header are those of the name; only the address of the
socket is chosen by `Dialer`. Environment proxies, cookies and .netrc are features of `requests.Session`, which is not
used: the adapter is called with a prepared request, which also costs less than half.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from monitor.client.addresses import Target
from monitor.client.authorities import Authorities
from monitor.client.deadline import Deadline
from monitor.client.dialing import Dialer
from monitor.client.outgoing import basic
from monitor.core.proxy_address import Proxy
from monitor.errors import ConnectionBroken, HeadTooLarge, ProxyFailed, TlsFailed

HOSTS_KEPT = 64
"""The number of hosts whose last connection is kept for the next request."""
PROXIES_KEPT = 16
READ_BUFFER = 65_536
MOST_HEADERS = 1_000
"""Sites send a Link header for each file that a page needs: more than the 100 headers that http.client allows."""
LONGEST_HEADER = 65_536
LARGEST_HEAD = 1_000_000

http.client._MAXHEADERS = MOST_HEADERS + 10  # type: ignore[attr-defined]  # noqa: SLF001  `_Head` counts, and says so

Headers = tuple[tuple[str, str], ...]

BROKEN = (OSError, HTTPError, http.client.HTTPException, ValueError)
"""Everything that requests, urllib3 and http.client raise when a connection fails (InvalidURL and LocationParseError
are ValueErrors, requests' own errors are OSErrors)."""


@dataclass(slots=True)
class Exchange:
    """One request in progress.

    `reused` is set when the request was sent on a connection that was open already, `headers` are the answer's, in
    their order (urllib3 keeps them by name).
    """

    target: Target
    deadline: Deadline
    dialer: Dialer
    proxy: Proxy | None = None
    reused: bool = False
    headers: Headers = ()

    def dial(self, host: str, port: int) -> socket.socket:
        """Return a connection to this host, or through the proxy."""
        if self.proxy is None:
            return self.dialer.dial(host, port, self.target.url, self.deadline)
        return self.dialer.dial_proxy(self.proxy, self.target.host, self.target.port, self.target.url, self.deadline)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose body is still to be read from `raw`."""

    raw: HTTPResponse
    status: int
    headers: Headers

    def header(self, name: str) -> str:
        """Return the first value of a header, whatever its case; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def joined(self, name: str) -> str:
        """Return all values of a header that is a list, as one list."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


_exchange: ContextVar[Exchange] = ContextVar("exchange")
"""The exchange of the current thread: urllib3 makes connections deep below and passes nothing down to them."""


class _Head(io.BufferedReader):
    """Reads an answer's lines; while `in_head`, within limits of number and size.

    A line without a line break is an error: the head was cut off. http.client takes such a line for the end of the
    headers, and so a truncated answer for a whole one without a body. It takes a line that is no header for the end as
    well, so such lines are left out, as browsers do; and it takes every interim answer but 100 for the final one, so
    that 103 ("Early Hints") is read as 100.
    """

    in_head = True
    _lines = 0
    _size = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        if not self.in_head:
            return super().readline(size)
        while True:
            line = self._line_of_head(size)
            is_first = self._lines == 1
            coding = _TRANSFER_CODING.match(line)
            if coding:
                line = _as_one_coding(coding[1])
                if not line:
                    continue  # the identity: as if it were not there
            if _INTERIM_STATUS.match(line):
                return b"HTTP/1.1 100 Continue\r\n"
            if is_first or b":" in line or line.startswith((b"HTTP/", b" ", b"\t")) or not line.strip():
                return line

    def _line_of_head(self, size: int | None) -> bytes:
        """Return the next line. Raises HeadTooLarge, and IncompleteRead where the connection ends inside the head."""
        line = super().readline(size)
        self._lines += 1
        self._size += len(line)
        if len(line) > LONGEST_HEADER:
            raise HeadTooLarge(limit=LONGEST_HEADER)
        if self._size > LARGEST_HEAD:
            raise HeadTooLarge(limit=LARGEST_HEAD)
        if self._lines > MOST_HEADERS + 2:  # a status line before them, an empty line after them
            raise HeadTooLarge(headers=MOST_HEADERS)
        if not line.endswith(b"\n") and (size is None or size < 0 or len(line) < size):
            raise http.client.IncompleteRead(line)
        return line


_TRANSFER_CODING = re.compile(rb"transfer-encoding[ \t]*:([^\r\n]*\w[^\r\n]*)\r?\n", re.IGNORECASE)


def _as_one_coding(value: bytes) -> bytes:
    """Return a Transfer-Encoding header as http.client and urllib3 read it; empty for one that names no coding.

    "chunked" last says how long the body is (RFC 9112, 6.3), whatever space, empty items or parameters are around it;
    http.client compares the whole value, and takes the sizes of the chunks for content where it is not exactly that.
    """
    named = [item.partition(b";")[0].strip(b' \t"').lower() for item in value.split(b",")]
    codings = [item for item in named if item not in {b"", b"identity"}]
    if codings and codings[-1] == b"chunked":
        return b"Transfer-Encoding: chunked\r\n"
    return b"Transfer-Encoding:" + value + b"\r\n" if codings else b""


_INTERIM_STATUS = re.compile(rb"HTTP/1\.[01] 1(?!0[01]\b)\d\d\b")


_WITHOUT_BODY = frozenset({204, 304})


class _Answer(http.client.HTTPResponse):
    """An answer whose head must be complete."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  http.client's own signature
        super().__init__(sock, *args, **kwargs)
        self._head = _Head(self.fp.detach(), READ_BUFFER)
        self.fp = self._head

    def begin(self) -> None:
        super().begin()
        self._head.in_head = False
        if self.status in _WITHOUT_BODY and self.headers["Transfer-Encoding"]:
            del self.headers["Transfer-Encoding"]  # no chunk follows (RFC 9112, 6.3), but urllib3 would wait for one
            self.chunked = False
        _exchange.get().headers = tuple((name, " ".join(value.split())) for name, value in self.headers.items())


class _Plain(HTTPConnection):
    """An http connection, dialled by `Dialer`."""

    response_class = _Answer

    def _new_conn(self) -> Any:  # noqa: ANN401  a socket, as urllib3 names it
        return _exchange.get().dial(self.host, self.port)

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  passed on unchanged
        _note_reuse(self)
        super().request(*args, **kwargs)


class _Secure(HTTPSConnection):
    """An https connection, dialled by `Dialer`. A failed handshake raises TlsFailed and is not repeated."""

    response_class = _Answer

    def _new_conn(self) -> Any:  # noqa: ANN401  a socket, as urllib3 names it
        return _exchange.get().dial(self.host, self.port)

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLEOFError:
            raise  # the connection ended: says nothing about the certificate
        except ssl.SSLError as error:
            exchange = _exchange.get()
            exchange.deadline.check(exchange.target.host)
            raise TlsFailed(host=exchange.target.host, detail=_tls_detail(error)) from error

    def _connect_tls_proxy(self, hostname: str, sock: socket.socket) -> ssl.SSLSocket:
        try:
            return super()._connect_tls_proxy(hostname, sock)
        except ssl.SSLError as error:
            exchange = _exchange.get()
            exchange.deadline.check(exchange.target.host)
            raise ProxyFailed(proxy=_label(exchange), detail=_tls_detail(error)) from error

    def _tunnel(self) -> None:
        """Have the proxy connect to the host. Raises ProxyFailed with the number that it answers, if it refuses."""
        try:
            super()._tunnel()
        except OSError as error:
            exchange = _exchange.get()
            exchange.deadline.check(exchange.target.host)
            refusal = _REFUSED_TUNNEL.match(str(error))
            raise ProxyFailed(proxy=_label(exchange), detail=refusal[1] if refusal else "no tunnel") from error

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  passed on unchanged
        _note_reuse(self)
        super().request(*args, **kwargs)


_REFUSED_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")


def _label(exchange: Exchange) -> str:
    return exchange.proxy.label if exchange.proxy else exchange.target.host


def _tls_detail(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", None) or error.reason or type(error).__name__


def _note_reuse(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        exchange = _exchange.get()
        exchange.reused = True
        exchange.deadline.guard(connection.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    """requests' adapter with dialled connections, one kept per host, and one TLS context for all of them."""

    def __init__(self, authorities: Authorities) -> None:
        super().__init__(pool_connections=HOSTS_KEPT, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = _POOLS
        self._authorities = authorities
        self._contexts: dict[str | None, ssl.SSLContext] = {}
        self._behind: dict[Proxy, PoolManager] = {}
        self._lock = threading.Lock()

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,  # noqa: ARG002  the exchange holds the address in the form in which it was checked
        verify: object,
        proxies: object = None,  # noqa: ARG002  there are none
        cert: object = None,  # noqa: ARG002  there is none
    ) -> HTTPConnectionPool:
        exchange = _exchange.get()
        target = exchange.target
        extra = {}
        if target.scheme == "https":
            extra["ssl_context"] = self._context(verify if isinstance(verify, str) else None, target.host)
        pools: PoolManager = self._pools_behind(exchange.proxy) if exchange.proxy else self.poolmanager
        return pools.connection_from_host(target.host, target.port, target.scheme, pool_kwargs=extra)

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:  # noqa: ANN401  requests' own signature
        """Return the path to ask for; the whole URL where an HTTP proxy asks for it in our place (RFC 9112, 3.2.2)."""
        exchange = _exchange.get()
        if exchange.proxy is not None and exchange.proxy.is_http and exchange.target.scheme == "http":
            return exchange.target.url
        return super().request_url(request, proxies)

    def _pools_behind(self, proxy: Proxy) -> PoolManager:
        """Return the kept connections that go through a proxy. TLS to the proxy itself trusts the usual authorities."""
        context = self._context(None, proxy.host) if proxy.scheme == "https" else None
        with self._lock:
            pools = self._behind.get(proxy)
            if pools is None:
                size: dict[str, Any] = {"num_pools": HOSTS_KEPT, "maxsize": 1}
                if proxy.is_http:
                    address = f"{proxy.scheme}://{proxy.place}"
                    pools = ProxyManager(address, proxy_headers=proxy_headers(proxy), proxy_ssl_context=context, **size)
                else:
                    pools = PoolManager(**size)
                pools.pool_classes_by_scheme = _POOLS
                while len(self._behind) >= PROXIES_KEPT:
                    self._behind.pop(next(iter(self._behind))).clear()
                self._behind[proxy] = pools
            return pools

    def close(self) -> None:
        """Close the kept connections."""
        super().close()
        with self._lock:
            for pools in self._behind.values():
                pools.clear()

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Do nothing: the pool's TLS context verifies. requests' own method loads the CA file for every connection."""

    def _context(self, ca_file: str | None, host: str) -> ssl.SSLContext:
        with self._lock:
            context = self._contexts.get(ca_file)
            if context is None:
                try:
                    context = ssl.create_default_context(cafile=ca_file) if ca_file else self._authorities.context()
                except OSError as error:  # missing, or without certificates (ssl.SSLError is an OSError)
                    raise TlsFailed(host=host, detail=f"ca_file: {error.strerror or error}") from error
                self._contexts[ca_file] = context
            return context


class Transport:
    """Sends requests over kept connections, one at a time per thread."""

    def __init__(self, dialer: Dialer, authorities: Authorities) -> None:
        self._dialer = dialer
        self._adapter = _Adapter(authorities)

    def send(
        self,
        target: Target,
        headers: Mapping[str, str],
        deadline: Deadline,
        ca_file: str | None,
        content: bytes | None = None,
        *,
        proxy: Proxy | None = None,
        may_be_unknown: bool = False,
    ) -> Reply:
        """Send a GET, or a POST of this content, and return the answer up to the end of its headers.

        The answer's body is still to be read. Behind a proxy the addresses of the host are checked for each request;
        one that `may_be_unknown` here is left to the proxy.

        The server may have closed a kept connection at the moment of its use: a GET is then sent once more, on a new
        one; a POST never is, since the server may have done what it says. Raises FetchError.
        """
        if proxy is not None:
            self._dialer.check_behind_proxy(
                target.host, target.port, target.url, deadline, may_be_unknown=may_be_unknown
            )
        exchange = Exchange(target, deadline, self._dialer, proxy)
        try:
            return self._send(exchange, headers, ca_file, content)
        except ConnectionBroken:
            if not exchange.reused or content is not None:
                raise
        return self._send(Exchange(target, deadline, self._dialer, proxy), headers, ca_file, content)

    def _send(
        self, exchange: Exchange, headers: Mapping[str, str], ca_file: str | None, content: bytes | None
    ) -> Reply:
        target, deadline, proxy = exchange.target, exchange.deadline, exchange.proxy
        deadline.check(target.host)
        if proxy is not None and proxy.is_http and target.scheme == "http":
            headers = {**headers, **proxy_headers(proxy)}
        token = _exchange.set(exchange)
        try:
            response = self._adapter.send(
                _prepared(target, headers, content),
                stream=True,
                timeout=deadline.remaining,
                verify=ca_file or True,
                proxies={},
            )
            return Reply(response.raw, response.status_code, exchange.headers)
        except BROKEN as error:
            raise connection_error(error, target.host, deadline) from error
        finally:
            _exchange.reset(token)

    def close(self) -> None:
        """Close the kept connections."""
        self._adapter.close()


def proxy_headers(proxy: Proxy) -> dict[str, str]:
    """Return the header by which a user logs in to an HTTP proxy; none where the proxy has no user."""
    return {"Proxy-Authorization": basic(proxy.user, proxy.password)} if proxy.user or proxy.password else {}


def connection_error(error: Exception, host: str, deadline: Deadline) -> ConnectionBroken:
    """Return the error for a failed connection. Raises what `Deadline.check` raises if the fetch was cut off."""
    deadline.check(host)
    cause: BaseException = error
    while (inner := _inner(cause)) is not None:
        cause = inner
    return ConnectionBroken(host=host, detail=type(cause).__name__)


def _inner(error: BaseException) -> BaseException | None:
    """Return the error wrapped by an error of requests or urllib3: its reason, else the last of its arguments."""
    wrapped = [part for part in (*error.args, getattr(error, "reason", None)) if isinstance(part, BaseException)]
    return wrapped[-1] if wrapped else None


def _prepared(target: Target, headers: Mapping[str, str], content: bytes | None) -> PreparedRequest:
    """Return a request for exactly this URL: `prepare()` would parse the URL again, by rules other than ours."""
    request = PreparedRequest()
    request.method = "GET" if content is None else "POST"
    request.url = target.url
    request.headers = CaseInsensitiveDict(headers)
    if content is not None:
        request.body = content
        request.headers["Content-Length"] = str(len(content))
    request.hooks = default_hooks()
    return request
