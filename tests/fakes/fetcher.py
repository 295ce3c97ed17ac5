"""A fetcher that a test scripts."""

from __future__ import annotations

from monitor.core.model import Fetched, NotModified, Redirected, Validators, Watch
from monitor.errors import FetchError
from tests.fakes.clock import FakeClock

Scripted = str | bytes | FetchError | NotModified | Redirected


class FakeFetcher:
    """Answers every watch with `says`: a page, or what the server did instead. Keeps what it was asked."""

    NAME = "http"

    def __init__(self, clock: FakeClock, says: Scripted = "") -> None:
        self._clock = clock
        self.says = says
        self.etag: str | None = None
        self.asked: list[Validators | None] = []

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Say what the test wants said."""
        self.asked.append(validators)
        if isinstance(self.says, FetchError):
            raise self.says
        if isinstance(self.says, (NotModified, Redirected)):
            return self.says
        body = self.says.encode() if isinstance(self.says, str) else self.says
        headers = [("Content-Type", "text/html; charset=utf-8")]
        if self.etag:
            headers.append(("ETag", self.etag))
        return Fetched(watch.url, 200, tuple(headers), body, self._clock.now())
