"""Extractor of presentations: pptx and odp."""

from __future__ import annotations

from dataclasses import replace

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.page_parts import PageParts
from monitor.errors import EmptyText, FileEmpty, SelectorMatchedNothing
from monitor.files import notes, open_document_text, slides_text
from monitor.files.package import SIGNATURE, Package
from monitor.files.properties import properties_of

_MAIN_PART = b"ppt/presentation.xml"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.presentation"


class Slides:
    """Extracts pptx and odp. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "slides"
    VERSION = 1
    UNPACKS = "a zip of XML parts"

    def claims(self, fetched: Fetched) -> bool:
        """True for pptx and odp, by their bytes."""
        body = fetched.body
        return body.startswith(SIGNATURE) and (_OPEN_DOCUMENT in body[:200] or _MAIN_PART in body)

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a presentation. Raises as for other files."""
        if recipe.keep is not None:
            raise SelectorMatchedNothing(selector=recipe.keep)
        package = Package(fetched.body, "PowerPoint")
        parts, found = _read(package, fetched.url)
        properties = properties_of(package)
        source = PageSource(
            url=fetched.url,
            fetched=fetched.taken_at.date(),
            size=len(fetched.body),
            encoding="zip",
            title=properties.title,
            meta=properties.dates,
            last_modified=fetched.header("Last-Modified"),
        )
        try:
            extraction = build_extraction(parts, source, recipe)
        except EmptyText as error:
            raise FileEmpty(form=package.form) from error
        return replace(extraction, notes=(*extraction.notes, *found))


def _read(package: Package, url: str) -> tuple[PageParts, tuple[str, ...]]:
    if _MAIN_PART.decode() not in package:
        return open_document_text.parts_of(package, url)
    return slides_text.parts_of(package), (notes.MACROS,) if package.has_macros else ()
