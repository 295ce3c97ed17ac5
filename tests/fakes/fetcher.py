"""A fetcher that tests script."""

from __future__ import annotations

from monitor.core.model import Fetched, NotModified, Redirected, Validators, Watch
from monitor.errors import FetchError
from tests.fakes.clock import FakeClock

Scripted = str | bytes | FetchError | NotModified | Redirected


class FakeFetcher:
    """Answers every fetch with `says`: a page, a redirect, "not modified" or an error. `asked` has the validators."""

    NAME = "http"

    def __init__(self, clock: FakeClock, says: Scripted = "") -> None:
        self._clock = clock
        self.says = says
        self.etag: str | None = None
        self.answers_from: str | None = None
        """The address that answers instead of the watch's own."""
        self.asked: list[Validators | None] = []

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Return, or raise, what the test has scripted."""
        self.asked.append(validators)
        if isinstance(self.says, FetchError):
            raise self.says
        if isinstance(self.says, (NotModified, Redirected)):
            return self.says
        body = self.says.encode() if isinstance(self.says, str) else self.says
        headers = [("Content-Type", "text/html; charset=utf-8")]
        if self.etag:
            headers.append(("ETag", self.etag))
        return Fetched(self.answers_from or watch.url, 200, tuple(headers), body, self._clock.now())
