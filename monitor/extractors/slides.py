"""Extractor of presentations: pptx and odp."""

from __future__ import annotations

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.page_parts import PageParts
from monitor.errors import SelectorMatchedNothing
from monitor.files import notes, open_document_text, slides_text
from monitor.files.extraction import extraction_of
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
        return extraction_of(parts, fetched, recipe, properties_of(package), package.form, found)


def _read(package: Package, url: str) -> tuple[PageParts, tuple[str, ...]]:
    if _MAIN_PART.decode() not in package:
        return open_document_text.parts_of(package, url)
    return slides_text.parts_of(package), (notes.MACROS,) if package.has_macros else ()
