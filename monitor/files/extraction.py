"""From what was read in a packed file to its extraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.page_parts import PageParts
from monitor.errors import EmptyText, FileEmpty
from monitor.files.properties import Properties


def extraction_of(
    parts: PageParts, fetched: Fetched, recipe: Recipe, properties: Properties, form: str, notes: Sequence[str]
) -> Extraction:
    """Return the extraction of a file of this form, with notes. Raises FileEmpty, SentinelMissing, UnwantedText."""
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
        raise FileEmpty(form=form) from error
    return replace(extraction, notes=(*extraction.notes, *notes))
