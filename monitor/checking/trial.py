"""Use case: fetch and extract a page as in a check, recording nothing and notifying nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.judging.compare import compare
from monitor.core.model import Extraction, Fetched, NotModified, Recipe, Redirected, Suspect, Watch
from monitor.errors import ExtractError, FetchError, Reason
from monitor.fetcher_choice import choose_fetcher
from monitor.ports.world import Fetcher
from monitor.reader import Reader

if TYPE_CHECKING:
    from monitor.checking.fetch_documents import SeenDocuments


@dataclass(frozen=True, slots=True)
class TriedPage:
    """The answer of a page and its extraction; `doubt` is why a first check would find it suspect, if it would."""

    fetched: Fetched
    extraction: Extraction
    doubt: Reason | None


class TryWatch:
    """Tries watches. `retry_hosts` is told whose hosts a person asks for: the breaker may have left them alone."""

    def __init__(
        self, fetchers: Mapping[str, Fetcher], reader: Reader, retry_hosts: Callable[[Iterable[Watch]], None]
    ) -> None:
        self._fetchers = fetchers
        self._reader = reader
        self._retry_hosts = retry_hosts

    def __call__(self, watch: Watch) -> TriedPage | Reason:
        """Return what is read of a page, or why it is not seen."""
        self._retry_hosts([watch])
        try:
            answer = choose_fetcher(self._fetchers, watch).fetch(watch, None)
        except FetchError as error:
            return error.reason()
        if isinstance(answer, Redirected):
            return Reason("moved", {"to": answer.to})
        if isinstance(answer, NotModified):  # the request had no condition, so the server is wrong
            return Reason("http-status", {"status": 304})
        try:
            extraction = self._reader.extract(answer, watch.recipe).extraction
        except ExtractError as error:
            reason = error.reason()
            return Reason(reason.code, {**reason.facts, "status": answer.status})
        verdict = compare(None, extraction, fetched_after=answer.taken_at)
        return TriedPage(answer, extraction, verdict.reason if isinstance(verdict, Suspect) else None)

    def documents(self, watch: Watch, page: TriedPage) -> SeenDocuments:
        """Return what is read of the documents of a page, each fetched as in a check; none where they do not count."""
        from monitor.checking.fetch_documents import FetchDocuments, SeenDocuments  # noqa: PLC0415  most watches have none
        from monitor.core.page.document_links import every_document_link  # noqa: PLC0415  see above

        if not watch.recipe.documents:
            return SeenDocuments()
        links = every_document_link(page.extraction.blocks)
        return FetchDocuments(self._fetchers, self._reader)(watch, links, (), page.fetched.taken_at)

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction | None:
        """Return what is read of an answer under another recipe; None where it finds nothing there."""
        try:
            return self._reader.extract(fetched, recipe).extraction
        except ExtractError:
            return None
