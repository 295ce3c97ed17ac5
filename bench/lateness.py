"""Lateness of checks in a part of a day, at real speed: 20 000 watches on 4 000 hosts, of which some are bad.

    python bench/lateness.py [MINUTES]     default 10; needs `ulimit -n 16384`; kills the daemon in the middle

Sizes of hosts after Zipf; cadences of 5 minutes to a day, stretched so that a host has no more than half the requests
that its spacing allows; latencies log-normal around 300 ms. Every fiftieth host accepts requests and never answers, and
one has twice the requests that its spacing allows. Prints what the hosts saw and what the daemon says of itself.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from site_process import addresses
from tools import ROOT

HOSTS, WATCHES = 4_000, 20_000
SPACING, LATENCY = 2.0, 0.3
"""Seconds."""
OVERLOADED = 3
"""The number of the host with twice the requests that its spacing allows; hosts are numbered by size, largest first."""
LARGEST_WELL = 20
"""Hosts that are larger than the one of this number answer."""
CADENCES = (300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)
"""Seconds."""
PORT = 8_731
SEED = 7
BODY = "<!doctype html><title>S</title><main><h1>Sida {}</h1><p>Stöd till våldsutsatta i kommunen.</p></main>"


@dataclass(slots=True)
class Seen:
    """What the hosts saw: pages answered, those of the overloaded host, two requests at once, the least pause."""

    pages: int = 0
    overloaded: int = 0
    at_once: int = 0
    least_pause: float = math.inf
    _under_way: Counter[int] = field(default_factory=Counter)
    _ended: dict[int, float] = field(default_factory=dict)

    def begin(self, host: int) -> None:
        """Note that a request came."""
        self._under_way[host] += 1
        self.at_once += self._under_way[host] > 1
        self.least_pause = min(self.least_pause, time.monotonic() - self._ended.get(host, -math.inf))

    def end(self, host: int) -> None:
        """Note that a request was answered, or given up by its client."""
        self._under_way[host] -= 1
        self._ended[host] = time.monotonic()


def is_dead(host: int) -> bool:
    """True if this host never answers."""
    return host > LARGEST_WELL and host % 50 == 0


def answering(
    host: int, seen: Seen
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]:
    """Return the handler of one host's connections."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
                seen.begin(host)
                if is_dead(host):
                    await reader.read()  # until the client gives up
                    seen.end(host)
                    break
                await asyncio.sleep(random.lognormvariate(math.log(LATENCY), 0.5))
                is_page = path != "/robots.txt"
                seen.pages += is_page
                seen.overloaded += is_page and host == OVERLOADED
                seen.end(host)
                body = BODY.format(path).encode() if is_page else b""
                head = f"HTTP/1.1 {200 if is_page else 404} -\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
                writer.write(head.encode() + b"\r\n\r\n" + body)
                await writer.drain()
        writer.close()

    return answer


def serve(asked: Connection) -> None:
    """Serve every host, and tell what they saw whenever asked, until this process is ended."""

    async def run() -> None:
        seen = Seen()
        servers = [
            await asyncio.start_server(answering(host, seen), name, PORT) for host, name in enumerate(addresses(HOSTS))
        ]
        asked.send(len(servers))
        while True:
            await asyncio.get_running_loop().run_in_executor(None, asked.recv)
            asked.send((seen.pages, seen.overloaded, seen.at_once, seen.least_pause))

    asyncio.run(run())


def sizes_and_cadences() -> Iterator[tuple[int, int, int]]:
    """Yield for each page the number of its host, its own on that host, and the seconds of its cadence."""
    chance = random.Random(SEED)
    whole = sum(1 / number for number in range(1, HOSTS + 1))
    for host in range(HOSTS):
        size = max(1, round(WATCHES / whole / (host + 1)))
        request = size * (SPACING + LATENCY)
        for page in range(size):
            every = request / 2 if host == OVERLOADED else min(max(chance.choice(CADENCES), 2 * request), 86_400)
            yield host, page, int(every)


def watches() -> dict[str, tuple[str, int]]:
    """Return key to (url, seconds of its cadence)."""
    names = list(addresses(HOSTS))
    return {
        f"h{host}-{page}": (f"http://{names[host]}:{PORT}/{page}", every) for host, page, every in sizes_and_cadences()
    }


def daemon(environment: dict[str, str], minutes: float, seen: Callable[[], tuple[int, int, int, float]]) -> None:
    """Run the daemon for a while, kill it, and print what was seen and said meanwhile."""
    pages, overloaded, *_ = seen()
    with Path("log").open("ab") as log:
        process = subprocess.Popen([sys.executable, str(ROOT / "main.py"), "run"], env=environment, stderr=log)  # noqa: S603
        time.sleep(minutes * 60)
        with urlopen(f"http://{environment['BEVAKA_WEB_BIND']}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        after = seen()
        process.send_signal(signal.SIGKILL)
        process.wait()
    print(
        f"{after[0] - pages} pages, {after[1] - overloaded} of them of the overloaded host; until now {after[2]} times",
        f"two requests at once, least pause {after[3]:.2f} s; checks by how late they were, in seconds:",
    )
    print("\n".join("  " + line for line in lines if line.startswith("bevaka_check_lateness_seconds_bucket")))


def main(minutes: float) -> None:
    """Measure two halves, with a kill at the end of each, and verify the database."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16_384, hard), hard))
    ours, theirs = multiprocessing.Pipe()
    site = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    site.start()
    ours.recv()

    def seen() -> tuple[int, int, int, float]:
        ours.send(None)
        answer: tuple[int, int, int, float] = ours.recv()
        return answer

    watched = watches()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        lines = [f"  {key}: {{url: {url}, every: {every}s}}\n" for key, (url, every) in watched.items()]
        Path("schedule.yaml").write_text(
            f"version: 1\ndefaults: {{host_delay: {SPACING:.0f}s, timeout: 30s}}\nwatches:\n{''.join(lines)}", "utf-8"
        )
        environment = os.environ | {"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8", "BEVAKA_WEB_BIND": "127.0.0.1:8732"}
        program = [sys.executable, str(ROOT / "main.py")]
        subprocess.run([*program, "check", "h0-0"], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        connection, now = sqlite3.connect("data/bevaka.db"), time.time()
        with connection:
            connection.executemany(
                "UPDATE watches SET next_check_at = ? WHERE key = ?",
                [(int((now + 15 + random.random() * every) * 1e6), key) for key, (_, every) in watched.items()],
            )
        connection.close()
        for _ in range(2):
            daemon(environment, minutes / 2, seen)
        subprocess.run([*program, "verify"], env=environment, check=True)  # noqa: S603
    site.terminate()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
