"""The loopback site that every tool is measured on, in its own process so that its CPU counts for no tool.

    python bench/site_process.py PAGES [--hosts N] [--tls FOLDER]     prints two ports, serves until its input ends

`/page/N` is a page. On the second port, always plain http on 127.0.0.1, `/set?…` sets the behaviour of the site from
then on, and `/seen` returns the counts of requests since then, as JSON.

    versions=N     every page is in this version
    percent=P      … and this percentage of the pages in the next one
    noise=1        other bytes at every request, the same text
    validators=0   no ETag, and no 304
    delay=0.05     seconds before an answer
    close=1        a new connection for each request
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import secrets
import ssl
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

from pages import NONCE, page

MANY = 100
"""Pages per cycle in which `percent` of the pages are in the next version."""
READY = 6_000
"""Number of pages kept in memory; others are made anew for each request."""
LISTENING = 5_000
"""Number of hosts that answer: each takes an open file. Pages of the others are watched but never due."""


@dataclass(slots=True)
class Behaviour:
    """The current behaviour of the site."""

    versions: int = 0
    percent: float = 0
    noise: bool = False
    validators: bool = True
    delay: float = 0
    close: bool = False

    def set(self, query: str) -> None:
        """Set the behaviour from a query string; what is not named is reset to its default."""
        said = dict(parse_qsl(query))
        self.versions, self.percent = int(said.get("versions", 0)), float(said.get("percent", 0))
        self.noise, self.validators = said.get("noise") == "1", said.get("validators") != "0"
        self.delay, self.close = float(said.get("delay", 0)), said.get("close") == "1"

    def version(self, number: int) -> int:
        """Return the version of one page; pages in the next version are spread over the site."""
        return self.versions + (number * 61 % MANY < self.percent)


@lru_cache(READY)
def _made(number: int, version: int) -> bytes:
    return page(number, version)


@cache
def _etag(number: int, version: int) -> str:
    return f'"{hashlib.sha256(_made(number, version)).hexdigest()[:16]}"'


class Conversation(asyncio.Protocol):
    """One connection: requests are answered in order."""

    def __init__(self, behaviour: Behaviour, seen: Counter[str], steers: Behaviour | None = None) -> None:
        self._behaviour = behaviour
        self._seen = seen
        self._steers = steers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        if self._steers is None:
            self._seen["connections"] += 1

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            if self._behaviour.delay and b"/page/" in head:
                asyncio.get_running_loop().call_later(self._behaviour.delay, self._answer, head)
            else:
                self._answer(head)

    def _answer(self, head: bytes) -> None:
        request, *lines = head.decode("latin-1").split("\r\n")
        path, _, query = request.split(" ")[1].partition("?")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if path.startswith("/page/"):
            self._page(int(path.removeprefix("/page/")), headers.get("if-none-match"))
        elif path == "/set" and self._steers is not None:
            self._steers.set(query)
            self._seen.clear()
            self._say("200 OK", b"")
        elif path == "/seen":
            self._say("200 OK", json.dumps(self._seen).encode())
        else:
            self._say("404 Not Found", b"")

    def _page(self, number: int, asked: str | None) -> None:
        behaviour = self._behaviour
        version = behaviour.version(number)
        etag = _etag(number, version)
        if behaviour.validators and asked == etag:
            self._seen["304"] += 1
            self._say("304 Not Modified", b"", etag)
            return
        self._seen["200"] += 1
        body = _made(number, version)
        if behaviour.noise:
            body = body.replace(NONCE, secrets.token_hex(16).encode())
        self._say("200 OK", body, etag if behaviour.validators else None)

    def _say(self, status: str, body: bytes, etag: str | None = None) -> None:
        if self._transport.is_closing():
            return
        lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8"]
        if not status.startswith("304"):
            lines.append(f"Content-Length: {len(body)}")
        if etag:
            lines.append(f"ETag: {etag}")
        if self._behaviour.close:
            lines.append("Connection: close")
        self._transport.write("\r\n".join([*lines, "", ""]).encode() + body)  # type: ignore[attr-defined]
        if self._behaviour.close:
            self._transport.close()


def addresses(hosts: int) -> list[str]:
    """Return so many loopback addresses; a host is known by its own."""
    return [f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}" for number in range(hosts)]


def _tls(folder: Path, names: list[str]) -> ssl.SSLContext:
    """Make a self-signed certificate for these addresses; clients have to trust `folder/cert.pem`."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(  # noqa: S603  our own arguments
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=bench", "-keyout", str(key), "-out", str(certificate)),
            *("-addext", "subjectAltName=" + ",".join(f"IP:{name}" for name in names)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def serve(pages: int, hosts: int, tls: Path | None) -> None:
    """Print both ports and serve until standard input ends; of many hosts the first `LISTENING` answer."""
    for number in range(min(pages, READY)):
        _etag(number, 0)
    behaviour, seen = Behaviour(), Counter[str]()
    names = addresses(hosts)
    context = _tls(tls, names) if tls else None
    loop = asyncio.get_running_loop()
    port = 0
    for name in names[:LISTENING]:
        server = await loop.create_server(
            lambda: Conversation(behaviour, seen), name, port, ssl=context, backlog=1000, reuse_address=True
        )
        port = server.sockets[0].getsockname()[1]
    control = await loop.create_server(lambda: Conversation(Behaviour(), seen, behaviour), "127.0.0.1", 0)
    print(port, control.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", type=int)
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--tls", type=Path)
    given = parser.parse_args()
    asyncio.run(serve(given.pages, given.hosts, given.tls))
