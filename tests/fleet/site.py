"""Many hosts in a process of its own, which counts what no host should see: two requests at once, or too soon.

A host is a loopback address; its pages change when told to, and every answer takes as long as told.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

BODY = (
    "<!doctype html><html lang=sv><title>Sida {path}</title><main><h1>Sida {path}</h1>"
    "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta i sitt arbete.</p>"
    "<p>Kommunerna redovisar sina strategier senast den {day} mars varje år.</p></main></html>"
)


def addresses(hosts: int) -> list[str]:
    """Return so many loopback addresses."""
    return [f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}" for number in range(hosts)]


@dataclass(slots=True)
class Seen:
    """What the hosts saw until now."""

    pages: int = 0
    overlaps: int = 0
    least_gap: float = float("inf")
    last_at: dict[str, float] = field(default_factory=dict)
    """When each host was asked last, by the monotonic clock."""


class _Hosts:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.day = 1
        self.seen = Seen()
        self._under_way: Counter[str] = Counter()
        self._ended: dict[str, float] = defaultdict(lambda: float("-inf"))

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                path = head.split(" ", 2)[1]
                host = head.lower().partition("\r\nhost: ")[2].partition("\r\n")[0]
                self._begin(host)
                try:
                    await asyncio.sleep(self.seconds if path != "/robots.txt" else 0)
                    self.seen.pages += path != "/robots.txt"
                    body = BODY.format(path=path, day=self.day).encode() if path != "/robots.txt" else b""
                    told = f"HTTP/1.1 {200 if body else 404} -\r\nContent-Type: text/html; charset=utf-8\r\n"
                    writer.write(f"{told}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                    await writer.drain()
                finally:
                    self._end(host)
        writer.close()

    def _begin(self, host: str) -> None:
        now = time.monotonic()
        self._under_way[host] += 1
        self.seen.overlaps += self._under_way[host] > 1
        self.seen.least_gap = min(self.seen.least_gap, now - self._ended[host])
        self.seen.last_at[host] = now

    def _end(self, host: str) -> None:
        self._under_way[host] -= 1
        self._ended[host] = time.monotonic()


def _serve(asked: Connection, seconds: float) -> None:
    async def run() -> None:
        hosts = _Hosts(seconds)
        server = await asyncio.start_server(hosts.answer, "0.0.0.0", 0, backlog=4096)  # noqa: S104  all of 127.0.0.0/8
        asked.send(server.sockets[0].getsockname()[1])
        while True:
            day = await asyncio.get_running_loop().run_in_executor(None, asked.recv)
            hosts.day = day or hosts.day
            asked.send(hosts.seen)

    asyncio.run(run())


class ManyHosts:
    """The hosts, as a context manager; `port` is the same for all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> Self:
        self._pipe, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs, self._seconds), daemon=True)
        self._process.start()
        self.port: int = self._pipe.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()

    def seen(self, *, day: int | None = None) -> Seen:
        """Return what the hosts saw; with `day`, their pages state another deadline from now on."""
        self._pipe.send(day)
        found: Seen = self._pipe.recv()
        return found
