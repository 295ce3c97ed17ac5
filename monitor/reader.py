"""Choice of the extractor of an answer: the first one that claims it, laws before pages before plain text.

A round in which every page answers "not modified" extracts nothing: what extracting needs is imported with the first
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.content_type import type_of_no_text
from monitor.errors import NotText
from monitor.ports.world import Extractor, KnowsMarkup


@dataclass(frozen=True, slots=True)
class VersionedExtraction:
    """An extraction, its fingerprint, and the extractor that made it, with its version ("page/1")."""

    extraction: Extraction
    text_sha256: str
    reader: str


class Reader:
    """Extracts answers with the given extractors, in that order; a given function makes them for the first answer."""

    def __init__(self, extractors: Sequence[Extractor] | Callable[[], Sequence[Extractor]]) -> None:
        self._given = extractors

    @cached_property
    def _extractors(self) -> tuple[Extractor, ...]:
        return tuple(self._given() if callable(self._given) else self._given)

    @property
    def extractors(self) -> tuple[Extractor, ...]:
        """The extractors, in the order in which they are tried."""
        return self._extractors

    def extractor_name(self, fetched: Fetched) -> str:
        """Return the name of the extractor of this answer, e.g. "page/1". Raises NotText when there is none."""
        chosen = self._choose(fetched)
        return f"{chosen.NAME}/{chosen.VERSION}"

    def extract(self, fetched: Fetched, recipe: Recipe) -> VersionedExtraction:
        """Extract an answer. Raises ExtractError."""
        from monitor.core.diff.align import extraction_fingerprint  # noqa: PLC0415  see above

        chosen = self._choose(fetched)
        extraction = chosen.extract(fetched, recipe)
        return VersionedExtraction(extraction, extraction_fingerprint(extraction), f"{chosen.NAME}/{chosen.VERSION}")

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """Return a hash that is the same for two answers only if their extractions are too; None where there is none.

        It is found without extracting.
        """
        chosen = self._choose(fetched)
        return chosen.markup_sha256(fetched, recipe) if isinstance(chosen, KnowsMarkup) else None

    def _choose(self, fetched: Fetched) -> Extractor:
        for extractor in self._extractors:
            if extractor.claims(fetched):
                return extractor
        raise NotText(content_type=type_of_no_text(fetched.body, fetched.header("Content-Type")))
