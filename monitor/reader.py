"""Choosing the reader of an answer: the first one that claims it, laws before pages before plain text.

A round in which every page answers "not modified" reads nothing: what reading needs is imported with the first answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import NotText
from monitor.ports.world import Extractor, KnowsMarkup


@dataclass(frozen=True, slots=True)
class VersionedExtraction:
    """What was read, its fingerprint, and by which reader in which version ("page/1")."""

    extraction: Extraction
    text_sha256: str
    reader: str


class Reader:
    """Reads answers with the readers it was given, in that order, or with those that are made for the first answer."""

    def __init__(self, extractors: Sequence[Extractor] | Callable[[], Sequence[Extractor]]) -> None:
        self._given = extractors

    @cached_property
    def _extractors(self) -> tuple[Extractor, ...]:
        return tuple(self._given() if callable(self._given) else self._given)

    def name_for(self, fetched: Fetched) -> str:
        """Which reader would read this answer, e.g. "page/1". Raises NotText when none would."""
        chosen = self._choose(fetched)
        return f"{chosen.NAME}/{chosen.VERSION}"

    def read(self, fetched: Fetched, recipe: Recipe) -> VersionedExtraction:
        """Read an answer. Raises ExtractError."""
        from monitor.core.diff.align import extraction_fingerprint  # noqa: PLC0415  see above

        chosen = self._choose(fetched)
        extraction = chosen.extract(fetched, recipe)
        return VersionedExtraction(extraction, extraction_fingerprint(extraction), f"{chosen.NAME}/{chosen.VERSION}")

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """What tells, without reading, that an answer would be read like another one; None where nothing does."""
        chosen = self._choose(fetched)
        return chosen.markup_sha256(fetched, recipe) if isinstance(chosen, KnowsMarkup) else None

    def _choose(self, fetched: Fetched) -> Extractor:
        for extractor in self._extractors:
            if extractor.claims(fetched):
                return extractor
        raise NotText(content_type=fetched.header("Content-Type"))
