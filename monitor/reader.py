"""Choice of the extractor of an answer: the first one that claims it, laws before pages before plain text.

A round in which every page answers "not modified" extracts nothing: what extracting needs is imported with the first
answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from monitor.core.model import Document, Extraction, Fetched, Recipe
from monitor.core.page.content_type import binary_type, media_type_of, type_of_no_text
from monitor.core.text import in_any_case
from monitor.errors import ExtractError, NotADocument, NotText, Reason, TooHeavy, UnwantedText
from monitor.heavy_work.budget import MOST_BLOCKS, MOST_BYTES_HERE
from monitor.ports.world import ClaimsRecipes, Extractor, HeavyWork, KnowsMarkup, Unpacks

if TYPE_CHECKING:
    from monitor.core.page.document_links import DocumentLink

PAGES = "page"
"""The name of the extractor of HTML."""
BY_BYTES = "bytes/1"
"""The reader of a document of which nothing but its bytes is known."""


@dataclass(frozen=True, slots=True)
class VersionedExtraction:
    """An extraction, its fingerprint, and the extractor that made it, with its version ("page/1")."""

    extraction: Extraction
    text_sha256: str
    reader: str

    @property
    def text(self) -> str:
        """The extraction as a person reads it, which is sealed with the revision."""
        from monitor.core.record.sealed_text import sealed_text  # noqa: PLC0415  see above

        return sealed_text(self.extraction)

    def with_documents(self, documents: tuple[Document, ...]) -> VersionedExtraction:
        """Return the extraction of a page together with its documents."""
        from monitor.core.diff.align import extraction_fingerprint  # noqa: PLC0415  see above

        whole = replace(self.extraction, documents=documents)
        return VersionedExtraction(whole, extraction_fingerprint(whole), self.reader)


@runtime_checkable
class _ByRecipe(Extractor, ClaimsRecipes, Protocol):
    """An extractor that recipes choose."""


LONGEST_QUOTED = 100
"""Characters of an unwanted text that are said."""


class Reader:
    """Extracts answers with the given extractors, in that order; a given function makes them for the first answer.

    `heavy_work` does what is heavy (`monitor.heavy_work.budget`), or all if `is_apart`; without it, all is done here.
    """

    def __init__(
        self,
        extractors: Sequence[Extractor] | Callable[[], Sequence[Extractor]],
        heavy_work: HeavyWork | None = None,
        *,
        is_apart: bool = False,
    ) -> None:
        self._given = extractors
        self._heavy_work = heavy_work
        self._is_apart = is_apart

    def apart(self) -> Reader:
        """Return a reader that extracts nothing in this process: what is to be read may have killed one."""
        from monitor.heavy_work.after_a_death import AfterADeath  # noqa: PLC0415  hardly ever needed

        heavy_work = None if self._heavy_work is None else AfterADeath(self._heavy_work)
        return Reader(lambda: self._extractors, heavy_work, is_apart=True)

    @cached_property
    def _extractors(self) -> tuple[Extractor, ...]:
        return tuple(self._given() if callable(self._given) else self._given)

    @cached_property
    def _by_recipe(self) -> tuple[_ByRecipe, ...]:
        return tuple(extractor for extractor in self._extractors if isinstance(extractor, _ByRecipe))

    @property
    def extractors(self) -> tuple[Extractor, ...]:
        """The extractors, in the order in which they are tried."""
        return self._extractors

    def extractor_name(self, fetched: Fetched, recipe: Recipe) -> str:
        """Return the name of the extractor of this answer, e.g. "page/1". Raises NotText when there is none."""
        chosen = self._choose(fetched, recipe)
        return f"{chosen.NAME}/{chosen.VERSION}"

    def extract(self, fetched: Fetched, recipe: Recipe) -> VersionedExtraction:
        """Extract an answer. Raises ExtractError, HeavyWorkError."""
        chosen = self._choose(fetched, recipe)
        if self._heavy_work is not None and self._is_heavy(chosen, fetched):
            return self._heavy_work.run(_extract, chosen, fetched, recipe)
        return _extract(chosen, fetched, recipe)

    def document_reader(self, fetched: Fetched) -> str:
        """Return the name of the extractor of a document, "bytes/1" where there is none."""
        try:
            return self.extractor_name(fetched, Recipe())
        except NotText:
            return BY_BYTES

    def read_document(self, link: DocumentLink, fetched: Fetched, recipe: Recipe) -> Document:
        """Read a file that a page links to; of one that cannot be read, its bytes are all that is known.

        Raises NotADocument for a web page, and HeavyWorkError.
        """
        from monitor.core.diff.align import extraction_fingerprint  # noqa: PLC0415  see above

        answer = replace(fetched, url=link.url)
        reader = self.document_reader(answer)
        sha256 = hashlib.sha256(answer.body).hexdigest()
        form = binary_type(answer.body) or media_type_of(answer.header("Content-Type"))
        found: Extraction | None = None
        unread: Reason | None = None
        try:
            found = self.extract(answer, Recipe(ignore=recipe.ignore)).extraction
        except ExtractError as error:
            unread = error.reason()
        if reader.partition("/")[0] == PAGES:
            raise NotADocument
        text_sha256 = extraction_fingerprint(found) if found is not None else f"bytes {sha256}"
        return Document(link.url, link.title, sha256, len(answer.body), form, text_sha256, reader, found, unread)

    def markup_sha256(self, fetched: Fetched, recipe: Recipe) -> str | None:
        """Return a hash that is the same for two answers only if their extractions are too; None where there is none.

        It is found without extracting; a heavy answer has none, since to find it would cost as much as extracting.
        """
        chosen = self._choose(fetched, recipe)
        if not isinstance(chosen, KnowsMarkup) or self._is_heavy(chosen, fetched):
            return None
        return chosen.markup_sha256(fetched, recipe)

    def _is_heavy(self, extractor: Extractor, fetched: Fetched) -> bool:
        return self._is_apart or isinstance(extractor, Unpacks) or len(fetched.body) > MOST_BYTES_HERE

    def _choose(self, fetched: Fetched, recipe: Recipe) -> Extractor:
        for by_recipe in self._by_recipe:
            if by_recipe.claims_recipe(recipe):
                return by_recipe
        for extractor in self._extractors:
            if extractor.claims(fetched):
                return extractor
        raise NotText(content_type=type_of_no_text(fetched.body, fetched.header("Content-Type")))


def _extract(extractor: Extractor, fetched: Fetched, recipe: Recipe) -> VersionedExtraction:
    from monitor.core.diff.align import extraction_fingerprint  # noqa: PLC0415  see above

    extraction = extractor.extract(fetched, recipe)
    if recipe.expect_not is not None:
        _refuse_unwanted(extraction, recipe.expect_not)
    if len(extraction.blocks) > MOST_BLOCKS:
        raise TooHeavy(blocks=MOST_BLOCKS)
    return VersionedExtraction(extraction, extraction_fingerprint(extraction), f"{extractor.NAME}/{extractor.VERSION}")


def _refuse_unwanted(extraction: Extraction, pattern: str) -> None:
    """Raise UnwantedText if the page has a text that the pattern matches, in any case of letters."""
    compiled = in_any_case(pattern)
    for text in (extraction.title, *(block.text for block in extraction.blocks)):
        if found := compiled.search(text):
            raise UnwantedText(found=found[0][:LONGEST_QUOTED])
