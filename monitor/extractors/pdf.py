"""Extractor of PDF: its text, its title, and the date on which it says that it was changed."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.pdf_text import pieces_of_pages
from monitor.core.text import clean
from monitor.errors import (
    EmptyText,
    FileDamaged,
    FileEmpty,
    FileIsImage,
    FileLocked,
    SelectorMatchedNothing,
    Unreadable,
)

if TYPE_CHECKING:
    from pypdf import PageObject

_SIGNATURE = b"%PDF-"
_SIGNATURE_WITHIN = 1024
"""PDF readers accept it so late (ISO 32000-1, Annex H, implementation note 13)."""
MOST_PAGES = 2000


class Pdf:
    """Extracts PDF. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "pdf"
    VERSION = 2
    UNPACKS = "compressed streams, which pages may share"

    def claims(self, fetched: Fetched) -> bool:
        """True for PDF by its Content-Type or its first bytes."""
        kind = (fetched.header("Content-Type") or "").partition(";")[0].strip().lower()
        return kind == "application/pdf" or _SIGNATURE in fetched.body[:_SIGNATURE_WITHIN]

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a PDF. Raises SelectorMatchedNothing, SentinelMissing, and what reading a file may raise."""
        if recipe.keep is not None:
            raise SelectorMatchedNothing(selector=recipe.keep)
        pages, facts, is_image = _parse(fetched.body)
        source = PageSource(
            url=fetched.url,
            fetched=fetched.taken_at.date(),
            size=len(fetched.body),
            encoding="pdf",
            title=clean(facts.get("/Title", "")),
            meta={name: facts[key] for key, name in _NAME_OF_DATE.items() if key in facts},
            last_modified=fetched.header("Last-Modified"),
        )
        try:
            return build_extraction(pieces_of_pages(pages), source, recipe)
        except EmptyText as error:
            if is_image:
                raise FileIsImage(form=_FORM, pages=len(pages)) from error
            raise FileEmpty(form=_FORM) from error


_FORM = "PDF"
_NAME_OF_DATE = {"/ModDate": "modified", "/CreationDate": "published"}


def _parse(body: bytes) -> tuple[list[str], dict[str, str], bool]:
    """Return the text of each page, the document's metadata, and whether its pages are images without a text.

    Raises FileLocked, FileDamaged, Unreadable.
    """
    from pypdf import PdfReader  # noqa: PLC0415 -- an import of 0.2 s, for the few watches that are PDF

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs every small flaw that it repairs
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileLocked(form=_FORM)
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(detail=f"PDF: more than {MOST_PAGES} pages")
        facts = {name: str(value).removeprefix("D:") for name, value in (reader.metadata or {}).items()}
        pages = [page.extract_text() for page in reader.pages]
        return pages, facts, not any(map(str.strip, pages)) and any(map(_has_image, reader.pages))
    except Unreadable:
        raise
    except Exception as error:  # a boundary: a broken PDF can fail in any way, and no failure is a change of the page
        raise FileDamaged(form=_FORM, detail=type(error).__name__) from error


def _has_image(page: PageObject) -> bool:
    """True if a page draws an image; nothing of it is unpacked."""
    drawn = page.get("/Resources", {}).get("/XObject", {})
    return any(drawn[name].get("/Subtype") == "/Image" for name in drawn)
