"""requests' adapter over connections that are dialled by `Dialer`.

The host name stays in the URL, so the certificate and the Host header are those of the name; only the address of the
socket is chosen by `Dialer`. Environment proxies, cookies and .netrc are features of `requests.Session`, which is not
used: the adapter is called with a prepared request, which also costs less than half.
"""

from __future__ import annotations

import http.client
import io
import re
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
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from monitor.client.addresses import Target
from monitor.client.authorities import Authorities
from monitor.client.deadline import Deadline
from monitor.client.dialing import Dialer
from monitor.errors import ConnectionBroken, HeadTooLarge, TlsFailed

HOSTS_KEPT = 64
"""The number of hosts whose last connection is kept for the next request."""
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
    reused: bool = False
    headers: Headers = ()


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
        exchange = _exchange.get()
        return exchange.dialer.dial(self.host, self.port, exchange.target.url, exchange.deadline)

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  passed on unchanged
        _note_reuse(self)
        super().request(*args, **kwargs)


class _Secure(HTTPSConnection):
    """An https connection, dialled by `Dialer`. A failed handshake raises TlsFailed and is not repeated."""

    response_class = _Answer

    def _new_conn(self) -> Any:  # noqa: ANN401  a socket, as urllib3 names it
        exchange = _exchange.get()
        return exchange.dialer.dial(self.host, self.port, exchange.target.url, exchange.deadline)

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLEOFError:
            raise  # the connection ended: says nothing about the certificate
        except ssl.SSLError as error:
            _exchange.get().deadline.check(self.host)
            detail = getattr(error, "verify_message", None) or error.reason or type(error).__name__
            raise TlsFailed(host=self.host, detail=detail) from error

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  passed on unchanged
        _note_reuse(self)
        super().request(*args, **kwargs)


def _note_reuse(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        exchange = _exchange.get()
        exchange.reused = True
        exchange.deadline.guard(connection.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    """requests' adapter with dialled connections, one kept per host, and one TLS context for all of them."""

    def __init__(self, authorities: Authorities) -> None:
        super().__init__(pool_connections=HOSTS_KEPT, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        self._authorities = authorities
        self._contexts: dict[str | None, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,  # noqa: ARG002  the exchange holds the address in the form in which it was checked
        verify: object,
        proxies: object = None,  # noqa: ARG002  there are none
        cert: object = None,  # noqa: ARG002  there is none
    ) -> HTTPConnectionPool:
        target = _exchange.get().target
        extra = {}
        if target.scheme == "https":
            extra["ssl_context"] = self._context(verify if isinstance(verify, str) else None, target.host)
        pools: PoolManager = self.poolmanager
        return pools.connection_from_host(target.host, target.port, target.scheme, pool_kwargs=extra)

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
    ) -> Reply:
        """Send a GET, or a POST of this content, and return the answer up to the end of its headers.

        The answer's body is still to be read.

        The server may have closed a kept connection at the moment of its use: the request is then sent once more, on a
        new one. Raises FetchError.
        """
        exchange = Exchange(target, deadline, self._dialer)
        try:
            return self._send(exchange, headers, ca_file, content)
        except ConnectionBroken:
            if not exchange.reused:
                raise
        return self._send(Exchange(target, deadline, self._dialer), headers, ca_file, content)

    def _send(
        self, exchange: Exchange, headers: Mapping[str, str], ca_file: str | None, content: bytes | None
    ) -> Reply:
        target, deadline = exchange.target, exchange.deadline
        deadline.check(target.host)
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
