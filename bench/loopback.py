"""Client of the loopback site: starts it, sets its behaviour, reads its counts, ends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import urlopen

from site_process import addresses

HERE = Path(__file__).resolve().parent


class Loopback:
    """The loopback site, a context manager; `urls` are the addresses of its pages, spread over its hosts."""

    def __init__(self, pages: int, *, hosts: int = 1, tls: Path | None = None) -> None:
        command = [sys.executable, str(HERE / "site_process.py"), str(pages), "--hosts", str(hosts)]
        if tls:
            command += ["--tls", str(tls)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        if self._process.stdout is None:
            raise RuntimeError("the site has no output")
        port, self._control = (int(number) for number in self._process.stdout.readline().split())
        names = addresses(hosts)
        scheme = "https" if tls else "http"
        self.urls = [f"{scheme}://{names[number % hosts]}:{port}/page/{number}" for number in range(pages)]

    def set(self, query: str) -> None:
        """Set the behaviour of the site from now on (bench/site_process.py)."""
        self._ask(f"/set?{query}")

    def seen(self) -> dict[str, Any]:
        """Return the counts since the last `set`: answers by status, connections."""
        seen: dict[str, Any] = json.loads(self._ask("/seen"))
        return seen

    def _ask(self, path: str) -> bytes:
        with urlopen(f"http://127.0.0.1:{self._control}{path}") as answer:
            said: bytes = answer.read()
            return said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate("")
