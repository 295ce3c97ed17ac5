"""Extractor of text documents of office programs: docx and odt."""

from __future__ import annotations

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.page_parts import PageParts
from monitor.errors import FileLocked, SelectorMatchedNothing
from monitor.files import open_document_text
from monitor.files.extraction import extraction_of
from monitor.files.package import SIGNATURE, Package, is_locked_by_office
from monitor.files.properties import properties_of
from monitor.files.word_text import WordDocument

_MAIN_PART = b"word/document.xml"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.text"


class Word:
    """Extracts docx and odt. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "word"
    VERSION = 1
    UNPACKS = "a zip of XML parts"

    def claims(self, fetched: Fetched) -> bool:
        """True for docx and odt by their bytes, and for any Office file that a password protects."""
        body = fetched.body
        if not body.startswith(SIGNATURE):
            return is_locked_by_office(body)
        return _OPEN_DOCUMENT in body[:200] or _MAIN_PART in body

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a document. Raises SelectorMatchedNothing, SentinelMissing, and what reading a file may raise."""
        if is_locked_by_office(fetched.body):
            raise FileLocked(form="Office")
        if recipe.keep is not None:
            raise SelectorMatchedNothing(selector=recipe.keep)
        package = Package(fetched.body, "Word")
        parts, notes = _read(package, fetched.url)
        return extraction_of(parts, fetched, recipe, properties_of(package), package.form, notes)


def _read(package: Package, url: str) -> tuple[PageParts, tuple[str, ...]]:
    if _MAIN_PART.decode() not in package:
        return open_document_text.parts_of(package, url)
    document = WordDocument(package, url)
    return document.parts(), document.notes()
